"""Turns a question into plain lower-case text, words and units."""

import re
import unicodedata
from functools import cache
from typing import Any, Final

import jieba

MAXIMUM_CHARACTERS: Final = 2_000
"""Only the beginning of a long text is read: a question stands in its first lines."""

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+")
_DIGITS = re.compile(r"\d+")
_NOT_TEXT = re.compile(r"[^\w']+")
_SCRIPT_CHANGE = re.compile(rf"(?<=[{_HAN}])(?=[^{_HAN}\s])|(?<=[^{_HAN}\s])(?=[{_HAN}])")
_RUN = re.compile(rf"[{_HAN}]+|[^{_HAN}\s]+")
_UNIT = re.compile(rf"[{_HAN}]|[^\W\d_{_HAN}]+")
_HAN_RUN = re.compile(rf"[{_HAN}]+")


def normalize_text(text: str) -> str:
    """Return the text in lower case, without addresses, punctuation and emoji, one space between words.

    Digits become zeros, at most four in a row, so that an order number is known as one whatever it is. A space is put
    where Chinese and another script meet. Marks that repeat a question (`?`, `!`) are dropped.
    """
    plain = unicodedata.normalize("NFKC", text[:MAXIMUM_CHARACTERS]).lower().replace("\u2019", "'")
    plain = _ADDRESS.sub(" ", plain)
    plain = _DIGITS.sub(lambda match: "0" * min(len(match.group()), 4), plain)
    plain = _NOT_TEXT.sub(" ", plain).replace("_", " ")
    return " ".join(_SCRIPT_CHANGE.sub(" ", plain).split())


def split_words(normalized: str) -> list[str]:
    """Return the words of a normalized text; Chinese is cut by jieba's dictionary."""
    words: list[str] = []
    for run in _RUN.findall(normalized):
        if _HAN_RUN.fullmatch(run):
            words.extend(_segmenter().lcut(run))
        else:
            words.append(run)
    return words


def split_units(normalized: str) -> list[str]:
    """Return the smallest units that can be known or unknown: single Chinese characters and whole other words."""
    return _UNIT.findall(normalized)


@cache
def _segmenter() -> Any:
    # jieba keeps a marshalled copy of its dictionary under a fixed name in the shared temporary folder and trusts what
    # it finds there. Loading the dictionary itself costs half a second once a process and trusts nobody.
    segmenter = jieba.dt
    with segmenter.lock:
        if not segmenter.initialized:
            segmenter.FREQ, segmenter.total = segmenter.gen_pfdict(segmenter.get_dict_file())
            segmenter.initialized = True
    return segmenter
