"""What people type about a store."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tenants.countries import country_choices
from tenants.errors import AddressRefused
from tenants.languages import NAMES, list_others
from tenants.models import Tenant
from tenants.signup import propose_slug
from tenants.slugs import clean_slug


class SignUpForm(forms.Form):
    """Everything a new store needs; the rest has a default."""

    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True})
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 8 characters. A sentence is easier to keep than a puzzle."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
        max_length=200,
    )
    name = forms.CharField(
        label=_("Store name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    slug = forms.CharField(
        label=_("Address"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )
    country = forms.ChoiceField(
        label=_("Country"), help_text=_("Sets currency and time zone. You can change them later.")
    )
    plan = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["country"].choices = country_choices()  # type: ignore[attr-defined]

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password, User(email=self.cleaned_data.get("email", "")))
        return password

    def clean_slug(self) -> str:
        """Return the address that was wished, or a free one made from the store's name, which stands before it."""
        try:
            return clean_slug(self.cleaned_data["slug"] or propose_slug(self.cleaned_data.get("name", "")))
        except AddressRefused as error:
            raise ValidationError(str(error)) from error


class AnotherStoreForm(SignUpForm):
    """What somebody types about one more store who has a login already."""

    email = None  # type: ignore[assignment]
    password = None  # type: ignore[assignment]


class StoreSettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """The facts of a store that its owner may change at any time."""

    class Meta:
        model = Tenant
        fields = ("name", "contact_email", "language", "languages", "time_zone", "shows_lowest_price")
        labels = {
            "contact_email": _("E-mail for questions and receipts"),
            "language": _("Language of the store"),
            "time_zone": _("Time zone"),
            "shows_lowest_price": _("Beside a reduced price, show the lowest one of the 30 days before"),
        }
        help_texts = {
            "name": _("Shown in your store, on receipts and in e-mails."),
            "language": _("The one that you write your goods and pages in."),
            "time_zone": _("Days in your reports begin at midnight here."),
            "shows_lowest_price": _("The European Union asks for it. Elsewhere you may turn it off."),
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        zones = [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone]
        self.fields["time_zone"] = forms.ChoiceField(
            label=self.fields["time_zone"].label, help_text=self.fields["time_zone"].help_text, choices=zones
        )
        self.fields["language"] = forms.ChoiceField(
            label=self.fields["language"].label,
            help_text=self.fields["language"].help_text,
            choices=list(NAMES.items()),
        )
        self.fields["languages"] = forms.MultipleChoiceField(
            label=_("Further languages"),
            help_text=_(
                "Shoppers can switch to these. What you have not translated is shown in the store's own language."
            ),
            choices=[(code, NAMES[code]) for code in list_others(self.instance.language)],
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def clean(self) -> dict[str, Any]:
        """Offer a store that takes another language for its own in the one that it had."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("language") and data["language"] != self.initial["language"]:
            data["languages"] = list_others(data["language"])
        return data
