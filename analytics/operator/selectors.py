"""The platform's numbers over all stores, for its owner."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count

from analytics.frames.revenue import COUNTED_STATUSES, SubscriptionLine, mrr_by_currency
from billing.subscriptions.enums import SubscriptionStatus
from billing.subscriptions.models import Subscription
from core.tenancy import in_public
from tenants.enums import TenantState
from tenants.models import Tenant

SOON = WEEK = timedelta(days=7)
GONE = (TenantState.DELETING, TenantState.DELETED)


@dataclass(frozen=True, slots=True)
class PlatformSummary:
    """MRR in minor units by currency, and counts of stores; keys are the states and Stripe's statuses verbatim."""

    mrr: Mapping[str, int]
    stores_by_state: Mapping[str, int]
    stores_by_subscription: Mapping[str, int]
    trials_ending_count: int
    past_due_count: int
    new_count: int = 0

    @property
    def ready_count(self) -> int:
        """The stores whose pages are open."""
        return self.stores_by_state.get("ready", 0)

    @property
    def stores_count(self) -> int:
        return sum(self.stores_by_state.values())


def platform_summary(now: datetime) -> PlatformSummary:
    """Return what the platform earns a month and how its stores stand, in five queries; deleted stores are left out.

    Demo stores count as stores and earn nothing.
    """
    with in_public():
        tenants = Tenant.objects.exclude(state__in=GONE)
        subscriptions = Subscription.objects.exclude(tenant__state__in=GONE)
        paying = subscriptions.filter(status__in=COUNTED_STATUSES, price__isnull=False, tenant__is_demo=False)
        lines = [
            SubscriptionLine(status, amount, currency, interval)
            for status, amount, currency, interval in paying.values_list(
                "status", "price__amount", "price__currency", "price__interval"
            )
        ]
        states = dict(tenants.values_list("state").annotate(Count("pk")).order_by("state"))
        statuses = dict(subscriptions.values_list("status").annotate(Count("pk")).order_by("status"))
        ending = subscriptions.filter(
            status=SubscriptionStatus.TRIALING, trial_ends_at__gt=now, trial_ends_at__lte=now + SOON
        ).count()
        new = tenants.filter(created_at__gt=now - WEEK).count()
    return PlatformSummary(
        mrr=mrr_by_currency(lines),
        stores_by_state=states,
        stores_by_subscription=statuses,
        trials_ending_count=ending,
        past_due_count=statuses.get(SubscriptionStatus.PAST_DUE, 0),
        new_count=new,
    )
