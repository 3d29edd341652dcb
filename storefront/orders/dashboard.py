"""The merchant's pages of orders: the list, one order, and what is done with them."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_POST

from core.access import needs
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.catalog.jinja import picture
from storefront.customers.selectors import get_customer
from storefront.orders.carriers import carrier_name
from storefront.orders.days import write_moment
from storefront.orders.enums import FulfillmentStatus, OrderStatus, PaymentStatus
from storefront.orders.errors import OrderStateRefused
from storefront.orders.forms import FulfillForm, NoteForm
from storefront.orders.models import Order, OrderLine
from storefront.orders.selectors import (
    MOST_COUNTED,
    UNPAID,
    VIEWS,
    OrderPage,
    count_views,
    get_order_page,
    list_customer_orders,
    list_orders,
)
from storefront.orders.services import (
    add_note,
    cancel_order,
    fulfill_order,
    fulfill_orders,
    mark_paid,
    unfulfill_orders,
)
from storefront.orders.services.mailing import address_lines
from storefront.orders.timeline import list_moments
from tenants.people.permissions import Permission

PER_PAGE = 50
UNDO_KEY = "orders_undo"
FEW_ORDERS = 10

# Status kind and tone of the design system; a tone says that somebody has to act.
PAYMENT_LOOK = {
    PaymentStatus.PENDING: ("wait", "warn"),
    PaymentStatus.PAID: ("done", ""),
    PaymentStatus.PARTLY_REFUNDED: ("back", ""),
    PaymentStatus.REFUNDED: ("back", ""),
    PaymentStatus.FAILED: ("fail", "bad"),
}
FULFILLMENT_LOOK = {
    FulfillmentStatus.UNFULFILLED: ("none", "warn"),
    FulfillmentStatus.PARTLY_FULFILLED: ("half", "warn"),
    FulfillmentStatus.FULFILLED: ("done", ""),
}


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """A paginator that stops counting at a hundred thousand rows."""

    @cached_property
    def count(self) -> int:
        return int(self.object_list[:MOST_COUNTED].count())  # type: ignore[attr-defined]


@needs(Permission.ORDERS_VIEW)
@require_GET
def orders(request: HttpRequest) -> HttpResponse:
    counts = count_views(("unfulfilled", "unpaid"))
    view, text = request.GET.get("view", ""), request.GET.get("q", "").strip()[:80]
    if view not in VIEWS:
        view = "unfulfilled" if counts["unfulfilled"] and not text else "all"
    oldest_first = request.GET.get("sort") == "oldest"
    rows = list_orders(view=view, text=text, oldest_first=oldest_first)
    page = BoundedPaginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_row(order) for order in page.object_list],
        "views": _views(view, counts),
        "view": view,
        "text": text,
        "keep": {"view": view, **({"sort": "oldest"} if oldest_first else {})},
        "oldest_first": oldest_first,
        "here": request.get_full_path(),
        "undo": _take_undo(request),
        "elsewhere": list_orders(text=text)[:MOST_COUNTED].count() if text and view != "all" and not page else 0,
    }
    return render(request, "orders/dashboard/list.html", context)


@needs(Permission.ORDERS_FULFILL)
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Mark the ticked orders as sent; ten seconds of Undo follow."""
    picked = [int(value) for value in request.POST.getlist("pick") if value.isascii() and value.isdigit()]
    sent, skipped = fulfill_orders(order_ids=picked, actor=request.user.get_username(), now=utc_now())
    if sent:
        request.session[UNDO_KEY] = {"ids": [each.pk for each in sent], "skipped": skipped}
    else:
        messages.warning(request, _("Nothing was left to send in what you chose."))
    return redirect(_back(request))


