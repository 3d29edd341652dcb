"""How orders look in the dashboard: what a status says and in which color, and the rows of lists."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from storefront.catalog.jinja import picture
from storefront.orders.enums import FulfillmentStatus, OrderStatus, PaymentStatus
from storefront.orders.models import Order, OrderLine
from storefront.orders.selectors import UNPAID

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


def order_row(order: Order, *, is_picked_up: bool = False) -> dict[str, Any]:
    """Return what a list or a page's head says of an order; of one for pickup whether it was picked up or lies ready."""
    payment = PAYMENT_LOOK[PaymentStatus(order.payment_status)]
    kind, tone = FULFILLMENT_LOOK[FulfillmentStatus(order.fulfillment_status)]
    label = order.get_fulfillment_status_display()
    if order.pickup and order.fulfillment_status == FulfillmentStatus.FULFILLED:
        kind, tone = ("done", "") if is_picked_up else ("wait", "")
        label = pgettext("an order", "Picked up") if is_picked_up else _("Ready for pickup")
    is_open = order.status == OrderStatus.OPEN
    if is_open and order.held_at is not None:
        kind, tone, label = "hold", "quiet", _("On hold")
    elif order.status != OrderStatus.OPEN:
        kind, tone, label = "fail", "quiet", order.get_status_display()
    return {
        "order": order,
        "name": order.shipping_address.get("name") or (order.customer.name if order.customer else "") or order.email,
        "payment_kind": payment[0],
        "payment_tone": payment[1] if is_open else "quiet",
        "fulfillment_kind": kind,
        "fulfillment_tone": tone,
        "fulfillment_label": label,
        "is_canceled": order.status == OrderStatus.CANCELED,
        "is_open": is_open,
    }


def line_row(line: OrderLine, covers: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """Return a line with its picture, or today's picture of its product."""
    return {"line": line, "picture": picture(line.cover or covers.get(line.product_id or 0, {}))}


def awaits_money(order: Order) -> bool:
    """Tell whether an open order is still to be paid for."""
    return order.status == OrderStatus.OPEN and order.payment_status in UNPAID
