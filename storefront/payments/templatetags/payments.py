"""What other parts' pages show of an order's money."""

from typing import Any

from django import template

from storefront.orders.models import Order
from storefront.payments.selectors import list_money

register = template.Library()


@register.inclusion_tag("payments/dashboard/money.html", takes_context=True)
def order_money(context: dict[str, Any], order: Order) -> dict[str, Any]:
    """Draw for the merchant how an order was paid and what went back: rows of the payment card."""
    flat = context.flatten() if hasattr(context, "flatten") else dict(context)
    return {**flat, "order": order, **list_money(order)}
