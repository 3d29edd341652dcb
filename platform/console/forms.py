"""What the team types about a store."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.plans.models import Plan
from console.enums import Audience, Severity
from console.models import Announcement
from console.templatetags.console import plan_name
from tenants.enums import WORKING_STATES
from tenants.models import Tenant

MOST_TRIAL_DAYS = 365


class _Moment(forms.DateTimeInput):
    """The browser's own field for a day and a time."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


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


class DeleteForm(ReasonForm):
    typed = forms.CharField(label=_("The store’s address"), max_length=60)

    field_order = ("typed", "reason")


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


class AnnouncementForm(forms.Form):
    """Times are UTC; whom it reaches is asked for by the audience alone."""

    text_en = forms.CharField(label=_("Text in English"), max_length=240, widget=forms.Textarea(attrs={"rows": 2}))
    text_zh = forms.CharField(label=_("Text in Chinese"), max_length=240, widget=forms.Textarea(attrs={"rows": 2}))
    severity = forms.ChoiceField(label=_("How it sounds"), choices=Severity.choices, widget=forms.RadioSelect)
    audience = forms.ChoiceField(label=_("Who sees it"), choices=Audience.choices, widget=forms.RadioSelect)
    plan_codes = forms.MultipleChoiceField(label=_("Plans"), required=False, widget=forms.CheckboxSelectMultiple)
    states = forms.MultipleChoiceField(
        label=_("States"),
        required=False,
        choices=[(state.value, state.label) for state in WORKING_STATES],
        widget=forms.CheckboxSelectMultiple,
    )
    stores = forms.CharField(
        label=_("Stores"),
        required=False,
        max_length=4000,
        help_text=_("Their addresses, with commas between them: acme, globex"),
    )
    starts_at = forms.DateTimeField(label=_("From (UTC)"), widget=_Moment())
    ends_at = forms.DateTimeField(label=_("To (UTC)"), required=False, widget=_Moment())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans = Plan.objects.order_by("position", "pk")
        self.fields["plan_codes"].choices = [(plan.code, plan_name(plan)) for plan in plans]  # type: ignore[attr-defined]

    @staticmethod
    def describe(announcement: Announcement | None, *, now: datetime) -> dict[str, Any]:
        """Return what the form begins with."""
        if announcement is None:
            start = now.replace(second=0, microsecond=0)
            return {"severity": Severity.INFO, "audience": Audience.ALL, "starts_at": start}
        slugs = Tenant.objects.filter(pk__in=announcement.tenant_ids).values_list("slug", flat=True)
        names = ("text_en", "text_zh", "severity", "audience", "plan_codes", "states", "starts_at", "ends_at")
        return {**{name: getattr(announcement, name) for name in names}, "stores": ", ".join(sorted(slugs))}

    def clean(self) -> dict[str, Any]:
        words: dict[str, Any] = super().clean() or {}
        audience = words.get("audience")
        words["tenant_ids"] = self._read_stores(words.get("stores") or "") if audience == Audience.STORES else []
        if audience == Audience.PLAN and not words.get("plan_codes"):
            self.add_error("plan_codes", _("Choose at least one plan."))
        if audience == Audience.STATE and not words.get("states"):
            self.add_error("states", _("Choose at least one state."))
        starts_at, ends_at = words.get("starts_at"), words.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("It has to end after it begins."))
        return words

    def _read_stores(self, text: str) -> list[int]:
        slugs = {slug.strip().lower() for slug in text.split(",") if slug.strip()}
        found = dict(Tenant.objects.filter(slug__in=slugs).values_list("slug", "pk"))
        missing = sorted(slugs - set(found))
        if missing:
            self.add_error("stores", _("There is no store called “%(slug)s”.") % {"slug": missing[0][:60]})
        elif not slugs:
            self.add_error("stores", _("Name at least one store."))
        return sorted(found.values())
