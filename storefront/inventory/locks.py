"""Locks on stock: all products first, then stock rows in the order of variant and warehouse.

The rule, and why, is in `storefront.catalog.locks`. What says which products these are (parts of a set, what an order holds,
what is counted) is read again when they are locked.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from core.db.prepared import prepared_cursor
from storefront.catalog.locks import hold_products, hold_until_named, with_sets
from storefront.catalog.models import ProductVariant
from storefront.inventory.models import Stock, Warehouse
from storefront.inventory.recipes import Recipes

# A variant's rows, the default warehouse's first, then in the merchant's order of warehouses.
Shelves = dict[int, list[Stock]]

# What is asked for, the parts of sets among it, what the order holds; their products, and the sets these are part of.
_NAMED = """
WITH wanted AS (
    SELECT unnest(%(variants)s::bigint[]) AS id
     UNION
    SELECT component_id FROM catalog_bundleitem WHERE bundle_id = ANY(%(variants)s::bigint[])
     UNION
    SELECT stock.variant_id
      FROM inventory_reservation AS held JOIN inventory_stock AS stock ON stock.id = held.stock_id
     WHERE held.order_token = %(token)s::text
), own AS (
    SELECT variant.product_id AS id FROM wanted JOIN catalog_productvariant AS variant ON variant.id = wanted.id
     UNION
    SELECT unnest(%(products)s::bigint[])
), named AS (
    SELECT id FROM own
     UNION
    SELECT box.product_id
      FROM own
      JOIN catalog_productvariant AS part ON part.product_id = own.id
      JOIN catalog_bundleitem AS item ON item.component_id = part.id
      JOIN catalog_productvariant AS box ON box.id = item.bundle_id
)
"""
_LOCK = """{named}
SELECT id::text FROM catalog_product WHERE id = ANY(ARRAY(SELECT id FROM named)) ORDER BY catalog_product.id FOR NO KEY UPDATE
""".replace("{named}", _NAMED)
_READ = """{named}, shelf AS (
    SELECT * FROM inventory_stock WHERE variant_id = ANY(ARRAY(SELECT id FROM wanted))
     ORDER BY variant_id, warehouse_id FOR UPDATE
)
SELECT json_build_object(
    'named', (SELECT json_agg(id) FROM named),
    'variants', (SELECT json_agg(json_build_object(
            'id', variant.id, 'counts', variant.tracks_stock AND NOT EXISTS (
                SELECT FROM catalog_bundleitem AS item WHERE item.bundle_id = variant.id),
            'sells_when_out', variant.sells_when_out) ORDER BY variant.id)
        FROM wanted JOIN catalog_productvariant AS variant ON variant.id = wanted.id),
    'parts', (SELECT json_agg(json_build_array(bundle_id, component_id, quantity) ORDER BY position, id)
        FROM catalog_bundleitem WHERE bundle_id = ANY(%(variants)s::bigint[])),
    'rows', (SELECT json_agg(json_build_object(
            'id', shelf.id, 'variant_id', variant_id, 'warehouse_id', warehouse_id, 'on_hand_count', on_hand_count,
            'reserved_count', reserved_count, 'may_go_negative', may_go_negative, 'low_threshold', low_threshold,
            'is_default', place.is_default) ORDER BY place.is_default DESC, place.position, place.id)
        FROM shelf JOIN inventory_warehouse AS place ON place.id = shelf.warehouse_id),
    'held', (SELECT json_agg(json_build_object(
            'id', id, 'stock_id', stock_id, 'quantity', quantity, 'state', state, 'expires_at', expires_at) ORDER BY id)
        FROM inventory_reservation WHERE order_token = %(token)s::text)
)::text
""".replace("{named}", _NAMED)


@dataclass(frozen=True, slots=True)
class Hold:
    """A reservation as it is when the stock rows are locked."""

    id: int
    stock_id: int
    quantity: int
    state: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OrderedStock:
    """What an order holds and is to hold, locked: the shelves of all of it.

    `counted` are the variants whose numbers matter, and whether they are sold when they are out.
    """

    recipes: Recipes
    shelves: Shelves
    counted: dict[int, bool]
    held: list[Hold]

    @property
    def rows(self) -> dict[int, Stock]:
        """All rows by their own key."""
        return rows_by_key(self.shelves)


def lock_stock(variant_ids: Iterable[int]) -> Shelves:
    """Lock the stock rows of the counted ones of these variants and return them by variant.

    A counted variant without a row gets one in the default warehouse with nothing in it. A set has no rows: its parts do.
    """
    wanted = set(variant_ids)
    hold_products(lambda: with_sets(_products(wanted)))
    return _counted_shelves(wanted)


def lock_ordered_stock(
    order_token: str, variant_ids: Iterable[int] = (), *, product_ids: Iterable[int] = ()
) -> OrderedStock:
    """Lock what an order holds and what it is to hold of these variants, sets taken apart; two queries.

    What sets are made of stays so until the transaction ends. A counted variant without a row gets an empty one in the default
    warehouse. `product_ids` are locked in the same turn, for whoever writes them later in the transaction.
    """
    names = {"variants": sorted(set(variant_ids)), "products": sorted(set(product_ids)), "token": order_token}
    found = hold_until_named(lambda: _lock_and_read(names))
    return _ordered(found) if _has_all_rows(found) else _ordered(_read_with_new_rows(found, names))


def rows_by_key(shelves: Mapping[int, list[Stock]]) -> dict[int, Stock]:
    """Return all rows of the shelves by their own key."""
    return {row.pk: row for rows in shelves.values() for row in rows}


def _lock_and_read(names: Mapping[str, Any]) -> dict[str, Any] | None:
    with prepared_cursor() as cursor:
        cursor.execute(_LOCK, names)
        locked = {int(key) for (key,) in cursor.fetchall()}
    found = _read(names)
    return found if locked.issuperset(found["named"]) else None


def _read(names: Mapping[str, Any]) -> dict[str, Any]:
    with prepared_cursor() as cursor:
        cursor.execute(_READ, names)
        (answer,) = cursor.fetchone()
    return {name: rows or [] for name, rows in json.loads(answer).items()}


def _has_all_rows(found: Mapping[str, Any]) -> bool:
    filled = {row["variant_id"] for row in found["rows"] if row["is_default"]}
    return all(variant["id"] in filled for variant in found["variants"] if variant["counts"])


def _read_with_new_rows(found: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    filled = {row["variant_id"] for row in found["rows"] if row["is_default"]}
    _add_rows(
        (variant["id"], variant["sells_when_out"])
        for variant in found["variants"]
        if variant["counts"] and variant["id"] not in filled
    )
    return _read(names)


def _ordered(found: Mapping[str, Any]) -> OrderedStock:
    counted = {variant["id"]: variant["sells_when_out"] for variant in found["variants"] if variant["counts"]}
    shelves: Shelves = {}
    for values in found["rows"]:
        row = Stock(**{name: value for name, value in values.items() if name != "is_default"})
        shelves.setdefault(row.variant_id, []).append(row)
    recipes: Recipes = {}
    for bundle_id, part, quantity in found["parts"]:
        recipes.setdefault(bundle_id, {})[part] = quantity
    held = [Hold(**{**one, "expires_at": datetime.fromisoformat(one["expires_at"])}) for one in found["held"]]
    return OrderedStock(recipes=recipes, shelves=shelves, counted=counted, held=held)


def _products(variant_ids: Collection[int]) -> "QuerySet[ProductVariant, int]":
    return ProductVariant.objects.filter(pk__in=variant_ids).values_list("product_id", flat=True)


def _counted_shelves(variant_ids: Collection[int]) -> Shelves:
    """Return the shelves of the counted ones of these variants, whose products are locked."""
    counted = list(
        ProductVariant.objects.filter(pk__in=variant_ids, tracks_stock=True, bundle_items=None).order_by("pk")
    )
    keys = [variant.pk for variant in counted]
    shelves = _locked_shelves(keys)
    missing = [
        (variant.pk, variant.sells_when_out)
        for variant in counted
        if not any(row.warehouse.is_default for row in shelves.get(variant.pk, []))
    ]
    if missing:
        _add_rows(missing)
        shelves = _locked_shelves(keys)
    for variant in counted:
        for row in shelves[variant.pk]:
            row.may_go_negative = variant.sells_when_out
    return shelves


def _add_rows(variants: Iterable[tuple[int, bool]]) -> None:
    """Give each `(variant, sells when out)` a row in the default warehouse with nothing in it."""
    warehouse = Warehouse.objects.get(is_default=True)
    Stock.objects.bulk_create(
        [
            Stock(variant_id=pk, warehouse=warehouse, may_go_negative=may_go_negative)
            for pk, may_go_negative in variants
        ],
        ignore_conflicts=True,
    )


def _locked_shelves(variant_ids: Collection[int]) -> Shelves:
    rows = list(
        Stock.objects.select_for_update(of=("self",))
        .filter(variant_id__in=variant_ids)
        .select_related("variant", "warehouse")
        .order_by("variant_id", "warehouse_id")
    )
    rows.sort(key=lambda row: (not row.warehouse.is_default, row.warehouse.position, row.warehouse_id))
    shelves: Shelves = {}
    for row in rows:
        shelves.setdefault(row.variant_id, []).append(row)
    return shelves
