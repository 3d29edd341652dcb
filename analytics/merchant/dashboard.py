"""The merchant's home page."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from analytics.merchant.home import describe_period, describe_top_products, greet, list_to_do, name_buyer, write_moment
from analytics.merchant.plan import describe_plan
from analytics.merchant.selectors import HomeFacts, get_home_facts, list_recent_orders
from analytics.merchant.setup import describe_setup
from billing.subscriptions.selectors import find_subscription
from core.access import any_member
from core.clock import utc_now
from core.http import HttpRequest
from core.jobs.selectors import list_failed_jobs
from storefront.payments.selectors import takes_payments
from tenants.people.permissions import Permission
from tenants.selectors import is_checkout_open

DISMISSED = "setup_guide_dismissed"
AWAY = timedelta(days=365)


@any_member
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits, the last thirty days, the last orders."""
    tenant, now = request.tenant, utc_now()
    facts = get_home_facts()
    may = request.permissions
    has_figures = Permission.ANALYTICS_VIEW in may
    greeting, day = greet(name=request.user.name, tenant=tenant, now=now)
    context = {
        "greeting": greeting,
        "day": day,
        "facts": facts,
        **_describe_store(request, facts, now),
        "to_do": list_to_do(facts, may=may, failed=list_failed_jobs(now=now)),
        "figures": describe_period(tenant=tenant, facts=facts, now=now) if has_figures else [],
        "as_of": write_moment(facts.refreshed_at, tenant=tenant),
        "orders": [(name_buyer(order), order) for order in list_recent_orders()]
        if Permission.ORDERS_VIEW in may
        else [],
        "top_products": describe_top_products(tenant=tenant, now=now) if has_figures else [],
    }
    return render(request, "merchant/home.html", context)


@any_member
@require_POST
def dismiss_setup(request: HttpRequest) -> HttpResponse:
    """Put the guide away for this person on this store, also for the next time that they log in here."""
    response = redirect("dashboard_home")
    response.set_cookie(
        DISMISSED,
        "1",
        max_age=AWAY,
        path=reverse("dashboard_home"),
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


def _describe_store(request: HttpRequest, facts: HomeFacts, now: datetime) -> dict[str, Any]:
    """Return the state of the plan and the way to the first sale, for those whose business they are."""
    tenant, may = request.tenant, request.permissions
    if not {Permission.BILLING_VIEW, Permission.SETTINGS_EDIT} & may:
        return {}
    subscription = find_subscription(tenant)
    setup = describe_setup(
        facts=facts,
        takes_payments=takes_payments(tenant),
        has_plan=subscription is not None and subscription.stripe_subscription_id is not None,
    )
    is_away = setup.is_finished or DISMISSED in request.COOKIES or Permission.SETTINGS_EDIT not in may
    is_open = not tenant.takes_orders or is_checkout_open(tenant=tenant, now=now)  # the frame says why not
    plan = describe_plan(subscription=subscription, checkout_is_open=is_open, now=now)
    return {"setup": None if is_away else setup, "plan": plan if Permission.BILLING_VIEW in may else None}


urlpatterns = [
    path("", home, name="dashboard_home"),
    path("setup/dismiss/", dismiss_setup, name="dashboard_setup_dismiss"),
]
