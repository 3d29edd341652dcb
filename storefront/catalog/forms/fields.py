"""The kinds of fields that product pages have."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from core.errors import InvalidInput
from core.money import minor_digits, parse_amount, to_decimal
from storefront.catalog.pictures import FORMATS
from storefront.catalog.services.products import check_price
from storefront.catalog.services.variants import MAXIMUM_STOCK

ACCEPTED = ",".join(f"image/{name.lower()}" for name in FORMATS)


class MoneyField(forms.CharField):
    """An amount in the store's currency; cleans to minor units, or None where it is left empty."""

    def __init__(self, *, currency: str, **kwargs: Any) -> None:
        self.currency = currency
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_amount(text, self.currency)
        except InvalidInput as error:
            raise forms.ValidationError(str(error), code="amount") from error


class StockField(forms.IntegerField):
    """A whole number from 0."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(
            min_value=0,
            max_value=MAXIMUM_STOCK,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            error_messages={
                "invalid": _("Write a whole number, such as 12."),
                "min_value": _("Stock cannot be below 0."),
                "max_value": _("Stock is at most 1,000,000."),
            },
            **kwargs,
        )


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Any number of files; cleans to a list. Whether they are pictures is found out when they are stored."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=ManyFiles(attrs={"accept": ACCEPTED, "multiple": True}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        files = data if isinstance(data, (list, tuple)) else [data]
        return [cleaned for file in files if file and (cleaned := super(PicturesField, self).clean(file, initial))]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)


def written_amount(amount: int | None, currency: str) -> str:
    """Return an amount as it is typed, without grouping or sign; empty for None."""
    return "" if amount is None else f"{to_decimal(amount, currency):.{minor_digits(currency)}f}"


def add_price_errors(form: forms.Form, price_name: str, compare_at_name: str) -> None:
    """Check a cleaned price and the one it is compared with, and put what is wrong beside its field."""
    data = form.cleaned_data
    price = data.get(price_name)
    if price is None:
        return
    try:
        check_price(price, data.get(compare_at_name))
    except InvalidInput as error:
        form.add_error(compare_at_name if error.field == "compare_at" else price_name, str(error))
