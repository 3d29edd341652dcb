"""Send something back: from the order's own page, or without an account by its number and its buyer's address."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.addresses import client_address
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from core.ids import TOKEN_LENGTH
from core.limits import AttemptLimit
from storefront.catalog.jinja import picture
from storefront.orders.days import write_day
from storefront.orders.errors import OrderNotFound
from storefront.orders.models import Order
from storefront.orders.selectors import get_order_by_token
from storefront.orders.tracking import find_tracked
from storefront.returns.answering import label_answer, photo_answer
from storefront.returns.forms import ReturnForm
from storefront.returns.models import Return
from storefront.returns.selectors import find_return_end, get_terms, list_returnable
from storefront.returns.services import MOST_PHOTOS, SHOPPER, ask_return, call_off_return

ASKED = AttemptLimit("returns.ask", {"address": 30, "order": 10}, window_seconds=3600)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: HttpRequest, token: str) -> HttpResponse:
    """Ask what comes back and why, for whoever knows the order's secret address."""
    order = _order(token)
    return _ask(request, order, back_url=f"{reverse('order', args=[order.token])}#returns", is_full=True)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def send_back_tracked(request: HttpRequest) -> HttpResponse:
    """Ask the same of the visitor who has just proven to know the order's number and its buyer's address."""
    order = find_tracked(request)
    if order is None:
        return redirect("order_track")
    return _ask(request, order, back_url=reverse("order_tracked"), is_full=False)


@never_cache
@require_POST
def call_off(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """Keep the goods after all."""
    found = _return(token, pk)
    try:
        call_off_return(return_id=found.pk, actor=SHOPPER, now=utc_now())
    except ShopsteadError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("You keep it. The store knows."))
    return redirect(f"{reverse('order', args=[token])}#returns")


@never_cache
@require_GET
def label(request: HttpRequest, token: str, pk: int) -> HttpResponseBase:
    """Send the label of a return that was approved."""
    return label_answer(_return(token, pk))


@never_cache
@require_GET
def photo(request: HttpRequest, token: str, pk: int, number: int) -> HttpResponseBase:
    """Send one of the photos that were added to the request."""
    return photo_answer(_return(token, pk), number, is_small="small" in request.GET)


def _ask(request: HttpRequest, order: Order, *, back_url: str, is_full: bool) -> HttpResponse:
    now, here = utc_now(), {"back_url": back_url, "is_full": is_full}
    token = request.POST.get("token", "")
    if len(token) == TOKEN_LENGTH and token.isalnum() and order.returns.filter(token=token).exists():
        return redirect(back_url)  # The same form once more, from another tab or by Back.
    end = find_return_end(order, now=now)
    left = list_returnable(order) if end is not None else []
    if request.method != "POST" or not left:
        return _page(request, order, ReturnForm(left=left) if left else None, here)
    form = ReturnForm(request.POST, left=left)
    if form.is_valid():
        if ASKED.count(address=client_address(request), order=f"{order.pk}"):
            form.add_error(None, _("You have asked several times. Write to the store instead."))
            return _page(request, order, form, here, status=429)
        try:
            photos = request.FILES.getlist("photos")
            ask_return(order_id=order.pk, asked=form.asked(), actor=SHOPPER, now=now, photos=photos)
        except ShopsteadError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The store has your request and answers by e-mail. Please do not send it yet."))
            return redirect(back_url)
    return _page(request, order, form, here, status=422)


def _page(
    request: HttpRequest, order: Order, form: ReturnForm | None, here: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    end = find_return_end(order, now=utc_now())
    is_all_sent = order.fulfillment_status == "fulfilled"
    context = {
        "order": order,
        "form": form,
        "rows": [
            {"line": one.line, "left": one.left, "field": field, "picture": picture(one.line.cover)}
            for one, field in (form.rows if form else [])
        ],
        "until": write_day(end) if end is not None and is_all_sent else "",
        "most_photos": MOST_PHOTOS,
        "words": get_terms().return_words,
        **here,
    }
    response = render(request, "returns/return.html", context, status=status, using="jinja2")
    response["Referrer-Policy"] = "same-origin"
    return response


def _order(token: str) -> Order:
    try:
        return get_order_by_token(token)
    except OrderNotFound as error:
        raise Http404(str(error)) from error


def _return(token: str, pk: int) -> Return:
    found = Return.objects.filter(pk=pk, order=_order(token)).first()
    if found is None:
        raise Http404(_("There is no such return in this store."))
    return found
