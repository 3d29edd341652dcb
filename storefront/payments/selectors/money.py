"""An order's money for the merchant's eyes: what came, what went back, what it cost, what stays."""

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from storefront.orders.models import Order
from storefront.payments.models import Dispute, DisputeStatus, Payment, PaymentState, Refund, RefundState, WayKind
from storefront.payments.selectors.attempts import FREE, MANUAL, STRIPE
from storefront.payments.selectors.disputes import HARMLESS, WAITING

BY_HAND = "stripe"


def list_money(order: Order) -> dict[str, Any]:
    """Return the payments of an order, newest first, each with its refunds and disputes; three queries."""
    refunds = Prefetch("refunds", queryset=Refund.objects.order_by("pk"))
    payments = order.payments.order_by("-pk").prefetch_related(refunds, "disputes")
    return {"rows": [_row(payment) for payment in payments]}


def name_provider(name: str) -> str:
    """Return how a person calls who takes the money."""
    names = {STRIPE: "Stripe", MANUAL: _("Arranged with the customer"), FREE: _("Nothing to pay")}
    return names.get(name, name)


def name_method(payment: Payment) -> str:
    """Return how a payment that the merchant arranged is called in the reader's language; else what the provider calls it."""
    if payment.provider == MANUAL and payment.method_type in WayKind.values:
        return str(WayKind(payment.method_type).label)
    return payment.method_label


def _row(payment: Payment) -> dict[str, Any]:
    gone = [_refund(refund) for refund in payment.refunds.all()]
    is_paid = payment.state == PaymentState.PAID
    fee = payment.fee_amount or 0
    back = sum(one["amount"] for one in gone if one["state"] != RefundState.FAILED and not one["as_credit"])
    taken = sum(one.amount for one in payment.disputes.all() if one.status not in HARMLESS)
    can_net = is_paid and (fee or back or taken) and payment.fee_currency in ("", payment.currency)
    return {
        "payment": payment,
        "is_paid": is_paid,
        "method": name_method(payment),
        "label": f"{name_taker(payment)}: {PaymentState(payment.state).label}",
        "due_at": payment.due_at if payment.state == PaymentState.WAITING else None,
        "reference": payment.stripe_payment_intent_id or payment.stripe_checkout_session_id or "",
        "refunds": gone,
        "disputes": [_dispute(dispute) for dispute in payment.disputes.all()],
        "minus_fee": -fee,
        "net": payment.amount - back - taken - fee if can_net else None,
    }


def name_taker(payment: Payment) -> str:
    """Return what takes a payment's money, in the reader's language: Stripe, or the way that the merchant arranged."""
    arranged = name_method(payment) if payment.provider == MANUAL else ""
    return arranged or name_provider(payment.provider)


def _dispute(dispute: Dispute) -> dict[str, Any]:
    return {
        "pk": dispute.pk,
        "status": dispute.status,
        "label": DisputeStatus(dispute.status).label,
        "due_at": dispute.due_at if dispute.status in WAITING else None,
        "currency": dispute.currency,
        "minus": 0 if dispute.status in HARMLESS else -dispute.amount,
    }


def _refund(refund: Refund) -> dict[str, Any]:
    return {
        "state": refund.state,
        "amount": refund.amount,
        "minus": -refund.amount,
        "minus_credit": -refund.credit_amount,
        "as_credit": refund.as_credit,
        "created_at": refund.created_at,
        "failure_message": refund.failure_message,
        "by_hand": refund.actor == BY_HAND and refund.idempotency_key.startswith("found-"),
    }
