"""All that a product's own page shows, in one statement and without models."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.db.prepared import prepared_cursor
from core.shared_pages import remember
from storefront.catalog.errors import ProductNotFound
from storefront.catalog.page_parts import MORE, product_statement, store_statement
from storefront.catalog.price_history import PricePoint, find_lowest_before
from storefront.catalog.shown import Prices, find_fixed, own_prices, shown

Row = dict[str, Any]
Fixed = dict[int, tuple[int, int | None]]

_PART = "part_"


@dataclass(frozen=True, slots=True)
class ProductPage:
    """A product, its versions (at least one), pictures, and the way to it; `categories` from the root to the branch.

    `lowest` is the lowest price of the 30 days before a reduction, by variant; `set_items` what a set holds, by variant; `store`
    what the page says of the whole store: `fields`, and what others added, as they did to `parts` (`page_parts`). Rows have the
    columns' names.
    """

    product: Row
    variants: list[Row]
    images: list[Row]
    categories: list[Row]
    collections: list[Row]
    lowest: dict[int, int]
    set_items: dict[int, list[Row]]
    store: dict[str, Any]
    parts: dict[str, Any]


def get_product_page(handle: str) -> ProductPage:
    """Return the page of an active product that has a version: one query, and one more for reduced goods and sets.

    Amounts are in the shown currency; where some of its prices were set by hand, that is a query more.

    Raises: ProductNotFound.
    """
    row = _ask(product_statement(), [handle])
    variants = row.pop("variants", None)
    if not variants:
        raise ProductNotFound(_("There is no such product, or it is not for sale any more."))
    prices = shown()
    fixed = find_fixed(prices, [one["id"] for one in variants])
    reduced = [pk for pk, (price, before) in fixed.items() if (before or 0) > price]
    needs_more = bool(reduced) or any(
        one["is_set"] or (one["compare_at_amount"] or 0) > one["price_amount"] for one in variants
    )
    more: Row = {}
    if needs_more:
        currencies = [own_prices().currency, prices.currency]
        more = _ask(MORE, {"product": row["id"], "reduced": reduced, "currencies": currencies})
    _price(variants, prices, fixed)
    return ProductPage(
        variants=variants,
        images=row.pop("images") or [],
        categories=row.pop("categories") or [],
        collections=row.pop("collections") or [],
        lowest=_lowest(more["points"], prices, fixed) if more.get("points") else {},
        set_items=_by_bundle(more.get("set") or []),
        store=remember("product pages", lambda: _ask(store_statement(), [])),
        parts={name.removeprefix(_PART): row.pop(name) for name in list(row) if name.startswith(_PART)},
        product={**row, "pk": row["id"]},
    )


def _ask(statement: str, parameters: Any) -> Row:
    with prepared_cursor() as cursor:
        cursor.execute(statement, parameters)
        found = cursor.fetchone()
    return json.loads(found[0]) if found else {}


def _price(variants: list[Row], prices: Prices, fixed: Fixed) -> None:
    """Write the versions' prices in the shown currency."""
    if prices.is_own:
        return
    for one in variants:
        converted = prices.convert(one["price_amount"]), prices.convert_or_none(one["compare_at_amount"])
        one["price_amount"], one["compare_at_amount"] = fixed.get(one["id"], converted)


def _lowest(points: list[list[Any]], prices: Prices, fixed: Fixed) -> dict[int, int]:
    """Return the lowest prices before the reductions: of what was set by hand by its own history, else converted."""
    own = own_prices().currency
    by_variant: dict[int, list[PricePoint]] = {}
    for variant_id, currency, at, price, compare_at in points:
        if currency != (prices.currency if variant_id in fixed else own):
            continue
        by_variant.setdefault(variant_id, []).append(PricePoint(datetime.fromisoformat(at), price, compare_at))
    found = {variant_id: find_lowest_before(history) for variant_id, history in by_variant.items()}
    return {
        variant_id: amount if variant_id in fixed else prices.convert(amount)
        for variant_id, amount in found.items()
        if amount is not None
    }


def _by_bundle(items: list[Row]) -> dict[int, list[Row]]:
    grouped: dict[int, list[Row]] = {}
    for item in items:
        grouped.setdefault(item["bundle_id"], []).append(item)
    return grouped
