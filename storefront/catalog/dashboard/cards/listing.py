"""How search engines show the product."""

from storefront.catalog.cards import Card, Parts
from storefront.catalog.forms.listing import ListingForm


class ListingCard(Card):
    name = "listing"
    template = "catalog/dashboard/cards/listing.html"
    form_class = ListingForm
    errors_of = {"handle": "handle"}

    def fill(self, parts: Parts) -> None:
        parts.fields |= self.form.cleaned_data
