"""Locks on stock: products first, then stock rows, each in key order, so that two buyers never wait for each other."""

from collections.abc import Iterable, Mapping

from storefront.catalog.models import BundleItem, Product, ProductVariant
from storefront.inventory.models import Reservation, Stock, Warehouse

# A variant's rows, the default warehouse's first, then in the merchant's order of warehouses.
Shelves = dict[int, list[Stock]]


def lock_products(product_ids: Iterable[int]) -> None:
    """Lock these products' rows in key order; rows that point at them are not held up."""
    wanted = sorted(set(product_ids))
    list(Product.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk").values_list("pk"))


def lock_stock(variant_ids: Iterable[int]) -> Shelves:
    """Lock the stock rows of the counted ones of these variants and return them by variant.

    A counted variant without a row gets one in the default warehouse with nothing in it. A set has no rows: its parts do.
    """
    wanted = sorted(set(variant_ids))
    counted = list(ProductVariant.objects.filter(pk__in=wanted, tracks_stock=True, bundle_items=None).order_by("pk"))
    keys = [variant.pk for variant in counted]
    lock_products([*(variant.product_id for variant in counted), *_products_of_sets(keys)])
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


def lock_held_stock(order_token: str, *, product_ids: Iterable[int] = ()) -> Shelves:
    """Lock the rows of everything that an order holds, counted today or not, and return them by variant.

    `product_ids` are locked in the same turn, for whoever writes them later in the transaction.
    """
    held = Reservation.objects.filter(order_token=order_token)
    keys = dict(held.values_list("stock__variant_id", "stock__variant__product_id"))
    lock_products([*keys.values(), *_products_of_sets(keys), *product_ids])
    return _locked_shelves(keys)


def rows_by_key(shelves: Mapping[int, list[Stock]]) -> dict[int, Stock]:
    """Return all rows of the shelves by their own key."""
    return {row.pk: row for rows in shelves.values() for row in rows}


def _products_of_sets(variant_ids: Iterable[int]) -> list[int]:
    """Return the products that are sets of these variants: their numbers are written with those of their parts."""
    items = BundleItem.objects.filter(component_id__in=list(variant_ids))
    return list(items.values_list("bundle__product_id", flat=True))


def _locked_shelves(variant_ids: Iterable[int]) -> Shelves:
    rows = list(
        Stock.objects.select_for_update(of=("self",))
        .filter(variant_id__in=list(variant_ids))
        .select_related("variant", "warehouse")
        .order_by("variant_id", "warehouse_id")
    )
    rows.sort(key=lambda row: (not row.warehouse.is_default, row.warehouse.position, row.warehouse_id))
    shelves: Shelves = {}
    for row in rows:
        shelves.setdefault(row.variant_id, []).append(row)
    return shelves
