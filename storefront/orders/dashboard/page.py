"""The merchant's page of one order, and what is sent from it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from core.access import needs
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from core.notes import KeepForm
from storefront.customers.selectors import get_customer
from storefront.orders.carriers import carrier_name, guess_carrier, split_tracking_numbers, tracking_url
from storefront.orders.dashboard.looks import awaits_money, line_row, order_row
from storefront.orders.days import write_moment
from storefront.orders.enums import OrderStatus
from storefront.orders.forms import FulfillForm, HoldForm, ParcelForm
from storefront.orders.models import Fulfillment, OrderLine
from storefront.orders.pickup import PickupState, pickup_lines, pickup_state
from storefront.orders.selectors import OrderPage, get_order_page, list_customer_orders
from storefront.orders.services import can_cancel, fulfill_order, mark_delivered, track_parcel, unfulfill_orders
from storefront.orders.services.mailing import address_lines
from storefront.orders.timeline import list_moments
from tenants.people.permissions import Permission

FEW_ORDERS = 10


@needs(Permission.ORDERS_VIEW)
@require_GET
def order(request: HttpRequest, pk: int) -> HttpResponse:
    page = get_order_page(pk, now=utc_now())
    return _show(request, page, _fulfill_form(page))


@needs(Permission.ORDERS_FULFILL)
@require_POST
def fulfill(request: HttpRequest, pk: int) -> HttpResponse:
    page = get_order_page(pk, now=utc_now())
    form = _fulfill_form(page, request.POST)
    if form.is_valid():
        try:
            fulfill_order(
                order_id=pk,
                lines=form.quantities(),
                carrier=form.cleaned_data["carrier"],
                tracking_number=form.cleaned_data["tracking_number"],
                notify=form.cleaned_data["notify"],
                actor=request.user.get_username(),
                now=utc_now(),
            )
        except ShopsteadError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            ready = _("Ready. The order says so to whoever picks it up.")
            messages.success(
                request, ready if page.order.pickup else _("Sent. The stock and the order are up to date.")
            )
            return redirect("dashboard_order", pk=pk)
    return _show(request, page, form, 422)


@needs(Permission.ORDERS_FULFILL)
@require_POST
def unfulfill(request: HttpRequest, pk: int, fulfillment_id: int) -> HttpResponse:
    now, actor = utc_now(), request.user.get_username()
    if unfulfill_orders(fulfillment_ids=[fulfillment_id], actor=actor, now=now):
        messages.success(request, _("The parcel is taken back."))
    else:
        messages.warning(request, _("The customer knows of this parcel already, so it cannot be taken back."))
    return redirect("dashboard_order", pk=pk)


@needs(Permission.ORDERS_FULFILL)
@require_POST
def parcel(request: HttpRequest, pk: int, fulfillment_id: int) -> HttpResponse:
    """Write a parcel's carrier and numbers, or that it has arrived."""
    page = get_order_page(pk, now=utc_now())
    found = next((one for one in page.fulfillments if one.pk == fulfillment_id), None)
    actor, now = request.user.get_username(), utc_now()
    if found is None:
        messages.warning(request, _("This parcel was taken back already."))
        return redirect("dashboard_order", pk=pk)
    if "delivered" in request.POST:
        mark_delivered(fulfillment_id=fulfillment_id, actor=actor, now=now)
        messages.success(request, _("Marked as picked up.") if page.order.pickup else _("Marked as delivered."))
        return redirect("dashboard_order", pk=pk)
    form = ParcelForm(request.POST, parcel=found)
    try:
        if form.is_valid():
            track_parcel(fulfillment_id=fulfillment_id, actor=actor, now=now, **form.cleaned_data)
            messages.success(request, _("Saved. The customer sees it on the order’s page."))
            return redirect("dashboard_order", pk=pk)
    except ShopsteadError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
    return _show(request, page, _fulfill_form(page), 422, parcel_form=(fulfillment_id, form))


@needs(Permission.ORDERS_FULFILL)
@require_GET
def guess(request: HttpRequest) -> HttpResponse:
    """Say whose tracking number this is, while it is typed."""
    numbers = split_tracking_numbers(request.GET.get("tracking_number", "")[:1000])
    country = request.GET.get("country", "")[:2]
    key = guess_carrier(numbers[0], country) if numbers else ""
    context = {"has_number": bool(numbers), "carrier": carrier_name(key) if key else "", "count": len(numbers)}
    return render(request, "orders/dashboard/guess.html", context)


