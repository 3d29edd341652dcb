"""Whether a product is for sale."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from storefront.catalog.cards import CardForm
from storefront.catalog.enums import ProductStatus

CHOOSABLE = [each for each in ProductStatus.choices if each[0] != ProductStatus.SCHEDULED]


class StatusForm(CardForm):
    """The status."""

    status = forms.ChoiceField(label=_("Status"), choices=CHOOSABLE)

    def first_values(self) -> dict[str, Any]:
        return {"status": self.state.product.status}
