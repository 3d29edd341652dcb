"""Read carts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.events import publish
from core.http import HttpRequest
from storefront.carts.events import HoldsAsked
from storefront.carts.models import MAXIMUM_QUANTITY, Cart
from storefront.catalog.enums import MediaKind, ProductStatus
from storefront.catalog.models import ProductVariant
from storefront.catalog.shown import Prices, find_prices, price_variants, shown
from storefront.catalog.translations import say, say_version
from storefront.pricing.basket import STANDARD_CLASS
from storefront.pricing.totals import line_total
from storefront.taxes.selectors import line_class

SESSION_KEY = "cart_token"


@dataclass(frozen=True, slots=True)
class CartLineView:
    """A line of a cart at today's price; `problem` is a sentence when it cannot be bought like this.

    Titles are in the language of the request; `own_title` and `own_variant_title` are as the store calls the goods.
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
    def weight_grams(self) -> int:
        """Return what is sent weighs, as far as it is known."""
        return sum(line.weight_grams for line in self.lines if line.requires_shipping)


def find_cart(token: str | None) -> Cart | None:
    """Return the cart that has this token and has not become an order, or None."""
    return Cart.objects.filter(token=token, ordered_at__isnull=True).first() if token else None


def count_cart_items(request: HttpRequest) -> int:
    """Return how many units lie in the shopper's cart, for the badge."""
    cart = find_cart(request.session.get(SESSION_KEY))
    return cart.lines_count if cart else 0


def get_cart_view(cart: Cart | None, language: str = "") -> CartView:
    """Return the cart's lines with today's prices, and what stands in the way of buying them.

    One query, and another where there are fewer left than it holds; in another currency than the store's own up to two more.
    """
    if cart is None:
        return CartView(token="", version=0, lines=(), items_count=0, subtotal_amount=0, problems=(), prices=shown())
    prices = find_prices(cart.currency)
    rows = list(cart.lines.select_related("variant__product", "variant__image").order_by("created_at", "pk"))
    held = find_holds(cart.token) if any(_is_short(row) for row in rows) else {}
    known = {row.variant_id: (row.variant.price_amount, row.variant.compare_at_amount) for row in rows}
    amounts = price_variants(known, prices)
    lines = tuple(_line(row, held.get(row.variant_id, 0), *amounts[row.variant_id]) for row in rows)
    return CartView(
        token=cart.token,
        version=cart.version,
        lines=lines,
        items_count=sum(line.quantity for line in lines),
        subtotal_amount=sum(line.total_amount for line in lines),
        problems=tuple(line.problem for line in lines if line.problem),
        prices=prices,
        gone_currency=cart.currency if prices.is_own and cart.currency not in ("", prices.currency) else "",
    )


def find_holds(token: str) -> dict[int, int]:
    """Return what is held for the cart with this token while its shopper pays, by variant."""
    question = HoldsAsked(cart_token=token)
    publish(question)
    return question.held


def _is_short(row: Any) -> bool:
    variant = row.variant
    return variant.tracks_stock and not variant.sells_when_out and variant.available_count < row.quantity


def _line(row: Any, held: int, unit_amount: int, compare_at_amount: int | None) -> CartLineView:
    variant, product = row.variant, row.variant.product
    is_counted = variant.tracks_stock and not variant.sells_when_out
    available = max(0, variant.available_count) + held if is_counted else MAXIMUM_QUANTITY
    return CartLineView(
        id=row.pk,
        variant_id=variant.pk,
        product_id=product.pk,
        title=say(product, "title"),
        variant_title=say_version(variant),
        sku=variant.sku,
        cover=_cover(variant),
        unit_amount=unit_amount,
        compare_at_amount=compare_at_amount,
        quantity=row.quantity,
        total_amount=line_total(unit_amount=unit_amount, quantity=row.quantity),
        url=reverse("product", kwargs={"handle": product.handle}),
        available_count=available,
        requires_shipping=variant.requires_shipping,
        own_title=product.title,
        own_variant_title=variant.title,
        weight_grams=variant.weight_grams * row.quantity,
        tax_class=line_class(is_taxable=variant.is_taxable, tax_class_id=variant.tax_class_id),
        problem=_problem(product, available, row.quantity),
    )


def _cover(variant: ProductVariant) -> dict[str, Any]:
    """Return the picture of the version where it has one of its own, else the product's."""
    image = variant.image
    if image is None or not image.path or image.kind != MediaKind.IMAGE:
        return variant.product.cover or {}
    names = ("path", "width", "height", "alt", "formats")
    return {name: getattr(image, name) for name in names}


def _problem(product: Any, available: int, quantity: int) -> str:
    name = {"title": say(product, "title")}
    if product.status != ProductStatus.ACTIVE:
        return _("“%(title)s” is no longer sold. Remove it to go on.") % name
    if available == 0:
        return _("“%(title)s” has just sold out. Remove it to go on.") % name
    if available < quantity:
        return ngettext(
            "Only %(num)s of “%(title)s” is left. Lower the quantity to go on.",
            "Only %(num)s of “%(title)s” are left. Lower the quantity to go on.",
            available,
        ) % {"num": available, **name}
    return ""
