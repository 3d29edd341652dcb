"""Read carts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.db.prepared import prepared_cursor
from core.events import publish
from core.http import HttpRequest
from storefront.carts.events import HoldsAsked
from storefront.carts.models import MAXIMUM_QUANTITY, Cart
from storefront.carts.rows import read_cart
from storefront.catalog.enums import ProductStatus
from storefront.catalog.shown import Prices, find_prices, price_variants, shown
from storefront.catalog.translations import say, say_version
from storefront.credits.presents import MOST_CARDS, Present, list_presents
from storefront.pricing.basket import STANDARD_CLASS
from storefront.pricing.totals import line_total
from storefront.taxes.selectors import line_class

SESSION_KEY = "cart_token"
# Lines with their goods as they are now, in the order in which they came; a version's own picture goes before the cover.
_GOODS = """
SELECT coalesce(json_agg(json_build_object(
        'id', line.id, 'variant_id', variant.id, 'quantity', line.quantity, 'presents', line.presents, 'title', variant.title,
        'option_values', variant.option_values, 'translations', variant.translations, 'sku', variant.sku,
        'price_amount', variant.price_amount, 'compare_at_amount', variant.compare_at_amount,
        'requires_shipping', variant.requires_shipping, 'weight_grams', variant.weight_grams,
        'is_taxable', variant.is_taxable, 'tax_class_id', variant.tax_class_id, 'tracks_stock', variant.tracks_stock,
        'sells_when_out', variant.sells_when_out, 'available_count', variant.available_count,
        'is_gift_card', variant.is_gift_card,
        'image', CASE WHEN image.path <> '' AND image.kind = 'image' THEN json_build_object(
            'path', image.path, 'width', image.width, 'height', image.height, 'alt', image.alt, 'formats', image.formats) END,
        'product', json_build_object(
            'id', product.id, 'title', product.title, 'translations', product.translations, 'handle', product.handle,
            'status', product.status, 'cover', product.cover)
    ) ORDER BY line.created_at, line.id), '[]')::text
  FROM {lines} AS line
  JOIN catalog_productvariant AS variant ON variant.id = line.variant_id
  JOIN catalog_product AS product ON product.id = variant.product_id
  LEFT JOIN catalog_productimage AS image ON image.id = variant.image_id
"""
_LINES = _GOODS.format(lines="(SELECT * FROM carts_cartline WHERE cart_id = %s)")
_WANTED = _GOODS.format(
    lines="(SELECT number AS id, variant_id, quantity, '[]'::jsonb AS presents, now() AS created_at"
    " FROM unnest(%s::bigint[], %s::int[]) WITH ORDINALITY AS wanted (variant_id, quantity, number))"
)
Row = dict[str, Any]
COUNT_KEY = "cart_items_count"


@dataclass(frozen=True, slots=True)
class CartLineView:
    """A line of a cart at today's price; `problem` is a sentence when it cannot be bought like this.

    Titles are in the language of the request; `own_title` and `own_variant_title` are as the store calls the goods. `presents`
    says who gets gift cards, all of them.
    """

    id: int
    variant_id: int
    product_id: int
    title: str
    variant_title: str
    sku: str
    cover: Mapping[str, Any]
    unit_amount: int
    compare_at_amount: int | None
    quantity: int
    total_amount: int
    url: str
    available_count: int
    requires_shipping: bool
    own_title: str
    own_variant_title: str
    weight_grams: int = 0
    tax_class: str = STANDARD_CLASS
    problem: str = ""
    is_gift_card: bool = False
    presents: tuple[Present, ...] = ()


@dataclass(frozen=True, slots=True)
class CartView:
    """A cart as it is shown and sold; amounts in minor units of its currency.

    `gone_currency` is the one it was in where the store does not offer that any more.
    """

    token: str
    version: int
    lines: tuple[CartLineView, ...]
    items_count: int
    subtotal_amount: int
    problems: tuple[str, ...]
    prices: Prices
    gone_currency: str = ""

    @property
    def currency(self) -> str:
        return self.prices.currency

    @property
    def gift_cards_amount(self) -> int:
        """Return what the gift cards among the goods cost, in minor units."""
        return sum(line.total_amount for line in self.lines if line.is_gift_card)

    @property
    def weight_grams(self) -> int:
        """Return what is sent weighs, as far as it is known."""
        return sum(line.weight_grams for line in self.lines if line.requires_shipping)


def find_cart(token: str | None) -> Cart | None:
    """Return the cart that has this token and has not become an order, or None."""
    cart = read_cart(token)
    return cart if cart is not None and cart.ordered_at is None else None


def count_cart_items(request: HttpRequest) -> int:
    """Return how many units lie in the shopper's cart, for the badge; a view that has read the cart says so beforehand."""
    told: int | None = getattr(request, COUNT_KEY, None)
    if told is not None:
        return told
    cart = find_cart(request.session.get(SESSION_KEY))
    return cart.lines_count if cart else 0


