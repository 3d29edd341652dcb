"""Decide what is given back and write it down, with its key: a crash then leaves a question and not a second refund."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.ids import new_token
from core.outbox.services import enqueue
from storefront.credits.errors import CreditRefused
from storefront.credits.services import close_sold_cards
from storefront.inventory.locks import lock_ordered_stock
from storefront.inventory.services import put_back
from storefront.orders.locks import lock_order
from storefront.orders.models import Order
from storefront.orders.services import count_restocked, remove_units
from storefront.payments.errors import RefundChanged, RefundRefused
from storefront.payments.locks import lock_payment
from storefront.payments.models import Payment, PaymentState, Refund, RefundLine, RefundState
from storefront.payments.selectors import (
    MANUAL,
    Refundable,
    RefundableLine,
    get_refundable,
    list_paid_payments,
    paid_outside,
)
from storefront.payments.services.crediting import give_as_credit, give_refund_credit
from storefront.payments.services.spent import refresh_spent
from storefront.pricing.refunding import RefundSum

# Whoever asked sends it at once; the task is for the case that they were killed in between.
SEND_LATER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """What a merchant gives back: units by line, delivery, something more (or kept, below zero), all in minor units.

    With `removes` the units that were not sent yet are taken out of the order; with `as_credit` what was paid by money
    becomes the customer's store credit.
    `expected_amount` is the sum that was on the button, `token` the form's own, so that sent twice it is one refund.
    """

    counts: Mapping[int, int] = field(default_factory=dict)
    delivery_amount: int = 0
    adjustment_amount: int = 0
    restocks: bool = False
    removes: bool = False
    reason: str = ""
    expected_amount: int | None = None
    token: str = ""
    as_credit: bool = False


def refund_order(*, order_id: int, asked: RefundRequest, actor: str, now: datetime) -> Refund:
    """Write down what is given back of an order and put goods back on sale; the money leaves after the commit.

    Money goes back first, up to what was paid by it; the rest goes back to gift cards and store credit at once. Where no
    payment of the order has so much left, further refunds give the rest: the first one holds lines and credit.
    The same form again returns the same refund.
    Raises: OrderNotFound; RefundRefused for nothing, for more than was bought or is left, for a gift card that was spent, and
    for credit of nobody;
    RefundChanged when it comes to another sum than the merchant saw.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        known = Refund.objects.filter(request_token=asked.token, payment__order=order).first() if asked.token else None
        if known is not None:
            return known
        _lock_paid_payments(order, now=now)
        if asked.removes:  # What is taken out may be the rest of the order, whose goods are counted out of the sales.
            _hold_goods(order)
        refundable = get_refundable(order)
        worth = _check(refundable, asked)
        if asked.as_credit and order.customer_id is None:
            raise RefundRefused(_("This order has no customer who could have credit."), field="as_credit")
        _close_cards(order, asked, actor=actor, now=now)
        parts = refundable.split(worth.total)
        first, *further = refundable.share(parts.money)
        common: dict[str, Any] = {"reason": asked.reason, "actor": actor, "now": now}
        common["as_credit"] = asked.as_credit and parts.money > 0
        refund = write_refund(
            first.payment,
            amount=first.amount,
            credit_amount=parts.credit,
            delivery_amount=worth.delivery,
            adjustment_amount=worth.adjustment - sum(one.amount for one in further),
            token=asked.token or None,
            **common,
        )
        rest = [
            write_refund(paid, amount=amount, adjustment_amount=amount, part_of=refund, wait=timedelta(), **common)
            for paid, amount in further
        ]
        _write_lines(refund, refundable, worth, asked, now=now)
        given = give_refund_credit(refund=refund, order=order, now=now)
        for each in (refund, *rest):
            give_as_credit(refund=each, order=order, now=now)
        if asked.removes and asked.counts:  # This may call the order off, which counts the customer: after credit.
            remove_units(order=order, counts=asked.counts, actor=actor, now=now, restocks=asked.restocks)
        if given:
            refresh_spent(order)
        return refund


