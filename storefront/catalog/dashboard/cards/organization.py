"""What the product belongs to."""

from storefront.catalog.cards import Card, Parts
from storefront.catalog.forms.organization import OrganizationForm
from storefront.catalog.selectors import list_collections_of


class OrganizationCard(Card):
    name = "organization"
    template = "catalog/dashboard/cards/organization.html"
    column = "side"
    form_class = OrganizationForm
    errors_of = {"category": "category", "vendor": "vendor", "product_type": "product_type", "tags": "tags"}

    def fill(self, parts: Parts) -> None:
        data = dict(self.form.cleaned_data)
        if "category" in data:
            parts.fields["category_id"] = data.pop("category")
        parts.fields |= data

    def collections(self) -> list[tuple[int, str]]:
        """Return the collections that the product is in, for the template."""
        return [(row.pk, row.title) for row in list_collections_of(self.state.product.pk)]
