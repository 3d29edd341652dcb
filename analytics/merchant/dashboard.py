"""The merchant's home page."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from analytics.merchant.home import describe_period, describe_top_products, greet, list_to_do, name_buyer, write_moment
from analytics.merchant.plan import describe_plan
from analytics.merchant.selectors import get_home_facts, list_recent_orders
from analytics.merchant.setup import describe_setup
from billing.subscriptions.selectors import find_subscription
from core.access import any_member
from core.clock import utc_now
from core.http import HttpRequest
from tenants.selectors import find_payment_account, is_checkout_open

DISMISSED = "setup_guide_dismissed"


@any_member
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits, the last thirty days, the last orders."""
    tenant, now = request.tenant, utc_now()
    facts = get_home_facts()
    subscription = find_subscription(tenant)
    account = find_payment_account(tenant)
    setup = describe_setup(
        facts=facts,
        takes_payments=account is not None and account.charges_enabled,
        has_plan=subscription is not None and subscription.stripe_subscription_id is not None,
    )
    greeting, day = greet(name=request.user.name, tenant=tenant, now=now)
    context = {
        "greeting": greeting,
        "day": day,
        "facts": facts,
        "setup": None if setup.is_finished or request.session.get(DISMISSED) else setup,
        "plan": describe_plan(
            subscription=subscription,
            checkout_is_open=not tenant.takes_orders or is_checkout_open(tenant=tenant, now=now),  # the frame says why
            now=now,
        ),
        "to_do": list_to_do(facts),
        "figures": describe_period(tenant=tenant, facts=facts, now=now),
        "as_of": write_moment(facts.refreshed_at, tenant=tenant),
        "orders": [(name_buyer(order), order) for order in list_recent_orders()],
        "top_products": describe_top_products(tenant=tenant, now=now),
    }
    return render(request, "merchant/home.html", context)


@any_member
@require_POST
def dismiss_setup(request: HttpRequest) -> HttpResponse:
    """Put the guide away for this person on this store."""
    request.session[DISMISSED] = True
    return redirect("dashboard_home")


urlpatterns = [
    path("", home, name="dashboard_home"),
    path("setup/dismiss/", dismiss_setup, name="dashboard_setup_dismiss"),
]