def tell_cart_items(request: HttpRequest, count: int) -> None:
    """Say how many units lie in the cart, so that the page's frame does not ask."""
    setattr(request, COUNT_KEY, count)


def get_cart_view(cart: Cart | None, lines: Mapping[int, int] | None = None) -> CartView:
    """Return the cart's lines with today's prices, and what stands in the way of buying them.

    With `lines` it is the cart as it would be with these units by variant; then it needs no row.
    One query, and another where there are fewer left than it holds; in another currency than the store's own up to two more.
    """
    if cart is None:
        return CartView(token="", version=0, lines=(), items_count=0, subtotal_amount=0, problems=(), prices=shown())
    prices = find_prices(cart.currency)
    rows = _read(_LINES, [cart.pk]) if lines is None else _read(_WANTED, [list(lines), list(lines.values())])
    held = find_holds(cart.token) if any(_is_short(row) for row in rows) else {}
    amounts = price_variants(
        {row["variant_id"]: (row["price_amount"], row["compare_at_amount"]) for row in rows}, prices
    )
    views = tuple(_line(row, held.get(row["variant_id"], 0), *amounts[row["variant_id"]]) for row in rows)
    return CartView(
        token=cart.token,
        version=cart.version,
        lines=views,
        items_count=sum(line.quantity for line in views),
        subtotal_amount=sum(line.total_amount for line in views),
        problems=tuple(line.problem for line in views if line.problem),
        prices=prices,
        gone_currency=cart.currency if prices.is_own and cart.currency not in ("", prices.currency) else "",
    )


def find_holds(token: str) -> dict[int, int]:
    """Return what is held for the cart with this token while its shopper pays, by variant."""
    question = HoldsAsked(cart_token=token)
    publish(question)
    return question.held


def _read(statement: str, given: list[Any]) -> list[Row]:
    with prepared_cursor() as cursor:
        cursor.execute(statement, given)
        (answer,) = cursor.fetchone()
    rows: list[Row] = json.loads(answer)
    return rows


def _is_short(row: Row) -> bool:
    return _is_counted(row) and row["available_count"] < row["quantity"]


def _is_counted(row: Row) -> bool:
    return row["tracks_stock"] and not row["sells_when_out"]


def _line(row: Row, held: int, unit_amount: int, compare_at_amount: int | None) -> CartLineView:
    product, quantity = row["product"], row["quantity"]
    available = max(0, row["available_count"]) + held if _is_counted(row) else MAXIMUM_QUANTITY
    title = say(product, "title")
    return CartLineView(
        id=row["id"],
        variant_id=row["variant_id"],
        product_id=product["id"],
        title=title,
        variant_title=say_version(row),
        sku=row["sku"],
        cover=row["image"] or product["cover"] or {},
        unit_amount=unit_amount,
        compare_at_amount=compare_at_amount,
        quantity=quantity,
        total_amount=line_total(unit_amount=unit_amount, quantity=quantity),
        url=reverse("product", kwargs={"handle": product["handle"]}),
        available_count=available,
        requires_shipping=row["requires_shipping"],
        own_title=product["title"],
        own_variant_title=row["title"],
        weight_grams=row["weight_grams"] * quantity,
        tax_class=line_class(is_taxable=row["is_taxable"], tax_class_id=row["tax_class_id"]),
        problem=_problem(title, product["status"], available, quantity) or _many_cards(row, title),
        is_gift_card=row["is_gift_card"],
        presents=tuple(list_presents(row["presents"], quantity)) if row["is_gift_card"] else (),
    )


def _many_cards(row: Row, title: str) -> str:
    if not row["is_gift_card"] or row["quantity"] <= MOST_CARDS:
        return ""
    words = _("At most %(most)s of “%(title)s” can be bought at once. Lower the quantity to go on.")
    return words % {"most": MOST_CARDS, "title": title}


def _problem(title: str, status: str, available: int, quantity: int) -> str:
    if status != ProductStatus.ACTIVE:
        return _("“%(title)s” is no longer sold. Remove it to go on.") % {"title": title}
    if available == 0:
        return _("“%(title)s” has just sold out. Remove it to go on.") % {"title": title}
    if available < quantity:
        return ngettext(
            "Only %(num)s of “%(title)s” is left. Lower the quantity to go on.",
            "Only %(num)s of “%(title)s” are left. Lower the quantity to go on.",
            available,
        ) % {"num": available, "title": title}
    return ""
