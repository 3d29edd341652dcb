"""What shoppers type into the contact form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from storefront.support.errors import MessageRefused
from storefront.support.wording import LONGEST_MESSAGE, check_body

TOO_LONG = ngettext_lazy(
    "This is longer than %(limit_value)d character (%(show_value)d). Shorten it, then send it again.",
    "This is longer than %(limit_value)d characters (%(show_value)d). Shorten it, then send it again.",
    "limit_value",
)


class BodyForm(forms.Form):
    """A message. `website` is a field that people do not see and programs fill in."""

    body = forms.CharField(
        label=_("Your question"),
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea,
        error_messages={"required": _("Write a few words first."), "max_length": TOO_LONG},
    )
    website = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def clean_body(self) -> str:
        try:
            return check_body(self.cleaned_data["body"])
        except MessageRefused as error:
            raise forms.ValidationError(str(error)) from error

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave the last field empty: it is there to catch programs."))
        return ""

    def summary(self) -> list[tuple[str, str]]:
        """Return what is wrong as (id of the field, sentence), in the order of the fields."""
        found = [("", str(text)) for text in self.non_field_errors()]
        for bound in self:
            place = "" if bound.name == "website" else bound.id_for_label
            found += [(place, f"{bound.label}: {text}" if place else str(text)) for text in bound.errors]
        return found


class QuestionForm(BodyForm):
    """A new question, from anybody."""

    name = forms.CharField(
        label=_("Name"), max_length=160, error_messages={"required": _("Tell us how to address you.")}
    )
    email = forms.EmailField(
        label=_("E-mail for the answer"),
        max_length=254,
        error_messages={
            "required": _("Without it we cannot answer you."),
            "invalid": _("This is not an e-mail address. Write it like name@example.com."),
        },
    )
    order_number = forms.CharField(label=_("Order number"), max_length=40, required=False)
    subject = forms.CharField(label=_("Subject"), max_length=200, required=False)
    field_order = ("body", "name", "email", "order_number", "subject", "website")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
