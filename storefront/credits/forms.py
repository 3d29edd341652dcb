"""What a merchant types about a gift card."""

from collections.abc import Sequence
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


class CreditForm(forms.Form):
    """Credit given to a customer or taken from them, and why; `once` makes a form that is sent twice one move."""

    GIVE, TAKE = "give", "take"

    once = forms.RegexField(r"^[a-z0-9]{26}$", widget=forms.HiddenInput)
    way = forms.ChoiceField(
        label=_("What to do"), choices=((GIVE, _("Give credit")), (TAKE, _("Take credit back"))), initial=GIVE
    )
    note = forms.CharField(
        label=_("Why"), max_length=500, help_text=_("The customer reads it beside the amount in their account.")
    )

    def __init__(self, *args: Any, currencies: Sequence[str], **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"once": new_token()})
        super().__init__(*args, **kwargs)
        currency = str(self.data.get("currency") or currencies[0])
        self.currency = currency if currency in currencies else currencies[0]
        self.fields["amount"] = AmountField(label=_("Amount"), currency=self.currency)
        if len(currencies) > 1:
            choices = [(code, code) for code in currencies]
            self.fields["currency"] = forms.ChoiceField(label=_("Currency"), choices=choices, initial=currencies[0])
        self.order_fields(["once", "way", "amount", "currency", "note"])

    def clean_amount(self) -> int:
        amount = int(self.cleaned_data["amount"])
        if amount < 1:
            raise forms.ValidationError(_("Write an amount above 0."))
        return amount

    @property
    def signed_amount(self) -> int:
        """Return what comes to the balance: less than nothing where it is taken."""
        amount = int(self.cleaned_data["amount"])
        return amount if self.cleaned_data["way"] == self.GIVE else -amount


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
