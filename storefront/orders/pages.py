"""A shopper's order at its secret address, and the orders of an account."""

from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.catalog.jinja import picture
from storefront.customers.forms import BeginForm
from storefront.customers.pages import signed_in_only
from storefront.customers.pages.entry import ask_for_code
from storefront.customers.selectors import list_addresses
from storefront.customers.services import check_password_strength
from storefront.orders.carriers import carrier_name, tracking_url
from storefront.orders.days import write_day
from storefront.orders.enums import FulfillmentStatus, OrderStatus, PaymentStatus
from storefront.orders.errors import OrderNotFound
from storefront.orders.models import Fulfillment, Order, OrderLine
from storefront.orders.pickup import PickupState, pickup_lines, pickup_state
from storefront.orders.selectors import (
    ask_payments,
    find_first_lines,
    get_order_by_token,
    list_customer_orders,
    list_fulfillments,
    list_spoken_lines,
)
from storefront.orders.services.mailing import address_lines
from storefront.shipping.dates import format_window

THANKS_FOR = timedelta(hours=1)
PER_PAGE = 20
RECENT = 5
USUAL_WAY, LATE_AFTER = timedelta(days=14), timedelta(days=14)


@require_GET
@never_cache
def order(request: HttpRequest, token: str) -> HttpResponse:
    """Show an order to whoever knows its address; while it waits for payment the page looks again by itself."""
    try:
        found = get_order_by_token(token)
    except OrderNotFound as error:
        raise Http404(str(error)) from error
    return _show(request, found, BeginForm())


@never_cache
@require_POST
def begin_account(request: HttpRequest, token: str) -> HttpResponse:
    """Take the password for an account that is to hold the order; it begins when the buyer's address is proven, here or nowhere.

    The page's address may have been passed on, and an e-mail may have been typed by somebody else.
    """
    try:
        found = get_order_by_token(token)
    except OrderNotFound as error:
        raise Http404(str(error)) from error
    if request.customer is not None or not found.email:
        return redirect("order", token=token)
    form, name = BeginForm(request.POST), str(found.shipping_address.get("name", ""))
    if not form.is_valid():
        return _show(request, found, form, 422)
    password = form.cleaned_data["password"]
    try:
        check_password_strength(password=password, email=found.email, name=name)
        target = reverse("order", kwargs={"token": token})
        return ask_for_code(request, email=found.email, name=name, password=password, target=target)
    except ShopsteadError as error:
        form.add_error("password", str(error))
        return _show(request, found, form, error.status)


def _show(request: HttpRequest, found: Order, form: BeginForm, status: int = 200) -> HttpResponse:
    template = "orders/body.html" if request.htmx else "orders/order.html"
    context = {**_context(found, now=utc_now(), placed="placed" in request.GET), "account_form": form}
    response = render(request, template, context, status=status, using="jinja2")
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"
    return response


@signed_in_only
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    rows = list(list_customer_orders(request.customer)[: RECENT + 1])
    addresses = list_addresses(request.customer)
    context = {
        "rows": _account_rows(rows[:RECENT], now=utc_now()),
        "has_more": len(rows) > RECENT,
        "addresses_count": len(addresses),
        "first_address": addresses[0] if addresses else None,
    }
    return render(request, "orders/account.html", context, using="jinja2")


