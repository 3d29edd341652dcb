"""Prices of markets in Shopify's files, as prices of the store's lists in other currencies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from babel.numbers import get_territory_currencies
from django.utils.translation import gettext as _

from core.money import is_currency
from storefront.catalog.bulk import ProductRow
from storefront.catalog.models import ListPrice, PriceList, ProductVariant
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

    def write(self, rows: Sequence[ProductRow], product_ids: Sequence[int]) -> None:
        """Set the prices by hand that the rows name in the lists of their currencies."""
        wanted = {(row.handle, one.title): one.list_prices for row in rows for one in row.variants if one.list_prices}
        if not wanted:
            return
        lists = dict(PriceList.objects.values_list("currency", "pk"))
        variants = ProductVariant.objects.filter(product_id__in=product_ids)
        fresh, gone = [], []
        for pk, handle, title in variants.values_list("pk", "product__handle", "title"):
            for currency, prices in wanted.get((handle, title), {}).items():
                if prices is None:
                    gone.append((lists[currency], pk))
                else:
                    fresh.append(
                        ListPrice(
                            price_list_id=lists[currency],
                            variant_id=pk,
                            price_amount=prices[0],
                            compare_at_amount=prices[1],
                        )
                    )
        ListPrice.objects.bulk_create(
            fresh,
            update_conflicts=True,
            unique_fields=["price_list", "variant"],
            update_fields=["price_amount", "compare_at_amount"],
        )
        for list_id in {one for one, _pk in gone}:
            ListPrice.objects.filter(
                price_list_id=list_id, variant_id__in=[pk for one, pk in gone if one == list_id]
            ).delete()

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
