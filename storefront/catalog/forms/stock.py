"""The stock of one version, and the numbers it is known by."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from storefront.catalog.forms.fields import StockField
from storefront.catalog.forms.one_version import OneVersionForm


class StockForm(OneVersionForm):
    """How many there are and how they are counted; item number and barcode."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask(
            quantity=StockField(label=_("In stock")),
            sku=forms.CharField(label=_("Item number (SKU)"), required=False, max_length=120),
            barcode=forms.CharField(
                label=_("Barcode"),
                required=False,
                max_length=80,
                help_text=_("EAN, UPC or ISBN."),
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            ),
            tracks=forms.BooleanField(label=_("Count stock"), required=False),
            backorder=forms.BooleanField(label=_("Go on selling when it is out"), required=False),
        )

    def held(self) -> dict[str, Any]:
        variant = self.variant
        return {
            "quantity": variant.available_count if variant.tracks_stock else None,
            "sku": variant.sku,
            "barcode": variant.barcode,
            "tracks": variant.tracks_stock,
            "backorder": variant.sells_when_out,
        }
