"""What the merchant's pages of search send."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

_COMMAS = re.compile(r"[,，、;；\n]+")


class WordsForm(forms.Form):
    """A form with words that have commas between them."""

    def words(self, name: str) -> list[str]:
        """Return the words of a field, one by one."""
        return _COMMAS.split(str(self.cleaned_data[name]))


class SynonymForm(WordsForm):
    terms = forms.CharField(
        label=_("Words"),
        max_length=1500,
        help_text=_("With commas between them: sofa, couch, settee"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    meanings = forms.CharField(
        label=_("Also find goods with"),
        max_length=1500,
        required=False,
        help_text=_(
            "Leave it empty where the words mean the same both ways. Filled in, it works one way: boat finds kayaks."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class LeadForm(WordsForm):
    terms = forms.CharField(
        label=_("Who searches for"),
        max_length=1500,
        help_text=_("What shoppers type. Several with commas between them: returns, send back"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    path = forms.CharField(
        label=_("Goes to"),
        max_length=1000,
        help_text=_("An address of this store, or a name from the list: /pages/returns/"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "list": "search-places", "placeholder": "/collections/tea/"}
        ),
    )
