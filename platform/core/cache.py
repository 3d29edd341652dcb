"""Cache keys that carry the store, so that one store can never read what another one cached."""

from core.tenancy import current_schema


def make_key(key: str, key_prefix: str, version: int) -> str:
    """Return the key with the current schema's name in front (Django's KEY_FUNCTION)."""
    return f"{current_schema()}:{key_prefix}:{version}:{key}"
