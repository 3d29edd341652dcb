"""Whether the product is for sale."""

from storefront.catalog.cards import Card, Parts
from storefront.catalog.forms.status import StatusForm


class StatusCard(Card):
    name = "status"
    template = "catalog/dashboard/cards/status.html"
    column = "side"
    form_class = StatusForm
    errors_of = {"status": "status", "published_at": "published_at"}

    def fill(self, parts: Parts) -> None:
        parts.fields |= self.form.cleaned_data
