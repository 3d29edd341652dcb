"""What the store's plan means for the merchant today, as one line above the page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.subscriptions.enums import SubscriptionStatus
from billing.subscriptions.models import Subscription

SAY_FROM_DAYS = 7


@dataclass(frozen=True, slots=True)
class PlanNotice:
    """A callout with a button to the billing page."""

    tone: str
    title: str
    text: str
    action: str


def describe_plan(*, subscription: Subscription | None, checkout_is_open: bool, now: datetime) -> PlanNotice | None:
    """Return what has to be said: checkout closed, payment overdue, trial near its end; None when all is well."""
    if not checkout_is_open:
        return PlanNotice(
            "bad",
            _("Your checkout is closed."),
            _("Customers can look around but not buy. Choose a plan to open it again; nothing was lost."),
            _("Choose a plan"),
        )
    if subscription is None:
        return None
    if subscription.status == SubscriptionStatus.PAST_DUE:
        return PlanNotice(
            "warn",
            _("Your last payment to us did not go through."),
            _("Your store goes on selling for now. Check your card so that it stays so."),
            _("Check billing"),
        )
    ends_at = subscription.trial_ends_at
    if subscription.status != SubscriptionStatus.TRIALING or ends_at is None:
        return None
    if subscription.stripe_subscription_id or ends_at - now > timedelta(days=SAY_FROM_DAYS):
        return None
    days = max(0, (ends_at - now).days)
    title = (
        ngettext("Your trial ends in %(num)s day.", "Your trial ends in %(num)s days.", days) % {"num": days}
        if days
        else _("Your trial ends today.")
    )
    return PlanNotice("warn", title, _("Choose a plan, and your checkout stays open."), _("Choose a plan"))
