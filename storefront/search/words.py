"""From text to the words that are kept and looked up, the same way on both sides."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from storefront.search.cutting import dictionary, simplified_letters, spell

LONGEST_WORD = 60
MOST_WORDS = 400
MOST_QUERY_WORDS = 12
SHORTEST_BEGINNING = 3
_HAN_LETTERS = "\u3400-\u9fff\U00020000-\U0002ebef"
_HAN = re.compile(f"[{_HAN_LETTERS}]")
_RUNS = re.compile(rf"[{_HAN_LETTERS}]+|(?:(?![{_HAN_LETTERS}])[^\W_])+(?:[.](?=[0-9])[0-9]+[a-z]*)?")
_APOSTROPHES = re.compile("['\u2019\u02bc`]")
_HYPHENED = re.compile(rf"(?:(?![{_HAN_LETTERS}])[^\W_])+(?:-(?:(?![{_HAN_LETTERS}])[^\W_])+)+")
_LETTERS_THEN_DIGITS = re.compile(r"([^\W\d_]{2,})([0-9]+)")
_UNITS = {
    **dict.fromkeys(("ml", "milliliter", "milliliters", "millilitre", "millilitres", "毫升"), "ml"),
    **dict.fromkeys(("l", "liter", "liters", "litre", "litres", "升"), "l"),
    **dict.fromkeys(("g", "gram", "grams", "克"), "g"),
    **dict.fromkeys(("kg", "kilo", "kilos", "kilogram", "kilograms", "千克", "公斤"), "kg"),
    **dict.fromkeys(("mm", "millimeter", "millimeters", "毫米"), "mm"),
    **dict.fromkeys(("cm", "centimeter", "centimeters", "厘米", "公分"), "cm"),
    **dict.fromkeys(("m", "meter", "meters", "metre", "metres", "米"), "m"),
    **dict.fromkeys(("inch", "inches", "英寸", "寸"), "in"),
    **dict.fromkeys(("ft", "foot", "feet", "英尺"), "ft"),
    **dict.fromkeys(("oz", "ounce", "ounces", "盎司"), "oz"),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds", "磅"), "lb"),
    **dict.fromkeys(("w", "watt", "watts", "瓦"), "w"),
    **dict.fromkeys(("v", "volt", "volts", "伏"), "v"),
    "mah": "mah", "毫安时": "mah", "毫安": "mah", "gb": "gb", "tb": "tb", "mb": "mb",
}  # fmt: skip
_NUMBER_AND_UNIT = re.compile(
    rf"([0-9]+(?:[.][0-9]+)?)\s*({'|'.join(sorted(map(re.escape, _UNITS), key=len, reverse=True))})(?![a-z0-9])"
)
_IRREGULAR = {
    "knives": "knife", "wives": "wife", "lives": "life", "leaves": "leaf", "shelves": "shelf", "scarves": "scarf",
    "loaves": "loaf", "halves": "half", "wolves": "wolf", "children": "child",
    "feet": "foot", "teeth": "tooth", "mice": "mouse", "geese": "goose", "accessories": "accessory",
    "series": "series", "gas": "gas", "lens": "lens", "christmas": "christmas", "canvas": "canvas",
}  # fmt: skip
_PASSED_OVER = {
    *("a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"),
    *"的了和与及或在是有",
}


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a question: as it is kept, and the tsquery that finds it."""

    text: str
    literal: str

    @property
    def is_han(self) -> bool:
        return bool(_HAN.match(self.text))


@dataclass(slots=True)
class Indexed:
    """What a text is found by: its words, and the letters, pairs, sounds and halves that lead to them."""

    words: list[str]
    hints: list[str]


def plain(text: str) -> str:
    """Return the text as it is compared: full width, case, accents and traditional letters folded, units joined."""
    text = unicodedata.normalize("NFKC", text.replace("\0", " ")).lower()
    text = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    text = _APOSTROPHES.sub("", unicodedata.normalize("NFC", text)).translate(simplified_letters())
    return _NUMBER_AND_UNIT.sub(lambda found: f" {found[1]}{_UNITS[found[2]]} ", text)


