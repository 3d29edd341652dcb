"""Prices of markets in Shopify's files, as prices of the store's lists in other currencies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from babel.numbers import get_territory_currencies
from django.utils.translation import gettext as _

from core.money import is_currency
from storefront.catalog.bulk import ProductRow
from storefront.catalog.models import PriceList, ProductVariant
from storefront.catalog.services.changes import Snapshot, read_costs
from storefront.catalog.services.fixed_prices import FixedPrice, write_fixed_prices
from storefront.transfer.cells import read_country


@dataclass(frozen=True, slots=True)
class MarketPrices:
    """The markets of a file by the currency of the price list they go into; `unknown` have none here."""

    currencies: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()

    @classmethod
    def named(cls, markets: Mapping[str, str]) -> "MarketPrices":
        """Find the price lists of markets: a market is called by its currency or by a country that pays in it."""
        lists = set(PriceList.objects.values_list("currency", flat=True))
        found = {market: _currency_of(market) for market in markets}
        return cls(
            currencies={market: code for market, code in found.items() if code in lists},
            unknown=tuple(market for market, code in found.items() if code not in lists),
        )

    def write(
        self,
        rows: Sequence[ProductRow],
        product_ids: Sequence[int],
        *,
        before: Mapping[int, Snapshot],
        actor: str,
        now: datetime,
    ) -> None:
        """Set the prices by hand that the rows name in the lists of their currencies; `before` is what the goods were."""
        wanted = {(row.handle, one.title): one.list_prices for row in rows for one in row.variants if one.list_prices}
        if not wanted:
            return
        lists = dict(PriceList.objects.values_list("currency", "pk"))
        prices: dict[int, dict[int, FixedPrice | None]] = {}
        variants = ProductVariant.objects.filter(product_id__in=product_ids)
        for pk, handle, title in variants.values_list("pk", "product__handle", "title"):
            for currency, price in wanted.get((handle, title), {}).items():
                prices.setdefault(lists[currency], {})[pk] = price
        write_fixed_prices(prices=prices, cost_before=read_costs(before), actor=actor, now=now)

    def notes(self) -> list[str]:
        """Name the markets whose prices went nowhere."""
        if not self.unknown:
            return []
        return [
            _("Prices for %(markets)s were left out: the store has no price list in their currency.")
            % {"markets": ", ".join(self.unknown)[:200]}
        ]


def _currency_of(market: str) -> str:
    code = market.strip().upper()
    if len(code) == 3 and is_currency(code):
        return code
    country = read_country(market)
    found = get_territory_currencies(country) if len(country) == 2 else []
    return str(found[0]) if found else ""
