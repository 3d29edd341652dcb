"""Read announcements."""

from datetime import datetime

from django.db.models import Case, IntegerField, Q, Value, When

from billing.subscriptions.models import Subscription
from console.enums import Audience, Severity
from console.models import Announcement, SupportAccess
from core.tenancy import in_public
from tenants.models import Tenant

KEEP_LISTED = 100


def list_announcements() -> list[Announcement]:
    """Return the newest announcements, also those that are over."""
    return list(Announcement.objects.order_by("-starts_at", "-pk")[:KEEP_LISTED])


def find_announcement(pk: int) -> Announcement | None:
    """Return one, or None."""
    return Announcement.objects.filter(pk=pk).first()


def is_announced(*, pk: int, tenant: Tenant) -> bool:
    """Tell whether there is such an announcement and it may be one to this store."""
    with in_public():
        one = Announcement.objects.filter(pk=pk).first()
    return one is not None and (one.audience != Audience.STORES or tenant.pk in one.tenant_ids)


def list_current(*, now: datetime) -> list[tuple[Announcement, frozenset[int] | None]]:
    """Return what is on now with the stores it reaches, None for all, the most urgent first; two queries at most."""
    urgency = Case(
        When(severity=Severity.BAD, then=Value(0)),
        When(severity=Severity.WARN, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    current = list(
        Announcement.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now), starts_at__lte=now).order_by(
            urgency, "-pk"
        )
    )
    codes = {code for one in current if one.audience == Audience.PLAN for code in one.plan_codes}
    on_plan: dict[str, set[int]] = {code: set() for code in codes}
    if codes:
        for code, tenant_id in Subscription.objects.filter(plan__code__in=codes).values_list("plan__code", "tenant_id"):
            on_plan[code].add(tenant_id)
    return [(one, _reached(one, on_plan)) for one in current]


def list_stores_with_support(*, now: datetime) -> dict[int, tuple[str, datetime]]:
    """Return the stores that one of the team looks into now, with who and until when."""
    rows = SupportAccess.objects.filter(ended_at__isnull=True, entered_at__isnull=False, expires_at__gt=now)
    return {pk: (email, until) for pk, email, until in rows.values_list("tenant_id", "staff_email", "expires_at")}


def _reached(one: Announcement, on_plan: dict[str, set[int]]) -> frozenset[int] | None:
    if one.audience == Audience.PLAN:
        return frozenset().union(*(on_plan[code] for code in one.plan_codes))
    return frozenset(one.tenant_ids) if one.audience == Audience.STORES else None
