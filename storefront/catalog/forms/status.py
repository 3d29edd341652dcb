"""Whether a product is for sale."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from storefront.catalog.cards import CardForm
from storefront.catalog.enums import ProductStatus

_MOMENT = "%Y-%m-%dT%H:%M"


class StatusForm(CardForm):
    """The status, and the moment of a scheduled product in the store's time."""

    status = forms.ChoiceField(label=_("Status"), choices=ProductStatus.choices)
    published_at = forms.DateTimeField(
        label=_("Goes live"),
        required=False,
        input_formats=[_MOMENT, "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT),
    )

    def first_values(self) -> dict[str, Any]:
        product = self.state.product
        moment = product.published_at if product.status == ProductStatus.SCHEDULED else None
        return {
            "status": product.status,
            "published_at": timezone.localtime(moment) if moment else None,
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("status") != ProductStatus.SCHEDULED:
            data["published_at"] = None
        return data
