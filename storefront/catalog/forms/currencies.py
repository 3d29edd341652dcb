"""What the pages of currencies send."""

from decimal import Decimal
from typing import Any

from babel import Locale
from babel.core import get_global
from babel.numbers import list_currencies
from django import forms
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from storefront.catalog.conversion import list_roundings
from storefront.catalog.enums import RateSource
from storefront.catalog.forms.fields import MoneyField, written_amount
from storefront.catalog.models import PriceList, ProductVariant
from storefront.catalog.rates import is_automatic
from storefront.catalog.selectors.price_lists import FixedCell
from storefront.catalog.services.fixed_prices import FixedPrice
from storefront.catalog.services.price_lists import PriceListDraft

FIRST = ("USD", "EUR", "CNY", "GBP", "JPY", "HKD", "SGD", "AUD", "CAD", "CHF", "KRW", "TWD")


class RateField(forms.DecimalField):
    """How much of a currency one unit of the store's own is worth."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_digits=18,
            decimal_places=8,
            localize=False,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            error_messages={
                "invalid": _("Write a number, such as 0.92."),
                "min_value": _("Write a rate above 0 and below a million."),
            },
            **kwargs,
        )


class NewCurrencyForm(forms.Form):
    """A currency to add; the rate is asked for only where none comes by itself."""

    rate = RateField(label=_("Rate"), required=False, min_value=Decimal("0.00000001"))

    def __init__(self, *args: Any, own: str, taken: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"] = forms.ChoiceField(label=_("Currency"), choices=name_currencies(without={own, *taken}))
        self.order_fields(["currency", "rate"])
        self.fields["rate"].help_text = (
            _("Leave it empty, and it comes from the European Central Bank every working day.")
            if is_automatic()
            else _("How much of it one %(currency)s is worth.") % {"currency": own}
        )
        if not is_automatic():
            self.fields["rate"].required = True


class PriceListForm(forms.Form):
    """How a list makes its prices."""

    rate_source = forms.ChoiceField(label=_("Where the rate comes from"), choices=RateSource.choices)
    rate = RateField(label=_("Rate"), required=False, min_value=Decimal("0.00000001"))
    adjustment_percent = forms.DecimalField(
        label=_("Added to every price"),
        max_digits=5,
        decimal_places=2,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text=_("For what exchanging costs you, say. Below zero makes prices lower."),
        error_messages={"invalid": _("Write a number, such as 2.5.")},
    )

    def __init__(self, *args: Any, row: PriceList, own: str, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "rate_source": row.rate_source,
            "rate": f"{row.rate.normalize():f}",
            "adjustment_percent": f"{row.adjustment_percent.normalize():f}",
            "rounding": row.rounding,
        }
        super().__init__(*args, **kwargs)
        self.row = row
        roundings = [(one.value, one.label) for one in list_roundings(row.currency)]
        self.fields["rounding"] = forms.ChoiceField(label=_("Rounding"), choices=roundings)
        if not is_automatic() and row.rate_source != RateSource.ECB:
            sources = [(RateSource.MANUAL.value, RateSource.MANUAL.label)]
            self.fields["rate_source"] = forms.ChoiceField(label=_("Where the rate comes from"), choices=sources)
        words = _("How much of it one %(currency)s is worth.")
        if len(self.fields["rate_source"].choices) > 1:  # type: ignore[attr-defined]
            words = _("How much of it one %(currency)s is worth. It counts only where you type it in yourself.")
        self.fields["rate"].help_text = words % {"currency": own}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("rate_source") == RateSource.MANUAL and data.get("rate") is None and "rate" not in self.errors:
            self.add_error("rate", _("Write the rate."))
        return data

    def draft(self) -> PriceListDraft:
        """Return what the service takes; the form has to be valid."""
        data = self.cleaned_data
        return PriceListDraft(
            rate_source=data["rate_source"],
            rate=data.get("rate"),
            adjustment_percent=data.get("adjustment_percent") or Decimal(0),
            rounding=data["rounding"],
        )

    def tried(self) -> PriceList:
        """Return the list as it would be with what is typed, as far as that can be read; nothing is saved."""
        self.is_valid()
        data, row = self.cleaned_data, self.row
        manual = data.get("rate_source") == RateSource.MANUAL
        return PriceList(
            pk=row.pk,
            currency=row.currency,
            base_currency=row.base_currency,
            rate=(data.get("rate") if manual else None) or row.rate,
            adjustment_percent=max(data.get("adjustment_percent") or Decimal(0), Decimal("-99.99")),
            rounding=data.get("rounding") or row.rounding,
        )


class FixedPricesForm(forms.Form):
    """A price and a price before for each version in each currency; an empty price is converted."""

    def __init__(
        self, *args: Any, lists: list[PriceList], rows: list[tuple[ProductVariant, list[FixedCell]]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lists, self.cells = lists, rows
        for variant, cells in rows:
            for row, cell in zip(lists, cells, strict=True):
                price, before = cell.fixed or (None, None)
                name = f"{row.pk}-{variant.pk}"
                said = {"currency": row.currency, "version": variant.title or _("Price")}
                self._add(f"p-{name}", row.currency, price, _("%(version)s in %(currency)s") % said)
                self._add(f"b-{name}", row.currency, before, _("%(version)s in %(currency)s before") % said)
                self.fields[f"p-{name}"].widget.attrs["placeholder"] = written_amount(
                    cell.converted_amount, row.currency
                )

    def _add(self, name: str, currency: str, amount: int | None, label: Any) -> None:
        field = MoneyField(currency=currency, label=label, required=False, initial=written_amount(amount, currency))
        field.widget.attrs |= {"aria-label": label, "maxlength": 20}
        self.fields[name] = field

    def table(self) -> list[dict[str, Any]]:
        """Return the rows of the table: {variant, cells}, a cell being {row, price, before}."""
        return [
            {
                "variant": variant,
                "cells": [
                    {"row": row, "price": self[f"p-{row.pk}-{variant.pk}"], "before": self[f"b-{row.pk}-{variant.pk}"]}
                    for row in self.lists
                ],
            }
            for variant, _cells in self.cells
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in [name for name in data if name.startswith("b-")]:
            price = data.get(f"p-{name[2:]}")
            if data[name] is not None and price is None and f"p-{name[2:]}" not in self.errors:
                self.add_error(f"p-{name[2:]}", _("Give a price."))
        return data

    def prices(self) -> dict[int, dict[int, FixedPrice | None]]:
        """Return what the service takes; the form has to be valid."""
        data = self.cleaned_data
        return {
            row.pk: {
                variant.pk: (data[f"p-{row.pk}-{variant.pk}"], data[f"b-{row.pk}-{variant.pk}"])
                if data[f"p-{row.pk}-{variant.pk}"] is not None
                else None
                for variant, _cells in self.cells
            }
            for row in self.lists
        }


def name_currencies(*, without: set[str]) -> list[tuple[str, str]]:
    """Return (code, "EUR – Euro") of the currencies that are in use, the usual ones first, in the reader's language."""
    names = _locale().currencies
    used = {row[0] for rows in get_global("territory_currencies").values() for row in rows if row[2] is None and row[3]}
    rest = sorted(used & list_currencies() - set(FIRST))
    return [(code, f"{code} – {names.get(code, code)}") for code in (*FIRST, *rest) if code not in without]


def name_currency(code: str) -> str:
    """Return what a currency is called in the reader's language."""
    return str(_locale().currencies.get(code, code))


def _locale() -> Locale:
    language = translation.get_language() or "en"
    return Locale.parse("zh_Hans" if language.startswith("zh") else language.replace("-", "_"))
