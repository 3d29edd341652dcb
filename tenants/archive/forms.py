"""What people fill in about their store's data."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class NightlyForm(forms.Form):
    is_nightly = forms.BooleanField(label=_("An archive every night"), required=False)
    keep_days = forms.IntegerField(label=_("Keep each for"), min_value=1, max_value=90, initial=7)


class SandboxForm(forms.Form):
    slug = forms.CharField(
        label=_("Address of the sandbox"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Archive file"), widget=forms.FileInput(attrs={"accept": ".shopstead,application/octet-stream"})
    )


class AddressForm(forms.Form):
    slug = forms.CharField(
        label=_("Address of the new store"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )


class DeletionForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why are you leaving?"),
        choices=[
            ("", _("I would rather not say")),
            ("expensive", _("It costs too much")),
            ("missing", _("Something I need is missing")),
            ("switched", _("I sell somewhere else now")),
            ("unused", _("I do not use it")),
            ("other", _("Another reason")),
        ],
        required=False,
    )
    typed = forms.CharField(
        label=_("Type your store's address name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )
    password = forms.CharField(
        label=_("Your password"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.tenant, self.user = kwargs.pop("tenant"), kwargs.pop("user")
        super().__init__(*args, **kwargs)

    def reason_in_words(self) -> str:
        """Return the chosen reason as people read it; empty where none was given."""
        code = self.cleaned_data["reason"]
        return str(dict(self.fields["reason"].choices)[code]) if code else ""  # type: ignore[attr-defined]

    def clean_typed(self) -> str:
        typed = str(self.cleaned_data["typed"]).strip()
        if typed != self.tenant.slug:
            raise forms.ValidationError(_("Type %(slug)s, exactly as it stands here.") % {"slug": self.tenant.slug})
        return typed

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if not self.user.check_password(password):
            raise forms.ValidationError(_("The password is not right."))
        return password
