"""What a product belongs to."""

import re
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from storefront.catalog.cards import CardForm
from storefront.catalog.selectors import list_category_choices


def _offered(kind: str, name: str) -> forms.TextInput:
    """Return a box that offers what other products have while somebody types."""
    return forms.TextInput(attrs={"list": f"offered-{name}", "autocomplete": "off", "data-kind": kind})


class OrganizationForm(CardForm):
    """Category, kind, brand and tags."""

    category = forms.TypedChoiceField(
        label=_("Category"), required=False, coerce=lambda value: int(value) if value else None, empty_value=None
    )
    product_type = forms.CharField(
        label=_("Kind"), required=False, max_length=120, widget=_offered("product_type", "product_type")
    )
    vendor = forms.CharField(label=_("Brand"), required=False, max_length=120, widget=_offered("vendor", "vendor"))
    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        max_length=2000,
        help_text=_("Separated by commas."),
        widget=_offered("tag", "tags"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(pk), label) for pk, label in list_category_choices()]
        self.fields["category"].choices = [("", _("None")), *choices]  # type: ignore[attr-defined]
        if not choices:
            del self.fields["category"]
        address = reverse("dashboard_label_suggest")
        for name in ("product_type", "vendor", "tags"):
            attrs = self.fields[name].widget.attrs
            kind = attrs.pop("data-kind")
            attrs |= {
                "hx-get": f"{address}?kind={kind}&name={name}",
                "hx-trigger": "focus once, input changed delay:200ms",
                "hx-target": f"#offered-{name}",
                "hx-swap": "innerHTML",
            }

    def first_values(self) -> dict[str, Any]:
        product = self.state.product
        return {
            "category": str(product.category_id or ""),
            "product_type": product.product_type,
            "vendor": product.vendor,
            "tags": ", ".join(product.tags),
        }

    def clean_tags(self) -> list[str]:
        return [tag.strip() for tag in re.split("[,，]", self.cleaned_data["tags"]) if tag.strip()]
