"""Keep the catalogs of translated words: `python -m core.translations` collects what is new and compiles what is there.

A part of the house has one catalog, `locale/zh_Hans/LC_MESSAGES/django.po`. Python, Django templates and Jinja2 templates are
read by babel; nothing needs GNU gettext.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize
from jinja2.ext import babel_extract

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
}
_LEFT_OUT = {"migrations", "vendor", "static", "__pycache__"}


@dataclass(frozen=True, slots=True)
class Found:
    """One text to translate: `id` is a tuple where it has a plural."""

    id: str | tuple[str, ...]
    context: str | None
    place: str


def collect(part: str) -> Catalog:
    """Return a catalog of every text that the part's files name."""
    catalog = Catalog(locale=LOCALE, project="Shopstead", charset="utf-8")
    for folder in PARTS[part]:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and not _LEFT_OUT & set(path.parts):
                for found in _read(path):
                    catalog.add(found.id, context=found.context, locations=[(found.place, 1)])
    return catalog


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


def list_untranslated(part: str) -> list[str]:
    """Return the texts of the part that have no translation, or one marked as doubtful."""
    kept = read_catalog(part)
    missing = []
    for message in collect(part):
        if message.id:
            own = kept.get(message.id, message.context)
            if own is None or own.fuzzy or not _is_complete(own):
                missing.append(message.id if isinstance(message.id, str) else message.id[0])
    return missing


def compiled(part: str) -> bytes:
    """Return the part's catalog in the form that gettext reads at run time."""
    buffer = BytesIO()
    write_mo(buffer, read_catalog(part))
    return buffer.getvalue()


def update(part: str) -> int:
    """Write new texts into the part's catalog, drop those that are gone, compile it, and return how many lack a translation."""
    template = collect(part)
    kept = read_catalog(part)
    kept.update(template, no_fuzzy_matching=True)
    kept.obsolete.clear()
    path = catalog_path(part)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, kept, width=120, sort_by_file=True, no_location=True, omit_header=False)
    path.with_suffix(".mo").write_bytes(compiled(part))
    return len(list_untranslated(part))


def _read(path: Path) -> Iterator[Found]:
    text = path.read_text(encoding="utf-8")
    place = path.relative_to(ROOT).as_posix()
    if path.suffix == ".py":
        rows = extract(extract_python, BytesIO(text.encode()), keywords=KEYWORDS)
    elif "jinja2" in path.parts:
        rows = extract(babel_extract, BytesIO(text.encode()), keywords=KEYWORDS, options={"newstyle_gettext": "true"})
    else:
        source = " ".join(line.strip() for line in templatize(text, origin=place).splitlines())
        rows = extract(extract_python, BytesIO(source.encode()), keywords=KEYWORDS)
    for _line, message, _comments, context in rows:
        yield Found(message, context, place)


def _is_complete(message: Message) -> bool:
    words = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(words[0])


def main() -> int:
    """Update every catalog and say what is missing."""
    for part in PARTS:
        missing = update(part)
        sys.stdout.write(f"{part}: {missing} to translate\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
