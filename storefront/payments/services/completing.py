"""The one function that turns a payment into a paid order; return page, webhook and reconciler all come here."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.outbox.services import enqueue
from storefront.carts.locks import lock_cart
from storefront.carts.services import mark_ordered
from storefront.catalog.services.sales import count_sold
from storefront.credits.errors import CreditGone
from storefront.customers.buyers import record_purchase
from storefront.discounts.errors import DiscountGone
from storefront.documents.selectors import find_invoice
from storefront.inventory.errors import InsufficientStock
from storefront.orders.enums import AmendmentState, OrderStatus
from storefront.orders.errors import OrderStateRefused
from storefront.orders.locks import lock_amendment, lock_order
from storefront.orders.models import Amendment, Order
from storefront.orders.services import cancel_unpaid_order, mark_paid, must_await_money, note_event
from storefront.payments.errors import PaymentNotFound
from storefront.payments.locks import lock_payment
from storefront.payments.models import Payment, PaymentState, WayKind
from storefront.payments.selectors import MANUAL, OPEN_STATES
from storefront.payments.services.adding import end_amendment, join_order, take_added
from storefront.payments.services.opening import create_payment
from storefront.payments.services.refunding import request_refund
from storefront.payments.services.releasing import release_all, take_all
from storefront.payments.services.reporting import note_sale
from storefront.payments.services.spent import refresh_spent

# Why money for what was added goes back by itself.
CALLED_OFF, ADDED_SOLD_OUT = "called_off", "added_sold_out"
# Whoever hands money over needs no mail that it has come.
PAID_IN_PERSON = frozenset({WayKind.CASH_ON_DELIVERY, WayKind.PAY_AT_PICKUP})

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PaidFacts:
    """What the provider says was taken: minor units, currency, its own id, how, and what it kept for that."""

    amount: int
    currency: str
    payment_intent_id: str = ""
    method_type: str = ""
    method_label: str = ""
    fee_amount: int | None = None
    fee_currency: str = ""


def complete_order(*, order_id: int, payment_id: int, facts: PaidFacts, actor: str, now: datetime) -> Order:
    """Record that a payment succeeded, take the goods out of stock and open the order, all in one transaction.

    Called again, by anybody, it changes nothing. Another sum or currency than was asked for is noted and refused: the
    order stays unpaid. Money that comes after the hold ran out is kept if the goods are still there and so are the discounts
    and the credit that the order counted on, else goes back; a second payment of a paid order goes back. A payment for what
    is added to an order moves that into it, by the same rules.
    Raises: OrderNotFound, PaymentNotFound.
    """
    with transaction.atomic():
        lock_cart(Order.objects.filter(pk=order_id).values_list("cart_token", flat=True).first())
        order = lock_order(order_id)
        payment = lock_payment(payment_id)
        if payment.order_id != order.pk:
            raise PaymentNotFound("this payment is for another order")
        if payment.state == PaymentState.PAID or payment.stripe_payment_intent_id:
            return order
        if payment.amendment_id is not None:
            return _complete_amendment(order, payment, facts, actor=actor, now=now)
        if (facts.amount, facts.currency) != (payment.amount, payment.currency) or payment.amount != order.due_amount:
            return _refuse(order, payment, facts, reason="mismatch", actor=actor, now=now)
        if order.paid_at is not None:
            _refuse(order, payment, facts, reason="duplicate", actor=actor, now=now)
            request_refund(payment=payment, amount=payment.amount, reason="duplicate", actor=actor, now=now)
            return order
        _mark_payment_paid(payment, facts, now=now)
        if order.status == OrderStatus.OPEN:
            order = mark_paid(order=order, paid_at=now, actor=actor)  # Its goods were taken when it was opened unpaid.
            note_sale(order, now=now)
            refresh_spent(order)
            return order
        if order.status == OrderStatus.CANCELED or not _take_all(order, actor=actor, now=now):
            return _send_back(order, payment, actor=actor, now=now)
        return _open(order, actor=actor, now=now)


def _complete_amendment(order: Order, payment: Payment, facts: PaidFacts, *, actor: str, now: datetime) -> Order:
    """Move what was paid for into the order, or send the money back: paid twice, called off, or sold meanwhile."""
    amendment = lock_amendment(payment.amendment_id or 0)
    if (facts.amount, facts.currency) != (payment.amount, order.currency) or payment.amount != amendment.total_amount:
        return _refuse(order, payment, facts, reason="mismatch", actor=actor, now=now)
    reason = _reason_to_return(order, amendment, actor=actor, now=now)
    if reason:
        _refuse(order, payment, facts, reason=reason, actor=actor, now=now)
        why = ADDED_SOLD_OUT if reason == "too_late" else reason
        request_refund(payment=payment, amount=payment.amount, reason=why, actor=actor, now=now)
        return order
    _mark_payment_paid(payment, facts, now=now)
    return join_order(order=order, amendment=amendment, actor=actor, now=now)


def _reason_to_return(order: Order, amendment: Amendment, *, actor: str, now: datetime) -> str:
    """Take the goods of an amendment; return why its money goes back, or nothing where it is kept."""
    if amendment.state == AmendmentState.DONE:
        return "duplicate"
    if amendment.state == AmendmentState.CALLED_OFF or order.status != OrderStatus.OPEN:
        return CALLED_OFF
    if amendment.state == AmendmentState.EXPIRED and find_invoice(order) is not None:
        return CALLED_OFF  # An invoice that was issued since then says what the order is.
    try:
        take_added(order=order, amendment=amendment, actor=actor, now=now)
    except InsufficientStock:
        end_amendment(amendment=amendment, now=now)
        return "too_late"
    return ""


def receive_difference(*, order_id: int, actor: str, now: datetime) -> Order:
    """Complete what is added to an order, whose money the merchant has seen arrive past any provider.

    Raises: OrderNotFound, OrderStateRefused where nothing waits for it.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        amendment = order.amendments.filter(state=AmendmentState.OPEN).first()
        if amendment is None:
            raise OrderStateRefused(_("Nothing waits to be added to this order. Nothing was changed."))
        payment = create_payment(order=order, provider_name=MANUAL, account_id="", now=now, amendment=amendment)
        facts = PaidFacts(amount=payment.amount, currency=payment.currency)
        return complete_order(order_id=order.pk, payment_id=payment.pk, facts=facts, actor=actor, now=now)


