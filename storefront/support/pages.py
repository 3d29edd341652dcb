"""Shopper's pages: ask, and read on."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.addresses import client_address
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from core.ids import TOKEN_LENGTH
from core.money import format_money
from storefront.carts.selectors import SESSION_KEY as CART_KEY
from storefront.catalog.jinja import picture
from storefront.catalog.shown import shown
from storefront.orders.enums import OrderStatus
from storefront.orders.errors import OrderNotFound
from storefront.orders.models import Order
from storefront.orders.selectors import get_order_by_token, list_spoken_lines
from storefront.support.errors import ConversationNotFound
from storefront.support.facts import find_order_by_number
from storefront.support.forms import BodyForm, QuestionForm
from storefront.support.limits import record_message
from storefront.support.models import Conversation, ConversationStatus
from storefront.support.questions import list_common_questions
from storefront.support.selectors import (
    get_conversation_by_token,
    is_reading_key,
    list_customer_conversations,
    list_messages,
)
from storefront.support.services import add_customer_message, open_conversation
from storefront.support.times import write_moment

PROVEN_KEY = "support_proven"
MOST_PROVEN = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def support(request: HttpRequest) -> HttpResponse:
    """Show the contact form, and take what is asked."""
    order = _order_of_link(request.POST.get("order") or request.GET.get("order", ""))
    if request.method != "POST":
        return _show_form(request, QuestionForm(initial=_known(request, order)), order, 200)
    form = QuestionForm(request.POST)
    if not form.is_valid():
        return _show_form(request, form, order, 422)
    now, said = utc_now(), form.cleaned_data
    try:
        _limit(request, email=said["email"])
        asked = open_conversation(
            email=said["email"],
            name=said["name"],
            subject=said["subject"],
            body=said["body"],
            order=order or find_order_by_number(number=said["order_number"], email=said["email"]),
            customer=request.customer,
            language=get_language() or request.tenant.language,
            now=now,
        )
    except ShopsteadError as error:
        form.add_error(None, str(error))
        return _show_form(request, form, order, error.status)
    if order is not None:
        _remember_proof(request, asked)
    return _see_other("conversation", asked.token)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def conversation(request: HttpRequest, token: str) -> HttpResponse:
    """Show what was written so far, and take an answer."""
    if not _is_token(token):
        raise Http404
    try:
        found = get_conversation_by_token(token)
    except ConversationNotFound as error:
        raise Http404(str(error)) from error
    if "key" in request.GET and is_reading_key(found, request.GET["key"]):
        _remember_proof(request, found)
        return _see_other("conversation", token)
    if request.method != "POST":
        return _show_conversation(request, found, BodyForm(), 200)
    form = BodyForm(request.POST)
    if not form.is_valid():
        return _show_conversation(request, found, form, 422)
    try:
        _limit(request, email=found.email)
        add_customer_message(conversation_id=found.pk, body=form.cleaned_data["body"], now=utc_now())
    except ShopsteadError as error:
        form.add_error(None, str(error))
        return _show_conversation(request, found, form, error.status)
    return _see_other("conversation", token)


def _show_form(request: HttpRequest, form: QuestionForm, order: Order | None, status: int) -> HttpResponse:
    context = {
        "form": form,
        "order": order,
        "lines": _lines(order) if order else [],
        "questions": list_common_questions(country=request.tenant.country, prices=shown()),
        "earlier": list_customer_conversations(request.customer) if request.customer else [],
    }
    return _private(render(request, "support/ask.html", context, status=status, using="jinja2"))


def _show_conversation(request: HttpRequest, found: Conversation, form: BodyForm, status: int) -> HttpResponse:
    messages = list_messages(found, with_notes=False)
    is_proven, language = _is_proven(request, found), get_language() or "en"
    context = {
        "conversation": found,
        "order": found.order if is_proven else None,
        "lines": _lines(found.order) if found.order and is_proven else [],
        "shown": [
            {
                "is_ours": message.kind == message.STAFF,
                "body": message.body,
                "when": write_moment(message.created_at, language=language, time_zone=request.tenant.time_zone),
            }
            for message in messages
            if is_proven or message.kind == message.CUSTOMER
        ],
        "is_hidden": not is_proven and any(message.kind == message.STAFF for message in messages),
        "is_solved": found.status == ConversationStatus.SOLVED,
        "form": form,
    }
    template = "support/said.html" if request.htmx and request.method == "GET" else "support/conversation.html"
    return _private(render(request, template, context, status=status, using="jinja2"))


def _lines(order: Order) -> list[dict[str, Any]]:
    language = get_language() or "en"
    return [
        {
            "picture": picture(line.cover),
            "name": line.title,
            "note": " · ".join(part for part in (line.variant_title, f"× {line.quantity}") if part),
            "price": format_money(line.total_amount, order.currency, language),
        }
        for line in list_spoken_lines(order)
    ]


def _is_proven(request: HttpRequest, found: Conversation) -> bool:
    """Tell whether this browser may read answers about an order: anybody can type somebody's number and e-mail.

    It opened the mail's link, came from the order's own page, bought the order, or is signed in as the one who asked.
    """
    if found.order is None or found.token in request.session.get(PROVEN_KEY, []):
        return True
    if request.customer is not None and request.customer.pk in (found.customer_id, found.order.customer_id):
        return True
    cart_token = request.session.get(CART_KEY)
    return cart_token is not None and cart_token == found.order.cart_token


def _remember_proof(request: HttpRequest, found: Conversation) -> None:
    kept = [token for token in request.session.get(PROVEN_KEY, []) if token != found.token]
    request.session[PROVEN_KEY] = [*kept, found.token][-MOST_PROVEN:]


def _limit(request: HttpRequest, *, email: str) -> None:
    record_message(session=request.session.session_key or "", email=email, address=client_address(request))


def _order_of_link(token: str) -> Order | None:
    """Return the order whose secret address was handed over; a wrong one is as good as none."""
    try:
        found = get_order_by_token(token) if _is_token(token) else None
    except OrderNotFound:
        return None
    return found if found is not None and found.status in (OrderStatus.OPEN, OrderStatus.CANCELED) else None


def _is_token(text: str) -> bool:
    return len(text) == TOKEN_LENGTH and text.isascii() and text.isalnum()


def _known(request: HttpRequest, order: Order | None) -> dict[str, Any]:
    customer = request.customer
    name = str(order.shipping_address.get("name", "")) if order else ""
    return {
        "name": name or (customer.name if customer else ""),
        "email": order.email if order and order.email else (customer.email if customer else ""),
    }


def _see_other(name: str, token: str) -> HttpResponse:
    response = HttpResponseRedirect(reverse(name, args=[token]))
    response.status_code = 303
    return _private(response)


def _private(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"
    return response


urlpatterns = [
    path("support/", support, name="support"),
    path("support/<str:token>/", conversation, name="conversation"),
]
