"""Text on its way into a log, a table or a line: one line, one cell, the words of HTML."""

import re
import unicodedata
from collections.abc import Iterable
from html import unescape
from typing import Any

from django.utils.html import strip_tags
from django.utils.text import Truncator

# Marks that turn the direction of writing: a name with one could show a line that was never written.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BREAKING = frozenset({"Cc", "Cs", "Zl", "Zp"})
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")
# Where one of these ends, words that stood apart on the page would run together.
_BLOCK_END = re.compile(r"<(?:br|/(?:p|div|li|ul|ol|h[1-6]|tr|t[dh]|table|blockquote))\b", re.IGNORECASE)
# A tag as sanitized HTML writes it; whatever else has a `<` is left to the library.
_TAG = re.compile(r"""</?[a-z][^<>"']*(?:"[^"]*"[^<>"']*)*>""", re.IGNORECASE)
_NUMBER = re.compile(r"^[+-][0-9]+([.,][0-9]+)?$", re.ASCII)


def one_line(text: object, *, limit: int | None = None) -> str:
    """Return the text with each line break, control sign and turning mark as a space, cut to `limit` signs."""
    words = str(text)
    if words.isascii() and words.isprintable():
        return words[:limit]
    is_odd = (sign in _TURNING or unicodedata.category(sign) in _BREAKING for sign in words)
    return "".join(" " if odd else sign for sign, odd in zip(words, is_odd, strict=True))[:limit]


def plain_words(html: str) -> str:
    """Return the words of HTML on one line; paragraphs and cells stay apart."""
    text = _TAG.sub("", _BLOCK_END.sub(r" \g<0>", html))
    return " ".join(unescape(strip_tags(text) if "<" in text else text).split())


def shortened(text: str, limit: int) -> str:
    """Return the text, cut to `limit` signs with an ellipsis at the end where it is longer."""
    return text if len(text) <= limit else Truncator(text).chars(limit)


def neutralize(cell: str) -> str:
    """Return the cell so that a spreadsheet shows it and does not run it; plain numbers stay numbers.

    Source: OWASP ASVS 5.0, 1.2.10.
    """
    if cell.startswith(_FORMULA_STARTS) and not _NUMBER.match(cell):
        return f"'{cell}"
    return cell


def without_words(value: Any, words: Iterable[str]) -> Any:
    """Return a value of JSON in which none of these words stands in any text, whatever its case; an ellipsis takes their place."""
    told = [re.escape(word) for word in sorted(words, key=len, reverse=True) if word]
    return _strike(value, re.compile("|".join(told), re.IGNORECASE)) if told else value


def _strike(value: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return pattern.sub("…", value)
    if isinstance(value, list):
        return [_strike(one, pattern) for one in value]
    if isinstance(value, dict):
        return {_strike(key, pattern): _strike(one, pattern) for key, one in value.items()}
    return value
