"""The price of the only version."""

from django.forms import BoundField

from storefront.catalog.cards import Card, Parts, ProductState
from storefront.catalog.forms.price import PriceForm


class PriceCard(Card):
    name = "price"
    template = "catalog/dashboard/cards/price.html"
    form_class = PriceForm

    @classmethod
    def shows(cls, state: ProductState) -> bool:
        return not state.has_versions and bool(state.variants)

    def fill(self, parts: Parts) -> None:
        data, pk = self.form.cleaned_data, self.state.variants[0].pk
        parts.add_variant(pk, price_amount=data[f"price_{pk}"], compare_at_amount=data[f"compare_at_{pk}"])

    def fields(self) -> dict[str, BoundField]:
        """Return the fields without the id in their names, for the template."""
        pk = self.state.variants[0].pk
        return {kind: self.form[f"{kind}_{pk}"] for kind in ("price", "compare_at")}
