"""Learn from the provider what became of a payment, and act on that alone."""

import logging
from datetime import datetime

from django.db import transaction

from integrations.stripe.errors import StripeRefused, StripeUnavailable
from storefront.carts.locks import lock_cart
from storefront.orders.enums import OrderStatus
from storefront.orders.locks import lock_order
from storefront.orders.models import Order
from storefront.orders.services import expire_order, note_event
from storefront.payments.locks import lock_payment
from storefront.payments.models import Payment, PaymentState, Refund, RefundState, ReportState
from storefront.payments.providers import HostedCheckout, provider
from storefront.payments.selectors import (
    OPEN_STATES,
    list_abandoned_orders,
    list_open_payments,
    list_open_reports,
    list_unsettled_refunds,
)
from storefront.payments.services.completing import PaidFacts, complete_order
from storefront.payments.services.giving_back import mirror_refunds, send_refund
from storefront.payments.services.opening import PAGE_LIFE
from storefront.payments.services.releasing import release_all
from storefront.payments.services.reporting import send_report

logger = logging.getLogger(__name__)


def settle_payment(*, payment_id: int, actor: str, now: datetime) -> Payment:
    """Fetch the payment's page and bring payment and order to what it says; safe to repeat, by several at once.

    Raises: StripeUnavailable, StripeRefused.
    """
    payment = Payment.objects.select_related("order").get(pk=payment_id)
    if payment.state == PaymentState.PAID:
        return payment
    if not payment.stripe_checkout_session_id:
        if now - payment.created_at > PAGE_LIFE:
            end_payment(payment_id=payment_id, state=PaymentState.EXPIRED, message="", actor=actor, now=now)
        return Payment.objects.get(pk=payment_id)
    page = provider().fetch(payment)
    if page.reference != payment.order.token:
        logger.error("payment %s: the page %s belongs to another order", payment.pk, page.id)
    elif page.state == "paid":
        facts = PaidFacts(
            amount=page.amount,
            currency=page.currency,
            payment_intent_id=page.payment_intent_id,
            method_type=page.method_type,
            method_label=page.method_label,
            fee_amount=page.fee_amount,
            fee_currency=page.fee_currency,
        )
        complete_order(order_id=payment.order_id, payment_id=payment_id, facts=facts, actor=actor, now=now)
    elif page.state in ("expired", "failed"):
        state = PaymentState.EXPIRED if page.state == "expired" else PaymentState.FAILED
        end_payment(payment_id=payment_id, state=state, message=page.failure_message, actor=actor, now=now)
    else:
        _note_waiting(payment, page, actor=actor, now=now)
    return Payment.objects.get(pk=payment_id)


def close_payment(*, payment_id: int, actor: str, now: datetime) -> Payment:
    """Make sure that a payment's page can no longer be paid, and return the payment: ended, or paid at the last moment.

    The order stays pending for what replaces the payment. Raises: StripeUnavailable.
    """
    payment = Payment.objects.select_related("order").get(pk=payment_id)
    if payment.state not in OPEN_STATES:
        return payment
    if payment.stripe_checkout_session_id:
        provider().close(payment)
        page = provider().fetch(payment)
        if page.state in ("paid", "waiting"):
            return settle_payment(payment_id=payment_id, actor=actor, now=now)
    Payment.objects.filter(pk=payment_id, state__in=OPEN_STATES).update(state=PaymentState.EXPIRED, updated_at=now)
    return Payment.objects.get(pk=payment_id)


def end_payment(*, payment_id: int, state: PaymentState, message: str, actor: str, now: datetime) -> None:
    """Record that no money will come of a payment; its order goes with it unless another payment is open."""
    order_id, cart_token = Payment.objects.values_list("order_id", "order__cart_token").get(pk=payment_id)
    with transaction.atomic():
        lock_cart(cart_token)
        order = lock_order(order_id)
        payment = lock_payment(payment_id)
        if payment.state not in OPEN_STATES:
            return
        payment.state = state
        payment.failure_message = message
        payment.updated_at = now
        payment.save(update_fields=["state", "failure_message", "updated_at"])
        note_event(order=order, type=f"payment.{state}", actor=actor, now=now, key=f"{state}:{payment.pk}")
        if order.status == OrderStatus.PENDING and not order.payments.filter(state__in=OPEN_STATES).exists():
            release_all(order=order, actor=actor, now=now)
            expire_order(order_id=order.pk, actor=actor, now=now)


def reconcile_open(*, now: datetime, actor: str = "reconciler") -> int:
    """Ask about every payment and refund that has been open for over two minutes; return how much was settled.

    Reports of taxes that were not taken are sent again.
    Pending orders that no payment will settle any more are given up.
    What the provider does not answer now is asked again next time.
    """
    settled = sum(give_up(order=order, actor=actor, now=now) for order in list_abandoned_orders(now=now))
    try:
        for payment in list_open_payments(now=now):
            settled += _settle_quietly(payment, actor=actor, now=now)
        for refund in list_unsettled_refunds(now=now):
            settled += _follow(refund, now=now)
        for report in list_open_reports(now=now):
            settled += send_report(report_id=report.pk, now=now).state != ReportState.INTENT
    except StripeUnavailable as error:
        logger.warning("reconciling stops until the payment service answers: %s", error)
    return settled


def give_up(*, order: Order, actor: str, now: datetime) -> int:
    """Give up a pending order that no payment is open for, and what it holds; return whether that was so, as a number."""
    order_id = order.pk
    with transaction.atomic():
        lock_cart(order.cart_token)
        order = lock_order(order_id)
        if order.status != OrderStatus.PENDING or order.payments.filter(state__in=OPEN_STATES).exists():
            return 0
        release_all(order=order, actor=actor, now=now)
        expire_order(order_id=order_id, actor=actor, now=now)
    return 1


def _settle_quietly(payment: Payment, *, actor: str, now: datetime) -> int:
    try:
        after = settle_payment(payment_id=payment.pk, actor=actor, now=now)
    except StripeRefused as error:
        logger.error("payment %s cannot be settled: %s", payment.pk, error)
        Payment.objects.filter(pk=payment.pk).update(updated_at=now)
        return 0
    return 1 if after.state not in OPEN_STATES else 0


def _follow(refund: Refund, *, now: datetime) -> int:
    """Send a refund that was not sent, or ask what became of one that was; return whether it moved."""
    try:
        if refund.state == RefundState.INTENT:
            return int(send_refund(refund_id=refund.pk, now=now).state != RefundState.INTENT)
        moved = mirror_refunds(payment_id=refund.payment_id, now=now)
    except StripeRefused as error:
        logger.error("refund %s cannot be followed: %s", refund.pk, error)
        moved = 0
    Refund.objects.filter(pk=refund.pk, updated_at__lt=now).update(updated_at=now)
    return moved


def _note_waiting(payment: Payment, page: HostedCheckout, *, actor: str, now: datetime) -> None:
    Payment.objects.filter(pk=payment.pk).update(updated_at=now, failure_message=page.failure_message)
    if page.failure_message and page.failure_message != payment.failure_message:
        note_event(
            order=payment.order,
            type="payment.declined",
            actor=actor,
            now=now,
            data={"message": page.failure_message},
        )
