"""Amounts and weights as people type them."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import InvalidInput
from core.money import parse_amount, to_decimal
from storefront.shipping.services.methods import MAXIMUM_GRAMS


class AmountField(forms.CharField):
    """An amount typed in whole units with a point, kept in minor units of `currency`."""

    def __init__(self, *, currency: str, **kwargs: Any) -> None:
        super().__init__(max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs)
        self.currency = currency

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            amount = parse_amount(text, self.currency)
        except InvalidInput as error:
            raise forms.ValidationError(str(error)) from error
        if amount < 0:
            raise forms.ValidationError(_("The price must be 0 or more."))
        return amount


class WeightField(forms.CharField):
    """A weight typed in kilograms with a point, kept in grams."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=12, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs)

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            grams = Decimal(text) * 1000
            is_whole = grams == grams.to_integral_value()
        except InvalidOperation as error:
            raise forms.ValidationError(_("Write a weight in kilograms, such as 2.5.")) from error
        if not is_whole or not 0 <= grams <= MAXIMUM_GRAMS:
            raise forms.ValidationError(_("Write a weight in kilograms, such as 2.5."))
        return int(grams)


def write_amount(amount: int | None, currency: str) -> str:
    """Return an amount as AmountField reads it."""
    return "" if amount is None else str(to_decimal(amount, currency))


def write_weight(grams: int | None) -> str:
    """Return a weight as WeightField reads it: ``2.5``."""
    return "" if grams is None else f"{Decimal(grams) / 1000:f}"
