"""Every night all payments, refunds and disputes are laid beside the provider's; what is safe is mended, the rest is said."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Greatest

from core.errors import ShopsteadError
from core.ids import new_token
from integrations.stripe import gateway, gateway_disputes, gateway_refunds
from integrations.stripe.errors import StripeUnavailable
from storefront.orders.models import Order
from storefront.payments.comparing import (
    DisputeHere,
    Found,
    PaymentHere,
    RefundHere,
    compare_disputes,
    compare_payments,
    compare_refunds,
)
from storefront.payments.models import Comparison, Difference, DifferenceKind, Dispute, Payment, PaymentState, Refund
from storefront.payments.selectors import STRIPE
from storefront.payments.services.disputes import mirror_dispute
from storefront.payments.services.giving_back import mirror_refunds
from storefront.payments.services.settling import settle_payment

# Until then refunds and disputes of a payment still come.
LOOK_BACK = timedelta(days=180)
# What was touched a moment ago may be on one side only; it is looked at next time.
LEAVE_ALONE = timedelta(minutes=10)
# A page is opened after its payment was written: at the edge of the time looked at one may be in it without the other.
EDGE = timedelta(days=1)
ACTOR = "reconciler"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Compared:
    """How much the provider has, how much of it differed here, and how much of that was mended."""

    payments: int
    refunds: int
    disputes: int
    found: int
    mended: int


def compare_books(*, account_id: str, schema_name: str, now: datetime, look_back: timedelta = LOOK_BACK) -> Compared:
    """Compare this store with its account at the provider, mend what only one side can be right about, and note the rest.

    A difference that is not found any more is closed.
    Raises: StripeUnavailable, StripeRefused; then nothing is noted, and all is done anew next time.
    """
    since = now - look_back
    # First there, then here: whatever is there by now was written here before.
    sessions = list(gateway.iter_checkout_sessions(account_id=account_id, since=since))
    refunds = list(gateway_refunds.iter_refunds(account_id=account_id, since=since))
    disputes = list(gateway_disputes.iter_disputes(account_id=account_id, since=since))
    payments = _list_payments(since=since - EDGE)
    young = _list_young(now=now)
    known = {one.intent_id: (one.id, one.order_token) for one in payments if one.intent_id}
    found = [
        *compare_payments(payments, sessions, schema_name=schema_name, since=since),
        *compare_refunds(_list_refunds(since=since - EDGE), refunds, payments=known, since=since),
        *compare_disputes(_list_disputes(), disputes, payments=known),
    ]
    found = [one for one in found if one.payment_id not in young]
    mended = {one.reference for one in found if _mend_quietly(one, account_id=account_id, now=now)}
    compared = Compared(len(sessions), len(refunds), len(disputes), len(found), len(mended))
    _note(found, mended, compared, since=since, now=now)
    return compared


def _mend_quietly(found: Found, *, account_id: str, now: datetime) -> bool:
    mend = _MENDS.get(found.kind)
    try:
        return mend is not None and mend(found, account_id, now)
    except StripeUnavailable:
        raise
    except ShopsteadError as error:
        logger.error("difference %s of %s cannot be mended: %s", found.kind, found.reference, error)
        return False


def _settle(found: Found, _account_id: str, now: datetime) -> bool:
    if found.payment_id is None:
        return False
    payment = settle_payment(payment_id=found.payment_id, actor=ACTOR, now=now)
    return _is_settled(payment)


def _adopt(found: Found, account_id: str, now: datetime) -> bool:
    """Write a payment that is known there alone; from then on it goes the way of all: kept, or given back."""
    order = Order.objects.filter(token=found.order_token).first() if found.order_token else None
    if order is None:
        return False
    payment, _created = Payment.objects.get_or_create(
        stripe_checkout_session_id=found.reference,
        defaults={
            "order": order,
            "amendment": order.amendments.filter(token=found.amendment_token).first()
            if found.amendment_token
            else None,
            "provider": STRIPE,
            "state": PaymentState.WAITING,
            "amount": found.there["amount"],
            "currency": found.there["currency"],
            "idempotency_key": f"adopted-{new_token()}",
            "account_id": account_id,
            "created_at": now,
            "updated_at": now,
        },
    )
    payment = settle_payment(payment_id=payment.pk, actor=ACTOR, now=now)
    return _is_settled(payment)


def _is_settled(payment: Payment) -> bool:
    """Tell whether the money was taken for the order, or goes back."""
    return payment.state == PaymentState.PAID or payment.refunded_amount > 0


def _mirror_refund(found: Found, _account_id: str, now: datetime) -> bool:
    if found.payment_id is None:
        return False
    mirror_refunds(payment_id=found.payment_id, now=now)
    here = Refund.objects.filter(stripe_refund_id=found.reference).first()
    there = found.there
    states = {"succeeded": "succeeded", "failed": "failed", "canceled": "failed"}
    return here is not None and (here.state, here.amount) == (states.get(there["state"], "pending"), there["amount"])


def _mirror_dispute(found: Found, _account_id: str, now: datetime) -> bool:
    if found.payment_id is None:
        return False
    intent_id = Payment.objects.values_list("stripe_payment_intent_id", flat=True).get(pk=found.payment_id)
    return mirror_dispute(dispute_id=found.reference, payment_intent_id=intent_id or "", now=now) is not None


_Mend = Callable[[Found, str, datetime], bool]
# What is not here is for a person: which side is right cannot be known.
_MENDS: dict[DifferenceKind, _Mend] = {
    DifferenceKind.PAID_THERE: _settle,
    DifferenceKind.MISSING_HERE: _adopt,
    DifferenceKind.REFUND_MISSING_HERE: _mirror_refund,
    DifferenceKind.REFUND_DIFFERS: _mirror_refund,
    DifferenceKind.DISPUTE_DIFFERS: _mirror_dispute,
}


def _note(found: Sequence[Found], mended: set[str], compared: Compared, *, since: datetime, now: datetime) -> None:
    orders = dict(
        Order.objects.filter(token__in=[one.order_token for one in found if one.order_token]).values_list("token", "pk")
    )
    with transaction.atomic():
        for one in found:
            Difference.objects.update_or_create(
                kind=one.kind,
                reference=one.reference,
                defaults={
                    "order_id": orders.get(one.order_token),
                    "here": dict(one.here),
                    "there": dict(one.there),
                    "seen_at": now,
                    "mended_at": now if one.reference in mended else None,
                    "gone_at": None,
                },
                create_defaults={
                    "order_id": orders.get(one.order_token),
                    "here": dict(one.here),
                    "there": dict(one.there),
                    "found_at": now,
                    "seen_at": now,
                    "mended_at": now if one.reference in mended else None,
                },
            )
        Difference.objects.filter(mended_at=None, gone_at=None, seen_at__lt=now).update(gone_at=now)
        Comparison.objects.update_or_create(
            id=1,
            defaults={
                "since_at": since,
                "compared_at": now,
                "payments_count": compared.payments,
                "refunds_count": compared.refunds,
                "disputes_count": compared.disputes,
            },
        )


def _list_payments(*, since: datetime) -> list[PaymentHere]:
    rows = Payment.objects.filter(provider=STRIPE, created_at__gte=since).values_list(
        "pk",
        "order__token",
        "stripe_checkout_session_id",
        "stripe_payment_intent_id",
        "state",
        "amount",
        "currency",
        "refunded_amount",
        "created_at",
    )
    return [
        PaymentHere(pk, token, session_id or "", intent_id or "", state, amount, currency, refunded, created_at)
        for pk, token, session_id, intent_id, state, amount, currency, refunded, created_at in rows.iterator()
    ]


def _list_young(*, now: datetime) -> set[int]:
    """Return the payments that something happened to a moment ago."""
    edge = now - LEAVE_ALONE
    touched = Payment.objects.annotate(at=Greatest("created_at", Coalesce(F("paid_at"), F("created_at"))))
    young = set(touched.filter(at__gt=edge).values_list("pk", flat=True))
    young |= set(Refund.objects.filter(created_at__gt=edge).values_list("payment_id", flat=True))
    return young | set(Dispute.objects.filter(updated_at__gt=edge).values_list("payment_id", flat=True))


def _list_refunds(*, since: datetime) -> list[RefundHere]:
    rows = Refund.objects.filter(payment__provider=STRIPE, created_at__gte=since).values_list(
        "payment_id",
        "payment__order__token",
        "stripe_refund_id",
        "idempotency_key",
        "state",
        "amount",
        "payment__currency",
        "created_at",
    )
    return [
        RefundHere(payment_id, token, stripe_id or "", key, state, amount, currency, created_at)
        for payment_id, token, stripe_id, key, state, amount, currency, created_at in rows.iterator()
    ]


def _list_disputes() -> list[DisputeHere]:
    rows = Dispute.objects.values_list(
        "payment_id", "payment__order__token", "stripe_dispute_id", "status", "amount", "currency"
    )
    return [DisputeHere(*row) for row in rows.iterator()]
