"""Locks on stock: products first, then stock rows, each in key order, so that two buyers never wait for each other."""

from collections.abc import Iterable

from storefront.catalog.models import Product, ProductVariant
from storefront.inventory.models import Reservation, Stock, Warehouse


def lock_products(product_ids: Iterable[int]) -> None:
    """Lock these products' rows in key order; rows that point at them are not held up."""
    wanted = sorted(set(product_ids))
    list(Product.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk").values_list("pk"))


def lock_stock(variant_ids: Iterable[int]) -> dict[int, Stock]:
    """Lock the default warehouse's rows of the counted ones of these variants, and return the rows by variant.

    A counted variant without a row gets one with nothing in it.
    """
    counted = list(ProductVariant.objects.filter(pk__in=sorted(set(variant_ids)), tracks_stock=True).order_by("pk"))
    lock_products(variant.product_id for variant in counted)
    rows = _locked_rows(variant.pk for variant in counted)
    missing = [variant for variant in counted if variant.pk not in rows]
    if missing:
        warehouse = Warehouse.objects.get(is_default=True)
        Stock.objects.bulk_create(
            [
                Stock(variant=variant, warehouse=warehouse, may_go_negative=variant.sells_when_out)
                for variant in missing
            ],
            ignore_conflicts=True,
        )
        rows = _locked_rows(variant.pk for variant in counted)
    for variant in counted:
        rows[variant.pk].may_go_negative = variant.sells_when_out
    return rows


def lock_held_stock(order_token: str) -> dict[int, Stock]:
    """Lock the rows that an order's reservations lie on, counted today or not, and return them by variant."""
    held = Reservation.objects.filter(order_token=order_token)
    keys = list(held.values_list("stock__variant_id", "stock__variant__product_id"))
    lock_products(product_id for _, product_id in keys)
    return _locked_rows(variant_id for variant_id, _ in keys)


def _locked_rows(variant_ids: Iterable[int]) -> dict[int, Stock]:
    rows = (
        Stock.objects.select_for_update(of=("self",))
        .filter(variant_id__in=list(variant_ids), warehouse__is_default=True)
        .select_related("variant")
        .order_by("variant_id")
    )
    return {row.variant_id: row for row in rows}
