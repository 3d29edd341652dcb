"""Keep the catalogs of translated words: `python -m core.translations` collects what is new and compiles what is there.

A part of the house has one catalog, `locale/zh_Hans/LC_MESSAGES/django.po`. Python and Django templates are read by ast,
Jinja2 templates by babel; nothing needs GNU gettext. Equal sources give equal files: a catalog's header has no date.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
LOCALE = "zh_Hans"
PARTS: dict[str, tuple[str, ...]] = {
    "platform/core": ("platform",),
    "tenants": ("tenants",),
    "storefront": ("storefront",),
    "billing": ("billing",),
    "analytics": ("analytics",),
    "recsys": ("recsys",),
}
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_LEFT_OUT = {"migrations", "vendor", "static", "__pycache__"}
_CALL = re.compile(r"(?<!\w)(?:_|n?p?gettext)\(")
_CLOSE = re.compile(r"\)")
_COMMENT = re.compile(r"\{#.*?#\}")
_PLACEHOLDER = re.compile(r"%(?:%|\([A-Za-z_]\w*\)[-0-9.]*[sdf])")


@dataclass(frozen=True, slots=True)
class Found:
    """One text to translate: `id` is a tuple where it has a plural."""

    id: str | tuple[str, ...]
    context: str | None
    place: str


class _PlainCatalog(Catalog):
    """A catalog whose header holds only what gettext needs."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Project-Id-Version", "Shopstead"),
            ("Language", LOCALE),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", "nplurals=1; plural=0;"),
        ]


def collect(part: str) -> Catalog:
    """Return a catalog of every text that the part's files name."""
    catalog = Catalog(locale=LOCALE, project="Shopstead", charset="utf-8")
    for folder in PARTS[part]:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and not _LEFT_OUT & set(path.relative_to(ROOT).parts):
                for found in read_texts(path.read_text(encoding="utf-8"), place=path.relative_to(ROOT).as_posix()):
                    catalog.add(found.id, context=found.context, locations=[(found.place, 1)])
    return catalog


def read_texts(text: str, *, place: str) -> Iterator[Found]:
    """Yield the texts to translate of one file; `place` is its path, whose ending and folders say how to read it."""
    if place.endswith(".py"):
        yield from _read_python(text, place)
        return
    if "/jinja2/" not in place:
        yield from _read_django(text, place)
        return
    options = {"newstyle_gettext": "true"}
    for _line, message, _comments, context in extract("jinja2", BytesIO(text.encode()), KEYWORDS, options=options):
        yield Found(message, context, place)


def read_catalog(part: str) -> Catalog:
    """Return the part's catalog as it is kept, or an empty one."""
    path = catalog_path(part)
    if not path.exists():
        return Catalog(locale=LOCALE, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE)


def catalog_path(part: str) -> Path:
    """Return where the part's catalog is kept."""
    return ROOT / part / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def list_untranslated(here: Catalog, kept: Catalog) -> list[str]:
    """Return the texts of the code that the kept catalog does not translate, or marks as doubtful."""
    missing = []
    for message in here:
        if message.id:
            own = kept.get(message.id, message.context)
            if own is None or own.id != message.id or own.fuzzy or not all(words_of(own)):
                missing.append(first_id(message))
    return missing


def list_gone(here: Catalog, kept: Catalog) -> list[str]:
    """Return the texts that the kept catalog holds and the code no longer has."""
    gone = [first_id(message) for message in kept if message.id and here.get(message.id, message.context) is None]
    return gone + [first_id(message) for message in kept.obsolete.values()]


def list_misfilled(kept: Catalog) -> list[str]:
    """Return the translated texts whose placeholders are not those of the English text."""
    wrong = []
    for message in kept:
        if message.id:
            ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
            needed = set(_PLACEHOLDER.findall(" ".join(ids)))
            if any(set(_PLACEHOLDER.findall(words)) != needed for words in words_of(message) if words):
                wrong.append(first_id(message))
    return wrong


def compiled(part: str) -> bytes:
    """Return the part's catalog in the form that gettext reads at run time."""
    buffer = BytesIO()
    write_mo(buffer, _plain(read_catalog(part)))
    return buffer.getvalue()


def update(part: str) -> int:
    """Bring the part's catalog up to date and compile it: new texts in, gone ones out.

    Returns how many texts lack a translation.
    """
    here = collect(part)
    kept = read_catalog(part)
    kept.update(here, no_fuzzy_matching=True)
    path = catalog_path(part)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, _plain(kept), width=120, sort_by_file=True, include_lineno=False)
    path.with_suffix(".mo").write_bytes(compiled(part))
    return len(list_untranslated(here, kept))


def words_of(message: Message) -> tuple[str, ...]:
    """Return the translation, one text for each form of the plural; an empty text where there is none."""
    words = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return tuple(form or "" for form in words) or ("",)


def first_id(message: Message) -> str:
    """Return the English text, the singular where it has two forms."""
    return message.id if isinstance(message.id, str) else message.id[0]


def _plain(catalog: Catalog) -> Catalog:
    plain = _PlainCatalog(locale=LOCALE, charset="utf-8", fuzzy=False, header_comment="# Simplified Chinese.")
    for message in catalog:
        if message.id:
            plain[message.id] = message
    return plain


def _read_django(text: str, place: str) -> Iterator[Found]:
    # What templatize leaves between the calls need not be Python: a call ends at the first parenthesis that makes it whole.
    source = templatize(_COMMENT.sub("", text), origin=place)
    for call in _CALL.finditer(source):
        for end in _CLOSE.finditer(source, call.end()):
            piece = source[call.start() : end.end()]
            try:
                ast.parse(piece)
            except SyntaxError:
                continue
            yield from _read_python(piece, place)
            break


def _read_python(text: str, place: str) -> Iterator[Found]:
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and _name_of(node) in KEYWORDS]
    for node in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        spec = KEYWORDS[_name_of(node)] or (1,)
        context: str | None = None
        groups: list[list[str]] = []
        for index in spec:
            at = index[0] if isinstance(index, tuple) else index
            texts = _texts_of(node.args[at - 1]) if len(node.args) >= at else []
            if isinstance(index, tuple):
                context = texts[0] if texts else None
            else:
                groups.append(texts)
        if len(groups) == 1:
            yield from (Found(words, context, place) for words in groups[0])
        elif all(groups):
            yield Found((groups[0][0], groups[1][0]), context, place)


def _name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _texts_of(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.BoolOp):
        return [words for value in node.values for words in _texts_of(value)]
    if isinstance(node, ast.IfExp):
        return _texts_of(node.body) + _texts_of(node.orelse)
    return []


def main() -> int:
    """Update every catalog and say what is missing."""
    for part in PARTS:
        missing = update(part)
        sys.stdout.write(f"{part}: {missing} to translate\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
