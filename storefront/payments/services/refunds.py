"""Give money back: the row and its key first, so that a crash leaves a question and not a second refund."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.ids import new_token
from core.outbox.services import enqueue
from storefront.orders.enums import PaymentStatus
from storefront.orders.locks import lock_order
from storefront.orders.services import note_event
from storefront.payments.errors import RefundRefused
from storefront.payments.locks import lock_payment
from storefront.payments.models import Payment, PaymentState, Refund
from storefront.payments.providers import provider
from storefront.payments.selectors import STRIPE

INTENT, SENT, DONE, FAILED = "intent", "pending", "succeeded", "failed"


def refund_payment(*, payment_id: int, amount: int, reason: str, actor: str, now: datetime) -> Refund:
    """Give back part or all of a payment (minor units) and return the refund as the provider left it.

    Raises: RefundRefused for more than is left; StripeUnavailable, and then the row is sent later by the reconciler.
    """
    with transaction.atomic():
        payment = lock_payment(payment_id)
        refund = _write_refund(payment, amount=amount, reason=reason, actor=actor, now=now)
    return send_refund(refund_id=refund.pk, now=now)


def request_refund(*, payment: Payment, amount: int, reason: str, actor: str, now: datetime) -> Refund:
    """Write a refund inside the caller's transaction and ask for it to be sent after that commits.

    Raises: RefundRefused.
    """
    refund = _write_refund(payment, amount=amount, reason=reason, actor=actor, now=now)
    enqueue(task="storefront.payments.send_refund", kwargs={"refund_id": refund.pk})
    return refund


def send_refund(*, refund_id: int, now: datetime) -> Refund:
    """Ask the provider for a refund that is written; asked twice it is one refund.

    Raises: StripeUnavailable, StripeRefused.
    """
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    if refund.state != INTENT:
        return refund
    if refund.payment.provider != STRIPE:
        return _record(refund_id, provider_id=None, state=DONE, now=now)
    answer = provider().refund(refund.payment, amount=refund.amount, idempotency_key=refund.idempotency_key)
    state = {"succeeded": DONE, "failed": FAILED, "canceled": FAILED}.get(answer.status, SENT)
    return _record(refund_id, provider_id=answer.id, state=state, now=now)


def _write_refund(payment: Payment, *, amount: int, reason: str, actor: str, now: datetime) -> Refund:
    left = payment.amount - payment.refunded_amount
    has_money = payment.state == PaymentState.PAID or bool(payment.stripe_payment_intent_id)
    if not has_money or not 0 < amount <= left:
        raise RefundRefused(_("No more can be given back than was paid and is left."), field="amount")
    payment.refunded_amount += amount
    payment.save(update_fields=["refunded_amount"])
    return Refund.objects.create(
        payment=payment,
        amount=amount,
        reason=reason,
        state=INTENT,
        idempotency_key=f"refund-{new_token()}",
        actor=actor,
        created_at=now,
    )


def _record(refund_id: int, *, provider_id: str | None, state: str, now: datetime) -> Refund:
    with transaction.atomic():
        order_id = Refund.objects.values_list("payment__order_id", flat=True).get(pk=refund_id)
        order = lock_order(order_id)
        refund = Refund.objects.select_for_update(of=("self",)).select_related("payment").get(pk=refund_id)
        if refund.state != INTENT:
            return refund
        refund.state = state
        refund.stripe_refund_id = provider_id
        refund.save(update_fields=["state", "stripe_refund_id"])
        payment = lock_payment(refund.payment_id)
        if state == FAILED:
            payment.refunded_amount -= refund.amount
            payment.save(update_fields=["refunded_amount"])
        elif payment.state == PaymentState.PAID:
            order.refunded_amount += refund.amount
            whole = order.refunded_amount >= order.total_amount
            order.payment_status = PaymentStatus.REFUNDED if whole else PaymentStatus.PARTLY_REFUNDED
            order.save(update_fields=["refunded_amount", "payment_status"])
        note_event(
            order=order,
            type="payment.refund_failed" if state == FAILED else "payment.refunded",
            actor=refund.actor,
            now=now,
            key=f"refund:{refund.pk}",
            data={"amount": refund.amount, "reason": refund.reason},
        )
    return refund
