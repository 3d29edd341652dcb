"""What the order's page of the storefront shows of the gift cards that it bought."""

from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language

from core.money import format_money
from storefront.credits.selectors import list_order_cards
from storefront.orders.models import Order


def order_gift_cards(order: Order) -> list[dict[str, Any]]:
    """Return an order's cards for its page: worth and day in words, last4, name, email, whether it was sent or closed."""
    language = get_language() or "en"
    return [
        {
            "worth": format_money(card.initial_amount, card.currency, language),
            "last4": card.last4,
            "name": card.recipient_name,
            "email": card.recipient_email,
            "is_sent": card.mailed_at is not None,
            "is_closed": card.closed_at is not None,
            "day": date_format(localtime(card.send_at), "DATE_FORMAT") if card.send_at else "",
        }
        for card in list_order_cards(order.token)
    ]
