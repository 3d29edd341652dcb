"""The merchant's page of payments: the account, what is missing, what shoppers can pay with."""

import logging

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import needs
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.payments.methods import list_method_names
from storefront.payments.selectors.comparison import ADVICE, get_books
from storefront.payments.selectors.disputes import list_waiting_disputes
from storefront.payments.services import refresh_account, start_onboarding
from tenants.people.permissions import Permission
from tenants.selectors import find_payment_account, store_url

logger = logging.getLogger(__name__)


@needs(Permission.PAYMENTS_VIEW, change=Permission.PAYMENTS_EDIT)
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _connect(request)
    problem = ""
    if request.GET.get("checked"):
        try:
            refresh_account(tenant=request.tenant, now=utc_now())
        except ShopsteadError as error:
            problem = str(error)
    books = get_books()
    context = {
        "account": find_payment_account(request.tenant),
        "methods": list_method_names(request.tenant.currency),
        "currency": request.tenant.currency,
        "problem": problem,
        "disputes": list_waiting_disputes(),
        "books": books,
        "open": [(one, ADVICE.get(one.kind, "")) for one in books.open],
    }
    return render(request, "payments/account.html", context)


def _connect(request: HttpRequest) -> HttpResponse:
    return_url = store_url(request.tenant, request.path)
    try:
        return redirect(start_onboarding(tenant=request.tenant, return_url=return_url, now=utc_now()))
    except ShopsteadError as error:
        logger.warning("connecting %s failed: %s", request.tenant.slug, error)
        messages.error(request, _("%(reason)s Nothing was changed. Try again in a minute.") % {"reason": error})
        return redirect("dashboard_payments")
