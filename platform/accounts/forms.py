"""What people type, and what their passkeys answer."""

from collections.abc import Callable
from typing import Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, LoginWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.origins import comes_from_platform

# A code of an app is accepted for 90 seconds, one period early to one late.
CODE_MEMORY_SECONDS = 180


class LoginForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class EmailForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        required=False,
        help_text=_("Colleagues see it beside what you did."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class PasswordForm(forms.Form):
    """One's own password, once more."""

    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class NewPasswordForm(forms.Form):
    password = forms.CharField(
        label=_("New password"),
        max_length=200,
        help_text=_("At least 8 characters. A sentence is easier to keep than a puzzle."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password, self.user)
        return password


class ChangePasswordForm(NewPasswordForm):
    present = forms.CharField(
        label=_("Present password"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("present", "password")

    def clean_present(self) -> str:
        present = str(self.cleaned_data["present"])
        if not self.user.check_password(present):
            raise ValidationError(_("This is not your present password."))
        return present


def _code_field(help_text: Any = "") -> forms.CharField:
    attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
    return forms.CharField(label=_("Code"), max_length=20, help_text=help_text, widget=forms.TextInput(attrs=attrs))


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    """A code from an app, or a recovery code; `authenticator` is then the one it came from."""

    code = _code_field()

    @property
    def is_recovery(self) -> bool:
        """Tell whether it was a recovery code; asked of a valid form."""
        return bool(self.authenticator.type == Authenticator.Type.RECOVERY_CODES)

    def clean_code(self) -> str:
        """Accept a code once: allauth forgets a used one before it has run out."""
        code = str(super().clean_code())
        plain = "".join(letter for letter in code if letter.isalnum())
        if not cache.add(f"accounts.used-code:{self.user.pk}:{plain}", 1, timeout=CODE_MEMORY_SECONDS):
            raise ValidationError(_("This code has been used. Wait for the next one and try again."))
        return code


class SetUpCodesForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an app that was just shown the secret.

    The secret stays the same while it is set up: a phone loads the page anew when one comes back from the app.
    """

    code = _code_field(_("The six digits that the app shows now."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        shown = context.request.session.get(SECRET_SESSION_KEY)
        super().__init__(*args, **kwargs)
        if shown:
            self.secret = context.request.session[SECRET_SESSION_KEY] = shown


def _checked(credential: Any, check: Callable[[], Any]) -> Any:
    """Return what allauth makes of a passkey's answer; refuse in words what was not made on the platform's own page."""
    refused = ValidationError(_("The passkey was not accepted. Try again, or use another way; nothing was changed."))
    if not comes_from_platform(credential):
        raise refused
    try:
        return check()
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise refused from error
    except ValidationError as error:
        raise error if error.code == "too_many_login_attempts" else refused from error


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey; it always lets its owner in without the password, so the device must have asked who holds it."""

    name = forms.CharField(
        label=_("Name of this passkey"),
        max_length=60,
        required=False,
        help_text=_("So that you know it again: “My phone”, “Key on my ring”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    passwordless = None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if "credential" in cleaned:
            cleaned["passwordless"] = True
            _checked(cleaned["credential"], super().clean)
        return cleaned


class RenamePasskeyForm(forms.Form):
    name = forms.CharField(
        label=_("Name of this passkey"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class PasskeyStepForm(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey of a known person; `credential` becomes the authenticator."""

    def clean_credential(self) -> Any:
        return _checked(self.cleaned_data["credential"], super().clean_credential)


class PasskeyLoginForm(LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey that says itself whose it is; `credential` becomes the authenticator."""

    def clean_credential(self) -> Any:
        return _checked(self.cleaned_data["credential"], super().clean_credential)
