"""What one version costs: shoppers, the merchant, and by the measure."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from storefront.catalog.forms.fields import MoneyField, add_price_errors, written_amount
from storefront.catalog.forms.one_version import OneVersionForm
from storefront.catalog.selectors.taxes import list_tax_classes
from storefront.catalog.units import UNITS

_SIGNS = {"floz": "fl oz", "m2": "m²", "m3": "m³", "ft2": "ft²"}


class PriceForm(OneVersionForm):
    """Price, compare-at price, cost, tax class and the two measures of a unit price."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        currency = self.state.currency
        self.ask(
            price=MoneyField(currency=currency, label=_("Price"), error_messages={"required": _("Give a price.")}),
            compare_at=MoneyField(
                currency=currency,
                label=_("Compare-at price"),
                required=False,
                help_text=_("What it cost before. Shown struck through."),
            ),
            cost=MoneyField(
                currency=currency,
                label=_("Cost"),
                required=False,
                help_text=_("What you pay for one. Only you see it."),
            ),
            unit_amount=_measure(_("It holds")),
            unit=_unit(),
            base_amount=_measure(_("Price said per")),
            base_unit=_unit(),
        )
        classes = list_tax_classes()
        if classes:
            choices = [("", _("Standard")), *((str(one.pk), one.name) for one in classes)]
            self.ask(tax_class=forms.ChoiceField(label=_("Tax class"), required=False, choices=choices))

    def held(self) -> dict[str, Any]:
        variant, currency = self.variant, self.state.currency
        return {
            "price": written_amount(variant.price_amount, currency),
            "compare_at": written_amount(variant.compare_at_amount, currency),
            "cost": written_amount(variant.cost_amount, currency),
            "tax_class": variant.tax_class_id or "",
            "unit_amount": _plain(variant.unit_amount),
            "unit": variant.unit,
            "base_amount": _plain(variant.base_amount),
            "base_unit": variant.base_unit,
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        add_price_errors(self, self.name("price"), self.name("compare_at"))
        return data


def _measure(label: Any) -> forms.DecimalField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    words = {"invalid": _("Write a number, such as 750 or 0.5.")}
    return forms.DecimalField(
        label=label, required=False, max_digits=12, decimal_places=3, error_messages=words, widget=widget
    )


def _unit() -> forms.ChoiceField:
    choices = [("", "–"), *((code, _("piece") if code == "item" else _SIGNS.get(code, code)) for code in UNITS)]
    return forms.ChoiceField(label=_("Measure"), required=False, choices=choices)


def _plain(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"
