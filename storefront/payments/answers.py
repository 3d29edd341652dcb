"""What payments answer when an order is asked how it was paid."""

from storefront.orders.events import MoneyArrived, PaymentFact, PaymentsAsked, RefundAsked
from storefront.payments.models import Payment, PaymentState
from storefront.payments.selectors import OPEN_STATES, STRIPE, name_provider
from storefront.payments.services.completing import receive_payment
from storefront.payments.services.opening import PAGE_LIFE
from storefront.payments.services.refunding import request_refund


def answer_payments_asked(question: PaymentsAsked) -> None:
    """Fill in the order's payments, newest first, and the payment page that is still open; one query."""
    for payment in Payment.objects.filter(order_id=question.order_id).order_by("-pk"):
        question.payments.append(_fact(payment))
        is_open = payment.state in OPEN_STATES and question.now - payment.created_at < PAGE_LIFE
        if is_open and payment.provider == STRIPE and not question.pay_url:
            question.pay_url = payment.redirect_url


def take_money(event: MoneyArrived) -> None:
    """Complete the order whose money the merchant has seen arrive, the same way as all others."""
    receive_payment(order_id=event.order_id, actor=event.actor, now=event.now)


def give_back(request: RefundAsked) -> None:
    """Ask for all that was paid for the order and is left to be given back, once this transaction is through."""
    paid = Payment.objects.select_for_update().filter(order_id=request.order_id, state=PaymentState.PAID)
    for payment in paid.order_by("pk"):
        left = payment.amount - payment.refunded_amount
        if left > 0:
            request_refund(payment=payment, amount=left, reason=request.reason, actor=request.actor, now=request.now)
            request.asked_amount += left


def _fact(payment: Payment) -> PaymentFact:
    return PaymentFact(
        state=payment.state,
        label=f"{name_provider(payment.provider)}: {PaymentState(payment.state).label}",
        amount=payment.amount,
        currency=payment.currency,
        reference=payment.stripe_payment_intent_id or payment.stripe_checkout_session_id or "",
        created_at=payment.created_at,
        method=payment.method_label,
        problem=payment.failure_message,
    )
