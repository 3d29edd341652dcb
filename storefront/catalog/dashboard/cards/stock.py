"""The stock of the only version."""

from django.forms import BoundField

from storefront.catalog.cards import Card, Parts, ProductState
from storefront.catalog.forms.stock import StockForm


class StockCard(Card):
    name = "stock"
    template = "catalog/dashboard/cards/stock.html"
    form_class = StockForm

    @classmethod
    def shows(cls, state: ProductState) -> bool:
        return not state.has_versions and bool(state.variants)

    def fill(self, parts: Parts) -> None:
        data, variant = self.form.cleaned_data, self.state.variants[0]
        quantity = data[f"quantity_{variant.pk}"]
        parts.add_variant(
            variant.pk,
            sku=data[f"sku_{variant.pk}"],
            quantity=variant.available_count if quantity is None else quantity,
            tracks_stock=data[f"tracks_{variant.pk}"],
            sells_when_out=data[f"backorder_{variant.pk}"],
        )

    def fields(self) -> dict[str, BoundField]:
        """Return the fields without the id in their names, for the template."""
        pk = self.state.variants[0].pk
        return {kind: self.form[f"{kind}_{pk}"] for kind in ("quantity", "sku", "tracks", "backorder")}
