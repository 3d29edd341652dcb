"""What shoppers type into a review, and merchants into its settings."""

from django import forms
from django.utils.translation import gettext_lazy as _

from storefront.reviews.enums import PublishMode, ReportReason
from storefront.reviews.words import LONGEST_BODY


class ReviewForm(forms.Form):
    """Stars, a title, some words and a name; photos are read beside it."""

    rating = forms.TypedChoiceField(
        label=_("How many stars?"),
        choices=[(number, str(number)) for number in range(5, 0, -1)],
        coerce=int,
        error_messages={"required": _("Choose how many stars you give.")},
    )
    title = forms.CharField(label=_("In one line"), max_length=120, required=False)
    body = forms.CharField(
        label=_("How is it?"),
        max_length=LONGEST_BODY,
        widget=forms.Textarea,
        error_messages={"required": _("Write a few words: what did you hope for, and what came?")},
    )
    name = forms.CharField(label=_("Name that is shown"), max_length=60)


class ReportForm(forms.Form):
    """Why a review should not be there."""

    reason = forms.ChoiceField(label=_("What is wrong with it?"), choices=ReportReason)
    note = forms.CharField(label=_("Anything to add"), max_length=300, required=False)


class ReviewSettingsForm(forms.Form):
    """When reviews are published and whether buyers are asked for them."""

    publish_mode = forms.ChoiceField(
        label=_("When a review comes in"), choices=PublishMode.choices, widget=forms.RadioSelect
    )
    blocked_words = forms.CharField(
        label=_("Words that hold a review"), required=False, max_length=12_000, widget=forms.Textarea(attrs={"rows": 6})
    )
    sends_invitations = forms.BooleanField(label=_("Ask buyers for a review by e-mail"), required=False)
    invite_after_days = forms.IntegerField(label=_("Days after the parcel left"), min_value=1, max_value=30)


def read_stars(text: str) -> int | None:
    """Return what an address says of stars as 1 to 5, anything else as None."""
    return int(text) if text in ("1", "2", "3", "4", "5") else None
