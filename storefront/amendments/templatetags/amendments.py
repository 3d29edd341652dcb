"""What the merchant's page of an order shows of what is to be added to it."""

from typing import Any

from django import template

from core.clock import utc_now
from storefront.amendments.selectors import find_waiting
from storefront.catalog.jinja import picture
from storefront.orders.models import Order

register = template.Library()


@register.inclusion_tag("amendments/waiting.html", takes_context=True)
def order_waiting(context: dict[str, Any], order: Order) -> dict[str, Any]:
    """Draw what waits to be added to an order until the customer has paid for it."""
    flat = context.flatten() if hasattr(context, "flatten") else dict(context)
    waiting = find_waiting(order)
    rows = [{"line": line, "picture": picture(line["cover"])} for line in waiting.lines] if waiting else []
    is_over = waiting is not None and waiting.expires_at <= utc_now()
    return {**flat, "order": order, "waiting": waiting, "rows": rows, "is_over": is_over}