@signed_in_only
@require_GET
def account_orders(request: HttpRequest) -> HttpResponse:
    page = Paginator(list_customer_orders(request.customer), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": _account_rows(list(page.object_list), now=utc_now())}
    return render(request, "orders/account_orders.html", context, using="jinja2")


def order_way(order: Order, *, now: datetime) -> dict[str, Any]:
    """Return what a page says of where an order is: status, steps, parcels, goods."""
    return _way(order, list_fulfillments(order), now)


def _way(order: Order, fulfillments: list[Fulfillment], now: datetime, *, pays_at_door: bool = False) -> dict[str, Any]:
    return {
        "order": order,
        "pill": _pill(order, now),
        "is_long_sent": _is_long_sent(order, now),
        "steps": _pickup_steps(order, fulfillments, pays_there=pays_at_door)
        if order.pickup
        else _steps(order, fulfillments, now, pays_at_door=pays_at_door),
        "pickup": pickup_lines(order),
        "pickup_state": pickup_state(order, fulfillments) if order.pickup else "",
        "window": _window(order),
        "lines": [_line(line) for line in list_spoken_lines(order)],
        "parcels": [_parcel(each) for each in fulfillments if not each.is_digital],
        "placed_on": write_day(order.placed_at),
    }


def _context(order: Order, *, now: datetime, placed: bool) -> dict[str, Any]:
    fulfillments = list_fulfillments(order)
    is_waiting = order.status == OrderStatus.PENDING
    is_arranged = order.status == OrderStatus.OPEN and order.paid_at is None
    asked = ask_payments(order, now=now) if is_waiting or is_arranged else None
    return {
        **_way(order, fulfillments, now, pays_at_door=bool(asked and asked.arranged and asked.arranged.is_cash)),
        "first_name": str(order.shipping_address.get("name", "")).split(" ")[0],
        "thanks": order.status == OrderStatus.OPEN
        and (order.fulfillment_status != FulfillmentStatus.FULFILLED or all(each.is_digital for each in fulfillments))
        and (placed or now - order.placed_at < THANKS_FOR),
        "is_paid": order.paid_at is not None,
        "is_waiting": is_waiting,
        "pill": _pill(order, now, awaits_money=bool(asked and asked.arranged and not asked.arranged.is_cash)),
        "is_arranged": is_arranged,
        "arranged": asked.arranged if asked else None,
        "pay_until": write_day(asked.arranged.due_at) if asked and asked.arranged and asked.arranged.due_at else "",
        "pay_url": asked.pay_url if asked else "",
        "address": address_lines(order),
        "placed_query": "?placed=1" if placed else "",
    }


def _is_long_sent(order: Order, now: datetime) -> bool:
    """Return whether the order was sent so long ago that nobody would say it is on its way."""
    due = order.delivery_to_date or (order.placed_at + USUAL_WAY).date()
    return order.fulfillment_status == FulfillmentStatus.FULFILLED and due < (now - LATE_AFTER).date()


def _pill(order: Order, now: datetime, *, awaits_money: bool = False) -> tuple[str, str]:
    if order.status == OrderStatus.PENDING or awaits_money:
        return _("Waiting for payment"), "warn"
    if order.status in (OrderStatus.CANCELED, OrderStatus.EXPIRED):
        return order.get_status_display(), "warn"
    if order.payment_status in (PaymentStatus.REFUNDED, PaymentStatus.PARTLY_REFUNDED):
        return order.get_payment_status_display(), "info"
    if order.pickup and order.fulfillment_status != FulfillmentStatus.UNFULFILLED:
        is_whole, is_long = order.fulfillment_status == FulfillmentStatus.FULFILLED, _is_long_sent(order, now)
        ready = _("Ready for pickup") if is_whole else _("Partly ready")
        return (pgettext("an order", "Picked up"), "ok") if is_long else (ready, "ok" if is_whole else "info")
    if _is_long_sent(order, now) and order.shipping_address.get("country"):
        return _("Sent"), "ok"
    words = {
        FulfillmentStatus.UNFULFILLED.value: (_("Being packed"), "info"),
        FulfillmentStatus.PARTLY_FULFILLED.value: (_("Partly on its way"), "info"),
        FulfillmentStatus.FULFILLED.value: (
            _("On its way") if order.shipping_address.get("country") else pgettext("an order", "Delivered"),
            "ok",
        ),
    }
    return words[order.fulfillment_status]


def _steps(order: Order, fulfillments: list[Fulfillment], now: datetime, *, pays_at_door: bool) -> list[dict[str, str]]:
    is_paid = order.paid_at is not None
    is_sent = order.fulfillment_status == FulfillmentStatus.FULFILLED
    is_partly = order.fulfillment_status == FulfillmentStatus.PARTLY_FULFILLED
    is_ready = is_paid or order.status == OrderStatus.OPEN
    sending = _("Partly sent") if is_partly else _("Being packed") if is_ready and not is_sent else _("Sent")
    sent_on = write_day(fulfillments[-1].created_at) if fulfillments else ""
    steps = [
        (_("Received"), write_day(order.placed_at), "done"),
        (
            _("Paid") if is_paid else _("Payment"),
            write_day(order.paid_at) if order.paid_at else _("Waiting for it"),
            "done" if is_paid else "now",
        ),
        (
            sending,
            sent_on,
            "done" if is_sent else "now" if is_ready else "later",
        ),
        (_("At your door"), _window(order), "done" if _is_long_sent(order, now) else "now" if is_sent else "later"),
    ]
    if pays_at_door:
        del steps[1]
        steps[-1] = (steps[-1][0], steps[-1][1] or _("You pay then"), steps[-1][2])
    elif not is_paid and order.status == OrderStatus.OPEN:
        steps[2] = (steps[2][0], sent_on, "done" if is_sent else "later")
    return [{"label": label, "note": note, "state": state} for label, note, state in steps]


def _pickup_steps(order: Order, parts: list[Fulfillment], *, pays_there: bool) -> list[dict[str, str]]:
    state = pickup_state(order, parts)
    ready_on = write_day(parts[-1].created_at) if parts else ""
    fetched = [each.delivered_at for each in parts if each.delivered_at is not None]
    is_ready = state is not PickupState.PACKING
    steps = [
        (_("Received"), write_day(order.placed_at), "done"),
        (
            _("Paid") if order.paid_at else _("Payment"),
            write_day(order.paid_at) if order.paid_at else _("Waiting for it"),
            "done" if order.paid_at else "now",
        ),
        (
            _("Ready for pickup"),
            ready_on if is_ready else _window(order),
            "done" if is_ready else "now" if order.paid_at or pays_there else "later",
        ),
        (
            pgettext("an order", "Picked up"),
            write_day(fetched[-1]) if fetched else "",
            "done" if state is PickupState.DONE else "now" if is_ready else "later",
        ),
    ]
    if pays_there:
        del steps[1]
        steps[-1] = (steps[-1][0], steps[-1][1] or _("You pay then"), steps[-1][2])
    return [{"label": label, "note": note, "state": stage} for label, note, stage in steps]


def _window(order: Order) -> str:
    if order.delivery_from_date is None or order.delivery_to_date is None:
        return ""
    return format_window(order.delivery_from_date, order.delivery_to_date)


def _line(line: OrderLine) -> dict[str, Any]:
    return {"line": line, "picture": picture(line.cover)}


def _parcel(fulfillment: Fulfillment) -> dict[str, Any]:
    return {
        "carrier": carrier_name(fulfillment.carrier),
        "number": fulfillment.tracking_number,
        "url": fulfillment.tracking_url,
        "more": [(number, tracking_url(fulfillment.carrier, number)) for number in fulfillment.more_numbers],
        "sent_on": write_day(fulfillment.created_at),
        "delivered_on": write_day(fulfillment.delivered_at) if fulfillment.delivered_at else "",
    }


def _account_rows(orders: list[Order], *, now: datetime) -> list[dict[str, Any]]:
    lines = find_first_lines(orders)
    return [
        {
            "order": each,
            "pill": _pill(each, now),
            "placed_on": write_day(each.placed_at),
            "pictures": [picture(line.cover) for line in lines.get(each.pk, []) if line.cover][:4],
        }
        for each in orders
    ]


urlpatterns = [
    path("orders/<str:token>/", order, name="order"),
    path("orders/<str:token>/account/", begin_account, name="order_account"),
    path("account/", account, name="account"),
    path("account/orders/", account_orders, name="account_orders"),
]
