"""Give back all that an order holds which nobody paid: goods, discounts, credit; and take it once more for late money."""

from datetime import datetime

from storefront.credits.services import give_back_credit, take_credit_again
from storefront.discounts.services import give_back_uses, take_uses_again
from storefront.inventory.services import allocate, release
from storefront.orders.enums import OrderStatus
from storefront.orders.models import Order


def release_all(*, order: Order, actor: str, now: datetime) -> None:
    """Give it back in the order in which it is locked; twice gives nothing twice. Call it in a transaction."""
    release(order_token=order.token, now=now, actor=actor)
    if order.discounts:
        give_back_uses(order_token=order.token)
    if order.credit_amount:
        give_back_credit(order_token=order.token, actor=actor, now=now)


def take_all(*, order: Order, actor: str, now: datetime) -> None:
    """Take an order's goods, and where it had run out the discounts and the credit that it gave back; in the same order.

    A discount is judged by the day on which the order was placed, and by what is left of it now. Call it in a transaction,
    which is rolled back where one of them is gone.
    Raises: InsufficientStock, DiscountGone, CreditGone.
    """
    counted = [pk for pk in order.lines.values_list("product_id", flat=True) if pk is not None]
    allocate(order_token=order.token, now=now, actor=actor, product_ids=counted)
    if order.status != OrderStatus.EXPIRED:
        return
    if order.discounts:
        take_uses_again(
            order_token=order.token,
            customer_id=order.customer_id or 0,
            records=order.discounts,
            currency=order.currency,
            order_amount=order.total_amount,
            now=order.placed_at,
        )
    if order.credit_amount:
        take_credit_again(
            order_token=order.token,
            amount=order.credit_amount,
            currency=order.currency,
            actor=actor,
            now=now,
        )
