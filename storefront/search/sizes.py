"""The order of sizes: S before M before L, 38 before 40, 150 ml before 1 L."""

import re
from collections.abc import Iterable

_LETTERS = ("XXXS", "XXS", "XS", "S", "M", "L", "XL", "XXL", "2XL", "XXXL", "3XL", "4XL", "5XL")
_UNITS = {
    **dict.fromkeys(("ml", "毫升"), ("volume", 1.0)),
    **dict.fromkeys(("l", "升"), ("volume", 1000.0)),
    **dict.fromkeys(("g", "克"), ("weight", 1.0)),
    **dict.fromkeys(("kg", "千克", "公斤"), ("weight", 1000.0)),
    **dict.fromkeys(("mm", "毫米"), ("length", 1.0)),
    **dict.fromkeys(("cm", "厘米"), ("length", 10.0)),
    **dict.fromkeys(("m", "米"), ("length", 1000.0)),
    "gb": ("storage", 1.0),
    "tb": ("storage", 1024.0),
    "oz": ("ounces", 1.0),
    "lb": ("ounces", 16.0),
    "": ("number", 1.0),
    "码": ("number", 1.0),
    "in": ("inches", 1.0),
    "寸": ("inches", 1.0),
}
_AMOUNT = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\s*(\D{0,2})")


def in_size_order(values: Iterable[str]) -> list[str] | None:
    """Return the values from the smallest to the largest, or None where not all of them are sizes."""
    sized = [(_size(value), value) for value in values]
    if len({kind for (kind, _amount), _value in sized}) != 1 or sized[0][0][0] == "":
        return None
    return [value for _size_of_it, value in sorted(sized)]


def _size(value: str) -> tuple[str, float]:
    text = value.strip()
    if text.upper() in _LETTERS:
        return "letters", float(_LETTERS.index(text.upper()))
    found = _AMOUNT.fullmatch(text)
    kind, factor = _UNITS.get(found[2].lower(), ("", 0.0)) if found else ("", 0.0)
    return kind, float(found[1]) * factor if found else 0.0
