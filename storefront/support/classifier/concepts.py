"""Finds the concepts a question names: words that mean the same to a shop, in both languages."""

import re
import tomllib
from functools import cache
from importlib.resources import files


def find_concepts(normalized: str) -> list[str]:
    """Return the names of the concepts of `data/concepts.toml` that a normalized text names, each once."""
    return [name for name, pattern in _patterns() if pattern.search(normalized)]


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    file = files("storefront.support.classifier") / "data" / "concepts.toml"
    concepts: dict[str, list[str]] = tomllib.loads(file.read_text(encoding="utf-8"))
    return tuple((name, _compile(phrases)) for name, phrases in concepts.items())


def _compile(phrases: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(_phrase(phrase) for phrase in phrases))


def _phrase(phrase: str) -> str:
    if not phrase.isascii():
        return re.escape(phrase)
    stem = re.escape(phrase.rstrip("*"))
    return rf"\b{stem}" if phrase.endswith("*") else rf"\b{stem}\b"