@needs(Permission.ORDERS_FULFILL)
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    ids = [int(value) for value in request.GET.get("ids", "").split(",") if value.isascii() and value.isdigit()]
    count = unfulfill_orders(fulfillment_ids=ids, actor=request.user.get_username(), now=utc_now())
    if count:
        said = ngettext("%(num)s parcel taken back.", "%(num)s parcels taken back.", count)
        messages.success(request, said % {"num": count})
    else:
        messages.warning(request, _("Too late to undo: the customer knows already."))
    return redirect(_back(request))


@needs(Permission.ORDERS_VIEW)
@require_GET
def order(request: HttpRequest, pk: int) -> HttpResponse:
    page = get_order_page(pk, now=utc_now())
    return _show(request, page, FulfillForm(left=page.left))


@needs(Permission.ORDERS_FULFILL)
@require_POST
def fulfill(request: HttpRequest, pk: int) -> HttpResponse:
    page = get_order_page(pk, now=utc_now())
    form = FulfillForm(request.POST, left=page.left)
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
            messages.success(request, _("Sent. The stock and the order are up to date."))
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


@needs(Permission.ORDERS_NOTE)
@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    form = NoteForm(request.POST)
    if form.is_valid():
        add_note(order_id=pk, text=form.cleaned_data["text"], actor=request.user.get_username(), now=utc_now())
    else:
        messages.warning(request, _("Write something first."))
    return redirect(f"{reverse('dashboard_order', args=[pk])}#timeline")


@needs(Permission.ORDERS_EDIT)
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        cancel_order(
            order_id=pk, reason=request.POST.get("reason", ""), actor=request.user.get_username(), now=utc_now()
        )
    except OrderStateRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The order is canceled, and its goods are on sale again."))
    return redirect("dashboard_order", pk=pk)


