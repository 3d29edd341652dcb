"""Check a page's sections: kinds that exist, nothing unknown, every value as its setting wants it."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.ids import new_token
from storefront.theme.errors import LookRefused
from storefront.theme.fields import Field, ValueRefused, check_value, check_words, fill, refuse_strangers
from storefront.theme.sections.kinds import KINDS, SectionKind

MOST_SECTIONS = 24
_ID = re.compile(r"^[a-z0-9]{4,26}$")
FRAME = (Field("id", ""), Field("kind", ""), Field("is_hidden", ""), Field("values", ""), Field("translations", ""))

Section = dict[str, Any]


def make_section(kind: str, values: Mapping[str, Any] | None = None) -> Section:
    """Return a new section with the defaults of its kind."""
    return {
        "id": new_token()[:8],
        "kind": kind,
        "is_hidden": False,
        "values": fill(KINDS[kind].fields, values or {}),
        "translations": {},
    }


def check_sections(sections: Any) -> list[Section]:
    """Return the sections as they may be kept; an error is named `sections.ID.SETTING`.

    Raises: LookRefused.
    """
    if not isinstance(sections, list) or len(sections) > MOST_SECTIONS:
        raise LookRefused({"sections": _("A page has at most %(count)s sections.") % {"count": MOST_SECTIONS}})
    errors: dict[str, str] = {}
    checked = [_check_section(section, errors) for section in sections]
    if not errors:
        _check_counts(checked, errors)
    if errors:
        raise LookRefused(errors)
    return checked


def _check_section(section: Any, errors: dict[str, str]) -> Section:
    try:
        refuse_strangers(FRAME, section)
        kind = KINDS.get(str(section.get("kind")))
        token = section.get("id")
        if kind is None or not isinstance(token, str) or not _ID.match(token):
            raise ValueRefused(_("There is no section of this kind."))
        refuse_strangers(kind.fields, section.get("values", {}))
    except ValueRefused as error:
        errors["sections"] = str(error)
        return {}
    return {
        "id": token,
        "kind": kind.name,
        "is_hidden": section.get("is_hidden") is True,
        "values": _check_values(kind, section.get("values", {}), f"sections.{token}", errors),
        "translations": _check_translations(kind, section.get("translations", {}), f"sections.{token}", errors),
    }


def _check_values(kind: SectionKind, values: Any, path: str, errors: dict[str, str]) -> dict[str, Any]:
    checked = {}
    for field, value in zip(kind.fields, fill(kind.fields, values).values(), strict=True):
        try:
            checked[field.name] = check_value(field, value)
        except ValueRefused as error:
            errors[f"{path}.{field.name}"] = str(error)
    return checked


def _check_translations(kind: SectionKind, told: Any, path: str, errors: dict[str, str]) -> dict[str, Any]:
    """Keep the words of other languages: one table a language, of the fields that hold words."""
    try:
        return check_words(kind.fields, told)
    except ValueRefused as error:
        errors[path] = str(error)
        return {}


def _check_counts(sections: list[Section], errors: dict[str, str]) -> None:
    if len({section["id"] for section in sections}) != len(sections):
        errors["sections"] = _("Two sections have the same number.")
    for name, count in Counter(section["kind"] for section in sections).items():
        if count > KINDS[name].most:
            errors["sections"] = _("A page has at most %(count)s of “%(kind)s”.") % {
                "count": KINDS[name].most,
                "kind": KINDS[name].label,
            }
