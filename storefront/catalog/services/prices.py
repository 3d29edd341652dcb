"""Write down what goods cost from when on."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from core.actors import current_actor
from core.clock import utc_now
from core.tenancy import current_tenant
from storefront.catalog.events import ProductChanged
from storefront.catalog.models import Product

_BATCH = 5000
_NOTE = """
INSERT INTO catalog_pricechange (variant_id, currency, price_amount, compare_at_amount, actor, created_at)
SELECT variant.id, %s, variant.price_amount, variant.compare_at_amount, %s, %s
  FROM catalog_productvariant AS variant
  LEFT JOIN LATERAL (
       SELECT change.price_amount, change.compare_at_amount
         FROM catalog_pricechange AS change
        WHERE change.variant_id = variant.id AND change.currency = %s
        ORDER BY change.created_at DESC, change.id DESC
        LIMIT 1
       ) AS last ON true
 WHERE variant.product_id = ANY(%s::bigint[])
   AND (last.price_amount IS DISTINCT FROM variant.price_amount
        OR last.compare_at_amount IS DISTINCT FROM variant.compare_at_amount)
"""


def note_prices(*, product_ids: Iterable[int], actor: str, now: datetime) -> int:
    """Add a row for each variant of these products whose price or compare-at price is not what was written last.

    Whoever changes goods publishes `ProductChanged`, and that calls this in the same transaction: no way of changing a price
    goes without its row. Returns how many rows were added.
    """
    currency = current_tenant().currency
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [currency, actor, now, currency, sorted(set(product_ids))])
        return int(cursor.rowcount)


def note_all_prices(*, actor: str, now: datetime) -> int:
    """Do it for the whole store: for goods from before prices were written down."""
    ids = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    return sum(
        note_prices(product_ids=ids[start : start + _BATCH], actor=actor, now=now)
        for start in range(0, len(ids), _BATCH)
    )


def follow_prices(event: ProductChanged) -> None:
    """Write down the prices of changed goods."""
    note_prices(product_ids=event.product_ids, actor=current_actor().name, now=utc_now())
