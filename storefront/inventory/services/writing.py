"""Write locked rows, their log, and the numbers that variants, sets and products repeat."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from core.db.batch import Batch
from core.events import publish
from storefront.catalog.services.summary import SUMMARY_SQL
from storefront.inventory.events import StockReturned
from storefront.inventory.models import Stock, StockMovement

# What a set has at most: all its parts are sold without counting.
UNCOUNTED = 1_000_000

_PUT = """
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::int[], %s::bool[], %s::int[])
    AS stock_put (id, variant_id, on_hand_count, reserved_count, may_go_negative, low_threshold)
"""
_STOCK = """
UPDATE inventory_stock AS stock
   SET on_hand_count = stock_put.on_hand_count, reserved_count = stock_put.reserved_count,
       may_go_negative = stock_put.may_go_negative, low_threshold = stock_put.low_threshold
  FROM stock_put WHERE stock.id = stock_put.id
"""
# All parts read what was there before the statement, so what is written beside stands in the way of what is read.
_VARIANTS = """
UPDATE catalog_productvariant AS variant
   SET available_count = coalesce(counted.available, 0)
  FROM catalog_productvariant AS before
  LEFT JOIN LATERAL (
       SELECT sum(coalesce(new.on_hand_count, stock.on_hand_count)
                  - coalesce(new.reserved_count, stock.reserved_count))::int AS available
         FROM inventory_stock AS stock LEFT JOIN stock_put AS new ON new.id = stock.id
        WHERE stock.variant_id = before.id
       ) AS counted ON true
 WHERE before.id = variant.id AND variant.id = ANY(%s::bigint[])
   AND NOT EXISTS (SELECT FROM catalog_bundleitem AS item WHERE item.bundle_id = before.id)
RETURNING variant.id, variant.product_id, before.available_count AS before, variant.available_count AS after
"""
_SETS = """
UPDATE catalog_productvariant AS variant
   SET available_count = counted.available
  FROM catalog_productvariant AS before,
       LATERAL (
       SELECT coalesce(min(greatest(coalesce(part_now.after, part.available_count), 0) / item.quantity)
                FILTER (WHERE part.tracks_stock AND NOT part.sells_when_out), %s)::int AS available
         FROM catalog_bundleitem AS item
         JOIN catalog_productvariant AS part ON part.id = item.component_id
         LEFT JOIN stock_variants AS part_now ON part_now.id = part.id
        WHERE item.bundle_id = before.id
       ) AS counted
 WHERE before.id = variant.id
   AND variant.id IN (SELECT bundle_id FROM catalog_bundleitem
                       WHERE component_id = ANY(%s::bigint[]) OR bundle_id = ANY(%s::bigint[]))
RETURNING variant.id, variant.product_id, before.available_count AS before, variant.available_count AS after
"""
_RECOUNTED = "SELECT * FROM stock_variants UNION ALL SELECT * FROM stock_sets"
_PRODUCTS = SUMMARY_SQL.format(
    wanted="(SELECT DISTINCT product_id AS id FROM stock_recounted) AS wanted",
    variants="""(
        SELECT each.product_id, each.price_amount, each.compare_at_amount, each.position, each.tracks_stock,
               each.sells_when_out, coalesce(now.after, each.available_count) AS available_count
          FROM catalog_productvariant AS each LEFT JOIN stock_recounted AS now ON now.id = each.id)""",
)


def movement(row: Stock, delta: int, *, reason: str, actor: str, now: datetime, reference: str = "") -> StockMovement:
    """Return the line of the log for a change that is about to be written."""
    return StockMovement(
        stock_id=row.pk, delta=delta, reason=reason, reference=reference[:64], actor=actor, created_at=now
    )


def write_stock(rows: Iterable[Stock], movements: Sequence[StockMovement]) -> None:
    """Write rows that are locked, and everything that repeats their numbers; tell of what can be had again."""
    batch = Batch()
    add_stock(batch, rows, movements)
    batch.run()


def add_stock(batch: Batch, rows: Iterable[Stock], movements: Sequence[StockMovement]) -> None:
    """Put what `write_stock` writes into a batch. No other part of it may write these rows, their variants or products."""
    changed = list(rows)
    if not changed:
        return
    columns = ("id", "variant_id", "on_hand_count", "reserved_count", "may_go_negative", "low_threshold")
    batch.add("stock_put", _PUT, [[getattr(row, column) for row in changed] for column in columns])
    batch.add("stock_rows", _STOCK)
    batch.insert("stock_movements", movements)
    _add_counts(batch, {row.variant_id for row in changed}, [])


def repeat_counts(variant_ids: Iterable[int]) -> None:
    """Write how many of these variants, and of the sets they are part of, can be had; their products are locked."""
    _repeat(set(variant_ids), [])


def repeat_set_counts(variant_ids: Iterable[int]) -> None:
    """Write how many of these sets can be put together; their products are locked."""
    _repeat(set(), sorted(set(variant_ids)))


def _repeat(variant_ids: set[int], set_ids: list[int]) -> None:
    batch = Batch()
    batch.add("stock_put", _PUT, [[]] * 6)
    _add_counts(batch, variant_ids, set_ids)
    batch.run()


def _add_counts(batch: Batch, variant_ids: set[int], set_ids: list[int]) -> None:
    keys = sorted(variant_ids)
    batch.add("stock_variants", _VARIANTS, [keys])
    batch.add("stock_sets", _SETS, [UNCOUNTED, keys, set_ids])
    batch.add("stock_recounted", _RECOUNTED, then=_tell)
    batch.add("stock_products", _PRODUCTS)


def _tell(counted: Sequence[dict[str, Any]]) -> None:
    returned = tuple(sorted(row["id"] for row in counted if row["before"] <= 0 < row["after"]))
    if returned:
        publish(StockReturned(returned))
