"""What shoppers type about themselves."""

from functools import cache
from typing import Any

from babel import Locale
from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from storefront.customers.models import Address

# Groups and outlying codes that no parcel is addressed to.
_NO_PLACES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"})


class LoginForm(forms.Form):
    """E-mail and password."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)
    password = forms.CharField(label=_("Password"), max_length=200, strip=False)


class LinkForm(forms.Form):
    """The address a sign-in link goes to."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)


class CodeForm(forms.Form):
    """The six digits of the mail; spaces between them are how people copy them."""

    code = forms.CharField(label=_("Code from the mail"), max_length=12)

    def clean_code(self) -> str:
        code = "".join(sign for sign in str(self.cleaned_data["code"]) if not sign.isspace())
        if not (code.isascii() and code.isdigit() and len(code) == 6):
            raise forms.ValidationError(_("The code has six digits. Look at the newest mail."))
        return code


class RegisterForm(forms.Form):
    """A new account; it begins when the link in the mail is opened."""

    name = forms.CharField(label=_("Name"), max_length=160)
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    password = forms.CharField(label=_("Password"), max_length=200, min_length=8, strip=False)


class BeginForm(forms.Form):
    """The password of an account whose e-mail an order has told."""

    password = forms.CharField(label=_("Password"), max_length=200, min_length=8, strip=False)


class DetailsForm(forms.Form):
    """Name, phone, language."""

    name = forms.CharField(label=_("Name"), max_length=160)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    language = forms.ChoiceField(label=_("Language of e-mails"), choices=settings.LANGUAGES)


class PasswordForm(forms.Form):
    """A new password; the current one is asked for unless the address was proven just now."""

    current = forms.CharField(label=_("Current password"), max_length=200, strip=False)
    password = forms.CharField(label=_("New password"), max_length=200, min_length=8, strip=False)

    def __init__(self, *args: Any, asks_current: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_current:
            del self.fields["current"]


# What the parts of an address are called where they go, and where a parcel does not arrive without a province.
LABELS = {
    "CN": {"line1": _("Street, house and room"), "line2": _("More about the place"), "province": _("Province")},
    "US": {"postcode": _("ZIP code"), "province": _("State")},
    "CA": {"province": _("Province")},
    "GB": {"city": _("Town or city"), "province": _("County")},
}
NEEDS_PROVINCE = frozenset({"AU", "CA", "CN", "US"})


class AddressForm(forms.ModelForm):  # type: ignore[type-arg]
    """An address that a parcel can go to."""

    class Meta:
        model = Address
        fields = ("name", "company", "line1", "line2", "postcode", "city", "province", "country", "phone", "is_default")
        labels = {
            "name": _("Name"),
            "company": _("Company"),
            "line1": _("Street and number"),
            "line2": _("Apartment, floor"),
            "postcode": _("Postcode"),
            "city": _("City"),
            "province": _("State or province"),
            "phone": _("Phone"),
            "is_default": _("Use this one first"),
        }

    country = forms.ChoiceField(label=_("Country"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = country_choices()  # type: ignore[attr-defined]
        country = self.data.get("country") or self.instance.country
        for name, label in LABELS.get(country, {}).items():
            self.fields[name].label = label
        if country in NEEDS_PROVINCE:
            self.fields["province"].required = True


def country_choices() -> list[tuple[str, str]]:
    """Return (code, name) of every country by name, in the reader's language."""
    return list(_countries("zh_Hans" if (get_language() or "en").startswith("zh") else "en"))


def country_label(code: str) -> str:
    """Return a country's name in the reader's language, or the code where it is unknown."""
    return dict(country_choices()).get(code, code)


@cache
def _countries(locale: str) -> tuple[tuple[str, str], ...]:
    names = Locale.parse(locale).territories
    places = ((code, name) for code, name in names.items() if len(code) == 2 and code.isalpha())
    return tuple(sorted((place for place in places if place[0] not in _NO_PLACES), key=lambda place: place[1]))
