"""What other parts' pages show of an order's files."""

from typing import Any

from django import template

from core.clock import utc_now
from storefront.downloads.selectors import list_downloads
from storefront.orders.models import Order

register = template.Library()


@register.inclusion_tag("downloads/dashboard/panel.html", takes_context=True)
def order_files(context: dict[str, Any], order: Order) -> dict[str, Any]:
    """Draw the card of an order's files for the merchant; nothing where there are none."""
    flat = context.flatten() if hasattr(context, "flatten") else dict(context)
    return {**flat, "order": order, "downloads": list_downloads(order.pk, now=utc_now())}
