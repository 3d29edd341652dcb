"""The token of an invitation's link: made of store, address, nonce and the server's secret; only its hash is kept."""

import hashlib

from django.utils.crypto import salted_hmac

_SALT = "tenants.people.invitation"


def make_token(*, tenant_id: int, email: str, nonce: str) -> str:
    """Return the token; another store, another address or another nonce makes another one."""
    return salted_hmac(_SALT, f"{tenant_id}:{email}:{nonce}", algorithm="sha256").hexdigest()


def hash_token(token: str) -> str:
    """Return what the database keeps of it."""
    return hashlib.sha256(token.encode()).hexdigest()
