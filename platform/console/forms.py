"""What the team types about a store."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.plans.models import Plan
from console.templatetags.console import plan_name

MOST_TRIAL_DAYS = 365


class ConfirmForm(forms.Form):
    """Nothing to type: the button is the answer."""


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("Kept in the store’s log, where its owner reads it too.")
    )


class TrialForm(ReasonForm):
    days = forms.IntegerField(
        label=_("Days from today"),
        min_value=1,
        max_value=MOST_TRIAL_DAYS,
        initial=14,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    field_order = ("days", "reason")

    @property
    def life(self) -> timedelta:
        return timedelta(days=self.cleaned_data["days"])


class PlanForm(ReasonForm):
    plan = forms.ChoiceField(label=_("Plan"))

    field_order = ("plan", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans = Plan.objects.filter(is_visible=True).order_by("position", "pk")
        self.fields["plan"].choices = [(plan.code, plan_name(plan)) for plan in plans]  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Note"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the team sees it."),
    )


class WriteForm(forms.Form):
    reason = forms.CharField(
        label=_("What do you have to change, and why?"),
        max_length=200,
        help_text=_("The store’s owner reads it in the log, beside every change."),
    )


class SignInAsForm(forms.Form):
    """`people` are (id, label) of the store's members."""

    member = forms.ChoiceField(label=_("As"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("The owner gets an e-mail with this, and sees it in the store’s log."),
    )

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].choices = people  # type: ignore[attr-defined]
