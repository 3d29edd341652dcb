"""What gift cards and store credit paid goes back to them; here, at once, and apart from the money."""

from datetime import datetime

from django.db import transaction

from storefront.credits.enums import EntryKind
from storefront.credits.services import adjust_store_credit, refund_credit
from storefront.discounts.services import give_back_uses
from storefront.orders.enums import PaymentStatus
from storefront.orders.locks import lock_order
from storefront.orders.models import Order
from storefront.orders.services import note_event
from storefront.payments.models import Refund


def give_refund_credit(*, refund: Refund, order: Order, now: datetime) -> int:
    """Give a written refund's part back to cards and credit, once, and count it; return how much was given now.

    The order is locked, its stock too if that is touched. Count what the customer spent afterwards, when all credit is given.
    """
    key, amount = refund.idempotency_key, refund.credit_amount
    return _give(order, amount=amount, key=key, actor=refund.actor, now=now) if amount else 0


def give_as_credit(*, refund: Refund, order: Order, now: datetime) -> None:
    """Give a written refund's money to the customer as store credit, once, where that was asked for.

    The order is locked; what goes back to cards and credit was given before.
    """
    if refund.as_credit and order.customer_id is not None:
        adjust_store_credit(
            customer_id=order.customer_id,
            currency=order.currency,
            amount=refund.amount,
            actor=refund.actor,
            now=now,
            kind=EntryKind.REFUNDED,
            order_token=order.token,
            key=f"refund:{refund.idempotency_key}:money",
        )


def give_canceled_credit(*, order_id: int, actor: str, now: datetime) -> int:
    """Give back, once, what cards and credit are owed of an order that was just called off; return how much was given.

    Of an order that was paid that is what its refunds say; of one whose rest nobody paid all of it, and its discounts count
    as not used. The stock is locked.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        if order.paid_at is None:
            if order.discounts:
                give_back_uses(order_token=order.token)
            left = order.credit_left_amount
            return _give(order, amount=left, key=f"canceled-{order.token}", actor=actor, now=now) if left else 0
        refunds = Refund.objects.filter(payment__order=order, credit_amount__gt=0).order_by("pk")
        return sum(give_refund_credit(refund=refund, order=order, now=now) for refund in refunds)


def money_status(order: Order) -> PaymentStatus:
    """Return how an order that was paid stands: all of its total given back, some of it, or nothing."""
    if order.refunded_amount >= order.total_amount:
        return PaymentStatus.REFUNDED
    if order.refunded_amount > 0:
        return PaymentStatus.PARTLY_REFUNDED
    return PaymentStatus.PAID if order.paid_at is not None else PaymentStatus.FAILED


def _give(order: Order, *, amount: int, key: str, actor: str, now: datetime) -> int:
    given = refund_credit(order_token=order.token, amount=amount, key=key, actor=actor, now=now)
    if given:
        order.refunded_amount += given
        order.credit_refunded_amount += given
        if order.paid_at is not None:
            order.payment_status = money_status(order)
        order.save(update_fields=["refunded_amount", "credit_refunded_amount", "payment_status"])
        data = {"amount": given}
        note_event(order=order, type="payment.credit_returned", actor=actor, now=now, key=f"credit:{key}", data=data)
    return given
