"""Send what is written, and follow what the provider says became of it, whoever asked for it."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from core.outbox.services import enqueue
from integrations.stripe.errors import StripeRefused
from storefront.credits.services import close_uncovered_cards
from storefront.orders.locks import lock_order
from storefront.orders.models import Order
from storefront.orders.services import note_event
from storefront.payments.locks import lock_payment
from storefront.payments.models import Payment, PaymentState, Refund, RefundState
from storefront.payments.providers import ProviderRefund, provider
from storefront.payments.selectors import STRIPE, list_decided
from storefront.payments.services.crediting import money_status
from storefront.payments.services.noting import write_credit_note
from storefront.payments.services.reporting import note_given_back
from storefront.payments.services.spent import refresh_spent

# Before a refund is asked for again, what is at the provider is looked at: its memory of our key does not last.
LOOK_FIRST_AFTER = timedelta(minutes=1)
BY_HAND = "stripe"

logger = logging.getLogger(__name__)


def send_refund(*, refund_id: int, now: datetime) -> Refund:
    """Ask the provider for a refund that is written; asked twice, by several at once, it is one refund.

    A refusal ends it as failed. Raises: StripeUnavailable.
    """
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    if refund.state != RefundState.INTENT:
        return refund
    payment = refund.payment
    if payment.provider != STRIPE or not refund.amount or refund.as_credit:
        return _record(refund_id, state=RefundState.SUCCEEDED, now=now)
    if now - refund.created_at > LOOK_FIRST_AFTER:
        mirror_refunds(payment_id=payment.pk, now=now)
        refund.refresh_from_db()
        if refund.state != RefundState.INTENT:
            return refund
    try:
        there = provider().refund(payment, amount=refund.amount, idempotency_key=refund.idempotency_key)
    except StripeRefused as error:
        refund = _record(refund_id, state=RefundState.FAILED, now=now, message=str(error))
        mirror_refunds(payment_id=payment.pk, now=now)
        return refund
    return _record(
        refund_id, state=RefundState(there.state), now=now, provider_id=there.id, message=there.failure_reason
    )


def mirror_refunds(*, payment_id: int, now: datetime) -> int:
    """Bring the refunds of a payment to what the provider says, also those made there by hand; return how many changed.

    Raises: StripeUnavailable, StripeRefused.
    """
    payment = Payment.objects.get(pk=payment_id)
    if payment.provider != STRIPE:
        return 0
    return sum(_mirror(payment_id, there, now=now) for there in provider().list_refunds(payment))


def _mirror(payment_id: int, there: ProviderRefund, *, now: datetime) -> bool:
    with transaction.atomic():
        order = lock_order(Payment.objects.values_list("order_id", flat=True).get(pk=payment_id))
        payment = lock_payment(payment_id)
        here = payment.refunds.filter(stripe_refund_id=there.id).first()
        if here is None and there.reference:
            here = payment.refunds.filter(idempotency_key=there.reference, stripe_refund_id=None).first()
        if here is None:
            here = _write_found(payment, there, now=now)
            _close_cards(order, here, now=now)
        if here is None or (here.state == there.state and here.stripe_refund_id):
            return False
        before = here.state
        after = _record(
            here.pk, state=RefundState(there.state), now=now, provider_id=there.id, message=there.failure_reason
        )
        return after.state != before


def _write_found(payment: Payment, there: ProviderRefund, *, now: datetime) -> Refund | None:
    """Write a refund that somebody made at the provider; None where no money moved or there is no room for it."""
    left = payment.amount - payment.refunded_amount
    if there.state == RefundState.FAILED:
        return None
    if there.currency != payment.currency or there.amount > left:
        logger.error("refund %s of payment %s is more than is left of it here", there.id, payment.pk)
        return None
    payment.refunded_amount += there.amount
    payment.save(update_fields=["refunded_amount"])
    return Refund.objects.create(
        payment=payment,
        amount=there.amount,
        adjustment_amount=there.amount,
        state=RefundState.INTENT,
        idempotency_key=f"found-{there.id}"[:80],
        actor=BY_HAND,
        created_at=there.created_at,
        updated_at=now,
    )


def _close_cards(order: Order, found: Refund | None, *, now: datetime) -> None:
    """Close gift cards of the order whose price was given back past this store, and say which could not be; it is locked."""
    if found is None or not order.lines.filter(is_gift_card=True).exists():
        return
    paid = order.payments.filter(state=PaymentState.PAID).values_list("amount", "refunded_amount")
    kept = sum(amount - gone for amount, gone in paid) + order.credit_left_amount
    counts = close_uncovered_cards(order_token=order.token, kept_amount=kept, actor=BY_HAND, now=now)
    for kind, count in zip(("cards_closed", "cards_kept"), counts, strict=True):
        if count:
            key, data = f"{kind}:{found.pk}", {"count": count}
            note_event(order=order, type=f"order.{kind}", actor=BY_HAND, now=now, key=key, data=data)


def _record(
    refund_id: int, *, state: RefundState, now: datetime, provider_id: str | None = None, message: str = ""
) -> Refund:
    """Bring a refund, its payment and its order to a state; what is settled already stays, but for one that failed later."""
    with transaction.atomic():
        order_id = Refund.objects.values_list("payment__order_id", flat=True).get(pk=refund_id)
        order = lock_order(order_id)
        refund = Refund.objects.select_for_update(of=("self",)).get(pk=refund_id)
        before = RefundState(refund.state)
        refund.stripe_refund_id = refund.stripe_refund_id or provider_id
        refund.updated_at = now
        if state in _NEXT[before]:
            refund.state = state
            refund.failure_message = message[:300] if state == RefundState.FAILED else ""
            payment = lock_payment(refund.payment_id)
            write_credit_note(order, payment, refund, before=before, now=now)  # Numbers come before the customer's row.
            note_given_back(order, payment, refund, before=before, now=now)
            _count(order, payment, refund, before=before)
            _tell(order, refund, before=before, now=now)
        refund.save(update_fields=["state", "stripe_refund_id", "failure_message", "updated_at"])
    return refund


# Money that was on its way may come back to us days later; nothing else goes backwards.
_NEXT: dict[RefundState, frozenset[RefundState]] = {
    RefundState.INTENT: frozenset({RefundState.PENDING, RefundState.SUCCEEDED, RefundState.FAILED}),
    RefundState.PENDING: frozenset({RefundState.SUCCEEDED, RefundState.FAILED}),
    RefundState.SUCCEEDED: frozenset({RefundState.FAILED}),
    RefundState.FAILED: frozenset(),
}


def _count(order: Order, payment: Payment, refund: Refund, *, before: RefundState) -> None:
    """Count the money where it is: on the payment from the moment it is written, on the order from when it left."""
    left = RefundState(refund.state) in _ON_ITS_WAY
    was_left = before in _ON_ITS_WAY
    if refund.state == RefundState.FAILED:
        payment.refunded_amount -= refund.amount
        payment.save(update_fields=["refunded_amount"])
    if payment.state != PaymentState.PAID or left == was_left:
        return  # A payment that was refused never counted for the order, so what goes back of it does not either.
    order.refunded_amount += refund.amount if left else -refund.amount
    order.payment_status = money_status(order)
    order.save(update_fields=["refunded_amount", "payment_status"])
    refresh_spent(order)


_ON_ITS_WAY = frozenset({RefundState.PENDING, RefundState.SUCCEEDED})


def _tell(order: Order, refund: Refund, *, before: RefundState, now: datetime) -> None:
    failed = refund.state == RefundState.FAILED
    if before == RefundState.PENDING and not failed:
        return  # It was told when it left.
    if refund.amount:
        _note(order, refund, failed=failed, now=now)
    if failed:
        enqueue(task="storefront.payments.mail_refund_failed", kwargs={"refund_id": refund.pk})
    if not failed or refund.credit_amount or len(list_decided(refund.part_of or refund)) > 1:
        enqueue(task="storefront.payments.mail_refunded", kwargs={"refund_id": refund.pk})


def _note(order: Order, refund: Refund, *, failed: bool, now: datetime) -> None:
    note_event(
        order=order,
        type="payment.refund_failed" if failed else "payment.refunded",
        actor=refund.actor,
        now=now,
        key=f"refund_failed:{refund.pk}" if failed else f"refund:{refund.pk}",
        data={
            "amount": refund.amount,
            "reason": refund.reason,
            "message": refund.failure_message,
            "as_credit": refund.as_credit,
        },
    )
