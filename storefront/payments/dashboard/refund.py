"""Give money back: choose what, see the sum on the button, press it."""

import logging
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import needs
from core.clock import utc_now
from core.db.contention import TooManyAtOnce, try_again
from core.http import HttpRequest
from core.money import format_money, to_decimal
from integrations.stripe.errors import StripeUnavailable
from storefront.catalog.errors import GoodsBusy
from storefront.catalog.jinja import picture
from storefront.credits.selectors import list_tenders, plan_refund
from storefront.orders.models import Order
from storefront.payments.errors import RefundChanged, RefundRefused
from storefront.payments.forms import PREFIX, RefundForm
from storefront.payments.models import Refund, RefundState
from storefront.payments.selectors import STRIPE, Refundable, get_refundable, get_refundable_order
from storefront.payments.services import refund_order, send_refund
from tenants.people.permissions import Permission

logger = logging.getLogger(__name__)


@needs(Permission.REFUNDS_CREATE)
@require_http_methods(["GET", "POST"])
def refund(request: HttpRequest, pk: int) -> HttpResponse:
    refundable = get_refundable(get_refundable_order(pk))
    if request.method == "GET":
        return _page(request, refundable, RefundForm(refundable=refundable))
    if request.POST.get("do") == "all":
        return _page(request, refundable, RefundForm(_everything(request.POST, refundable), refundable=refundable))
    form = RefundForm(request.POST, refundable=refundable)
    if request.POST.get("do") != "refund":
        return _page(request, refundable, form)
    if not form.is_valid():
        return _page(request, refundable, form, status=422)
    try:
        asked, actor = form.asked(expected_amount=_seen(request.POST)), request.user.get_username()
        written = try_again(lambda: refund_order(order_id=pk, asked=asked, actor=actor, now=utc_now()))
    except (RefundRefused, RefundChanged) as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _page(request, get_refundable(refundable.order), form, status=422)
    except (TooManyAtOnce, GoodsBusy) as error:
        form.add_error(None, str(error))
        return _page(request, get_refundable(refundable.order), form, status=error.status)
    send_and_say(request, written)
    return redirect("dashboard_order", pk=pk)


def send_and_say(request: HttpRequest, written: Refund) -> None:
    """Send what is written and say how it went; what cannot be sent now is sent by a task."""
    payment = written.payment
    words = {"amount": _money(written.amount, payment.currency), "method": payment.method_label or "Stripe"}
    if written.credit_amount:
        said = _("%(amount)s is back on gift cards and store credit.")
        messages.success(request, said % {"amount": _money(written.credit_amount, payment.currency)})
    try:
        written = send_refund(refund_id=written.pk, now=utc_now())
    except StripeUnavailable as error:
        logger.warning("refund %s is sent later: %s", written.pk, error)
        said = _("Written down. The payment service does not answer right now; %(amount)s leaves as soon as it does.")
        messages.warning(request, said % words)
        return
    if written.state == RefundState.FAILED:
        said = _("%(amount)s could not be given back: %(reason)s The money is still with you.")
        messages.error(request, said % {**words, "reason": written.failure_message})
    elif written.as_credit:
        messages.success(request, _("%(amount)s is the customer’s store credit now.") % words)
    elif not written.amount:
        return
    elif payment.provider != STRIPE:
        messages.success(request, _("Written down: %(amount)s given back. Send the money yourself.") % words)
    else:
        messages.success(request, _("%(amount)s is on its way to %(method)s.") % words)


def _page(request: HttpRequest, refundable: Refundable, form: RefundForm, *, status: int = 200) -> HttpResponse:
    order, payment = refundable.order, refundable.payment
    amount, problem = _worth(refundable, form)
    parts = refundable.split(amount)
    by_provider = payment is not None and payment.provider == STRIPE
    context: dict[str, Any] = {
        "order": order,
        "form": form,
        "rows": [
            {"one": one, "field": field, "picture": picture(one.line.cover), "left": one.paid.left}
            for one, field in form.rows
        ],
        "has_units": any(one.paid.left for one in refundable.lines),
        "refundable": refundable,
        "amount": amount,
        "amount_text": _money(amount, order.currency),
        "problem": problem,
        "by_provider": by_provider,
        "money_text": _money(parts.money, order.currency) if parts.money else "",
        "credit_parts": _credit_parts(order, parts.credit),
        "method": (payment.method_label if payment else "") or _("the way it was paid"),
        "fee": _money(payment.fee_amount, payment.fee_currency) if payment and payment.fee_amount else "",
        "as_credit": form.is_bound and form.data.get("as_credit") == "1" and "as_credit" in form.fields,
        "is_whole": amount == refundable.left,
        "rest": _money(refundable.left - amount, order.currency),
        "crumbs": [
            {"url": reverse("dashboard_orders"), "label": _("Orders")},
            {"url": reverse("dashboard_order", args=[order.pk]), "label": order.name},
        ],
    }
    return render(request, "payments/dashboard/refund.html", context, status=status)


def _credit_parts(order: Order, amount: int) -> list[dict[str, str]]:
    """Return to which gift cards, by their last letters, and to whose credit a sum goes back."""
    tenders = plan_refund(list_tenders(order.token), amount) if amount else []
    return [
        {"last4": tender.gift_card.last4 if tender.gift_card else "", "amount": _money(part, order.currency)}
        for tender, part in tenders
    ]


def _worth(refundable: Refundable, form: RefundForm) -> tuple[int, str]:
    """Return what the form comes to as it stands, and what is wrong with that."""
    if not form.is_bound or not form.is_valid():
        return 0, ""
    asked = form.asked(expected_amount=None)
    worth = refundable.sum(asked.counts, delivery=asked.delivery_amount, adjustment=asked.adjustment_amount)
    if asked.delivery_amount > refundable.delivery_left:
        left = _money(refundable.delivery_left, refundable.order.currency)
        return 0, _("Of the delivery %(left)s is left to give back.") % {"left": left}
    if worth.total > refundable.left:
        left = _money(refundable.left, refundable.order.currency)
        return 0, _("That is more than is left: %(left)s.") % {"left": left}
    return max(0, worth.total), ""


def _everything(data: QueryDict, refundable: Refundable) -> QueryDict:
    """Return the form with all that is left chosen; where a sum was given before, what is too much is kept."""
    order = refundable.order
    filled = data.copy()
    for one in refundable.lines:
        filled[f"{PREFIX}{one.paid.key}"] = str(one.paid.left)
    filled["delivery"] = str(to_decimal(refundable.delivery_left, order.currency)) if refundable.delivery_left else ""
    rest = refundable.left - refundable.everything.total
    filled["adjustment"] = str(to_decimal(rest, order.currency)) if rest else ""
    return filled


def _seen(data: QueryDict) -> int | None:
    text = data.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _money(amount: int, currency: str) -> str:
    return format_money(amount, currency, get_language() or "en")
