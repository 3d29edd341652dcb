"""A cart to try a discount on, without saving either."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from core.errors import InvalidInput
from core.money import parse_amount
from storefront.catalog.models import Product
from storefront.catalog.selectors.products import active_products
from storefront.catalog.shown import own_prices
from storefront.discounts.models import Promotion
from storefront.discounts.picking import LONGEST_ID
from storefront.discounts.selectors import collections_of, make_offer
from storefront.discounts.words import explain_refused
from storefront.pricing.basket import Basket, BasketLine
from storefront.pricing.quote import Quote, price_basket

ROWS = 3
MOST_SHOWN = 40
MOST_UNITS = 999


@dataclass(frozen=True, slots=True)
class TryRow:
    """A line of the cart: which product, how many."""

    number: int
    product_id: int | None
    quantity: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What the cart comes to with the discount, its lines as (title, quantity, amount, what is taken off as a negative).

    `why_not` is a sentence where it takes nothing off.
    """

    lines: tuple[tuple[str, int, int, int], ...]
    quote: Quote
    why_not: str

    @property
    def minus_discount(self) -> int:
        return -self.quote.totals.discount


def list_goods(product_ids: list[int]) -> list[tuple[int, str]]:
    """Return goods to try: those the discount is about first, then what sells best."""
    mine = list(Product.objects.filter(pk__in=product_ids[:MOST_SHOWN]).order_by("title").values_list("pk", "title"))
    best = active_products().exclude(pk__in=[pk for pk, _title in mine]).order_by("-sold_count", "pk")
    return mine + list(best.values_list("pk", "title")[: MOST_SHOWN - len(mine)])


def read_rows(data: QueryDict | None, goods: list[tuple[int, str]]) -> list[TryRow]:
    """Return the cart as it was sent, or one of the first product."""
    if data is None:
        first = goods[0][0] if goods else None
        return [TryRow(number, first if number == 0 else None, 1) for number in range(ROWS)]
    rows = []
    for number in range(ROWS):
        product, quantity = data.get(f"try_product_{number}", ""), data.get(f"try_quantity_{number}", "")
        is_product = product.isascii() and product.isdigit() and len(product) <= LONGEST_ID
        is_number = quantity.isascii() and quantity.isdigit() and len(quantity) <= 4
        count = min(max(int(quantity), 1), MOST_UNITS) if is_number else 1
        rows.append(TryRow(number, int(product) if is_product else None, count))
    return rows


def try_discount(promotion: Promotion, rows: list[TryRow], *, currency: str, delivery: str = "") -> Trial | None:
    """Return what a cart comes to with a discount that need not be saved, or None for an empty cart."""
    wanted: dict[int, int] = {}
    for row in rows:
        if row.product_id is not None:
            wanted[row.product_id] = wanted.get(row.product_id, 0) + row.quantity
    known = {pk: (title, price) for pk, title, price in
             Product.objects.filter(pk__in=wanted).values_list("pk", "title", "min_price_amount")}  # fmt: skip
    if not known:
        return None
    groups = collections_of(known)
    lines = [
        BasketLine(
            key=pk, unit_amount=known[pk][1], quantity=count, product_id=pk,
            collection_ids=groups.get(pk, frozenset()),
        )
        for pk, count in wanted.items()
        if pk in known
    ]  # fmt: skip
    offer = make_offer(promotion, own_prices())
    quote = price_basket(Basket(currency, tuple(lines), _amount(delivery, currency), promotions=(offer,)))
    why_not = ""
    if not quote.totals.discount:
        why_not = (
            explain_refused(quote.refused[0], currency=currency)
            if quote.refused
            else _("It takes nothing off this cart.")
        )
    shown = tuple((known[line.key][0], line.quantity, line.amount, -line.discount) for line in quote.lines)
    return Trial(shown, quote, why_not)


def _amount(text: str, currency: str) -> int | None:
    try:
        return max(parse_amount(text, currency), 0) if text.strip() else None
    except InvalidInput:
        return None
