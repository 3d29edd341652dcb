"""The merchant's page of payments: the account, what is missing, what shoppers can pay with."""

import logging

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import needs
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from core.money import format_money
from storefront.payments.methods import list_method_names
from storefront.payments.models import WayKind, WayToPay
from storefront.payments.selectors.comparison import ADVICE, get_books
from storefront.payments.selectors.disputes import list_waiting_disputes
from storefront.payments.selectors.ways import list_rows
from storefront.payments.services import refresh_account, start_onboarding
from storefront.shipping.countries import country_name
from tenants.models import PaymentAccount
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
    books, account, rows = get_books(), find_payment_account(request.tenant), list_rows()
    ready = {row.kind: row.is_on and (row.kind != WayKind.STRIPE or _charges(account)) for row in rows}
    context = {
        "account": account,
        "ways": [
            (row, WayKind(row.kind).label, _describe(row, request.tenant.currency), ready[row.kind]) for row in rows
        ],
        "has_way": any(ready.values()),
        "problem": problem,
        "disputes": list_waiting_disputes(),
        "books": books,
        "open": [(one, ADVICE.get(one.kind, "")) for one in books.open],
    }
    return render(request, "payments/account.html", context)


def _charges(account: PaymentAccount | None) -> bool:
    return account is not None and account.charges_enabled


def _describe(row: WayToPay, currency: str) -> str:
    """Return what a merchant wants to know of a way to pay before opening its page."""
    if row.kind == WayKind.STRIPE:
        return ", ".join(list_method_names(currency))
    if row.kind == WayKind.BANK_TRANSFER:
        if row.days_to_pay:
            text = ngettext("Goods are kept for %(num)s day", "Goods are kept for %(num)s days", row.days_to_pay)
            return text % {"num": row.days_to_pay}
        return (
            _("Goods are kept until you decide")
            if row.is_on
            else _("You see the money arrive and mark the order as paid")
        )
    if row.kind == WayKind.PAY_AT_PICKUP:
        return _("Orders that are picked up")
    parts = [_("Orders that are delivered")]
    if row.most_amount is not None:
        amount = format_money(row.most_amount, currency, get_language() or "en")
        parts.append(_("up to %(amount)s") % {"amount": amount})
    parts += [country_name(code) for code in row.countries]
    return pgettext("between the items of a list", ", ").join(parts)


def _connect(request: HttpRequest) -> HttpResponse:
    return_url = store_url(request.tenant, request.path)
    try:
        return redirect(start_onboarding(tenant=request.tenant, return_url=return_url, now=utc_now()))
    except ShopsteadError as error:
        logger.warning("connecting %s failed: %s", request.tenant.slug, error)
        messages.error(request, _("%(reason)s Nothing was changed. Try again in a minute.") % {"reason": error})
        return redirect("dashboard_payments")
