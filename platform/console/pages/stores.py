"""The list of stores, and the same list as a file."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from billing.plans.models import Plan
from billing.subscriptions.enums import SubscriptionStatus
from console.csv import csv_response
from console.selectors.stores import FILTERS, MOST_EXPORTED, StoreQuery, find_stores, list_stores, read_query
from console.templatetags.console import plan_name
from core.clock import utc_now
from core.http import HttpRequest
from tenants.enums import TenantState
from tenants.models import Tenant

Choices = list[tuple[str, str]]


@require_GET
def stores(request: HttpRequest) -> HttpResponse:
    plans = _plans()
    query = read_query(request.GET, plans=plans)
    choices = _choices(plans)
    context = {
        "page": list_stores(query=query, page=request.GET.get("page", "1"), now=utc_now()),
        "query": query,
        "views": _views(query),
        "chips": _chips(request, query, choices),
        "keep": {**query.filters, **({"view": query.view} if query.view != "all" else {}), **_sort_of(query)},
        "keep_in_filter": _base(query),
        "filters": [(key, label, options, query.filters.get(key, "")) for key, (label, options) in choices.items()],
        "sorts": [(key, label, key == query.sort) for key, label in _sorts()],
    }
    return render(request, "console/stores.html", context)


@require_GET
def stores_file(request: HttpRequest) -> HttpResponse:
    """Answer with all stores that match, as a file."""
    query = read_query(request.GET, plans=_plans())
    head = [
        "id", "name", "address", "domain", "state", "plan", "subscription", "owner", "created", "last order", "orders 30 d",
        "gmv 30 d (minor units)", "currency", "products", "schema bytes", "file bytes", "migrations behind",
        "failed requests 24 h", "requests 24 h", "failed jobs 24 h", "figures of", "demo",
    ]  # fmt: skip
    found = find_stores(query=query, now=utc_now())[:MOST_EXPORTED]
    return csv_response(name="stores.csv", head=head, rows=[_row(tenant) for tenant in found])


def _row(tenant: Tenant) -> list[Any]:
    facts, subscription = getattr(tenant, "facts", None), getattr(tenant, "subscription", None)
    figures: list[Any] = [None] * 12
    if facts:
        figures = [
            facts.last_order_at and facts.last_order_at.isoformat(), facts.orders_30d_count, facts.gmv_30d_amount, tenant.currency,
            facts.products_count, facts.schema_bytes, facts.files_bytes, facts.migrations_behind_count,
            facts.failed_requests_24h_count, facts.requests_24h_count, facts.failed_jobs_24h_count, facts.refreshed_at.isoformat(),
        ]  # fmt: skip
    return [
        tenant.pk, tenant.name, tenant.slug, tenant.primary[0].domain if tenant.primary else None,
        tenant.state, subscription.plan.code if subscription else None, subscription.status if subscription else None,
        " ".join(member.user.email for member in tenant.owners), tenant.created_at.isoformat(), *figures, int(tenant.is_demo),
    ]  # fmt: skip


def _plans() -> dict[str, str]:
    return {plan.code: plan_name(plan) for plan in Plan.objects.order_by("position", "pk")}


def _views(query: StoreQuery) -> list[dict[str, Any]]:
    labels = (
        ("all", _("All")),
        ("look", _("Needs a look")),
        ("selling", _("Paying")),
        ("trial", _("On trial")),
        ("closed", _("Not paying")),
        ("suspended", _("Suspended")),
    )
    return [{"label": label, "url": f"?view={key}", "current": key == query.view} for key, label in labels]


def _choices(plans: dict[str, str]) -> dict[str, tuple[str, Choices]]:
    ages: Choices = [
        ("week", _("in the last 7 days")),
        ("month", _("in the last 30 days")),
        ("quarter", _("in the last 90 days")),
    ]
    statuses = [(value, str(label)) for value, label in SubscriptionStatus.choices if "incomplete" not in value]
    return {
        "state": (_("Store is"), [(value, str(label)) for value, label in TenantState.choices]),
        "plan": (_("Plan"), list(plans.items())),
        "status": (_("Subscription"), statuses),
        "created": (_("Opened"), ages),
        "order": (_("Last order"), [*ages, ("older", _("more than 30 days ago")), ("never", _("never"))]),
        "kind": (_("Kind"), [("real", _("Real stores")), ("demo", _("Demo stores")), ("sandbox", _("Sandboxes"))]),
    }  # fmt: skip


def _sorts() -> Choices:
    return [
        ("newest", _("Newest first")),
        ("name", _("Name")),
        ("order", _("Last order")),
        ("gmv", _("Sold in 30 days")),
        ("products", _("Products")),
        ("size", _("Size")),
        ("trial", _("Trial ends first")),
        ("behind", _("Migrations behind")),
    ]


def _chips(request: HttpRequest, query: StoreQuery, choices: dict[str, tuple[str, Choices]]) -> list[dict[str, str]]:
    chips = []
    for key in FILTERS:
        if key in query.filters:
            label, options = choices[key]
            without = request.GET.copy()
            for gone in (key, "page"):
                without.pop(gone, None)
            chips.append(
                {"label": label, "value": dict(options)[query.filters[key]], "remove_url": f"?{without.urlencode()}"}
            )
    return chips


def _base(query: StoreQuery) -> dict[str, str]:
    view = {"view": query.view} if query.view != "all" else {}
    return {**view, **({"q": query.text} if query.text else {}), **_sort_of(query)}


def _sort_of(query: StoreQuery) -> dict[str, str]:
    return {"sort": query.sort} if query.sort != "newest" else {}
