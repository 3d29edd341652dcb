"""Locks on stock: all products first, then stock rows in the order of variant and warehouse.

The rule, and why, is in `storefront.catalog.locks`. What says which products these are (parts of a set, what an order holds,
what is counted) is read again when they are locked.
"""

from collections.abc import Collection, Iterable, Mapping

from django.db.models import QuerySet

from storefront.catalog.locks import hold_products, with_sets
from storefront.catalog.models import ProductVariant
from storefront.inventory.models import Reservation, Stock, Warehouse
from storefront.inventory.recipes import Recipes, list_parts

# A variant's rows, the default warehouse's first, then in the merchant's order of warehouses.
Shelves = dict[int, list[Stock]]


def lock_stock(variant_ids: Iterable[int]) -> Shelves:
    """Lock the stock rows of the counted ones of these variants and return them by variant.

    A counted variant without a row gets one in the default warehouse with nothing in it. A set has no rows: its parts do.
    """
    wanted = set(variant_ids)
    hold_products(lambda: with_sets(_products(wanted)))
    return _counted_shelves(wanted)


def lock_ordered_stock(order_token: str, variant_ids: Iterable[int]) -> tuple[Recipes, Shelves]:
    """Lock what an order holds and what it is to hold of these variants, sets taken apart; only what is counted has shelves.

    Return what the sets among them are made of, which stays so until the transaction ends.
    """
    wanted = set(variant_ids)
    parts = ProductVariant.objects.filter(bundles__bundle_id__in=wanted)
    hold_products(lambda: with_sets(_products(wanted).union(_product_ids(parts), _held_products(order_token))))
    recipes = list_parts(wanted)
    return recipes, _counted_shelves(wanted.union(*recipes.values(), _held_variants(order_token)))


def lock_held_stock(order_token: str, *, product_ids: Iterable[int] = ()) -> Shelves:
    """Lock the rows of everything that an order holds, counted today or not, and return them by variant.

    `product_ids` are locked in the same turn, for whoever writes them later in the transaction.
    """
    along = set(product_ids)
    hold_products(lambda: with_sets({*along, *_held_products(order_token)}))
    return _locked_shelves(_held_variants(order_token))


def rows_by_key(shelves: Mapping[int, list[Stock]]) -> dict[int, Stock]:
    """Return all rows of the shelves by their own key."""
    return {row.pk: row for rows in shelves.values() for row in rows}


def _held_variants(order_token: str) -> set[int]:
    return set(Reservation.objects.filter(order_token=order_token).values_list("stock__variant_id", flat=True))


def _held_products(order_token: str) -> "QuerySet[ProductVariant, int]":
    return _product_ids(ProductVariant.objects.filter(stock__reservation__order_token=order_token))


def _products(variant_ids: Collection[int]) -> "QuerySet[ProductVariant, int]":
    return _product_ids(ProductVariant.objects.filter(pk__in=variant_ids))


def _product_ids(variants: "QuerySet[ProductVariant]") -> "QuerySet[ProductVariant, int]":
    return variants.values_list("product_id", flat=True)


def _counted_shelves(variant_ids: Collection[int]) -> Shelves:
    """Return the shelves of the counted ones of these variants, whose products are locked."""
    counted = list(
        ProductVariant.objects.filter(pk__in=variant_ids, tracks_stock=True, bundle_items=None).order_by("pk")
    )
    keys = [variant.pk for variant in counted]
    shelves = _locked_shelves(keys)
    missing = [
        variant for variant in counted if not any(row.warehouse.is_default for row in shelves.get(variant.pk, []))
    ]
    if missing:
        warehouse = Warehouse.objects.get(is_default=True)
        Stock.objects.bulk_create(
            [
                Stock(variant=variant, warehouse=warehouse, may_go_negative=variant.sells_when_out)
                for variant in missing
            ],
            ignore_conflicts=True,
        )
        shelves = _locked_shelves(keys)
    for variant in counted:
        for row in shelves[variant.pk]:
            row.may_go_negative = variant.sells_when_out
    return shelves


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
