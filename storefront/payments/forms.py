"""What a merchant types about money."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from core.errors import InvalidInput
from core.ids import new_token
from core.money import parse_amount, to_decimal
from storefront.payments.models import WayKind, WayToPay
from storefront.payments.selectors import Refundable
from storefront.payments.selectors.ways import OWN_TEXTS
from storefront.payments.services import RefundRequest
from storefront.payments.services.ways import LENGTHS, MOST_DAYS, WayDraft
from storefront.shipping.countries import country_name
from tenants.languages import name_language

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
    removes = forms.BooleanField(
        label=_("Take what was not sent yet out of the order"),
        required=False,
        initial=True,
        help_text=_("It does not wait to be sent any more. If nothing is left, the order is canceled."),
    )
    as_credit = forms.ChoiceField(label=_("Where it goes"), required=False, widget=forms.RadioSelect)
    token = forms.CharField(max_length=26, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, refundable: Refundable, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"token": new_token(), "restocks": True, "as_credit": ""})
        super().__init__(*args, **kwargs)
        currency = refundable.order.currency
        if not any(one.line.left_count for one in refundable.lines):
            del self.fields["removes"]
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
        self._say_where(refundable)
        self.fields["delivery"] = AmountField(label=_("Delivery"), currency=currency)
        self.fields["adjustment"] = AmountField(
            label=_("More or less"),
            currency=currency,
            is_signed=True,
            help_text=_("5.00 gives more back, -5.00 keeps something."),
        )

    def _say_where(self, refundable: Refundable) -> None:
        """Offer store credit where somebody could have it and money would go back."""
        if refundable.order.customer_id is None or not refundable.money_left:
            del self.fields["as_credit"]
            return
        method = refundable.payment.method_label if refundable.payment else ""
        back = _("Back to %(method)s") % {"method": method} if method else _("Back the way it was paid")
        self.fields["as_credit"].choices = [  # type: ignore[attr-defined]
            ("", back),
            ("1", _("As store credit, for the next order")),
        ]

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
            removes=typed.get("removes", False),
            reason=typed["reason"],
            expected_amount=expected_amount,
            token=typed["token"],
            as_credit=bool(typed.get("as_credit")),
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


class WayForm(forms.Form):
    """A way to pay: on or off, its words in the store's languages, and what its kind has besides."""

    is_on = forms.BooleanField(label=_("Offer it at checkout"), required=False)
    title = forms.CharField(
        label=_("Name at checkout"),
        required=False,
        max_length=LENGTHS["title"],
        help_text=_("Shoppers see this at checkout. Empty: our words, in their language."),
    )
    text = forms.CharField(label=_("One more line"), required=False, max_length=LENGTHS["text"])
    instructions = forms.CharField(
        label=_("After the order"), required=False, max_length=LENGTHS["instructions"], widget=forms.Textarea(attrs={"rows": 5})
    )  # fmt: skip
    days_to_pay = forms.IntegerField(
        label=_("Days to pay"),
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_(
            "Then the order is canceled, its goods go back on sale and the customer is told. Empty: they are kept until you decide."
        ),
    )
    where = forms.ChoiceField(label=_("Where"), required=False, widget=forms.RadioSelect)

    def __init__(
        self, data: Any = None, *, row: WayToPay, currency: str, country: str, languages: Sequence[str]
    ) -> None:
        super().__init__(data)
        self.row, self.country, self.languages = row, country, languages
        self.said = ("title", "text") if row.kind == WayKind.STRIPE else ("title", "text", "instructions")
        self.fields["title"].widget.attrs["placeholder"] = WayKind(row.kind).label
        self.fields["text"].widget.attrs["placeholder"] = OWN_TEXTS[row.kind]
        self._shape(currency)
        for language in languages:
            for name in self.said:
                own = self.fields[name]
                words = {"label": own.label, "language": name_language(language)}
                self.fields[f"{name}_{language}"] = forms.CharField(
                    label=_("%(label)s, %(language)s") % words,
                    required=False,
                    max_length=LENGTHS[name],
                    widget=forms.Textarea(attrs={"rows": 5}) if name == "instructions" else forms.TextInput(),
                )
        self.initial = self._initial(currency)

    def texts(self) -> list[BoundField]:
        """Return the boxes of the other languages."""
        return [self[f"{name}_{language}"] for language in self.languages for name in self.said]

    def draft(self) -> WayDraft:
        """Return what was typed; the form has to be valid."""
        data = self.cleaned_data
        kept = dict(self.row.translations)
        for language in self.languages:
            kept[language] = {name: data[f"{name}_{language}"] for name in self.said}
        return WayDraft(
            is_on=data["is_on"],
            title=data["title"],
            text=data["text"],
            instructions=data.get("instructions", ""),
            translations=kept,
            days_to_pay=data.get("days_to_pay"),
            most_amount=data.get("most_amount") or None,
            countries=[self.country] if data.get("where") == "home" else (),
        )

    def _shape(self, currency: str) -> None:
        """Leave out what this kind has not."""
        kind = self.row.kind
        if kind == WayKind.STRIPE:
            del self.fields["instructions"]
        elif kind == WayKind.BANK_TRANSFER:
            self.fields["instructions"].label = _("Your bank details")
            self.fields["instructions"].help_text = _(
                "Account holder, IBAN or number, bank. Stands on the order’s page and in its mail, with sum and reference."
            )
        else:
            self.fields["instructions"].help_text = _(
                "For example: have the exact sum ready. Stands on the order’s page and in its mail."
            )
        if kind != WayKind.BANK_TRANSFER:
            del self.fields["days_to_pay"]
        if kind != WayKind.CASH_ON_DELIVERY:
            del self.fields["where"]
            return
        home = country_name(self.country)
        self.fields["where"].choices = [  # type: ignore[attr-defined]
            ("", _("Wherever you deliver")),
            ("home", _("Only within %(country)s") % {"country": home}),
        ]
        self.fields["most_amount"] = AmountField(
            label=_("Orders up to"),
            currency=currency,
            help_text=_("Orders of more are not offered it. Empty: any sum."),
        )

    def _initial(self, currency: str) -> dict[str, Any]:
        row = self.row
        own = {name: getattr(row, name) for name in (*self.said, "is_on")}
        said = {
            f"{name}_{language}": row.translations.get(language, {}).get(name, "")
            for language in self.languages
            for name in self.said
        }
        return {
            **own,
            **said,
            "days_to_pay": row.days_to_pay if row.pk else 7,
            "most_amount": "" if row.most_amount is None else str(to_decimal(row.most_amount, currency)),
            "where": "home" if row.countries else "",
        }