@needs(Permission.ORDERS_VIEW)
@require_GET
def customer_orders(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Answer with the card of a customer's newest orders, for the page of the customer."""
    found: list[Any] = list(list_customer_orders(get_customer(customer_id))[:FEW_ORDERS])
    rows = [order_row(order, is_picked_up=order.is_handed_over) for order in found]
    return render(request, "orders/dashboard/customer_orders.html", {"rows": rows})


def _show(
    request: HttpRequest,
    page: OrderPage,
    form: FulfillForm,
    status: int = 200,
    parcel_form: tuple[int, ParcelForm] | None = None,
) -> HttpResponse:
    order = page.order
    address = address_lines(order)
    is_to_send = order.status == OrderStatus.OPEN and page.left_count > 0
    may_send = is_to_send and order.held_at is None and Permission.ORDERS_FULFILL in request.permissions
    context = {
        "order": order,
        "row": order_row(order, is_picked_up=pickup_state(order, page.fulfillments) == PickupState.DONE),
        "placed_at": write_moment(order.placed_at),
        "form": form,
        "form_rows": [(_line(line, page), count, field) for line, count, field in form.rows],
        "left_count": page.left_count,
        "can_send": may_send,
        "is_to_send": is_to_send,
        "hold_form": HoldForm(initial={"reason": order.hold_reason}),
        "can_cancel": order.status == OrderStatus.OPEN and can_cancel(order, page.lines),
        "can_readdress": is_to_send and bool(order.email),
        "can_archive": order.archived_at is None and not is_to_send,
        "awaits_money": awaits_money(order),
        "can_refund": order.paid_at is not None and order.refunded_amount < order.total_amount,
        "unsent": [] if may_send else _unsent(page, is_to_send=is_to_send),
        "parcels": [_parcel(fulfillment, page, parcel_form) for fulfillment in page.fulfillments],
        "moments": list_moments(page.events, currency=order.currency),
        "address": address,
        "pickup": pickup_lines(order),
        "address_text": "\n".join(address),
        "keep_form": KeepForm(initial={"note": order.staff_note, "tags": ", ".join(order.tags)}),
        "newer": page.newer_id,
        "older": page.older_id,
        "minus_discount": -order.discount_amount,
        "minus_credit": -order.credit_amount,
        "rate": f"{order.rate.normalize():f}" if order.rate is not None else "",
        "minus_refunded": order.credit_refunded_amount - order.refunded_amount,
        "minus_credited": -order.credit_refunded_amount,
        "list_url": reverse("dashboard_orders"),
    }
    return render(request, "orders/dashboard/order.html", context, status=status)


def _fulfill_form(page: OrderPage, given: QueryDict | None = None) -> FulfillForm:
    return FulfillForm(given, left=page.left, is_pickup=bool(page.order.pickup))


def _unsent(page: OrderPage, *, is_to_send: bool) -> list[dict[str, Any]]:
    """Return the goods of an order that is not sent from here: all of them, or on hold what is left."""
    if is_to_send:
        return [{**_line(line, page), "count": count} for line, count in page.left]
    is_open = page.order.status == OrderStatus.OPEN
    return [] if is_open else [{**_line(line, page), "count": line.quantity} for line in page.lines]


def _line(line: OrderLine, page: OrderPage) -> dict[str, Any]:
    places = page.sources.get(line.variant_id or 0, [])
    separator = pgettext("between the items of a list", ", ")
    source = places[0][0] if len(places) == 1 else separator.join(f"{name} ({units})" for name, units in places)
    return {**line_row(line, page.covers), "source": source}


def _parcel(fulfillment: Fulfillment, page: OrderPage, typed: tuple[int, ParcelForm] | None) -> dict[str, Any]:
    parts = list(fulfillment.lines.all())
    is_typed = typed is not None and typed[0] == fulfillment.pk
    numbers = [number for number in (fulfillment.tracking_number, *fulfillment.more_numbers) if number]
    return {
        "fulfillment": fulfillment,
        "sent_at": write_moment(fulfillment.created_at),
        "delivered_at": write_moment(fulfillment.delivered_at) if fulfillment.delivered_at else "",
        "carrier": carrier_name(fulfillment.carrier),
        "numbers": [(number, tracking_url(fulfillment.carrier, number)) for number in numbers],
        "count": sum(part.quantity for part in parts),
        "parts": [{"part": part, **_line(part.order_line, page)} for part in parts],
        "is_cards": all(part.order_line.is_gift_card for part in parts),
        "can_undo": not fulfillment.tracking_number and not fulfillment.is_digital,
        "form": typed[1] if typed is not None and is_typed else ParcelForm(parcel=fulfillment),
        "is_typed": is_typed,
    }
