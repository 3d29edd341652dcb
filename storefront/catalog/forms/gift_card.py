"""What a gift card to sell begins with."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import InvalidInput
from core.money import parse_amount
from storefront.catalog.enums import ProductStatus
from storefront.catalog.forms.fields import PicturesField
from storefront.catalog.services.gift_cards import MOST_AMOUNTS

_BETWEEN = re.compile(r"[\s,;，；、]+")


class NewGiftCardForm(forms.Form):
    """A title, the amounts to choose from in the store's currency, and a picture."""

    title = forms.CharField(
        label=_("Title"), max_length=255, error_messages={"required": _("Give the product a title.")}
    )
    amounts = forms.CharField(
        label=_("Amounts"),
        max_length=400,
        help_text=_("What shoppers can choose from, such as 25, 50, 100."),
        error_messages={"required": _("Write between one and twenty amounts above 0.")},
        widget=forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off", "placeholder": "25, 50, 100"}),
    )
    pictures = PicturesField(
        label=_("Pictures"),
        help_text=_("JPEG, PNG, WebP, GIF or AVIF, up to 20 MB each. The first one is the cover."),
    )
    is_draft = forms.BooleanField(label=_("Keep it as a draft, nobody sees it yet"), required=False)

    def __init__(self, *args: object, currency: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.currency = currency

    def clean_amounts(self) -> list[int]:
        words = [word for word in _BETWEEN.split(self.cleaned_data["amounts"]) if word]
        try:
            amounts = sorted({parse_amount(word, self.currency) for word in words})
        except InvalidInput as error:
            raise forms.ValidationError(str(error)) from error
        if not 1 <= len(amounts) <= MOST_AMOUNTS or amounts[0] < 1:
            raise forms.ValidationError(_("Write between one and twenty amounts above 0."))
        return amounts

    @property
    def status(self) -> str:
        return ProductStatus.DRAFT if self.cleaned_data["is_draft"] else ProductStatus.ACTIVE
