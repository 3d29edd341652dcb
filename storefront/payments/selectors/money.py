"""An order's money for the merchant's eyes: what came, what went back, what it cost, what stays."""

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from storefront.orders.models import Order
from storefront.payments.models import Dispute, DisputeStatus, Payment, PaymentState, Refund, RefundState
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


def _row(payment: Payment) -> dict[str, Any]:
    gone = [_refund(refund) for refund in payment.refunds.all()]
    is_paid = payment.state == PaymentState.PAID
    fee = payment.fee_amount or 0
    back = sum(one["amount"] for one in gone if one["state"] != RefundState.FAILED)
    taken = sum(one.amount for one in payment.disputes.all() if one.status not in HARMLESS)
    can_net = is_paid and (fee or back or taken) and payment.fee_currency in ("", payment.currency)
    return {
        "payment": payment,
        "is_paid": is_paid,
        "label": f"{name_provider(payment.provider)}: {PaymentState(payment.state).label}",
        "reference": payment.stripe_payment_intent_id or payment.stripe_checkout_session_id or "",
        "refunds": gone,
        "disputes": [_dispute(dispute) for dispute in payment.disputes.all()],
        "minus_fee": -fee,
        "net": payment.amount - back - taken - fee if can_net else None,
    }


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
        "created_at": refund.created_at,
        "failure_message": refund.failure_message,
        "by_hand": refund.actor == BY_HAND and refund.idempotency_key.startswith("found-"),
    }
