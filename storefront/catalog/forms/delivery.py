"""What a parcel and customs have to know of one version."""

from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from storefront.catalog.forms.one_version import OneVersionForm
from storefront.catalog.services.variant_checks import MAXIMUM_GRAMS, TERRITORIES


class DeliveryForm(OneVersionForm):
    """Whether it is sent at all, its weight, customs code and country of origin."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask(
            ships=forms.BooleanField(label=_("It is sent as a parcel"), required=False),
            weight=forms.IntegerField(
                label=_("Weight"),
                required=False,
                min_value=0,
                max_value=MAXIMUM_GRAMS,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
                error_messages={"invalid": _("Write a whole number, such as 12.")},
            ),
            hs_code=forms.CharField(
                label=_("Customs code (HS)"),
                required=False,
                max_length=20,
                help_text=_("6 to 13 digits, such as 6912.00."),
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            ),
            origin=forms.ChoiceField(label=_("Made in"), required=False, choices=list_countries),
        )

    def held(self) -> dict[str, Any]:
        variant = self.variant
        return {
            "ships": variant.requires_shipping,
            "weight": variant.weight_grams or None,
            "hs_code": variant.hs_code,
            "origin": variant.origin_country,
        }


def list_countries() -> list[tuple[str, str]]:
    """Return all countries by name in the reader's language, after none."""
    locale = Locale.parse("zh_Hans" if (get_language() or "en").startswith("zh") else "en")
    named = [
        (code, str(locale.territories.get(code, code))) for code in TERRITORIES if code.isalpha() and len(code) == 2
    ]
    return [("", "–"), *sorted(named, key=lambda one: one[1])]
