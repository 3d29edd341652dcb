"""How search engines show the product."""

from core.tenancy import current_tenant
from core.text import plain_words
from storefront.catalog.cards import Card, Parts
from storefront.catalog.forms.listing import ListingForm
from tenants.selectors import store_url


class ListingCard(Card):
    name = "listing"
    template = "catalog/dashboard/cards/listing.html"
    form_class = ListingForm
    errors_of = {"handle": "handle"}

    def fill(self, parts: Parts) -> None:
        parts.fields |= self.form.cleaned_data

    @property
    def address_prefix(self) -> str:
        return store_url(current_tenant(), "/products/")

    @property
    def plain_text(self) -> str:
        """Return the description's words, which stand in where search engines are told nothing else."""
        return plain_words(self.state.product.description_html)
