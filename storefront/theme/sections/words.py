"""A section's values in the language of the request."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language

from core.tenancy import current_tenant
from storefront.theme.first_look import first_look
from storefront.theme.sections.checks import Section


def spoken(section: Section) -> dict[str, Any]:
    """Return the section with the words of the request's language where they were translated.

    What still says what every new store says, says it in that language by itself.
    """
    tenant, language = current_tenant(), get_language() or ""
    if language == tenant.language:
        return section
    first = _first_words(tenant.name, tenant.language, language)
    values = {name: _say(value, first) for name, value in section["values"].items()}
    for name, said in section.get("translations", {}).get(language, {}).items():
        values[name] = _beside(values.get(name), said) if isinstance(said, list) else said
    return {**section, "values": values}


def _say(value: Any, first: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [{name: _say(text, first) for name, text in row.items()} for row in value]
    return first.get(value, value) if isinstance(value, str) else value


def _beside(own: Any, said: list[dict[str, str]]) -> Any:
    """Lay the words of a list's parts over the parts; words of parts that are gone stay away."""
    rows = own if isinstance(own, list) else []
    return [{**row, **(said[place] if place < len(said) else {})} for place, row in enumerate(rows)]


@lru_cache(maxsize=256)
def _first_words(name: str, own: str, language: str) -> dict[str, str]:
    """Return what a new store says, by what it says in its own language."""
    mine, other = (list(_texts(first_look(store_name=name, language=code)[1])) for code in (own, language))
    return {text: said for text, said in zip(mine, other, strict=True) if text}


def _texts(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, Mapping):
        for name, value in found.items():
            if name not in ("id", "kind"):
                yield from _texts(value)
    elif isinstance(found, list):
        for value in found:
            yield from _texts(value)