@needs(Permission.ORDERS_EDIT)
@require_POST
def paid(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the money for an order with an arranged payment is here."""
    page = get_order_page(pk, now=utc_now())
    if not _awaits_money(page.order):
        messages.error(request, _("This order does not wait for money. Nothing was changed."))
    else:
        mark_paid(order=page.order, paid_at=utc_now(), actor=request.user.get_username())
        messages.success(request, _("Marked as paid."))
    return redirect("dashboard_order", pk=pk)


@needs(Permission.ORDERS_VIEW)
@require_GET
def customer_orders(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Answer with the card of a customer's newest orders, for the page of the customer."""
    rows = list_customer_orders(get_customer(customer_id))[:FEW_ORDERS]
    return render(request, "orders/dashboard/customer_orders.html", {"rows": [_row(order) for order in rows]})


def _show(request: HttpRequest, page: OrderPage, form: FulfillForm, status: int = 200) -> HttpResponse:
    order = page.order
    address = address_lines(order)
    can_send = order.status == OrderStatus.OPEN and page.left_count > 0
    may_send = can_send and Permission.ORDERS_FULFILL in request.permissions
    context = {
        "order": order,
        "row": _row(order),
        "placed_at": write_moment(order.placed_at),
        "form": form,
        "form_rows": [(_line(line, page), count, field) for line, count, field in form.rows],
        "left_count": page.left_count,
        "can_send": may_send,
        "can_cancel": _awaits_money(order) and order.fulfillment_status == FulfillmentStatus.UNFULFILLED,
        "awaits_money": _awaits_money(order),
        "can_refund": order.paid_at is not None and order.refunded_amount < order.total_amount,
        "unsent": [_line(line, page) for line in page.lines] if order.status != OrderStatus.OPEN or can_send else [],
        "parcels": [_parcel(fulfillment, page) for fulfillment in page.fulfillments],
        "moments": list_moments(page.events, currency=order.currency),
        "address": address,
        "address_text": "\n".join(address),
        "crumbs": [{"url": reverse("dashboard_orders"), "label": _("Orders")}],
        "minus_discount": -order.discount_amount,
        "rate": f"{order.rate.normalize():f}" if order.rate is not None else "",
        "minus_refunded": -order.refunded_amount,
    }
    return render(request, "orders/dashboard/order.html", context, status=status)


def _row(order: Order) -> dict[str, Any]:
    payment = PAYMENT_LOOK[PaymentStatus(order.payment_status)]
    fulfillment = FULFILLMENT_LOOK[FulfillmentStatus(order.fulfillment_status)]
    is_open = order.status == OrderStatus.OPEN
    return {
        "order": order,
        "name": order.shipping_address.get("name") or (order.customer.name if order.customer else "") or order.email,
        "payment_kind": payment[0],
        "payment_tone": payment[1] if is_open else "quiet",
        "fulfillment_kind": fulfillment[0],
        "fulfillment_tone": fulfillment[1] if is_open else "quiet",
        "is_canceled": order.status == OrderStatus.CANCELED,
        "is_open": is_open,
    }


def _line(line: OrderLine, page: OrderPage) -> dict[str, Any]:
    places = page.sources.get(line.variant_id or 0, [])
    separator = pgettext("between the items of a list", ", ")
    return {
        "line": line,
        "picture": picture(line.cover or page.covers.get(line.product_id or 0, {})),
        "source": places[0][0] if len(places) == 1 else separator.join(f"{name} ({units})" for name, units in places),
    }


def _parcel(fulfillment: Any, page: OrderPage) -> dict[str, Any]:
    parts = list(fulfillment.lines.all())
    return {
        "fulfillment": fulfillment,
        "sent_at": write_moment(fulfillment.created_at),
        "carrier": carrier_name(fulfillment.carrier),
        "count": sum(part.quantity for part in parts),
        "parts": [{"part": part, **_line(part.order_line, page)} for part in parts],
        "can_undo": not fulfillment.tracking_number and not fulfillment.is_digital,
    }


def _awaits_money(order: Order) -> bool:
    return order.status == OrderStatus.OPEN and order.payment_status in UNPAID


def _views(view: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    labels = {"all": _("All"), "unfulfilled": _("Unfulfilled"), "unpaid": _("Unpaid"), "canceled": _("Canceled")}
    order = VIEWS if counts["unfulfilled"] else ("all", "unfulfilled", "unpaid", "canceled")
    return [
        {
            "label": labels[key],
            "url": f"{reverse('dashboard_orders')}?{urlencode({'view': key})}",
            "count": counts.get(key) or None,
            "current": key == view,
        }
        for key in order
    ]


def _take_undo(request: HttpRequest) -> dict[str, Any] | None:
    kept = request.session.pop(UNDO_KEY, None)
    if kept is None:
        return None
    query = urlencode({"ids": ",".join(str(pk) for pk in kept["ids"]), "next": request.get_full_path()})
    said = ngettext("%(num)s order marked as sent.", "%(num)s orders marked as sent.", len(kept["ids"]))
    text = said % {"num": len(kept["ids"])}
    if kept["skipped"]:
        left = ngettext("%(num)s had nothing to send.", "%(num)s had nothing to send.", kept["skipped"])
        text = f"{text} {left % {'num': kept['skipped']}}"
    return {"url": f"{reverse('dashboard_orders_undo')}?{query}", "text": text}


def _back(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next", "")
    is_ours = target.startswith("/dashboard/orders/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if is_ours else reverse("dashboard_orders")


urlpatterns = [
    path("", orders, name="dashboard_orders"),
    path("bulk/", bulk, name="dashboard_orders_bulk"),
    path("undo/", undo, name="dashboard_orders_undo"),
    path("of/<int:customer_id>/", customer_orders, name="dashboard_customer_orders"),
    path("<int:pk>/", order, name="dashboard_order"),
    path("<int:pk>/fulfill/", fulfill, name="dashboard_order_fulfill"),
    path("<int:pk>/parcels/<int:fulfillment_id>/undo/", unfulfill, name="dashboard_order_unfulfill"),
    path("<int:pk>/note/", note, name="dashboard_order_note"),
    path("<int:pk>/cancel/", cancel, name="dashboard_order_cancel"),
    path("<int:pk>/paid/", paid, name="dashboard_order_paid"),
]