def receive_payment(*, order_id: int, actor: str, now: datetime) -> Order:
    """Complete an order whose money the merchant has seen arrive: by bank transfer, in cash.

    Raises: OrderNotFound, OrderStateRefused.
    """
    with transaction.atomic():
        lock_cart(Order.objects.filter(pk=order_id).values_list("cart_token", flat=True).first())
        order = lock_order(order_id)
        must_await_money(order)
        arranged = order.payments.filter(provider=MANUAL, state__in=OPEN_STATES).order_by("-pk").first()
        payment = arranged or create_payment(order=order, provider_name=MANUAL, account_id="", now=now)
        if payment.amount != order.due_amount:
            payment.amount = order.due_amount  # What is owed may have changed since it was arranged.
            payment.save(update_fields=["amount"])
        facts = PaidFacts(
            amount=payment.amount,
            currency=payment.currency,
            method_type=payment.method_type,
            method_label=payment.method_label,
        )
        order = complete_order(order_id=order.pk, payment_id=payment.pk, facts=facts, actor=actor, now=now)
        if order.email and payment.method_type not in PAID_IN_PERSON:
            enqueue(task="storefront.payments.mail_money_arrived", kwargs={"order_id": order.pk})
        return order


def _take_all(order: Order, *, actor: str, now: datetime) -> bool:
    try:
        with transaction.atomic():
            take_all(order=order, actor=actor, now=now)
    except (InsufficientStock, DiscountGone, CreditGone):
        return False
    return True


def _open(order: Order, *, actor: str, now: datetime) -> Order:
    order = mark_paid(order=order, paid_at=now, actor=actor)
    note_sale(order, now=now)
    record_sale(order=order, now=now)
    mark_ordered(token=order.cart_token, now=now)
    return order


def record_sale(*, order: Order, now: datetime) -> None:
    """Count what an order sold, for its products and its customer; in the transaction that makes it real.

    What was spent counts once the money is here: `refresh_spent` sees to it for whoever pays later.
    """
    units: dict[int, int] = {}
    for product_id, quantity in order.lines.values_list("product_id", "quantity"):
        if product_id is not None:
            units[product_id] = units.get(product_id, 0) + quantity
    count_sold(units=units)
    if order.customer_id is not None:
        amount = order.own_total_amount if order.paid_at is not None else 0
        record_purchase(customer_id=order.customer_id, amount=amount, now=now)


def _mark_payment_paid(payment: Payment, facts: PaidFacts, *, now: datetime) -> None:
    payment.state = PaymentState.PAID
    payment.paid_at = now
    _record_facts(payment, facts, now=now)


def _record_facts(payment: Payment, facts: PaidFacts, *, now: datetime) -> None:
    payment.stripe_payment_intent_id = facts.payment_intent_id or None
    payment.method_type = facts.method_type
    payment.method_label = facts.method_label
    payment.fee_amount = facts.fee_amount
    payment.fee_currency = facts.fee_currency
    payment.updated_at = now
    payment.save()


def _refuse(order: Order, payment: Payment, facts: PaidFacts, *, reason: str, actor: str, now: datetime) -> Order:
    """Keep the money's trace without counting it, so that a person can look."""
    payment.state = PaymentState.FAILED
    payment.failure_message = f"{reason}: {facts.amount} {facts.currency} for {payment.amount} {payment.currency}"
    _record_facts(payment, facts, now=now)
    note_event(
        order=order,
        type=f"payment.{reason}",
        actor=actor,
        now=now,
        key=f"{reason}:{payment.pk}",
        data={
            "amount": facts.amount,
            "currency": facts.currency,
            "expected_amount": payment.amount,
            "expected_currency": payment.currency,
        },
    )
    logger.error("payment %s of order %s refused: %s", payment.pk, order.name, payment.failure_message)
    return order


def _send_back(order: Order, payment: Payment, *, actor: str, now: datetime) -> Order:
    release_all(order=order, actor=actor, now=now)
    order = cancel_unpaid_order(order=order, reason="sold_out_before_payment", actor=actor, now=now)
    note_event(
        order=order,
        type="payment.too_late",
        actor=actor,
        now=now,
        key=f"too_late:{payment.pk}",
        data={"amount": payment.amount, "currency": payment.currency},
    )
    request_refund(payment=payment, amount=payment.amount, reason="sold_out", actor=actor, now=now)
    return order
