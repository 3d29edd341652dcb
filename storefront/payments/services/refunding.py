"""Decide what is given back and write it down, with its key: a crash then leaves a question and not a second refund."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.ids import new_token
from core.outbox.services import enqueue
from storefront.inventory.services import put_back
from storefront.orders.locks import lock_order
from storefront.orders.models import Order
from storefront.payments.errors import RefundChanged, RefundRefused
from storefront.payments.locks import lock_payment
from storefront.payments.models import Payment, PaymentState, Refund, RefundLine, RefundState
from storefront.payments.selectors import MANUAL, Refundable, get_refundable
from storefront.pricing.refunding import RefundSum

# Whoever asked sends it at once; the task is for the case that they were killed in between.
SEND_LATER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """What a merchant gives back: units by line, delivery, something more (or kept, below zero), all in minor units.

    `expected_amount` is the sum that was on the button, `token` the form's own, so that sent twice it is one refund.
    """

    counts: Mapping[int, int] = field(default_factory=dict)
    delivery_amount: int = 0
    adjustment_amount: int = 0
    restocks: bool = False
    reason: str = ""
    expected_amount: int | None = None
    token: str = ""


def refund_order(*, order_id: int, asked: RefundRequest, actor: str, now: datetime) -> Refund:
    """Write down what is given back of an order and put goods back on sale; the money leaves after the commit.

    The same form again returns the same refund.
    Raises: OrderNotFound; RefundRefused for nothing, for more than was bought or is left; RefundChanged when it comes to
    another sum than the merchant saw.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        known = Refund.objects.filter(request_token=asked.token, payment__order=order).first() if asked.token else None
        if known is not None:
            return known
        payment = _lock_paid_payment(order, actor=actor, now=now)
        refundable = get_refundable(order)
        worth = _check(refundable, asked)
        refund = write_refund(
            payment,
            amount=worth.total,
            reason=asked.reason,
            actor=actor,
            now=now,
            delivery_amount=worth.delivery,
            adjustment_amount=worth.adjustment,
            token=asked.token or None,
        )
        _write_lines(refund, refundable, worth, asked, now=now)
        return refund


def request_refund(*, payment: Payment, amount: int, reason: str, actor: str, now: datetime) -> Refund:
    """Write a refund of a sum inside the caller's transaction and ask for it to be sent after that commits.

    Raises: RefundRefused.
    """
    return write_refund(payment, amount=amount, reason=reason, actor=actor, now=now, wait=timedelta())


def write_refund(
    payment: Payment,
    *,
    amount: int,
    reason: str,
    actor: str,
    now: datetime,
    delivery_amount: int = 0,
    adjustment_amount: int = 0,
    token: str | None = None,
    wait: timedelta = SEND_LATER,
) -> Refund:
    """Take a sum off what is left of a payment that is locked, and ask for it to be sent.

    Raises: RefundRefused for nothing, or more than is left.
    """
    left = payment.amount - payment.refunded_amount
    has_money = payment.state == PaymentState.PAID or bool(payment.stripe_payment_intent_id)
    if not has_money or not 0 < amount <= left:
        raise RefundRefused(_("No more can be given back than was paid and is left."), field="amount")
    payment.refunded_amount += amount
    payment.save(update_fields=["refunded_amount"])
    refund = Refund.objects.create(
        payment=payment,
        amount=amount,
        delivery_amount=delivery_amount,
        adjustment_amount=adjustment_amount,
        reason=reason[:200],
        state=RefundState.INTENT,
        idempotency_key=f"refund-{new_token()}",
        request_token=token,
        actor=actor,
        created_at=now,
        updated_at=now,
    )
    enqueue(
        task="storefront.payments.send_refund",
        kwargs={"refund_id": refund.pk},
        available_at=now + wait if wait else None,
    )
    return refund


def _lock_paid_payment(order: Order, *, actor: str, now: datetime) -> Payment:
    """Lock the payment that paid the order; one that was paid outside gets a row that says so."""
    if order.paid_at is None:
        raise RefundRefused(_("Nothing was paid for this order, so nothing can be given back."))
    payment = order.payments.filter(state=PaymentState.PAID).first()
    if payment is not None:
        return lock_payment(payment.pk)
    return Payment.objects.create(
        order=order,
        provider=MANUAL,
        state=PaymentState.PAID,
        amount=order.due_amount,
        refunded_amount=order.refunded_amount,
        currency=order.currency,
        idempotency_key=f"outside-{order.token}",
        created_at=now,
        updated_at=now,
        paid_at=order.paid_at,
    )


def _check(refundable: Refundable, asked: RefundRequest) -> RefundSum:
    known = {one.paid.key for one in refundable.lines}
    if set(asked.counts) - known or any(count < 0 for count in asked.counts.values()):
        raise RefundRefused(_("This is not in the order. Nothing was given back."), field="counts")
    if not 0 <= asked.delivery_amount <= refundable.delivery_left:
        raise RefundRefused(_("No more can be given back for delivery than it cost and is left."), field="delivery")
    try:
        worth = refundable.sum(asked.counts, delivery=asked.delivery_amount, adjustment=asked.adjustment_amount)
    except ValueError as error:
        raise RefundRefused(_("So many of it are not left to give back."), field="counts") from error
    if worth.total <= 0:
        raise RefundRefused(_("Choose what to give back first."), field="amount")
    if worth.total > refundable.left:
        raise RefundRefused(_("No more can be given back than was paid and is left."), field="amount")
    if asked.expected_amount is not None and asked.expected_amount != worth.total:
        raise RefundChanged(_("It comes to another sum now. Nothing was given back. Look at it and press again."))
    return worth


def _write_lines(
    refund: Refund, refundable: Refundable, worth: RefundSum, asked: RefundRequest, *, now: datetime
) -> None:
    order, back = refundable.order, []
    rows = []
    for one in refundable.lines:
        count = asked.counts.get(one.paid.key, 0)
        if not count:
            continue
        # Units of a refund that failed may lie in the stock already.
        restocked = min(count, max(0, one.paid.returned + count - one.restocked)) if asked.restocks else 0
        if restocked and one.line.variant_id is not None:
            back.append((one.line.variant_id, restocked))
        rows.append(
            RefundLine(
                refund=refund,
                order_line=one.line,
                quantity=count,
                amount=worth.lines[one.paid.key],
                is_restocked=bool(restocked) and one.line.variant_id is not None,
            )
        )
    RefundLine.objects.bulk_create(rows)
    if back:
        put_back(order_token=order.token, lines=back, now=now, actor=refund.actor)
