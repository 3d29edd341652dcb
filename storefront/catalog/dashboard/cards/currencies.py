"""What the product costs in the store's further currencies, and the way to set that by hand."""

from typing import Any

from storefront.catalog.cards import Card, ProductState
from storefront.catalog.models import PriceList
from storefront.catalog.selectors.price_lists import list_fixed_cells


class CurrenciesCard(Card):
    name = "currencies"
    template = "catalog/dashboard/cards/currencies.html"
    column = "side"

    @classmethod
    def shows(cls, state: ProductState) -> bool:
        return bool(state.variants) and PriceList.objects.exists()

    def rows(self) -> list[dict[str, Any]]:
        """Return the lowest price of the product in each currency, and how many of its prices were set by hand."""
        lists, versions = list_fixed_cells(self.state.product.pk)
        columns = zip(*(cells for _variant, cells in versions), strict=True)
        return [
            {
                "row": row,
                "amount": min(cell.fixed[0] if cell.fixed else cell.converted_amount for cell in cells),
                "fixed_count": sum(cell.fixed is not None for cell in cells),
            }
            for row, cells in zip(lists, columns, strict=True)
        ]
