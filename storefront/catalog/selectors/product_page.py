"""All that a product's own page shows, in one statement and without models."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from storefront.catalog.errors import ProductNotFound
from storefront.catalog.page_parts import product_statement
from storefront.catalog.price_history import PricePoint, find_lowest_before

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ProductPage:
    """A product, its versions (at least one), pictures, and the way to it; `categories` from the root to the branch.

    `lowest` is the lowest price of the 30 days before a reduction, by variant; `set_items` what a set holds, by variant; `parts`
    what others added (`page_parts`). Rows are mappings with the columns' names.
    """

    product: Row
    variants: list[Row]
    images: list[Row]
    categories: list[Row]
    collections: list[Row]
    fields: list[Row]
    lowest: dict[int, int]
    set_items: dict[int, list[Row]]
    parts: dict[str, Any]


def get_product_page(handle: str) -> ProductPage:
    """Return the page of an active product that has a version.

    Raises: ProductNotFound.
    """
    with connection.cursor() as cursor:
        cursor.execute(product_statement(), [handle])
        found = cursor.fetchone()
    row: Row = json.loads(found[0]) if found else {}
    variants = row.pop("variants", None)
    if not variants:
        raise ProductNotFound(_("There is no such product, or it is not for sale any more."))
    return ProductPage(
        variants=variants,
        images=row.pop("images") or [],
        categories=row.pop("categories") or [],
        collections=row.pop("collections") or [],
        fields=row.pop("fields") or [],
        lowest=_lowest(row.pop("points") or []),
        set_items=_by_bundle(row.pop("set") or []),
        parts={name: row.pop(name) for name in list(row) if name not in OWN},
        product={**row, "pk": row["id"]},
    )


OWN = frozenset({"id", "title", "handle", "description_html", "vendor", "product_type", "tags", "option_names", "seo_title",
                 "seo_description", "custom_fields", "translations", "rating_sum", "reviews_count"})  # fmt: skip


def _lowest(points: list[list[Any]]) -> dict[int, int]:
    by_variant: dict[int, list[PricePoint]] = {}
    for variant_id, at, price, compare_at in points:
        by_variant.setdefault(variant_id, []).append(PricePoint(datetime.fromisoformat(at), price, compare_at))
    found = {variant_id: find_lowest_before(history) for variant_id, history in by_variant.items()}
    return {variant_id: amount for variant_id, amount in found.items() if amount is not None}


def _by_bundle(items: list[Row]) -> dict[int, list[Row]]:
    grouped: dict[int, list[Row]] = {}
    for item in items:
        grouped.setdefault(item["bundle_id"], []).append(item)
    return grouped
