"""What a shopper declares or sends back, and what a merchant offers and answers."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.ids import TOKEN_LENGTH, new_token
from storefront.payments.forms import AmountField
from storefront.returns.enums import Offer, Rest, ReturnReason, Wish
from storefront.returns.models import ReturnLine, WithdrawalTerms
from storefront.returns.selectors import ReturnableLine
from storefront.returns.services import Arrived, ReturnRequest

PREFIX, RESTOCK = "line-", "restock-"


class WithdrawalForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=160)
    order_number = forms.CharField(label=_("Order number"), max_length=40)
    email = forms.EmailField(label=_("E-mail for the confirmation"), max_length=254)
    words = forms.CharField(
        label=_("Which goods, if not all of them"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def summary(self) -> list[tuple[str, str]]:
        """Return what is wrong, as (id of the field, words)."""
        return [
            (self[name].auto_id, " ".join(map(str, said))) for name, said in self.errors.items() if name in self.fields
        ]


class TermsForm(forms.Form):
    offer = forms.ChoiceField(label=_("Offer it"), choices=Offer.choices, widget=forms.RadioSelect)
    days = forms.IntegerField(
        label=_("Days to withdraw"),
        required=False,
        min_value=1,
        max_value=365,
        help_text=_("Counted from the day the last parcel arrives. Empty: 14 days, and 7 for buyers in China."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    return_days = forms.IntegerField(
        label=_("Days to send something back"),
        min_value=0,
        max_value=365,
        help_text=_("Counted the same way. You look at each request before anything is sent. 0: nobody can ask."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    return_words = forms.CharField(
        label=_("How to send it"),
        required=False,
        max_length=2000,
        help_text=_(
            "Your address and what to put into the parcel. It stands in every answer, where you can change it."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, given: QueryDict | None, *, kept: WithdrawalTerms) -> None:
        names = ("offer", "days", "return_days", "return_words")
        super().__init__(given, initial={name: getattr(kept, name) for name in names})


class ReturnForm(forms.Form):
    """How many of each line come back, why, and what is wanted for it."""

    reason = forms.ChoiceField(
        label=_("Why does it come back?"),
        choices=[("", _("Choose…")), *ReturnReason.choices],
        error_messages={"required": _("Choose why it comes back.")},
    )
    wish = forms.ChoiceField(
        label=_("What would you like?"), choices=Wish.choices, initial=Wish.REFUND, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("What should we know?"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    token = forms.CharField(
        min_length=TOKEN_LENGTH, max_length=TOKEN_LENGTH, widget=forms.HiddenInput, initial=new_token
    )

    def __init__(self, given: QueryDict | None = None, *, left: Sequence[ReturnableLine]) -> None:
        super().__init__(given)
        self.rows = []
        for one in left:
            name, is_alone = f"{PREFIX}{one.line.pk}", len(left) == 1
            self.fields[name] = forms.TypedChoiceField(
                label=_("How many come back"),
                required=False,
                coerce=int,
                empty_value=None,
                choices=[(count, str(count)) for count in range(min(one.left, 99) + 1)],
                initial=one.left if is_alone else 0,
            )
            self.rows.append((one, self[name]))

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not any(value for name, value in typed.items() if name.startswith(PREFIX)):
            raise forms.ValidationError(_("Choose what comes back first."))
        return typed

    def asked(self) -> ReturnRequest:
        """Return what was typed; the form has to be valid."""
        typed = self.cleaned_data
        counts = {
            int(name.removeprefix(PREFIX)): value for name, value in typed.items() if name.startswith(PREFIX) and value
        }
        rest = {name: typed[name] for name in ("token", "reason", "wish", "note")}
        return ReturnRequest(counts=counts, **rest)

    def summary(self) -> list[tuple[str, str]]:
        """Return what is wrong, as (id of the field or nothing, words)."""
        return [
            (self[name].auto_id if name in self.fields else "", " ".join(map(str, said)))
            for name, said in self.errors.items()
        ]


class AnswerForm(forms.Form):
    """How goods are to be sent back."""

    words = forms.CharField(
        label=_("How and where to send it"),
        required=False,
        max_length=2000,
        help_text=_("The customer reads this in a mail and on the order’s page."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    label = forms.FileField(
        label=_("Label"),
        required=False,
        help_text=_("One PDF, JPEG or PNG of at most 5 MB. The customer prints it."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )
    label_url = forms.URLField(
        label=_("Link to a label or a drop-off code"), required=False, max_length=500, assume_scheme="https"
    )

    def clean_label_url(self) -> str:
        url = str(self.cleaned_data["label_url"])
        if url and not url.startswith(("https://", "http://")):
            raise forms.ValidationError(_("Paste an address that begins with https://."))
        return url


class RefuseForm(forms.Form):
    words = forms.CharField(
        label=_("Why not"),
        max_length=2000,
        help_text=_("The customer reads this."),
        widget=forms.Textarea(attrs={"rows": 3, "id": "refuse-words"}),
    )


class ReceiveForm(forms.Form):
    """How many of each line are here, and which go on sale again."""

    notify = forms.BooleanField(label=_("E-mail the customer that it is here"), required=False, initial=True)

    def __init__(self, given: QueryDict | None = None, *, lines: Sequence[ReturnLine]) -> None:
        super().__init__(given)
        self.rows = []
        for line in lines:
            name, restock = f"{PREFIX}{line.order_line_id}", f"{RESTOCK}{line.order_line_id}"
            self.fields[name] = forms.IntegerField(
                label=line.order_line.title,
                min_value=0,
                max_value=line.quantity,
                initial=line.quantity,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )
            self.fields[restock] = forms.BooleanField(label=_("Back on sale"), required=False, initial=True)
            self.rows.append((line, self[name], self[restock]))

    def arrived(self) -> dict[int, Arrived]:
        """Return what is here by the id of the order's line; the form has to be valid."""
        return {
            line.order_line_id: Arrived(
                self.cleaned_data[f"{PREFIX}{line.order_line_id}"],
                restocks=self.cleaned_data[f"{RESTOCK}{line.order_line_id}"],
            )
            for line, _count, _restock in self.rows
        }


