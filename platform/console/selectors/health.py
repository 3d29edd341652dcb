"""How stores are doing, from what is written down about them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.models import StoreFacts, StoreTraffic
from console.selectors.stores import ERROR_RATE_TO_LOOK_AT, OWING
from core.jobs.models import FINISHED_STATES, Job, JobState
from core.outbox.models import OutboxMessage
from tenants.enums import TenantState
from tenants.models import Tenant

DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a store needs somebody: a short word with its tone, and the facts in a sentence."""

    word: str
    tone: str
    why: str


@dataclass(frozen=True, slots=True)
class Day:
    """The platform's last 24 hours; `hours` are 24 marks, oldest first: empty for fine, w for some failures, x for many."""

    requests_count: int
    failed_count: int
    hours: list[str]
    waiting_jobs_count: int
    failed_jobs_count: int
    waiting_messages_count: int
    oldest_waiting_at: datetime | None

    @property
    def fine_share(self) -> float | None:
        """Return the share of requests that did not fail, or None where nobody came."""
        return 1 - self.failed_count / self.requests_count if self.requests_count else None


def get_day(*, now: datetime) -> Day:
    """Return it in three queries."""
    start = now.replace(minute=0, second=0, microsecond=0) - DAY + timedelta(hours=1)
    rows = StoreTraffic.objects.filter(hour_at__gte=start).values_list("hour_at")
    by_hour = {
        hour: (requests, failed)
        for hour, requests, failed in rows.annotate(Sum("requests_count"), Sum("failed_count")).order_by("hour_at")
    }
    marks = []
    for number in range(24):
        requests, failed = by_hour.get(start + timedelta(hours=number), (0, 0))
        marks.append("" if not failed else "x" if failed >= requests * 0.05 else "w")
    jobs = Job.objects.aggregate(
        waiting=Sum(1, filter=~Q(state__in=FINISHED_STATES), default=0),
        failed=Sum(1, filter=Q(state=JobState.FAILED, finished_at__gt=now - DAY), default=0),
    )
    waiting = OutboxMessage.objects.filter(published_at__isnull=True, available_at__lte=now).aggregate(
        count=Sum(1, default=0), oldest=Min("available_at")
    )
    return Day(
        requests_count=sum(requests for requests, _failed in by_hour.values()),
        failed_count=sum(failed for _requests, failed in by_hour.values()),
        hours=marks,
        waiting_jobs_count=jobs["waiting"],
        failed_jobs_count=jobs["failed"],
        waiting_messages_count=waiting["count"],
        oldest_waiting_at=waiting["oldest"],
    )


def sum_volume() -> dict[str, int]:
    """Return what all real stores sold in the last 30 days, by currency, the largest first; amounts in minor units."""
    rows = StoreFacts.objects.filter(gmv_30d_amount__gt=0, tenant__is_demo=False, tenant__sandbox__isnull=True)
    sold = (
        rows.exclude(tenant__state=TenantState.DELETED).values_list("tenant__currency").annotate(Sum("gmv_30d_amount"))
    )
    return dict(sorted(sold, key=lambda row: -row[1]))


def describe_trouble(tenant: Tenant) -> Trouble:
    """Say the worst of what brought the store on the list."""
    subscription, facts = getattr(tenant, "subscription", None), getattr(tenant, "facts", None)
    if tenant.state == TenantState.PROVISIONING:
        return Trouble(_("Not made"), "bad", _("Making it failed. It is tried again; its page says why."))
    if subscription and subscription.status in OWING:
        return Trouble(
            subscription.get_status_display(), "bad", _("The last invoice is not paid. Stripe goes on asking for it.")
        )
    if facts and facts.migrations_behind_count:
        count = facts.migrations_behind_count
        words = ngettext("%(count)s migration is not applied.", "%(count)s migrations are not applied.", count)
        return Trouble(_("Behind"), "warn", words % {"count": count})
    if facts and facts.differences_count:
        words = ngettext(
            "%(count)s payment differs from Stripe.", "%(count)s payments differ from Stripe.", facts.differences_count
        )
        return Trouble(_("Money differs"), "bad", words % {"count": facts.differences_count})
    if facts and facts.failed_requests_24h_count and (facts.error_rate or 0) >= ERROR_RATE_TO_LOOK_AT:
        words = ngettext(
            "%(count)s request failed in the last 24 hours.",
            "%(count)s requests failed in the last 24 hours.",
            facts.failed_requests_24h_count,
        )
        return Trouble(_("Errors"), "bad", words % {"count": facts.failed_requests_24h_count})
    failed = facts.failed_jobs_24h_count if facts else 0
    words = ngettext(
        "%(count)s job failed in the last 24 hours.", "%(count)s jobs failed in the last 24 hours.", failed
    )
    return Trouble(_("Failed jobs"), "warn", words % {"count": failed})
