"""What a merchant types about a gift card."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import InvalidInput
from core.ids import new_token
from core.money import parse_amount
from storefront.shipping.forms.fields import AmountField

_DAY = {"type": "date"}


class CardForm(forms.Form):
    """A gift card to issue in the store's currency; `once` makes a form that is sent twice one card."""

    once = forms.RegexField(r"^[a-z0-9]{26}$", widget=forms.HiddenInput)
    expires_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        help_text=_("Empty: for good. In many places a gift card has to last for years; ask before you set one."),
    )
    recipient_name = forms.CharField(label=_("For"), required=False, max_length=160)
    recipient_email = forms.EmailField(label=_("Their e-mail"), required=False, max_length=254)
    message = forms.CharField(
        label=_("Message"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    send = forms.BooleanField(label=_("Send the code by e-mail now"), required=False)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=500, help_text=_("Only you and your colleagues see it.")
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"once": new_token()})
        super().__init__(*args, **kwargs)
        self.fields["amount"] = AmountField(label=pgettext_lazy("gift card", "Worth"), currency=currency)
        self.order_fields(["once", "amount", "expires_on"])

    @property
    def expires_at(self) -> datetime | None:
        """Return the last moment of the last day, where there is one."""
        day = self.cleaned_data["expires_on"]
        return timezone.make_aware(datetime.combine(day, time(23, 59, 59))) if day else None


class BalanceForm(forms.Form):
    """More on a card, or with a minus less, and why."""

    note = forms.CharField(label=_("Why"), required=False, max_length=500)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.fields["amount"] = forms.CharField(
            label=_("Add, or with a minus take off"), max_length=20, widget=forms.TextInput(attrs={"inputmode": "text"})
        )
        self.order_fields(["amount", "note"])

    def clean_amount(self) -> int:
        try:
            return parse_amount(self.cleaned_data["amount"].replace("−", "-"), self.currency)
        except InvalidInput as error:
            raise forms.ValidationError(str(error)) from error