def request_refund(
    *,
    payment: Payment,
    amount: int,
    reason: str,
    actor: str,
    now: datetime,
    credit_amount: int = 0,
    part_of: Refund | None = None,
) -> Refund:
    """Write a refund of a sum inside the caller's transaction and ask for it to be sent after that commits.

    What is to go back to gift cards and store credit is written only: give it with `give_refund_credit`, after the stock.
    Raises: RefundRefused.
    """
    wait = timedelta()
    return write_refund(
        payment,
        amount=amount,
        credit_amount=credit_amount,
        reason=reason,
        actor=actor,
        now=now,
        part_of=part_of,
        wait=wait,
    )


def write_refund(
    payment: Payment,
    *,
    amount: int,
    reason: str,
    actor: str,
    now: datetime,
    credit_amount: int = 0,
    delivery_amount: int = 0,
    adjustment_amount: int = 0,
    token: str | None = None,
    as_credit: bool = False,
    part_of: Refund | None = None,
    wait: timedelta = SEND_LATER,
) -> Refund:
    """Take a sum off what is left of a payment that is locked, and ask for it to be sent.

    Raises: RefundRefused for nothing, or more than is left.
    """
    left = payment.amount - payment.refunded_amount
    has_money = payment.state == PaymentState.PAID or bool(payment.stripe_payment_intent_id)
    if not has_money or not 0 <= amount <= left or not amount + credit_amount:
        raise RefundRefused(_("No more can be given back than was paid and is left."), field="amount")
    payment.refunded_amount += amount
    payment.save(update_fields=["refunded_amount"])
    refund = Refund.objects.create(
        payment=payment,
        part_of=part_of,
        amount=amount,
        credit_amount=credit_amount,
        delivery_amount=delivery_amount,
        adjustment_amount=adjustment_amount,
        as_credit=as_credit,
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


def _close_cards(order: Order, asked: RefundRequest, *, actor: str, now: datetime) -> None:
    """Close the gift cards whose price goes back.

    Raises: RefundRefused where one was spent.
    """
    sold = order.lines.filter(is_gift_card=True, pk__in=asked.counts).values_list("pk", flat=True)
    counts = {pk: asked.counts[pk] for pk in sold}
    try:
        close_sold_cards(order_token=order.token, counts=counts, actor=actor, now=now)
    except CreditRefused as error:
        raise RefundRefused(str(error)) from error


def _hold_goods(order: Order) -> None:
    """Hold all goods of the order, with their parts and sets, in the one turn in which products are to be locked."""
    goods = list(order.lines.values_list("variant_id", "product_id"))
    lock_ordered_stock(
        order.token,
        [variant_id for variant_id, _product_id in goods if variant_id is not None],
        product_ids=[product_id for _variant_id, product_id in goods if product_id is not None],
    )


def _lock_paid_payments(order: Order, *, now: datetime) -> None:
    """Lock the payments that paid the order; one that was paid outside gets a row that says so."""
    if order.paid_at is None:
        raise RefundRefused(_("Nothing was paid for this order, so nothing can be given back."))
    payments = [lock_payment(one.pk) for one in list_paid_payments(order)]
    if any(one.amendment_id is None for one in payments):
        return
    amount, gone = paid_outside(order, payments)
    Payment.objects.create(
        order=order,
        provider=MANUAL,
        state=PaymentState.PAID,
        amount=amount,
        refunded_amount=gone,
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
    order, back = refundable.order, dict[int, int]()
    rows, units = [], []
    for one in refundable.lines:
        count = asked.counts.get(one.paid.key, 0)
        if not count:
            continue
        restocked = _count_to_sell_again(one, count, asked)
        if restocked and one.line.variant_id is not None:
            back[one.line.pk] = restocked
            units.append((one.line.variant_id, restocked))
        rows.append(
            RefundLine(
                refund=refund,
                order_line=one.line,
                quantity=count,
                amount=worth.lines[one.paid.key],
                is_restocked=one.line.pk in back,
            )
        )
    RefundLine.objects.bulk_create(rows)
    if back:
        count_restocked(back)
        put_back(order_token=order.token, lines=units, now=now, actor=refund.actor)


def _count_to_sell_again(one: RefundableLine, count: int, asked: RefundRequest) -> int:
    """Return how many of so many units go back on sale: none that a return, or a refund that failed, put there already."""
    if not asked.restocks or one.line.variant_id is None:
        return 0
    unsent = min(count, one.line.left_count) if asked.removes else 0  # These are not what a return has brought.
    missing = one.paid.returned + count - one.restocked + min(unsent, one.restocked_by_returns)
    return max(0, min(count, missing, one.line.quantity - one.restocked))