class ReturnRefundForm(forms.Form):
    """What is given or kept besides the goods."""

    def __init__(self, given: QueryDict | None = None, *, currency: str, has_delivery: bool, **kwargs: Any) -> None:
        super().__init__(given, **kwargs)
        if has_delivery:
            self.fields["delivery"] = AmountField(label=_("Delivery"), currency=currency)
        self.fields["adjustment"] = AmountField(
            label=_("More or less"),
            currency=currency,
            is_signed=True,
            help_text=_("5.00 gives more back, -5.00 keeps something."),
        )


class ExchangeForm(forms.Form):
    """Which version is sent instead of each line, and what becomes of a rest.

    `versions` has the choices by the id of the order's line, `rests` what whoever asks may choose, the usual one first.
    """

    def __init__(
        self,
        given: QueryDict | None = None,
        *,
        lines: Sequence[ReturnLine],
        versions: Mapping[int, Sequence[tuple[int, str]]],
        rests: Sequence[Rest],
    ) -> None:
        super().__init__(given)
        self.fields["rest"] = forms.ChoiceField(
            label=_("Where the difference goes"),
            required=False,
            choices=[(one.value, one.label) for one in rests],
            initial=rests[0].value,
            widget=forms.RadioSelect,
        )
        self.rests = rests
        self.rows = []
        for line in lines:
            name = f"{PREFIX}{line.order_line_id}"
            self.fields[name] = forms.TypedChoiceField(
                label=_("Send instead"),
                coerce=int,
                choices=list(versions[line.order_line_id]),
                initial=line.order_line.variant_id,
            )
            self.rows.append((line, self[name]))

    def chosen(self) -> dict[int, int]:
        """Return the variant by the id of the order's line; the form has to be valid."""
        typed = self.cleaned_data
        return {int(name.removeprefix(PREFIX)): value for name, value in typed.items() if name.startswith(PREFIX)}

    @property
    def rest(self) -> Rest:
        """Return what becomes of a rest; the form has to be valid."""
        return Rest(self.cleaned_data["rest"] or self.rests[0])


class CloseForm(forms.Form):
    words = forms.CharField(
        label=_("Why the customer gets nothing"),
        required=False,
        max_length=2000,
        help_text=_("If you write something, the customer gets it as a mail."),
        widget=forms.Textarea(attrs={"rows": 3, "id": "close-words"}),
    )
