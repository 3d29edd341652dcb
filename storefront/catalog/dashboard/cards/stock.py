"""The stock of a version."""

from storefront.catalog.cards import Parts, ProductState
from storefront.catalog.dashboard.cards.one_version import OneVersionCard
from storefront.catalog.forms.stock import StockForm


class StockCard(OneVersionCard):
    name = "stock"
    template = "catalog/dashboard/cards/stock.html"
    form_class = StockForm
    errors_of = {"quantity": "quantity", "sku": "sku", "barcode": "barcode"}

    @classmethod
    def shows(cls, state: ProductState) -> bool:
        return super().shows(state) and not state.is_gift_card

    def fill(self, parts: Parts) -> None:
        data, variant = self.form.values(), self.form.variant
        parts.add_variant(
            variant.pk,
            sku=data["sku"],
            barcode=data["barcode"],
            quantity=variant.available_count if data["quantity"] is None else data["quantity"],
            tracks_stock=data["tracks"],
            sells_when_out=data["backorder"],
        )
