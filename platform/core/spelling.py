"""Text of any script as plain words of a to z, for addresses."""

import re
import unicodedata
from importlib import import_module

_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0002ebef]+")
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")


def spell_plainly(text: str) -> str:
    """Return the text in lower case, joined by hyphens, Chinese by its sounds: ``小熊家居`` gives ``xiao-xiong-jia-ju``.

    Empty where nothing can be spelled. The table of sounds takes most of a second to load and is loaded at first need.
    """
    if _HAN.search(text):
        sounds = import_module("pypinyin").lazy_pinyin
        text = _HAN.sub(lambda found: f" {' '.join(sounds(found.group()))} ", text)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NOT_PLAIN.sub("-", plain.replace("'", "")).strip("-")
