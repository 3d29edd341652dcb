"""What a merchant says of themselves on paper."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from storefront.documents.models import Letterhead

FIELDS = (
    *("legal_name", "address", "tax_id", "vat_id", "phone", "bank", "footer"),
    *("before", "next_number", "note_before", "next_note_number"),
)
_COLUMNS = {"before": "prefix", "note_before": "note_prefix"}


class LetterheadForm(forms.Form):
    legal_name = forms.CharField(label=_("Name of the business"), required=False, max_length=160)
    address = forms.CharField(
        label=pgettext_lazy("of a business", "Address"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    tax_id = forms.CharField(label=_("Tax number"), required=False, max_length=60)
    vat_id = forms.CharField(label=_("VAT number"), required=False, max_length=40)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=40)
    bank = forms.CharField(
        label=_("Bank account"),
        required=False,
        max_length=400,
        help_text=_("Said on invoices that are not paid yet."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    footer = forms.CharField(
        label=_("At the foot of each page"),
        required=False,
        max_length=600,
        help_text=_("Such as the register you are entered in. Three lines fit."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    before = forms.CharField(label=_("Before the number"), required=False, max_length=12)
    next_number = forms.IntegerField(
        label=_("Next number"), min_value=1, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )

    note_before = forms.CharField(label=_("Before the number"), required=False, max_length=12)
    next_note_number = forms.IntegerField(
        label=_("Next number"), min_value=1, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )

    def __init__(self, given: QueryDict | None, *, kept: Letterhead) -> None:
        super().__init__(given, initial={name: getattr(kept, _COLUMNS.get(name, name)) for name in FIELDS})
