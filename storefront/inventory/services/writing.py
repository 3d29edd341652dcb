"""Write locked rows, their log, and the numbers that variants, sets and products repeat."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection

from core.events import publish
from storefront.catalog.services import refresh_product_summary
from storefront.inventory.events import StockReturned
from storefront.inventory.models import Stock, StockMovement

# What a set has at most: all its parts are sold without counting.
UNCOUNTED = 1_000_000

_VARIANTS = """
UPDATE catalog_productvariant AS variant
   SET available_count = coalesce(counted.available, 0)
  FROM catalog_productvariant AS before
  LEFT JOIN LATERAL (
       SELECT sum(stock.on_hand_count - stock.reserved_count)::int AS available
         FROM inventory_stock AS stock
        WHERE stock.variant_id = before.id
       ) AS counted ON true
 WHERE before.id = variant.id AND variant.id = ANY(%s)
RETURNING variant.id, variant.product_id, before.available_count, variant.available_count
"""
_SETS = """
UPDATE catalog_productvariant AS variant
   SET available_count = counted.available
  FROM catalog_productvariant AS before,
       LATERAL (
       SELECT coalesce(min(greatest(part.available_count, 0) / item.quantity)
                FILTER (WHERE part.tracks_stock AND NOT part.sells_when_out), %s)::int AS available
         FROM catalog_bundleitem AS item
         JOIN catalog_productvariant AS part ON part.id = item.component_id
        WHERE item.bundle_id = before.id
       ) AS counted
 WHERE before.id = variant.id
   AND variant.id IN (SELECT bundle_id FROM catalog_bundleitem WHERE component_id = ANY(%s) OR bundle_id = ANY(%s))
RETURNING variant.id, variant.product_id, before.available_count, variant.available_count
"""

Counted = list[tuple[int, int, int, int]]


def movement(row: Stock, delta: int, *, reason: str, actor: str, now: datetime, reference: str = "") -> StockMovement:
    """Return the line of the log for a change that is about to be written."""
    return StockMovement(stock=row, delta=delta, reason=reason, reference=reference[:64], actor=actor, created_at=now)


def write_stock(rows: Iterable[Stock], movements: Sequence[StockMovement]) -> None:
    """Write rows that are locked, and everything that repeats their numbers; tell of what can be had again."""
    changed = list(rows)
    if not changed:
        return
    Stock.objects.bulk_update(changed, ["on_hand_count", "reserved_count", "may_go_negative", "low_threshold"])
    StockMovement.objects.bulk_create(movements)
    repeat_counts({row.variant_id for row in changed})


def repeat_counts(variant_ids: Iterable[int]) -> None:
    """Write how many of these variants, and of the sets they are part of, can be had; their products are locked."""
    keys = sorted(set(variant_ids))
    with connection.cursor() as cursor:
        cursor.execute(_VARIANTS, [keys])
        counted: Counted = cursor.fetchall()
        cursor.execute(_SETS, [UNCOUNTED, keys, []])
        counted += cursor.fetchall()
    _tell(counted)


def repeat_set_counts(variant_ids: Iterable[int]) -> None:
    """Write how many of these sets can be put together; their products are locked."""
    with connection.cursor() as cursor:
        cursor.execute(_SETS, [UNCOUNTED, [], sorted(set(variant_ids))])
        _tell(cursor.fetchall())


def _tell(counted: Counted) -> None:
    refresh_product_summary({product_id for _variant, product_id, _before, _after in counted})
    returned = tuple(sorted(variant for variant, _product, before, after in counted if before <= 0 < after))
    if returned:
        publish(StockReturned(returned))
