"""What a shopper declares, and what a merchant offers."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from storefront.returns.enums import Offer
from storefront.returns.models import WithdrawalTerms


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

    def __init__(self, given: QueryDict | None, *, kept: WithdrawalTerms) -> None:
        super().__init__(given, initial={"offer": kept.offer, "days": kept.days})
