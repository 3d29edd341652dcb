"""The versions of a product, and one to add."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from storefront.catalog.cards import CardForm
from storefront.catalog.forms.fields import MoneyField, StockField, add_price_errors, written_amount
from storefront.catalog.models import ProductVariant


class VersionsForm(CardForm):
    """A row of fields for each version, their names carry its id, and the fields of a new one."""

    new_names = forms.CharField(
        label=_("Options"), required=False, max_length=120, help_text=_("Such as Color, or Color / Size.")
    )
    new_values = forms.CharField(
        label=_("Values"), required=False, max_length=250, help_text=_("Such as Red, or Red / Large.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for variant in self.versions:
            self._add_fields(variant)
        self.fields["new_price"] = MoneyField(currency=self.state.currency, required=False, label=_("Price"))
        self.fields["new_quantity"] = StockField(label=_("Stock"))

    @property
    def versions(self) -> list[ProductVariant]:
        return self.state.variants if self.state.has_versions else []

    def first_values(self) -> dict[str, Any]:
        currency = self.state.currency
        values: dict[str, Any] = {"new_names": " / ".join(self.state.product.option_names)}
        for variant in self.versions:
            values |= {
                f"price_{variant.pk}": written_amount(variant.price_amount, currency),
                f"compare_at_{variant.pk}": written_amount(variant.compare_at_amount, currency),
                f"sku_{variant.pk}": variant.sku,
                f"quantity_{variant.pk}": variant.available_count if variant.tracks_stock else None,
            }
        return values

    def rows(self) -> list[dict[str, Any]]:
        """Return the versions with their fields, for the template."""
        kinds = ("price", "compare_at", "sku", "quantity", "remove")
        return [
            {"variant": variant, **{kind: self[f"{kind}_{variant.pk}"] for kind in kinds}} for variant in self.versions
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for variant in self.versions:
            add_price_errors(self, f"price_{variant.pk}", f"compare_at_{variant.pk}")
        if data.get("new_values"):
            self._clean_new(data)
        return data

    def _add_fields(self, variant: ProductVariant) -> None:
        pk, currency = variant.pk, self.state.currency
        needed = {"required": _("Give a price.")}
        self.fields[f"price_{pk}"] = MoneyField(currency=currency, label=_("Price"), error_messages=needed)
        self.fields[f"compare_at_{pk}"] = MoneyField(currency=currency, label=_("Compare-at price"), required=False)
        self.fields[f"sku_{pk}"] = forms.CharField(label=_("Item number (SKU)"), required=False, max_length=120)
        self.fields[f"quantity_{pk}"] = StockField(label=_("In stock"))
        self.fields[f"remove_{pk}"] = forms.BooleanField(label=_("Remove"), required=False)

    def _clean_new(self, data: dict[str, Any]) -> None:
        names = self.state.product.option_names or split_options(data.get("new_names", ""))
        if not names:
            self.add_error("new_names", _("Name the option first, such as Color."))
        if data.get("new_price") is None and "new_price" not in self.errors:
            self.add_error("new_price", _("Give a price."))
        if names and len(split_options(data["new_values"])) != len(names):
            self.add_error(
                "new_values",
                ngettext("Give %(num)s value.", "Give %(num)s values, separated by /.", len(names))
                % {"num": len(names)},
            )


def split_options(text: str) -> list[str]:
    """Return the parts of `Red / Large`."""
    return [part.strip() for part in re.split("[/／]", text) if part.strip()]
