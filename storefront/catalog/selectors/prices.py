"""What goods have cost."""

from collections.abc import Iterable, Sequence

from django.db import connection

from core.tenancy import current_tenant
from storefront.catalog.models import ProductVariant
from storefront.catalog.price_history import PricePoint, find_lowest_before

# A price that changes every hour fills this in three weeks; beyond it the oldest known one stands for the rest.
MOST_POINTS = 1000
_HISTORY = """
SELECT variant.id, change.created_at, change.price_amount, change.compare_at_amount
  FROM unnest(%s::bigint[]) AS variant (id)
 CROSS JOIN LATERAL (
       SELECT id, created_at, price_amount, compare_at_amount
         FROM catalog_pricechange
        WHERE variant_id = variant.id AND currency = %s
        ORDER BY created_at DESC, id DESC
        LIMIT %s
       ) AS change
 ORDER BY variant.id, change.created_at DESC, change.id DESC
"""


def list_price_points(variant_ids: Iterable[int], *, limit: int = MOST_POINTS) -> dict[int, list[PricePoint]]:
    """Return what these variants have cost in the store's own currency, newest first, in one query."""
    found: dict[int, list[PricePoint]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_HISTORY, [sorted(set(variant_ids)), current_tenant().currency, limit])
        for variant_id, at, price, compare_at in cursor.fetchall():
            found.setdefault(variant_id, []).append(PricePoint(at, price, compare_at))
    return found


def list_lowest_prices(variants: Sequence[ProductVariant]) -> dict[int, int]:
    """Return the lowest price of the 30 days before the present reduction, by variant, in one query or none.

    Variants that are not reduced, or were not for sale before, are left out.
    """
    reduced = [one.pk for one in variants if one.compare_at_amount and one.compare_at_amount > one.price_amount]
    if not reduced:
        return {}
    points = list_price_points(reduced)
    found = {pk: find_lowest_before(history) for pk, history in points.items()}
    return {pk: amount for pk, amount in found.items() if amount is not None}


def lowest_price_30_days(variant: ProductVariant) -> int | None:
    """Return what a variant's announced reduction has to be measured against, in minor units of the store's currency."""
    return list_lowest_prices([variant]).get(variant.pk)
