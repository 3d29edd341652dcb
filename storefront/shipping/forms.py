"""What a merchant types about a way of delivery."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import InvalidInput
from core.money import parse_amount, to_decimal
from storefront.shipping.models import ShippingMethod


class AmountField(forms.CharField):
    """An amount typed in whole units with a point, kept in minor units of `currency`."""

    def __init__(self, *, currency: str, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs)
        self.currency = currency

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_amount(text, self.currency)
        except InvalidInput as error:
            raise forms.ValidationError(str(error)) from error


class MethodForm(forms.Form):
    """A way of delivery in the store's currency."""

    name = forms.CharField(
        label=pgettext_lazy("delivery", "Name"), max_length=120, help_text=_("Shoppers see this at checkout.")
    )
    minimum_days = forms.IntegerField(label=_("Working days, at least"), min_value=0, max_value=120)
    maximum_days = forms.IntegerField(label=_("Working days, at most"), min_value=0, max_value=120)

    def __init__(self, *args: Any, currency: str, method: ShippingMethod | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(method, currency) if method else {"minimum_days": 2, "maximum_days": 5}
        kwargs["prefix"] = f"m{method.pk}" if method else "new"
        super().__init__(*args, **kwargs)
        self.fields["price_amount"] = AmountField(label=_("Price"), currency=currency, max_length=20)
        self.fields["free_over_amount"] = AmountField(
            label=_("Free from"),
            currency=currency,
            required=False,
            max_length=20,
            help_text=_("Orders of this much or more are delivered free. Leave empty for never."),
        )
        self.order_fields(["name", "price_amount", "free_over_amount", "minimum_days", "maximum_days"])
        self.method = method


def _initial(method: ShippingMethod, currency: str) -> dict[str, Any]:
    free = method.free_over_amount
    return {
        "name": method.name,
        "price_amount": str(to_decimal(method.price_amount, currency)),
        "free_over_amount": "" if free is None else str(to_decimal(free, currency)),
        "minimum_days": method.minimum_days,
        "maximum_days": method.maximum_days,
    }
