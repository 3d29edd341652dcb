"""What a merchant types on the domains page."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ClaimForm(forms.Form):
    """The name to connect; `names.read_name` judges it."""

    host = forms.CharField(
        label=_("Your domain"),
        max_length=300,
        help_text=_("Such as example.com or shop.example.com. Buy it from any registrar; you keep it there."),
        widget=forms.TextInput(
            attrs={
                "inputmode": "url",
                "autocapitalize": "none",
                "autocomplete": "off",
                "spellcheck": "false",
                "placeholder": "example.com",
            }
        ),
    )
