"""What the product belongs to."""

from storefront.catalog.cards import Card, Parts
from storefront.catalog.forms.organization import OrganizationForm


class OrganizationCard(Card):
    name = "organization"
    template = "catalog/dashboard/cards/organization.html"
    column = "side"
    form_class = OrganizationForm

    def fill(self, parts: Parts) -> None:
        parts.fields |= self.form.cleaned_data
