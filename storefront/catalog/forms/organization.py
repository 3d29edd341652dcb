"""What a product belongs to."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from storefront.catalog.cards import CardForm


class OrganizationForm(CardForm):
    """Kind, maker and tags."""

    product_type = forms.CharField(label=_("Kind"), required=False, max_length=120)
    vendor = forms.CharField(label=_("Maker"), required=False, max_length=120)
    tags = forms.CharField(label=_("Tags"), required=False, max_length=500, help_text=_("Separated by commas."))

    def first_values(self) -> dict[str, Any]:
        product = self.state.product
        return {
            "product_type": product.product_type,
            "vendor": product.vendor,
            "tags": ", ".join(product.tags),
        }

    def clean_tags(self) -> list[str]:
        return [tag.strip() for tag in re.split("[,，]", self.cleaned_data["tags"]) if tag.strip()]
