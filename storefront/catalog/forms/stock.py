"""The stock of a product that comes in one version."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from storefront.catalog.cards import CardForm
from storefront.catalog.forms.fields import StockField
from storefront.catalog.models import ProductVariant


class StockForm(CardForm):
    """How many there are of the only version and how it is counted; the names carry its id."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pk = self.variant.pk
        self.fields[f"quantity_{pk}"] = StockField(label=_("In stock"))
        self.fields[f"sku_{pk}"] = forms.CharField(label=_("Item number (SKU)"), required=False, max_length=120)
        self.fields[f"tracks_{pk}"] = forms.BooleanField(label=_("Count stock"), required=False)
        self.fields[f"backorder_{pk}"] = forms.BooleanField(label=_("Go on selling when it is out"), required=False)

    @property
    def variant(self) -> ProductVariant:
        return self.state.variants[0]

    def first_values(self) -> dict[str, Any]:
        variant = self.variant
        return {
            f"quantity_{variant.pk}": variant.available_count if variant.tracks_stock else None,
            f"sku_{variant.pk}": variant.sku,
            f"tracks_{variant.pk}": variant.tracks_stock,
            f"backorder_{variant.pk}": variant.sells_when_out,
        }
