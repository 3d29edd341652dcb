"""Whether a product is for sale."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from storefront.catalog.cards import CardForm
from storefront.catalog.enums import ProductStatus


class StatusForm(CardForm):
    """The status."""

    status = forms.ChoiceField(label=_("Status"), choices=ProductStatus.choices)

    def first_values(self) -> dict[str, Any]:
        return {"status": self.state.product.status}
