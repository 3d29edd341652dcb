"""What gift cards answer to the house's events."""

from storefront.gifts.services import close_order_cards, issue_order_cards
from storefront.orders.events import OrderCanceled, OrderPaid


def issue_paid(event: OrderPaid) -> None:
    """Make the cards that a paid order bought."""
    issue_order_cards(order_id=event.order_id, now=event.now)


def close_canceled(event: OrderCanceled) -> None:
    """Close the cards of an order that is called off, or refuse to call it off when one was spent."""
    close_order_cards(order_id=event.order_id, actor=event.actor, now=event.now)
