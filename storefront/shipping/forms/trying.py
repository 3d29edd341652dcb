"""An order to try the rates with."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from storefront.shipping.countries import list_countries
from storefront.shipping.forms.fields import AmountField, WeightField


class TryForm(forms.Form):
    """Where an order goes, what it weighs and what it is worth; empty numbers are 0."""

    country = forms.ChoiceField(label=_("Country"))
    region = forms.CharField(label=_("Province or state"), required=False, max_length=120)
    weight = WeightField(label=_("Weight"), required=False)

    def __init__(self, data: Any = None, *, currency: str, country: str) -> None:
        super().__init__(data, initial={"country": country}, prefix="try")
        self.fields["country"].choices = list_countries()  # type: ignore[attr-defined]
        self.fields["amount"] = AmountField(label=_("Goods for"), currency=currency, required=False)
