"""Unguessable names for things that appear in addresses, and generated schema names."""

import secrets

TOKEN_LENGTH = 26
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # 32, so a byte falls on each equally often
_LETTERS = (_ALPHABET * 8).encode()


def new_token() -> str:
    """Return 26 letters and digits without look-alikes: 130 bits from the system's random source."""
    return secrets.token_bytes(TOKEN_LENGTH).translate(_LETTERS).decode()


def new_schema_name() -> str:
    """Return `t_` and 20 hex digits; input never reaches a schema name."""
    return f"t_{secrets.token_hex(10)}"
