"""One return: answer it, receive it, close it; and ask for one on a customer's behalf."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.access import needs
from core.clock import utc_now
from core.errors import NotFound, ShopsteadError
from core.http import HttpRequest
from storefront.catalog.jinja import picture
from storefront.orders.selectors import get_order_page
from storefront.payments.dashboard.refund import send_and_say
from storefront.returns.answering import label_answer, photo_answer
from storefront.returns.dashboard.page import read_exchange, read_sum, show_return
from storefront.returns.forms import AnswerForm, CloseForm, ExchangeForm, ReceiveForm, RefuseForm, ReturnForm
from storefront.returns.selectors import ReturnPage, get_return, get_return_page, list_returnable
from storefront.returns.services import (
    approve_return,
    ask_return,
    call_off_return,
    close_return,
    exchange_return,
    receive_return,
    refuse_return,
)
from tenants.people.permissions import Permission


@needs(Permission.ORDERS_VIEW, change=Permission.ORDERS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a return; do the next thing with it."""
    page = get_return_page(pk)
    if request.method != "POST":
        return show_return(request, page)
    deed = request.POST.get("do", "")
    if deed == "call_off":
        return _call_off(request, page)
    if deed == "compare":
        form = read_exchange(request, page, request.POST)
        return show_return(request, page, status=200 if form.is_valid() else 422, exchange=form)
    if deed not in FORMS:
        return redirect("dashboard_return", pk=pk)
    form = FORMS[deed](request, page)
    if form.is_valid():
        try:
            said = _act(deed, form, request, page)
        except NotFound:
            raise
        except ShopsteadError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            page = get_return_page(pk)
        else:
            messages.success(request, said)
            return redirect("dashboard_return", pk=pk)
    return show_return(request, page, status=422, **{deed: form})


FORMS: dict[str, Any] = {
    "approve": lambda request, _page: AnswerForm(request.POST, request.FILES),
    "refuse": lambda request, _page: RefuseForm(request.POST),
    "receive": lambda request, page: ReceiveForm(request.POST, lines=page.lines),
    "exchange": lambda request, page: read_exchange(request, page, request.POST),
    "close": lambda request, _page: CloseForm(request.POST),
}


def _act(deed: str, form: forms.Form, request: HttpRequest, page: ReturnPage) -> str:
    """Do one thing with a return and say what was done."""
    who: dict[str, Any] = {"return_id": page.found.pk, "actor": request.user.get_username(), "now": utc_now()}
    if isinstance(form, AnswerForm):
        approve_return(**form.cleaned_data, **who)
        return _("Approved. The customer gets a mail with what you wrote.")
    if isinstance(form, RefuseForm):
        refuse_return(words=form.cleaned_data["words"], **who)
        return _("Refused. The customer gets a mail with what you wrote.")
    if isinstance(form, ReceiveForm):
        receive_return(arrived=form.arrived(), notify=form.cleaned_data["notify"], **who)
        return _("The goods are here. Now give the money back, or send something else.")
    if isinstance(form, ExchangeForm):
        return _exchange(form, request, who)
    close_return(words=form.cleaned_data["words"], **who)
    return _("Closed.")


def _exchange(form: ExchangeForm, request: HttpRequest, who: dict[str, Any]) -> str:
    """Make the order, send what goes back, and say that it was made."""
    seen = read_sum(request.POST.get("seen", ""))
    done = exchange_return(versions=form.chosen(), rest=form.rest, expected_balance=seen, **who)
    if done.refund is not None:
        send_and_say(request, done.refund)
    number = done.found.exchange.name if done.found.exchange else ""
    return _("Order %(number)s is ready to be sent. The customer gets its confirmation.") % {"number": number}


def _call_off(request: HttpRequest, page: ReturnPage) -> HttpResponse:
    try:
        call_off_return(return_id=page.found.pk, actor=request.user.get_username(), now=utc_now())
    except NotFound:
        raise
    except ShopsteadError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Called off. The customer gets a mail."))
    return redirect("dashboard_return", pk=page.found.pk)


@needs(Permission.ORDERS_VIEW)
@require_GET
def label(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Load down the label that the customer got."""
    return label_answer(get_return(pk))


@needs(Permission.ORDERS_VIEW)
@require_GET
def photo(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """Show one of the photos that the customer added."""
    return photo_answer(get_return(pk), number, is_small="small" in request.GET)


@needs(Permission.ORDERS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what a customer told the merchant that they want to send back."""
    order = get_order_page(pk, now=utc_now()).order
    left = list_returnable(order)
    is_sent = request.method == "POST"
    form = ReturnForm(request.POST if is_sent else None, left=left)
    if is_sent and form.is_valid():
        try:
            made = ask_return(order_id=pk, asked=form.asked(), actor=request.user.get_username(), now=utc_now())
        except ShopsteadError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Written down. Now tell the customer how to send it."))
            return redirect("dashboard_return", pk=made.pk)
    context = {
        "order": order,
        "form": form,
        "rows": [
            {"line": found.line, "left": found.left, "field": field, "picture": picture(found.line.cover)}
            for found, field in form.rows
        ],
        "crumbs": [
            {"url": reverse("dashboard_orders"), "label": _("Orders")},
            {"url": reverse("dashboard_order", args=[order.pk]), "label": order.name},
        ],
    }
    return render(request, "returns/dashboard/new.html", context, status=422 if is_sent else 200)
