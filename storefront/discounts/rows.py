"""The one way to read what discounts a shopper may have: in a statement that is planned once."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS

from core.db.prepared import prepared_cursor
from storefront.discounts.codes import MOST_IN_A_CART
from storefront.discounts.models import Promotion

MOST_AUTOMATIC = 25
_ENTERED = ("entered", "entered_id", "entered_limit", "entered_used", "mine_count", "orders_count")
_COLUMNS = tuple(field.attname for field in Promotion._meta.concrete_fields)
_MOMENTS = ("starts_at", "ends_at", "created_at", "updated_at")
_READ = """
SELECT coalesce(json_agg(found ORDER BY found.id), '[]')::text FROM (
    SELECT promotion.*, code.code AS entered, code.id AS entered_id,
           code.limit_count AS entered_limit, code.used_count AS entered_used,
           (SELECT count(*) FROM discounts_discountuse AS mine
             WHERE mine.promotion_id = promotion.id AND mine.customer_id = %(customer_id)s::bigint) AS mine_count,
           coalesce((SELECT buyer.orders_count FROM customers_customer AS buyer
             WHERE buyer.id = %(customer_id)s::bigint), 0) AS orders_count
      FROM discounts_promotion AS promotion
      LEFT JOIN discounts_discountcode AS code ON code.promotion_id = promotion.id AND code.code = ANY(%(codes)s::text[])
     WHERE code.id IS NOT NULL
        OR (promotion.is_automatic AND promotion.is_active AND promotion.starts_at <= %(now)s::timestamptz
            AND (promotion.ends_at IS NULL OR promotion.ends_at > %(now)s::timestamptz))
     ORDER BY promotion.id LIMIT {most}) AS found
""".replace("{most}", str(MOST_AUTOMATIC + MOST_IN_A_CART))


def read_promotions(*, codes: Sequence[str], customer_id: int | None, now: datetime) -> list[Promotion]:
    """Return the automatic promotions that run now and those of these codes, in the order of their keys.

    `entered…` are the code's own columns, None without one; `mine_count` is how many orders of the customer hold the promotion,
    `orders_count` how many they have paid.
    """
    words = {"codes": list(codes), "customer_id": customer_id, "now": now}
    with prepared_cursor() as cursor:
        cursor.execute(_READ, words)
        (answer,) = cursor.fetchone()
    return [_make(row) for row in json.loads(answer)]


def _make(row: dict[str, object]) -> Promotion:
    for name in _MOMENTS:
        row[name] = datetime.fromisoformat(str(row[name])) if row[name] else None
    promotion = Promotion.from_db(DEFAULT_DB_ALIAS, _COLUMNS, [row[name] for name in _COLUMNS])
    for name in _ENTERED:
        setattr(promotion, name, row[name])
    return promotion
