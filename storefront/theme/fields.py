"""What one setting may hold, said once: checked at save, drawn in the editor, read by the templates."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from storefront.theme.colors import is_color
from storefront.theme.enums import Kind

Words = str | Promise
_PICTURE = re.compile(r"^[a-z0-9][a-z0-9_./-]*\.(?:webp|svg|png|jpe?g|gif|avif)$")
_LANGUAGE = re.compile(r"^[a-z]{2}(?:-[a-z]{2,4})?$")
# Browsers skip these in an address, so that `java\nscript:` is a scheme to them.
_HIDDEN = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]")


class ValueRefused(ValueError):
    """A value does not fit; its words are for people."""


@dataclass(frozen=True, slots=True)
class Field:
    """A setting. `maximum` counts letters of a text and parts of a list; `choices` are (value, label); `fields` are a part's."""

    name: str
    label: Words
    kind: Kind = Kind.TEXT
    maximum: int = 120
    choices: tuple[tuple[str, Words], ...] = ()
    default: Any = ""
    help: Words = ""
    fields: tuple["Field", ...] = ()

    @property
    def is_words(self) -> bool:
        """Tell whether the value is written for people, in a language."""
        return self.kind in (Kind.TEXT, Kind.LINES)

    @property
    def has_words(self) -> bool:
        """Tell whether there are words in it, be it in its parts."""
        return self.is_words or any(part.is_words for part in self.fields)


def check_value(field: Field, value: Any) -> Any:
    """Return the value as it may be kept.

    Raises: ValueRefused.
    """
    if field.kind == Kind.FLAG:
        if not isinstance(value, bool):
            raise ValueRefused(_("Choose yes or no."))
        return value
    if field.kind == Kind.PARTS:
        return _check_parts(field, value)
    if not isinstance(value, str):
        raise ValueRefused(_("This has to be text."))
    text = _tidy(value, keeps_lines=field.kind == Kind.LINES)
    return _CHECKS[field.kind](field, text)


def fill(fields: Sequence[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return one value for each field: the given one or the default."""
    return {field.name: values.get(field.name, _default(field)) for field in fields}


def refuse_strangers(fields: Sequence[Field], values: Any) -> None:
    """Refuse what is no table of these fields.

    Raises: ValueRefused.
    """
    if not isinstance(values, Mapping):
        raise ValueRefused(_("This part cannot be read."))
    strange = sorted(set(map(str, values)) - {field.name for field in fields})
    if strange:
        raise ValueRefused(_("There is no setting called “%(name)s”.") % {"name": strange[0][:40]})


def check_words(fields: Sequence[Field], told: Any) -> dict[str, dict[str, Any]]:
    """Return the words of other languages as they may be kept: one table a language, of the fields that hold words.

    Of a list there is one table for each of its parts, in order, empty where nothing is said.
    Raises: ValueRefused.
    """
    words = tuple(field for field in fields if field.has_words)
    if not isinstance(told, Mapping) or not all(_LANGUAGE.match(str(code)) for code in told):
        raise ValueRefused(_("This part cannot be read."))
    checked = {}
    for code, texts in told.items():
        refuse_strangers(words, texts)
        checked[code] = {field.name: _check_said(field, texts[field.name]) for field in words if texts.get(field.name)}
    return {code: texts for code, texts in checked.items() if any(texts.values())}


def _check_said(field: Field, said: Any) -> Any:
    if field.is_words:
        return check_value(field, said)
    if not isinstance(said, list) or len(said) > field.maximum:
        raise ValueRefused(_("This part cannot be read."))
    words = tuple(part for part in field.fields if part.is_words)
    rows = []
    for row in said:
        refuse_strangers(words, row)
        rows.append({part.name: check_value(part, row[part.name]) for part in words if row.get(part.name)})
    return rows if any(rows) else []


def check_link(text: str) -> str:
    """Return an address a shopper may be led to: of this store, by https, mail or telephone; empty leads nowhere.

    Raises: ValueRefused.
    """
    is_own = text.startswith("/") and not text.startswith(("//", "/\\"))
    if text and not (is_own or text.startswith(("https://", "mailto:", "tel:", "#"))):
        raise ValueRefused(_("Begin with / for a page of this store, or with https://."))
    if _HIDDEN.search(text):
        raise ValueRefused(_("An address has no spaces or line breaks."))
    return text


def _default(field: Field) -> Any:
    if field.kind == Kind.FLAG:
        return bool(field.default)
    return list(field.default) if field.kind == Kind.PARTS else field.default


def _check_parts(field: Field, value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise ValueRefused(_("This part cannot be read."))
    if len(value) > field.maximum:
        raise ValueRefused(_("At most %(count)s of these fit.") % {"count": field.maximum})
    parts = []
    for row in value:
        refuse_strangers(field.fields, row)
        part = {one.name: check_value(one, found) for one, found in zip(field.fields, _filled(field, row), strict=True)}
        if any(part[one.name] for one in field.fields if one.kind not in (Kind.CHOICE, Kind.FLAG)):
            parts.append(part)
    return parts


def _filled(field: Field, row: Mapping[str, Any]) -> list[Any]:
    return list(fill(field.fields, row).values())


def _tidy(text: str, *, keeps_lines: bool) -> str:
    text = text.replace("\r\n", "\n").replace("\x00", "")
    return text.strip() if keeps_lines else " ".join(text.split())


def _check_text(field: Field, text: str) -> str:
    if len(text) > field.maximum:
        raise ValueRefused(
            _("This is %(found)s letters long; at most %(limit)s fit.") % {"found": len(text), "limit": field.maximum}
        )
    return text


def _check_choice(field: Field, text: str) -> str:
    if text not in {value for value, _label in field.choices}:
        raise ValueRefused(_("Choose one of the list."))
    return text


def _check_color(_field: Field, text: str) -> str:
    color = text.lower()
    if not is_color(color):
        raise ValueRefused(_("Write the color as # and six digits, such as #0e5a61."))
    return color


def _check_link(field: Field, text: str) -> str:
    return check_link(_check_text(field, text))


def _check_picture(_field: Field, text: str) -> str:
    if text and (not _PICTURE.match(text) or ".." in text or len(text) > 255):
        raise ValueRefused(_("This is no picture of your store."))
    return text


_CHECKS = {
    Kind.TEXT: _check_text,
    Kind.LINES: _check_text,
    Kind.CHOICE: _check_choice,
    Kind.COLOR: _check_color,
    Kind.LINK: _check_link,
    Kind.PICTURE: _check_picture,
}
