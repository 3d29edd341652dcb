"""A gift card's code: sixteen letters and digits, 78 bits by the server's secret; only its hash is kept."""

import hashlib
import hmac

from django.conf import settings

from core.limits import AttemptLimit
from core.tenancy import current_schema

_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 16

WRONG_CARDS = AttemptLimit("credits.card", {"cart": 10, "address": 40})


def make_code(nonce: str) -> str:
    """Return the code of the card with this nonce."""
    text = f"credits\0{current_schema()}\0{nonce}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).digest()
    return "".join(_LETTERS[byte % 32] for byte in digest[:LENGTH])


def write_code(code: str) -> str:
    """Return a code as people read it, in groups of four."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def clean_code(text: str) -> str:
    """Return what somebody typed as a code has it, or nothing where it can be none; 0 and O, 1 and I are not used."""
    code = "".join(c for c in text[:80].upper() if c.isalnum())
    return code if len(code) == LENGTH and set(code) <= set(_LETTERS) else ""


def hash_code(code: str) -> str:
    """Return what is kept of a code. With 80 bits by chance it needs no salt and no slow hash."""
    return hashlib.sha256(f"gift card {code}".encode()).hexdigest()
