"""The list of stores: searched, filtered, sorted and paged in SQL, without a look into any store's schema."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from tenants.enums import WORKING_STATES, Role, TenantState
from tenants.models import Domain, Membership, Tenant

PER_PAGE = 50
MOST_EXPORTED = 10_000
ERROR_RATE_TO_LOOK_AT = 0.01
OWING = ("past_due", "unpaid")
VIEWS = ("all", "look", "selling", "trial", "closed", "suspended")
STATUSES_OF_VIEW = {
    "selling": ("active", "past_due"),
    "trial": ("trialing",),
    "closed": ("paused", "unpaid", "canceled"),
}
AGES = {"week": timedelta(days=7), "month": timedelta(days=30), "quarter": timedelta(days=90)}
SORTS: dict[str, tuple[object, ...]] = {
    "newest": (F("created_at").desc(),),
    "name": (F("name").asc(),),
    "order": (F("facts__last_order_at").desc(nulls_last=True),),
    "gmv": (F("facts__gmv_30d_amount").desc(nulls_last=True),),
    "products": (F("facts__products_count").desc(nulls_last=True),),
    "size": ((F("facts__schema_bytes") + F("facts__files_bytes")).desc(nulls_last=True),),
    "trial": (F("subscription__trial_ends_at").asc(nulls_last=True),),
    "behind": (F("facts__migrations_behind_count").desc(nulls_last=True),),
}
KINDS: dict[str, dict[str, bool]] = {
    "real": {"is_demo": False, "sandbox__isnull": True},
    "demo": {"is_demo": True},
    "sandbox": {"sandbox__isnull": False},
}
FILTERS = ("state", "plan", "status", "created", "order", "kind")


@dataclass(frozen=True, slots=True)
class StoreQuery:
    """What the list is asked for; words that mean nothing are left out by `read_query`."""

    view: str = "all"
    text: str = ""
    sort: str = "newest"
    filters: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_narrow(self) -> bool:
        return bool(self.text or self.filters or self.view != "all")


def read_query(params: Mapping[str, str], *, plans: Mapping[str, str]) -> StoreQuery:
    """Return what an address asks for; `plans` are the codes that there are."""
    allowed = {
        "state": set(TenantState.values),
        "plan": set(plans),
        "status": {"trialing", "active", "past_due", "unpaid", "paused", "canceled"},
        "created": set(AGES),
        "order": {*AGES, "older", "never"},
        "kind": {"real", "demo", "sandbox"},
    }
    view, sort = params.get("view", ""), params.get("sort", "")
    return StoreQuery(
        view=view if view in VIEWS else "all",
        text=params.get("q", "").replace("\x00", "").strip()[:100],
        sort=sort if sort in SORTS else "newest",
        filters={key: value for key in FILTERS if (value := params.get(key, "")) in allowed[key]},
    )


def list_stores(*, query: StoreQuery, page: str, now: datetime) -> Page[Tenant]:
    """Return a page of stores, each with subscription, facts, primary domain (`primary`) and owners (`owners`)."""
    return Paginator(find_stores(query=query, now=now), PER_PAGE).get_page(page)


def find_stores(*, query: StoreQuery, now: datetime) -> QuerySet[Tenant]:
    """Return all stores that match, in their order, with what the list shows."""
    rows: QuerySet[Tenant] = Tenant.objects.select_related(
        "subscription__plan", "subscription__price", "facts", "sandbox"
    ).prefetch_related(
        Prefetch("domains", Domain.objects.filter(is_primary=True), to_attr="primary"),
        Prefetch("memberships", Membership.objects.filter(role=Role.OWNER).select_related("user"), to_attr="owners"),
    )
    if query.filters.get("state") != TenantState.DELETED:
        rows = rows.exclude(state=TenantState.DELETED)
    rows = _search(_view(rows, query.view), query.text)
    return _narrow(rows, query.filters, now).order_by(*SORTS[query.sort], "-pk")  # type: ignore[arg-type]


def list_stores_to_look_at(*, limit: int) -> list[Tenant]:
    """Return the stores that somebody should look at, those that pay first."""
    rows = _view(Tenant.objects.exclude(state=TenantState.DELETED), "look")
    return list(
        rows.select_related("subscription__plan", "facts").order_by(
            F("subscription__price__amount").desc(nulls_last=True), "pk"
        )[:limit]
    )


def count_stores_to_look_at() -> int:
    """Return how many there are."""
    return _view(Tenant.objects.exclude(state=TenantState.DELETED), "look").count()


def _view(rows: QuerySet[Tenant], view: str) -> QuerySet[Tenant]:
    if view == "suspended":
        return rows.filter(state=TenantState.SUSPENDED)
    if view == "look":
        # The figures of a store that is closed are those of its last day.
        has_trouble = (
            Q(facts__migrations_behind_count__gt=0)
            | Q(facts__failed_jobs_24h_count__gt=0)
            | Q(facts__differences_count__gt=0)
            | Q(
                facts__failed_requests_24h_count__gt=0,
                facts__failed_requests_24h_count__gte=F("facts__requests_24h_count") * ERROR_RATE_TO_LOOK_AT,
            )
        )
        is_stuck = Q(state=TenantState.PROVISIONING, trouble__isnull=False)
        owes = Q(subscription__status__in=OWING)
        return rows.filter(owes | is_stuck | (Q(state__in=WORKING_STATES) & has_trouble))
    return rows.filter(subscription__status__in=STATUSES_OF_VIEW[view]) if view in STATUSES_OF_VIEW else rows


def _search(rows: QuerySet[Tenant], text: str) -> QuerySet[Tenant]:
    if not text:
        return rows
    domains = Domain.objects.filter(tenant=OuterRef("pk"), domain__icontains=text)
    owners = Membership.objects.filter(tenant=OuterRef("pk"), role=Role.OWNER, user__email__icontains=text)
    named = Q(slug__icontains=text) | Q(name__icontains=text) | Q(contact_email__icontains=text)
    return rows.filter(named | Exists(domains) | Exists(owners))


def _narrow(rows: QuerySet[Tenant], filters: Mapping[str, str], now: datetime) -> QuerySet[Tenant]:
    if state := filters.get("state"):
        rows = rows.filter(state=state)
    if plan := filters.get("plan"):
        rows = rows.filter(subscription__plan__code=plan)
    if status := filters.get("status"):
        rows = rows.filter(subscription__status=status)
    if created := filters.get("created"):
        rows = rows.filter(created_at__gte=now - AGES[created])
    if kind := filters.get("kind"):
        rows = rows.filter(**KINDS[kind])
    order = filters.get("order")
    if order in AGES:
        rows = rows.filter(facts__last_order_at__gte=now - AGES[order])
    elif order == "older":
        rows = rows.filter(facts__last_order_at__lt=now - AGES["month"])
    elif order == "never":
        rows = rows.filter(facts__last_order_at__isnull=True)
    return rows
