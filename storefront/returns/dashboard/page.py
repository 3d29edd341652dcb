"""The page of a return, with the forms of what can be done next."""

from typing import Any

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.http import HttpRequest
from core.money import format_money, to_decimal
from storefront.catalog.jinja import picture
from storefront.orders.days import write_moment
from storefront.payments.selectors import STRIPE, get_refundable
from storefront.returns.dashboard.looks import LOOK
from storefront.returns.enums import Rest, ReturnState
from storefront.returns.forms import AnswerForm, CloseForm, ExchangeForm, ReceiveForm, RefuseForm, ReturnRefundForm
from storefront.returns.selectors import ReturnPage, compare_exchange, get_terms, list_versions
from storefront.returns.services import SHOPPER
from storefront.returns.services.giving_back import counts_to_refund
from tenants.people.permissions import Permission


def show_return(request: HttpRequest, page: ReturnPage, *, status: int = 200, **given: forms.Form) -> HttpResponse:
    """Draw a return; `given` are forms that were sent and are wrong, by what they do."""
    found, order = page.found, page.found.order
    kind, tone = LOOK[ReturnState(found.state)]
    context: dict[str, Any] = {
        "found": found,
        "order": order,
        "kind": kind,
        "tone": tone,
        "customer": order.shipping_address.get("name") or order.email,
        "rest_text": _money(found.rest_amount, order.currency) if found.rest_amount else "",
        "refunded": found.refund.amount + found.refund.credit_amount if found.refund else 0,
        "is_by_shopper": found.asked_by == SHOPPER,
        "asked_at": write_moment(found.asked_at),
        "rows": [{"line": line, "picture": picture(line.order_line.cover)} for line in page.lines],
        "items_count": sum(line.quantity for line in page.lines),
        "crumbs": [
            {"url": reverse("dashboard_orders"), "label": _("Orders")},
            {"url": reverse("dashboard_returns"), "label": _("Returns")},
        ],
        "wrong": next(iter(given.values()), None),
        "opened": next(iter(given), ""),
        **_forms(request, page, given),
    }
    return render(request, "returns/dashboard/return.html", context, status=status)


def _forms(request: HttpRequest, page: ReturnPage, given: dict[str, forms.Form]) -> dict[str, Any]:
    """Return the forms of the state that the return is in."""
    state = page.found.state
    if state == ReturnState.ASKED:
        answer = given.get("approve") or AnswerForm(initial={"words": get_terms().return_words})
        return {"answer_form": answer, "refuse_form": given.get("refuse") or RefuseForm()}
    if state == ReturnState.APPROVED:
        form = given.get("receive") or ReceiveForm(lines=page.lines)
        rows = [
            {"line": line, "count": count, "restock": restock, "picture": picture(line.order_line.cover)}
            for line, count, restock in form.rows  # type: ignore[attr-defined]
        ]
        return {"receive_form": form, "receive_rows": rows}
    if state != ReturnState.RECEIVED:
        return {}
    found = {**_exchange(request, page, given.get("exchange")), "close_form": given.get("close") or CloseForm()}
    if Permission.REFUNDS_CREATE in request.permissions:
        found.update(_refund(page, given.get("refund")))
    return found


def read_exchange(request: HttpRequest, page: ReturnPage, data: QueryDict | None) -> ExchangeForm:
    """Return the form of what is sent instead, with what this person may do with a rest."""
    rests = [Rest.MONEY, Rest.CREDIT, Rest.KEPT] if page.found.order.customer_id else [Rest.MONEY, Rest.KEPT]
    if Permission.REFUNDS_CREATE not in request.permissions:
        rests = [Rest.KEPT]
    if data is not None and "rest" not in data:  # The choice is not drawn before there is a rest.
        data = data.copy()
        data["rest"] = rests[0].value
    return ExchangeForm(data, lines=page.here, versions=list_versions(page.here), rests=rests)


def _exchange(request: HttpRequest, page: ReturnPage, given: forms.Form | None) -> dict[str, Any]:
    """Return what is sent instead, and what it comes to as it stands."""
    form = given if isinstance(given, ExchangeForm) else read_exchange(request, page, None)
    is_read = form.is_bound and form.is_valid()
    versions, rest = (form.chosen(), form.rest) if is_read else ({}, form.rests[0])
    currency = page.found.order.currency
    compared = compare_exchange(page.found, counts=counts_to_refund(page.found), versions=versions)
    return {
        "exchange_form": form,
        "compared": compared,
        "is_credit": rest == Rest.CREDIT,
        "goes_back": compared.balance > 0 and rest != Rest.KEPT,
        "difference_text": _money(abs(compared.balance), currency),
        "paid_text": _money(compared.paid, currency),
        "costs_text": _money(compared.costs, currency),
        "given_text": _money(compared.given, currency) if compared.given else "",
    }


def _refund(page: ReturnPage, given: forms.Form | None) -> dict[str, Any]:
    order = page.found.order
    refundable = get_refundable(order)
    counts = counts_to_refund(page.found)
    goods = refundable.sum(counts, delivery=0, adjustment=0).total
    form = given if isinstance(given, ReturnRefundForm) else None
    if form is None:
        over = max(goods - refundable.left, min(goods, page.found.rest_amount))
        form = ReturnRefundForm(
            currency=order.currency,
            has_delivery=bool(refundable.delivery_left),
            initial={"adjustment": str(to_decimal(-over, order.currency))} if over > 0 else None,
        )
        typed = {"adjustment": -over if over > 0 else 0}
    else:
        typed = form.cleaned_data if form.is_valid() else {}
    amount = goods + typed.get("delivery", 0) + typed.get("adjustment", 0)
    is_possible = 0 < amount <= refundable.left and typed.get("delivery", 0) <= refundable.delivery_left
    payment, credit = refundable.payment, refundable.split(amount).credit if is_possible else 0
    return {
        "refund_form": form,
        "refund_amount": amount if is_possible else 0,
        "refund_text": _money(amount, order.currency),
        "credit_text": _money(credit, order.currency) if credit else "",
        "is_credit_alone": credit == amount,
        "goods_text": _money(goods, order.currency),
        "delivery_text": _money(refundable.delivery_left, order.currency) if refundable.delivery_left else "",
        "left_text": _money(refundable.left, order.currency),
        "is_refundable": refundable.left > 0,
        "is_too_much": amount > refundable.left,
        "by_provider": payment is not None and payment.provider == STRIPE,
        "method": (payment.method_label if payment else "") or _("the way it was paid"),
    }


def read_sum(text: str) -> int | None:
    """Return the sum that was on a button, in minor units, or None where what was sent is none."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(text) < 16 else None


def _money(amount: int, currency: str) -> str:
    return format_money(amount, currency, get_language() or "en")
