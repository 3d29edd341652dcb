"""The price of a product that comes in one version."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from storefront.catalog.cards import CardForm
from storefront.catalog.forms.fields import MoneyField, add_price_errors, written_amount
from storefront.catalog.models import ProductVariant


class PriceForm(CardForm):
    """Price and compare-at price of the only version; the names carry its id."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[f"price_{self.variant.pk}"] = MoneyField(
            currency=self.state.currency, label=_("Price"), error_messages={"required": _("Give a price.")}
        )
        self.fields[f"compare_at_{self.variant.pk}"] = MoneyField(
            currency=self.state.currency,
            label=_("Compare-at price"),
            required=False,
            help_text=_("What it cost before. Shown struck through."),
        )

    @property
    def variant(self) -> ProductVariant:
        return self.state.variants[0]

    def first_values(self) -> dict[str, Any]:
        variant, currency = self.variant, self.state.currency
        return {
            f"price_{variant.pk}": written_amount(variant.price_amount, currency),
            f"compare_at_{variant.pk}": written_amount(variant.compare_at_amount, currency),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        add_price_errors(self, f"price_{self.variant.pk}", f"compare_at_{self.variant.pk}")
        return data
