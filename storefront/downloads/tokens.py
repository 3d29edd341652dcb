"""The secret part of a download's address."""

import base64
import hashlib
import hmac

from django.conf import settings

from core.tenancy import current_schema

LENGTH = 32


def make_token(*, grant_id: int, nonce: str) -> str:
    """Return the 32 letters and digits (160 bits) that open a grant; a new nonce ends the old ones."""
    text = f"downloads\0{current_schema()}\0{grant_id}\0{nonce}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:LENGTH]


def is_token(text: str, *, grant_id: int, nonce: str) -> bool:
    """Tell in constant time whether this opens the grant."""
    return hmac.compare_digest(text.encode(), make_token(grant_id=grant_id, nonce=nonce).encode())
