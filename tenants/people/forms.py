"""What people type about who works in a store."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.enums import Role
from tenants.people.wording import DUTIES

GIVEN_ROLES = [role for role in Role if role != Role.OWNER]


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """A role to choose, with what it does."""

    value: str
    label: str
    duties: str


class InviteForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(choices=[(role.value, role.label) for role in GIVEN_ROLES], initial=Role.MANAGER.value)

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class JoinForm(forms.Form):
    """A new person's account; the address is the invited one."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 8 characters. A sentence is easier to keep than a puzzle."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
        max_length=200,
    )


class HandOverForm(forms.Form):
    password = forms.CharField(
        label=_("Your password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        max_length=200,
    )
    stays_owner = forms.BooleanField(label=_("I stay an owner as well"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.user = kwargs.pop("user")
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if not self.user.check_password(password):
            raise forms.ValidationError(_("The password is not right."))
        return password


def role_choices() -> list[RoleChoice]:
    """Return the roles that can be given, with what they do."""
    return [RoleChoice(role.value, str(role.label), str(DUTIES[role])) for role in GIVEN_ROLES]