def index_text(text: str) -> Indexed:
    """Return what a text is found by; every Han letter and pair is a hint, so that 壶 finds 紫砂壶."""
    folded = plain(text)
    words: list[str] = []
    hints = [_singular(found.group().replace("-", "")) for found in _HYPHENED.finditer(folded)]
    for run in _RUNS.findall(folded):
        if _HAN.match(run):
            cut = dictionary().cut(run)
            words += cut
            hints += [part for word in cut if len(word) > 2 for part in dictionary().parts(word)]
            hints += [*run, *(run[at : at + 2] for at in range(len(run) - 1))]
        else:
            words.append(_singular(run))
            if halves := _LETTERS_THEN_DIGITS.fullmatch(run):
                hints += [_singular(halves[1]), halves[2]]
        if len(words) >= MOST_WORDS:
            break
    return Indexed(_short(words[:MOST_WORDS]), _short(list(dict.fromkeys(hints))[: 3 * MOST_WORDS]))


def sounds_of(words: Iterable[str]) -> dict[str, str]:
    """Return how the Han words of two letters and more sound, by the sound."""
    return {spell(word): word for word in words if len(word) > 1 and _HAN.match(word)}


def query_words(text: str, *, is_typing: bool = False) -> list[Word]:
    """Return the words that all have to be found, each once, in order; while typing, the last one is a beginning."""
    runs = _RUNS.findall(plain(text))
    words: list[Word] = []
    for at, run in enumerate(runs):
        is_last = is_typing and at == len(runs) - 1
        if _HAN.match(run):
            cut = dictionary().cut(run[:LONGEST_WORD])
            words += [Word(word, _find_han(word)) for word in cut]
        else:
            words.append(_latin(run[:LONGEST_WORD], is_beginning=is_last))
    kept = [word for word in words if word.text not in _PASSED_OVER] or words
    return list({word.text: word for word in kept}.values())[:MOST_QUERY_WORDS]


def code_literal(text: str) -> str:
    """Return the tsquery of a stock keeping unit or barcode that is the whole text, empty for what cannot be one."""
    code = exact_code(text)
    return quote(code) if code and any(letter.isdigit() for letter in code) else ""


def exact_code(text: str) -> str:
    """Return a stock keeping unit or a barcode as it is kept: one word, marked, so that no other word is like it."""
    code = "".join(unicodedata.normalize("NFKC", text).lower().split())
    return f"={code}"[:LONGEST_WORD] if code else ""


def vector_literal(parts: Iterable[tuple[str, Iterable[str]]]) -> str:
    """Return (weight, words) pairs as a tsvector in its text form.

    Written by hand because PostgreSQL's parser drops Chinese where the database has the C locale.
    """
    places: dict[str, list[str]] = {}
    position = 0
    for weight, words in parts:
        for word in words:
            position = min(position + 1, 16_383)
            found = places.setdefault(word, [])
            if len(found) < 4:
                found.append(f"{position}{weight}")
    return " ".join(f"{quote(word)}:{','.join(found)}" for word, found in places.items())


def all_of(words: Iterable[Word]) -> str:
    """Return the tsquery, in its text form, of what has all the words."""
    return " & ".join(word.literal for word in words)


def quote(word: str) -> str:
    """Return the word as PostgreSQL reads it in a tsvector or tsquery."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def _latin(run: str, *, is_beginning: bool) -> Word:
    word = _singular(run)
    choices = [quote(word)]
    if len(word) >= SHORTEST_BEGINNING or (is_beginning and len(word) > 1):
        choices.append(f"{quote(word)}:*")
    if is_beginning and run != word:
        choices.append(f"{quote(run)}:*")
    if halves := _LETTERS_THEN_DIGITS.fullmatch(run):
        choices.append(f"({quote(_singular(halves[1]))} & {quote(halves[2])})")
    return Word(word, choices[0] if len(choices) == 1 else f"({' | '.join(choices)})")


def _find_han(word: str) -> str:
    """Return the tsquery of a Han word: itself, or the shorter words it is made of where a text was cut otherwise."""
    if len(word) < 3:
        return quote(word)
    known = dictionary().likelihood
    if len(word) == 3 and known(word[:2]) is not None:
        pieces = [word[:2], word[2]]
    elif len(word) == 4 and known(word[:2]) is not None and known(word[2:]) is not None:
        pieces = [word[:2], word[2:]]
    else:
        pieces = [word[at : at + 2] for at in range(len(word) - 1)]
    return f"({quote(word)} | ({' & '.join(map(quote, pieces))}))"


def _singular(word: str) -> str:
    """Take off an English plural, on both sides alike, so that mug finds mugs and mugs finds mug."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _short(words: list[str]) -> list[str]:
    return [word[:LONGEST_WORD] for word in words]
