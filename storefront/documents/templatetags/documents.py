"""What the merchant's page of an order shows of its papers."""

from typing import Any

from django import template

from storefront.documents.selectors import find_invoice, list_credit_notes, may_have_invoice
from storefront.orders.models import Order

register = template.Library()


@register.inclusion_tag("documents/card.html", takes_context=True)
def order_papers(context: dict[str, Any], order: Order) -> dict[str, Any]:
    """Draw the card of an order's papers."""
    flat = context.flatten() if hasattr(context, "flatten") else dict(context)
    invoice = find_invoice(order)
    return {
        **flat,
        "order": order,
        "invoice": invoice,
        "may_have_invoice": may_have_invoice(order),
        "credit_notes": list_credit_notes(order) if invoice else [],
    }
