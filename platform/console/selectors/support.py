"""Read support sessions."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Count, Model, Q, QuerySet

from console.enums import SupportEnd
from console.models import SupportAccess, SupportRequest
from console.secrets import hash_secret
from core.tenancy import in_public
from tenants.models import Membership, Tenant

Row = TypeVar("Row", bound=Model)

READS = ("GET", "HEAD", "OPTIONS")
SESSIONS_A_PAGE = 30
REQUESTS_A_PAGE = 50
OWN_PATHS = "/dashboard/support-access/"


@dataclass(frozen=True, slots=True)
class Found:
    """A browser's support session: open, or over for a reason that is not written down yet (`ends_by`)."""

    access: SupportAccess
    ends_by: SupportEnd | None

    @property
    def is_open(self) -> bool:
        return self.access.ended_at is None and self.ends_by is None


def find_session(*, secret: str, tenant_id: int, now: datetime) -> Found | None:
    """Return the session of this browser in this store, or None; every condition is asked anew, in one query or two."""
    with in_public():
        access = (
            SupportAccess.objects.select_related("staff", "login", "as_user", "tenant")
            .filter(session_hash=hash_secret(secret), tenant_id=tenant_id, entered_at__isnull=False)
            .first()
        )
        if access is None or access.ended_at is not None:
            return Found(access, None) if access else None
        return Found(access, _why_over(access, now))


def list_open_sessions(*, tenant: Tenant, now: datetime) -> list[SupportAccess]:
    """Return who of the team is in the store right now."""
    return list(SupportAccess.objects.filter(tenant_id=tenant.pk, ended_at__isnull=True, expires_at__gt=now))


def find_own_session(*, staff_id: int, now: datetime) -> SupportAccess | None:
    """Return the session that this one of the team has open anywhere, or None."""
    open_ones = SupportAccess.objects.select_related("tenant").filter(staff_id=staff_id, ended_at__isnull=True)
    return open_ones.filter(expires_at__gt=now).first()


def find_last_session(*, staff_id: int, tenant_id: int) -> SupportAccess | None:
    """Return the newest session of this one of the team in the store, or None."""
    return SupportAccess.objects.filter(staff_id=staff_id, tenant_id=tenant_id).order_by("-pk").first()


def list_sessions(*, tenant_id: int, page: str) -> Page[SupportAccess]:
    """Return the store's sessions, newest first, each with how much was seen (`seen`), changed and refused."""
    reads, refused = Q(requests__method__in=READS), Q(requests__was_refused=True)
    rows = SupportAccess.objects.filter(tenant_id=tenant_id).annotate(
        seen=Count("requests", filter=reads & ~refused),
        changed=Count("requests", filter=~reads & ~refused & ~Q(requests__path__startswith=OWN_PATHS)),
        refused=Count("requests", filter=refused),
    )
    return _read_page(rows.order_by("-started_at", "-pk"), SESSIONS_A_PAGE, page)


def find_session_of(*, pk: int, tenant_id: int) -> SupportAccess | None:
    """Return this session where it is one of this store, or None."""
    with in_public():
        return SupportAccess.objects.filter(pk=pk, tenant_id=tenant_id).first()


def list_requests(access: SupportAccess, *, page: str) -> Page[SupportRequest]:
    """Return what the session asked for, newest first."""
    return _read_page(SupportRequest.objects.filter(access_id=access.pk).order_by("-pk"), REQUESTS_A_PAGE, page)


def _read_page(rows: QuerySet[Row], size: int, number: str) -> Page[Row]:
    """Return a page whose rows are read already: they stand in public, and the template is drawn in the store."""
    with in_public():
        page = Paginator(rows, size).get_page(number)
        page.object_list = list(page.object_list)
        return page


def _why_over(access: SupportAccess, now: datetime) -> SupportEnd | None:
    if access.expires_at <= now:
        return SupportEnd.TIME
    staff, target = access.staff, access.as_user
    if staff is None or not (staff.is_active and staff.is_platform_staff):
        return SupportEnd.RIGHTS
    if access.login is None or access.login.revoked_at is not None:
        return SupportEnd.LOGOUT
    if target is None or not target.is_active or target.is_platform_staff:
        return SupportEnd.RIGHTS
    is_member = Membership.objects.filter(tenant_id=access.tenant_id, user_id=target.pk).exists()
    return None if is_member else SupportEnd.RIGHTS
