"""Between orders and cards: what was bought becomes cards, and stops being them."""

from datetime import datetime

from django.db import transaction

from storefront.credits.services import CardBuyer, SoldCards, close_sold_cards, issue_sold_cards
from storefront.orders.locks import lock_order
from storefront.orders.services import deliver_files


def issue_order_cards(*, order_id: int, now: datetime) -> int:
    """Make a card for each unit of a paid order's gift cards, count them as sent, and return how many are new.

    Called again, by anybody, it makes nothing. Raises: OrderNotFound.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        lines = list(order.lines.filter(is_gift_card=True).order_by("pk"))
        if not lines or order.paid_at is None:
            return 0
        made = issue_sold_cards(
            buyer=CardBuyer(order.token, order.customer_id, order.email, order.currency, order.language),
            lines=[SoldCards(line.pk, line.unit_amount, line.kept_count, line.presents) for line in lines],
            actor="system",
            now=now,
        )
        line_ids = [line.pk for line in lines]
        deliver_files(order_id=order_id, line_ids=line_ids, actor="system", now=now, what="order.cards_issued")
    return made


def close_order_cards(*, order_id: int, actor: str, now: datetime) -> int:
    """Close all cards of an order and return how many.

    Raises: OrderNotFound, CreditRefused where one was spent.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        if not order.lines.filter(is_gift_card=True).exists():
            return 0
        return close_sold_cards(order_token=order.token, counts=None, actor=actor, now=now)
