"""The versions of a product and one to add."""

from storefront.catalog.cards import Card, Parts
from storefront.catalog.forms.versions import VersionsForm, split_options
from storefront.catalog.services import NewVariant


class VersionsCard(Card):
    name = "versions"
    template = "catalog/dashboard/cards/versions.html"
    form_class = VersionsForm
    errors_of = {"option": "new_values"}

    def fill(self, parts: Parts) -> None:
        data = self.form.cleaned_data
        for variant in self.state.variants if self.state.has_versions else []:
            quantity = data[f"quantity_{variant.pk}"]
            parts.add_variant(
                variant.pk,
                price_amount=data[f"price_{variant.pk}"],
                compare_at_amount=data[f"compare_at_{variant.pk}"],
                sku=data[f"sku_{variant.pk}"],
                quantity=variant.available_count if quantity is None else quantity,
                tracks_stock=variant.tracks_stock,
                sells_when_out=variant.sells_when_out,
                is_removed=data[f"remove_{variant.pk}"],
            )
        if data["new_values"]:
            parts.fields["added"] = NewVariant(
                option_names=self.state.product.option_names or split_options(data["new_names"]),
                option_values=split_options(data["new_values"]),
                price_amount=data["new_price"],
                quantity=data["new_quantity"],
            )
