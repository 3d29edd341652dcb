"""How a product's page is named for search engines, and its address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from storefront.catalog.cards import CardForm


class ListingForm(CardForm):
    """Page title, description and address."""

    seo_title = forms.CharField(label=_("Page title"), required=False, max_length=255)
    handle = forms.CharField(label=_("Address"), max_length=100, help_text=_("The old address leads here."))
    seo_description = forms.CharField(
        label=_("Description for search engines"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def first_values(self) -> dict[str, Any]:
        product = self.state.product
        return {
            "seo_title": product.seo_title,
            "seo_description": product.seo_description,
            "handle": product.handle,
        }
