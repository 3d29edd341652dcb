"""Where an order is, for somebody without an account: who knows its number and its buyer's address sees its way.

The page says less than the order's own: no address, no prices, no way to change anything. Its link goes by mail alone.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.addresses import client_address
from core.clock import utc_now
from core.http import HttpRequest
from core.limits import AttemptLimit
from storefront.orders.enums import OrderStatus
from storefront.orders.forms import TrackForm
from storefront.orders.models import Order
from storefront.orders.pages import order_way
from storefront.orders.selectors import REAL, find_order_of_buyer
from storefront.orders.services import ask_order_link

TRIES = AttemptLimit("orders.track", {"address": 20, "number": 10})
LINKS = AttemptLimit("orders.link", {"order": 3}, window_seconds=24 * 3600)
SESSION_KEY = "tracked_order"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Ask for an order's number and its buyer's address; a wrong pair is answered alike, whichever half is wrong."""
    if request.method != "POST":
        return _form(request, TrackForm(initial={"number": request.GET.get("number", "")[:40]}), 200)
    form = TrackForm(request.POST)
    if not form.is_valid():
        return _form(request, form, 422)
    who = {"address": client_address(request), "number": form.cleaned_data["number"]}
    if TRIES.count(**who):
        form.add_error("number", _("Too many tries. Wait 15 minutes, or look into your confirmation e-mail."))
        return _form(request, form, 429)
    found = find_order_of_buyer(number=form.cleaned_data["number"], contact=form.cleaned_data["contact"])
    if found is None:
        form.add_error(
            "number", _("We found no order with this number and this address. Both stand in the confirmation e-mail.")
        )
        return _form(request, form, 422)
    TRIES.take_back(**who)
    if request.customer is not None and found.customer_id == request.customer.pk:
        return redirect("order", token=found.token)
    request.session[SESSION_KEY] = found.pk
    return redirect("order_tracked")


@never_cache
@require_GET
def tracked(request: HttpRequest) -> HttpResponse:
    """Show the way of the order that this visitor has just proven to know."""
    found = find_tracked(request)
    if found is None:
        return redirect("order_track")
    context = {**order_way(found, now=utc_now()), "can_mail": bool(found.email) and found.status == OrderStatus.OPEN}
    return render(request, "orders/tracked.html", context, using="jinja2")


@never_cache
@require_POST
def link(request: HttpRequest) -> HttpResponse:
    """Mail the order's own address to the one who bought it."""
    found = find_tracked(request)
    if found is None:
        return redirect("order_track")
    if LINKS.count(order=f"{found.pk}"):
        messages.warning(request, _("We have sent it several times today. Look into the spam folder, too."))
    elif found.email:
        ask_order_link(order_id=found.pk, now=utc_now())
        messages.success(request, _("The link is on its way to the address the order was placed with."))
    return redirect("order_tracked")


def find_tracked(request: HttpRequest) -> Order | None:
    """Return the order that this visitor has just proven to know, or None."""
    return Order.objects.filter(pk=request.session.get(SESSION_KEY) or 0, status__in=REAL).first()


def _form(request: HttpRequest, form: TrackForm, status: int) -> HttpResponse:
    return render(request, "orders/track.html", {"form": form}, status=status, using="jinja2")


urlpatterns = [
    path("track/", track, name="order_track"),
    path("track/order/", tracked, name="order_tracked"),
    path("track/order/link/", link, name="order_track_link"),
]
