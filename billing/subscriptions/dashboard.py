"""Plan and billing of the store."""

from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from billing.invoices.selectors import list_invoices
from billing.plans.selectors import list_offers
from billing.subscriptions.enums import SubscriptionStatus
from billing.subscriptions.selectors import find_billing_account, find_subscription, is_selling
from billing.subscriptions.services import open_portal, start_plan_checkout
from core.access import needs
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from core.ids import new_token
from tenants.people.permissions import Permission


@needs(Permission.BILLING_VIEW)
@require_GET
def billing(request: HttpRequest) -> HttpResponse:
    return _page(request)


@needs(Permission.BILLING_EDIT)
@require_POST
def choose_plan(request: HttpRequest) -> HttpResponse:
    try:
        url = start_plan_checkout(
            tenant=request.tenant,
            price_id=int(request.POST["price"]) if request.POST.get("price", "").isdigit() else 0,
            language=get_language() or "en",
            attempt=request.POST.get("attempt", "")[:26],
            now=utc_now(),
        )
    except ShopsteadError as error:
        return _page(request, error=error)
    return redirect(url)


@needs(Permission.BILLING_EDIT)
@require_POST
def portal(request: HttpRequest) -> HttpResponse:
    try:
        return redirect(open_portal(tenant=request.tenant, language=get_language() or "en"))
    except ShopsteadError as error:
        return _page(request, error=error)


def _page(request: HttpRequest, error: ShopsteadError | None = None) -> HttpResponse:
    now, language = utc_now(), get_language() or "en"
    subscription = find_subscription(request.tenant)
    interval = "year" if request.GET.get("billed") == "year" else "month"
    selling = subscription is not None and is_selling(subscription, now=now)
    is_trial = subscription is not None and subscription.stripe_subscription_id is None
    context = {
        "subscription": subscription,
        "plan_name": subscription.plan.names["zh-hans" if language.startswith("zh") else "en"] if subscription else "",
        "is_selling": selling,
        "is_trial": is_trial,
        "days_left": _days_left(subscription.trial_ends_at, now) if subscription is not None and is_trial else 0,
        "is_waiting": request.GET.get("paid") == "1" and is_trial,
        "has_paid": request.GET.get("paid") == "1" and not is_trial and selling,
        "offers": list_offers(currency=request.tenant.currency, interval=interval, language=language),
        "interval": interval,
        "has_account": find_billing_account(request.tenant) is not None,
        "invoices": list_invoices(request.tenant),
        "attempt": new_token(),
        "error": error,
        "statuses": SubscriptionStatus,
    }
    if request.htmx and not context["is_waiting"]:
        # The plans and the invoices below have changed as well.
        return HttpResponse(headers={"HX-Refresh": "true"})
    template = "subscriptions/_state.html" if request.htmx else "subscriptions/billing.html"
    return render(request, template, context, status=error.status if error else 200)


def _days_left(ends_at: datetime | None, now: datetime) -> int:
    """Count the days that have begun, so that a trial of 14 days starts at 14."""
    return 0 if ends_at is None else max(0, -((now - ends_at) // timedelta(days=1)))


urlpatterns = [
    path("", billing, name="dashboard_billing"),
    path("plan/", choose_plan, name="dashboard_billing_plan"),
    path("portal/", portal, name="dashboard_billing_portal"),
]
