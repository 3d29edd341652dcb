"""What a merchant types about orders."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from integrations.mail.voices import is_mail_on
from storefront.orders.carriers import CARRIERS
from storefront.orders.models import Fulfillment, OrderLine, OrderNumbers
from storefront.orders.services.canceling import LONGEST_REASON

PREFIX = "line-"
_NUMBER = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


def _carriers() -> list[tuple[str, Any]]:
    return [("", _("Found by the number")), *((key, carrier.name) for key, carrier in CARRIERS.items())]


class TrackingForm(forms.Form):
    """Who carries a parcel, and the numbers of its boxes."""

    tracking_number = forms.CharField(
        label=_("Tracking number"), required=False, max_length=1000, widget=forms.TextInput(attrs=_NUMBER)
    )
    carrier = forms.ChoiceField(label=_("Carrier"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["carrier"].choices = _carriers()  # type: ignore[attr-defined]


class ParcelForm(TrackingForm):
    """The tracking of a parcel that has left; each parcel's boxes have names of their own on the page."""

    def __init__(self, given: QueryDict | None = None, *, parcel: Fulfillment) -> None:
        numbers = ", ".join(number for number in (parcel.tracking_number, *parcel.more_numbers) if number)
        initial = {"tracking_number": numbers, "carrier": parcel.carrier}
        super().__init__(given, initial=initial, auto_id=f"parcel-{parcel.pk}-%s")


def keep_silent(field: forms.Field) -> None:
    """Ask nobody whether to send a mail that the store has switched off."""
    field.initial, field.disabled = False, True
    field.help_text = _("This mail is switched off under Settings, Notifications.")


class FulfillForm(TrackingForm):
    """How many of each line are in the parcel, who carries it, and whether the shopper is told."""

    notify = forms.BooleanField(label=_("E-mail the customer that it is on its way"), required=False, initial=True)

    def __init__(self, *args: Any, left: list[tuple[OrderLine, int]], is_pickup: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_pickup:
            self.fields["notify"].label = _("E-mail the customer that it is ready")
        if not is_mail_on("orders/email/ready" if is_pickup else "orders/email/shipped"):
            keep_silent(self.fields["notify"])
        self.rows = []
        for line, count in left:
            name = f"{PREFIX}{line.pk}"
            self.fields[name] = forms.IntegerField(
                label=line.title,
                min_value=0,
                max_value=count,
                initial=count,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )
            self.rows.append((line, count, self[name]))

    def quantities(self) -> dict[int, int]:
        """Return how many are in the parcel, by line id."""
        return {
            int(name.removeprefix(PREFIX)): value
            for name, value in self.cleaned_data.items()
            if name.startswith(PREFIX) and value
        }


class CancelForm(forms.Form):
    """Why an order is called off, and what happens to goods, money and the customer."""

    REASONS = (
        ("customer", _("The customer changed their mind")),
        ("sold_out", _("Something is not in stock")),
        ("payment", _("The payment did not come or looks wrong")),
        ("mistake", _("It was a mistake")),
        ("other", _("Another reason")),
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=REASONS)
    words = forms.CharField(
        label=_("In your words"),
        required=False,
        max_length=LONGEST_REASON,
        help_text=_("Only people who work here see it."),
    )
    restock = forms.BooleanField(label=_("Put the goods back on sale"), required=False, initial=True)
    refund = forms.BooleanField(label=_("Give the money back"), required=False, initial=True)
    notify = forms.BooleanField(label=_("E-mail the customer"), required=False, initial=True)

    def __init__(self, *args: Any, has_money: bool, has_email: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_money:
            del self.fields["refund"]
        if not has_email:
            del self.fields["notify"]
        elif not is_mail_on("orders/email/canceled"):
            keep_silent(self.fields["notify"])


class HoldForm(forms.Form):
    reason = forms.CharField(label=_("What are you waiting for?"), required=False, max_length=200)


class NumbersForm(forms.Form):
    """How the next orders are called."""

    before = forms.CharField(label=_("Before the number"), required=False, max_length=12)
    next_number = forms.IntegerField(
        label=_("Next number"), min_value=1, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )
    after = forms.CharField(label=_("After the number"), required=False, max_length=12)

    def __init__(self, given: QueryDict | None, *, series: OrderNumbers) -> None:
        initial = {"before": series.prefix, "next_number": series.next_number, "after": series.suffix}
        super().__init__(given, initial=initial)


class TrackForm(forms.Form):
    """What somebody without an account knows of their order."""

    number = forms.CharField(label=_("Order number"), max_length=40)
    contact = forms.CharField(label=_("E-mail or phone"), max_length=254)

    def summary(self) -> list[tuple[str, str]]:
        """Return what is wrong, as (id of the field, words)."""
        return [
            (self[name].auto_id, " ".join(map(str, words)))
            for name, words in self.errors.items()
            if name in self.fields
        ]
