"""What payments answer when an order is asked how it was paid."""

from storefront.documents.events import InvoiceIssued
from storefront.orders.events import (
    ArrangedPayment,
    MoneyArrived,
    OrderCanceled,
    PaymentFact,
    PaymentsAsked,
    RefundAsked,
)
from storefront.orders.locks import lock_order
from storefront.payments.models import Payment, PaymentState, Refund
from storefront.payments.selectors import MANUAL, OPEN_STATES, STRIPE, find_words, name_taker
from storefront.payments.services.completing import receive_payment
from storefront.payments.services.crediting import give_canceled_credit
from storefront.payments.services.noting import credit_earlier_refunds
from storefront.payments.services.opening import PAGE_LIFE
from storefront.payments.services.refunding import request_refund


def answer_payments_asked(question: PaymentsAsked) -> None:
    """Fill in the order's payments, newest first, and where it can still be paid; one query, two where it is arranged."""
    for payment in Payment.objects.filter(order_id=question.order_id).order_by("-pk"):
        question.payments.append(_fact(payment))
        is_open = payment.state in OPEN_STATES and question.now - payment.created_at < PAGE_LIFE
        if payment.amendment_id is not None:
            continue  # What is added is asked for apart.
        if is_open and payment.provider == STRIPE and not question.pay_url:
            question.pay_url = payment.redirect_url
        if payment.provider == MANUAL and payment.state in OPEN_STATES and question.arranged is None:
            question.arranged = _arranged(payment)


def end_arranged(event: OrderCanceled) -> None:
    """Wait no longer for the money of an order that was called off."""
    waiting = Payment.objects.filter(order_id=event.order_id, provider=MANUAL, state__in=OPEN_STATES)
    waiting.update(state=PaymentState.EXPIRED, updated_at=event.now)


def take_money(event: MoneyArrived) -> None:
    """Complete the order whose money the merchant has seen arrive, the same way as all others."""
    receive_payment(order_id=event.order_id, actor=event.actor, now=event.now)


def give_back(request: RefundAsked) -> None:
    """Ask for all that was paid for the order and is left to be given back, once this transaction is through.

    What gift cards and store credit paid is given back by `give_back_credit`, when the stock is locked.
    """
    lead: Refund | None = None
    paid = Payment.objects.select_for_update(of=("self",)).select_related("order")
    for payment in paid.filter(order_id=request.order_id, state=PaymentState.PAID).order_by("pk"):
        money = payment.amount - payment.refunded_amount
        credit = payment.order.credit_left_amount - request.credit_amount
        if not money and not credit:
            continue
        made = request_refund(
            payment=payment,
            amount=money,
            credit_amount=credit,
            reason=request.reason,
            actor=request.actor,
            now=request.now,
            part_of=lead,
        )
        lead = lead or made
        request.asked_amount += money
        request.credit_amount += credit


def give_back_credit(event: OrderCanceled) -> None:
    """Give gift cards and store credit of the canceled order back."""
    give_canceled_credit(order_id=event.order_id, actor=event.actor, now=event.now)


def credit_earlier(event: InvoiceIssued) -> None:
    """Take off the new invoice what went back of the order before."""
    credit_earlier_refunds(order=lock_order(event.order_id), now=event.now)


def _fact(payment: Payment) -> PaymentFact:
    return PaymentFact(
        state=payment.state,
        label=f"{name_taker(payment)}: {PaymentState(payment.state).label}",
        amount=payment.amount,
        currency=payment.currency,
        reference=payment.stripe_payment_intent_id or payment.stripe_checkout_session_id or "",
        created_at=payment.created_at,
        method=payment.method_label,
        problem=payment.failure_message,
    )


def _arranged(payment: Payment) -> ArrangedPayment:
    words = find_words(payment.method_type)
    return ArrangedPayment(
        kind=payment.method_type,
        title=words.title if words else payment.method_label,
        instructions=words.instructions if words else "",
        amount=payment.amount,
        due_at=payment.due_at,
    )
