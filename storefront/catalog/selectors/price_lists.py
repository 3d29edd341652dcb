"""Price lists as the merchant keeps them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from storefront.catalog.enums import ProductStatus, RateSource
from storefront.catalog.errors import PriceListNotFound
from storefront.catalog.models import PriceList, Product, ProductVariant
from storefront.catalog.shown import Prices, find_fixed, price_cards, to_prices

EXAMPLES = 3
# The bank publishes on working days; over Easter that is four days without.
STALE = timedelta(days=6)
REASONS = {
    "off": _("The operator of this platform does not fetch rates."),
    "not_answered": _("The European Central Bank did not answer."),
    "not_readable": _("The European Central Bank answered with something else than its rates."),
    "not_listed": _("The European Central Bank names no rate for this currency any more."),
}


@dataclass(frozen=True, slots=True)
class Example:
    """What one of the store's goods costs in its own currency and in another; minor units."""

    title: str
    own_amount: int
    amount: int
    is_fixed: bool = False


def list_price_lists() -> list[PriceList]:
    """Return the price lists by currency, each with `fixed_count`, how many prices were set by hand."""
    return list(PriceList.objects.annotate(fixed_count=Count("prices")).order_by("currency"))


def get_price_list(list_id: int) -> PriceList:
    """Return a price list with its `fixed_count`.

    Raises: PriceListNotFound.
    """
    row = PriceList.objects.annotate(fixed_count=Count("prices")).filter(pk=list_id).first()
    if row is None:
        raise PriceListNotFound(_("There is no such currency. It may have been removed."))
    return row


def list_examples(prices: Prices) -> list[Example]:
    """Return the prices of three of the store's goods in another currency: the cheapest, one between, the dearest."""
    goods = Product.objects.filter(min_price_amount__gt=0).exclude(status=ProductStatus.ARCHIVED)
    columns = ("id", "title", "min_price_amount", "max_price_amount", "compare_at_amount")
    ordered = goods.order_by("min_price_amount", "id").values(*columns)
    count = ordered.count()
    chosen = sorted({0, count // 2, count - 1}) if count else []
    cards = [dict(ordered[place]) for place in chosen]
    for card in cards:
        card["price_amount"] = card["min_price_amount"]
    price_cards(cards, prices)
    return [
        Example(
            title=card["title"],
            own_amount=card["min_price_amount"],
            amount=card["price_amount"],
            is_fixed=prices.has_fixed and card["price_amount"] != prices.convert(card["min_price_amount"]),
        )
        for card in cards
    ]


def find_warning(row: PriceList, *, own: str, now: datetime) -> str:
    """Return what a merchant should know of a list's rate, or nothing; a rate that is held back is asked about apart."""
    if row.base_currency != own:
        return str(
            _("This rate was for prices in %(currency)s. Shoppers do not see it.") % {"currency": row.base_currency}
        )
    if row.rate_source == RateSource.ECB and row.failure:
        return str(REASONS.get(row.failure, REASONS["not_answered"]))
    if row.rate_source == RateSource.ECB and now - row.rated_at > STALE:
        return str(_("No newer rate has come for days."))
    return ""


@dataclass(frozen=True, slots=True)
class FixedCell:
    """A version's price in one list: what it converts to, and what was set by hand or None."""

    converted_amount: int
    fixed: tuple[int, int | None] | None


def list_fixed_cells(product_id: int) -> tuple[list[PriceList], list[tuple[ProductVariant, list[FixedCell]]]]:
    """Return the price lists, and each version of a product with its price in each of them."""
    lists = list_price_lists()
    variants = list(ProductVariant.objects.filter(product_id=product_id).order_by("position", "id"))
    ids = [one.pk for one in variants]
    all_prices = [to_prices(row, has_fixed=row.fixed_count > 0) for row in lists]  # type: ignore[attr-defined]
    fixed = [find_fixed(prices, ids) for prices in all_prices]
    rows = [
        (
            one,
            [
                FixedCell(prices.convert(one.price_amount), known.get(one.pk))
                for prices, known in zip(all_prices, fixed, strict=True)
            ],
        )
        for one in variants
    ]
    return lists, rows
