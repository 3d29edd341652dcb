"""What other parts' pages show of gift cards that were bought: the cards of an order, the order of a card."""

from typing import Any

from django import template

from storefront.credits.models import GiftCard
from storefront.credits.selectors import list_order_cards
from storefront.orders.models import Order

register = template.Library()


@register.inclusion_tag("gifts/cards.html", takes_context=True)
def order_cards(context: dict[str, Any], order: Order) -> dict[str, Any]:
    """Draw the card of an order's gift cards for the merchant; nothing where there are none."""
    flat = context.flatten() if hasattr(context, "flatten") else dict(context)
    return {**flat, "order": order, "bought": list_order_cards(order.token)}


@register.inclusion_tag("gifts/order.html", takes_context=True)
def card_order(context: dict[str, Any], card: GiftCard) -> dict[str, Any]:
    """Draw the link to the order that bought a card; nothing where it was issued by hand."""
    flat = context.flatten() if hasattr(context, "flatten") else dict(context)
    bought_by = Order.objects.filter(token=card.order_token).first() if card.order_token else None
    return {**flat, "bought_by": bought_by}
