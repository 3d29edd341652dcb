"""What a product begins with."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from storefront.catalog.enums import ProductStatus
from storefront.catalog.forms.fields import MoneyField, PicturesField, StockField, add_price_errors


class NewProductForm(forms.Form):
    """The few things a product needs; all else has a default."""

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"] = forms.CharField(
            label=_("Title"),
            max_length=255,
            error_messages={"required": _("Give the product a title.")},
            widget=forms.TextInput(attrs={"autofocus": True}),
        )
        self.fields["price"] = MoneyField(
            currency=currency, label=_("Price"), error_messages={"required": _("Give the product a price.")}
        )
        self.fields["pictures"] = PicturesField(
            label=_("Pictures"),
            help_text=_("JPEG, PNG, WebP, GIF or AVIF, up to 20 MB each. The first one is the cover."),
        )
        self.fields["quantity"] = StockField(
            label=_("How many do you have?"), help_text=_("Empty: it sells without counting.")
        )
        self.fields["description"] = forms.CharField(
            label=_("Description"), required=False, widget=forms.Textarea(attrs={"rows": 5, "data-prose": True})
        )
        self.fields["is_draft"] = forms.BooleanField(label=_("Keep it as a draft, nobody sees it yet"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        add_price_errors(self, "price", "compare_at")
        return data

    @property
    def status(self) -> str:
        return ProductStatus.DRAFT if self.cleaned_data["is_draft"] else ProductStatus.ACTIVE
