"""From text to the words that are kept and looked up; Chinese is cut by jieba."""

import functools
import logging
import re
import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

LONGEST_WORD = 60
MOST_WORDS = 400
MOST_QUERY_WORDS = 12
_RUNS = re.compile(r"[\u3400-\u9fff\U00020000-\U0002ebef]+|[^\W_]+(?:[.][0-9]+)?")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0002ebef]")


@functools.cache
def _cutter() -> Any:
    """Return jieba's tokenizer, read at its first use: two seconds and 97 MB that most processes do without."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba  # loads the dictionary's module, so not at start

        jieba.setLogLevel(logging.WARNING)
        tokenizer = jieba.Tokenizer()
        tokenizer.initialize()
    return tokenizer


def index_words(text: str) -> list[str]:
    """Return the words a text is found by, in order, and every Han letter and pair, so that 壶 finds 紫砂壶."""
    words: list[str] = []
    for run in _runs(text):
        if _HAN.match(run):
            words += [word for word in _cutter().cut_for_search(run) if word.strip()]
            words += _letters_and_pairs(run)
        else:
            words.append(_fold(run))
        if len(words) >= MOST_WORDS:
            break
    return [word[:LONGEST_WORD] for word in words[:MOST_WORDS]]


def query_words(text: str) -> list[str]:
    """Return the words that all have to be found, each once, in order."""
    words: list[str] = []
    for run in _runs(text):
        if _HAN.match(run):
            words += [word for word in _cutter().cut(run) if word.strip()] if len(run) > 2 else [run]
        else:
            words.append(_fold(run))
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in words))[:MOST_QUERY_WORDS]


def vector_literal(parts: Iterable[tuple[str, str]]) -> str:
    """Return (weight, text) pairs as a tsvector in its text form.

    Written by hand because PostgreSQL's parser drops Chinese where the database has the C locale.
    """
    places: dict[str, list[str]] = {}
    position = 0
    for weight, text in parts:
        for word in index_words(text):
            position = min(position + 1, 16_383)
            found = places.setdefault(word, [])
            if len(found) < 8:
                found.append(f"{position}{weight}")
    return " ".join(f"{_quote(word)}:{','.join(found)}" for word, found in places.items())


def query_literal(words: Iterable[str]) -> str:
    """Return the words as a tsquery in its text form: all of them, each as the beginning of a word."""
    return " & ".join(f"{_quote(word)}:*" for word in words)


def _runs(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", text).lower()
    plain = "".join(letter for letter in unicodedata.normalize("NFD", plain) if not unicodedata.combining(letter))
    return (found.group() for found in _RUNS.finditer(plain))


def _fold(word: str) -> str:
    """Take off an English plural, on both sides alike, so that mug finds mugs and mugs finds mug."""
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _letters_and_pairs(run: str) -> list[str]:
    return [*run, *(run[at : at + 2] for at in range(len(run) - 1))]


def _quote(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
