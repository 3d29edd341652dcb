"""How a code is spelled: people write it in small letters, with spaces, from a printed card."""

import re
import secrets
import unicodedata

from core.limits import AttemptLimit

LONGEST = 40
MOST_IN_A_CART = 5
# Without letters and digits that look alike or make words.
_LETTERS = "23456789BCDFGHJKLMNPQRSTVWXZ"
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"[\w.+%$-]{1,40}")

# Ten wrong codes a cart and forty an address, in a quarter of an hour: a code of eight letters has 28**8 neighbors.
WRONG_CODES = AttemptLimit("discounts.code", {"cart": 10, "address": 40})


def clean_code(text: str) -> str:
    """Return a code as it is kept: capitals without spaces; empty for what can be no code."""
    code = _SPACES.sub("", unicodedata.normalize("NFKC", text[:200])).upper()
    return code if _WORD.fullmatch(code) else ""


def make_code(prefix: str, length: int) -> str:
    """Return a code that nobody guesses: the prefix and so many letters and digits by chance."""
    return prefix + "".join(secrets.choice(_LETTERS) for _ in range(length))
