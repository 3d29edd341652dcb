"""What other parts' pages show of returns."""

from typing import Any

from django import template

from storefront.orders.enums import FulfillmentStatus, OrderStatus
from storefront.orders.models import Order
from storefront.returns.dashboard.looks import return_row
from storefront.returns.selectors import count_waiting, list_of_order

register = template.Library()


@register.inclusion_tag("returns/dashboard/of_order.html", takes_context=True)
def order_returns(context: dict[str, Any], order: Order) -> dict[str, Any]:
    """Draw for the merchant what comes back of an order."""
    flat = context.flatten() if hasattr(context, "flatten") else dict(context)
    was_sent = order.fulfillment_status != FulfillmentStatus.UNFULFILLED
    rows = [return_row(found) for found in list_of_order(order)] if was_sent else []
    return {**flat, "order": order, "rows": rows, "can_ask": was_sent and order.status == OrderStatus.OPEN}


@register.simple_tag
def waiting_returns() -> int:
    """Return how many returns wait for the merchant: for an answer, or for what the customer gets."""
    return count_waiting()
