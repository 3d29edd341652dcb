"""What the owner's team sees of the stores."""

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from tenants.enums import TenantState
from tenants.models import Tenant

PER_PAGE = 50
VIEWS = ("all", "selling", "trial", "closed", "suspended")


def list_stores(*, view: str, query: str, page: str) -> Page[Tenant]:
    """Return a page of stores with their subscription, newest first; `view` is one of VIEWS."""
    rows = _filtered(view, query).select_related("subscription__plan", "subscription__price")
    rows = rows.prefetch_related("domains").order_by("-created_at", "-pk")
    return Paginator(rows, PER_PAGE).get_page(page)


def get_store(pk: int) -> Tenant | None:
    """Return a store with what its page shows, or None."""
    return (
        Tenant.objects.select_related("subscription__plan", "subscription__price")
        .prefetch_related("domains", "memberships__user", "payment_accounts")
        .filter(pk=pk)
        .first()
    )


def _filtered(view: str, query: str) -> QuerySet[Tenant]:
    found = Tenant.objects.exclude(state=TenantState.DELETED)
    if query:
        found = found.filter(Q(slug__icontains=query) | Q(name__icontains=query) | Q(contact_email__icontains=query))
    if view == "suspended":
        return found.filter(state=TenantState.SUSPENDED)
    statuses = {"selling": ("active", "past_due"), "trial": ("trialing",), "closed": ("paused", "unpaid", "canceled")}
    return found.filter(subscription__status__in=statuses[view]) if view in statuses else found
