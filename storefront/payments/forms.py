"""What a merchant types about money."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import InvalidInput
from core.ids import new_token
from core.money import parse_amount
from storefront.payments.selectors import Refundable
from storefront.payments.services import RefundRequest

PREFIX = "line-"


class AmountField(forms.CharField):
    """An amount in minor units of a currency; nothing typed is nought. `is_signed` lets it be below zero."""

    def __init__(self, *, currency: str, is_signed: bool = False, **kwargs: Any) -> None:
        self.currency, self.is_signed = currency, is_signed
        widget = forms.TextInput(attrs={"inputmode": "text" if is_signed else "decimal", "autocomplete": "off"})
        super().__init__(required=False, max_length=30, widget=widget, **kwargs)

    def clean(self, value: Any) -> int:
        text = str(super().clean(value)).replace("\N{MINUS SIGN}", "-").strip()
        if not text:
            return 0
        try:
            amount = parse_amount(text, self.currency)
        except InvalidInput as error:
            raise forms.ValidationError(str(error)) from error
        if amount < 0 and not self.is_signed:
            raise forms.ValidationError(_("This cannot be below zero."))
        return amount


class RefundForm(forms.Form):
    """How many of each line go back, how much of the delivery, something more or less, and whether goods are on sale again."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=200,
        help_text=_("For you and your colleagues; the customer does not see it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    restocks = forms.BooleanField(label=_("Put these goods back on sale"), required=False, initial=True)
    token = forms.CharField(max_length=26, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, refundable: Refundable, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"token": new_token()})
        super().__init__(*args, **kwargs)
        currency = refundable.order.currency
        self.rows = []
        for one in refundable.lines:
            name = f"{PREFIX}{one.paid.key}"
            self.fields[name] = forms.IntegerField(
                label=one.line.title,
                required=False,
                min_value=0,
                max_value=one.paid.left,
                initial=0,
                disabled=one.paid.left == 0,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )
            self.rows.append((one, self[name]))
        self.fields["delivery"] = AmountField(label=_("Delivery"), currency=currency)
        self.fields["adjustment"] = AmountField(
            label=_("More or less"),
            currency=currency,
            is_signed=True,
            help_text=_("5.00 gives more back, -5.00 keeps something."),
        )

    def asked(self, *, expected_amount: int | None) -> RefundRequest:
        """Return what was typed; the form has to be valid."""
        typed = self.cleaned_data
        return RefundRequest(
            counts={
                int(name.removeprefix(PREFIX)): value
                for name, value in typed.items()
                if name.startswith(PREFIX) and value
            },
            delivery_amount=typed["delivery"],
            adjustment_amount=typed["adjustment"],
            restocks=typed["restocks"],
            reason=typed["reason"],
            expected_amount=expected_amount,
            token=typed["token"],
        )


class EvidenceForm(forms.Form):
    """What a merchant tells the bank."""

    text = forms.CharField(
        label=_("What happened"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Facts in the order they happened. The bank reads it, the customer may."),
    )
    file = forms.FileField(
        label=_("Proof"),
        required=False,
        help_text=_("One PDF, JPEG or PNG of at most 4.5 MB: proof of delivery, mails, photos."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )
