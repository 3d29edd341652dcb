"""The one way to read a cart's row: by its token, in a statement that is planned once."""

import json
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS

from core.db.prepared import prepared_cursor
from storefront.carts.models import Cart

_COLUMNS = (
    "id", "token", "customer_id", "currency", "order_token", "codes", "card_ids", "lines_count", "version", "ordered_at",
)  # fmt: skip
_READ = """
SELECT json_build_array(id, token, customer_id, currency, order_token, codes, card_ids, lines_count, version, ordered_at)::text
  FROM carts_cart WHERE token = %s::text
"""
_LOCK = f"{_READ} FOR UPDATE"


def read_cart(token: str | None, *, is_locked: bool = False) -> Cart | None:
    """Return the cart with this token, ordered or not, or None; with `is_locked` it is held until the transaction ends."""
    if not token:
        return None
    with prepared_cursor() as cursor:
        cursor.execute(_LOCK if is_locked else _READ, [token])
        row = cursor.fetchone()
    if row is None:
        return None
    values = json.loads(row[0])
    values[-1] = datetime.fromisoformat(values[-1]) if values[-1] else None
    return Cart.from_db(DEFAULT_DB_ALIAS, _COLUMNS, values)
