"""Goods as plain values: what they are now, and what differs between two moments."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from storefront.catalog.locks import lock_products
from storefront.catalog.models import CollectionProduct, ListPrice, Product, ProductImage, ProductVariant

PRODUCT_COLUMNS = (
    *("title", "handle", "description_html", "status", "vendor", "product_type", "category_id", "tags"),
    *("option_names", "seo_title", "seo_description", "custom_fields", "translations", "published_at"),
)
VARIANT_COLUMNS = (
    *("position", "title", "option_values", "sku", "barcode", "price_amount", "compare_at_amount", "cost_amount"),
    *("tax_class_id", "weight_grams", "hs_code", "origin_country", "unit_amount", "unit", "base_amount", "base_unit"),
    *("image_id", "custom_fields", "translations", "requires_shipping", "is_taxable", "tracks_stock"),
    *("sells_when_out", "is_gift_card"),
)
IMAGE_COLUMNS = ("position", "alt", "translations")
# Names of what stands beside a variant's own columns.
STOCK, LIST_PRICES = "stock", "list_prices"

Snapshot = dict[str, Any]
"""`{"product": {column: value}, "variants": {id: {column: value}}, "images": …, "collections": {id: position}}`; ids as text."""


def snapshot_products(product_ids: Iterable[int]) -> dict[int, Snapshot]:
    """Lock these products until the transaction ends and return what they are, by id; those that are gone are left out."""
    return read_products([product.pk for product in lock_products(sorted(set(product_ids)))])


def read_products(product_ids: Iterable[int]) -> dict[int, Snapshot]:
    """Return what these products are, by id and in its order, in five queries."""
    ids = list(product_ids)
    found: dict[int, Snapshot] = {
        row.pop("id"): {"product": _plain(row), "variants": {}, "images": {}, "collections": {}}
        for row in Product.objects.filter(pk__in=ids).order_by("pk").values("id", *PRODUCT_COLUMNS)
    }
    variants: dict[int, dict[str, Any]] = {}
    columns = ("id", "product_id", "available_count", *VARIANT_COLUMNS)
    for row in ProductVariant.objects.filter(product_id__in=found).order_by("position").values(*columns):
        pk, product_id, stock = row.pop("id"), row.pop("product_id"), row.pop("available_count")
        variants[pk] = found[product_id]["variants"][str(pk)] = {**_plain(row), STOCK: stock, LIST_PRICES: {}}
    prices = ListPrice.objects.filter(variant_id__in=variants)
    for pk, price_list, price, compare_at in prices.values_list(
        "variant_id", "price_list_id", "price_amount", "compare_at_amount"
    ):
        variants[pk][LIST_PRICES][str(price_list)] = [price, compare_at]
    for row in ProductImage.objects.filter(product_id__in=found).values("id", "product_id", *IMAGE_COLUMNS):
        found[row.pop("product_id")]["images"][str(row.pop("id"))] = _plain(row)
    # Collections by rule follow the goods by themselves.
    places = CollectionProduct.objects.filter(product_id__in=found, collection__is_automatic=False)
    for product_id, collection_id, position in places.values_list("product_id", "collection_id", "position"):
        found[product_id]["collections"][str(collection_id)] = position
    return found


def read_costs(snapshots: Mapping[int, Snapshot]) -> dict[int, tuple[int, int | None]]:
    """Return what the versions cost then in the store's own currency: price and compare-at price by version."""
    return {
        int(pk): (variant["price_amount"], variant["compare_at_amount"])
        for one in snapshots.values()
        for pk, variant in one["variants"].items()
    }


def differing(before: Snapshot, after: Snapshot) -> tuple[Snapshot, Snapshot]:
    """Return of both only what differs; two empty ones where nothing does.

    In `variants` and `images`, None stands on the side where there was no such row; the other side has all of it.
    """
    old, new = {}, {}
    for part in ("product", "collections"):
        if before[part] != after[part]:
            names = (
                [name for name in before[part] if before[part][name] != after[part][name]]
                if part == "product"
                else sorted(before[part].keys() | after[part].keys())
            )
            old[part], new[part] = _pick(before[part], names), _pick(after[part], names)
    for part in ("variants", "images"):
        mine, theirs = _differing_rows(before[part], after[part])
        if mine:
            old[part], new[part] = mine, theirs
    return old, new


def _differing_rows(before: Snapshot, after: Snapshot) -> tuple[Snapshot, Snapshot]:
    old, new = {}, {}
    for pk in before.keys() | after.keys():
        was, is_now = before.get(pk), after.get(pk)
        if was == is_now:
            continue
        if was is not None and is_now is not None:
            names = [name for name in was if was[name] != is_now[name]]
            was, is_now = _pick(was, names), _pick(is_now, names)
        old[pk], new[pk] = was, is_now
    return old, new


def _pick(values: Snapshot, names: Iterable[str]) -> Snapshot:
    return {name: values[name] for name in names if name in values}


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    # A trailing zero says nothing: 1.5 and 1.500 are one measure.
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value
