"""Give back all that an order holds which nobody paid: goods, discounts, credit."""

from datetime import datetime

from storefront.credits.services import give_back_credit
from storefront.discounts.services import give_back_uses
from storefront.inventory.services import release
from storefront.orders.models import Order


def release_all(*, order: Order, actor: str, now: datetime) -> None:
    """Give it back in the order in which it is locked; twice gives nothing twice. Call it in a transaction."""
    release(order_token=order.token, now=now, actor=actor)
    if order.discounts:
        give_back_uses(order_token=order.token)
    if order.credit_amount:
        give_back_credit(order_token=order.token, actor=actor, now=now)
