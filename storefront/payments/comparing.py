"""Two books laid side by side: what this store wrote and what the provider says. Nothing is changed here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from integrations.stripe.gateway import CheckoutSession
from integrations.stripe.gateway_disputes import StripeDispute
from integrations.stripe.gateway_refunds import StripeRefund
from storefront.payments.models import DifferenceKind, PaymentState, RefundState

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """A difference: the provider's id of the thing, our payment's where there is one, and what each side says.

    `amendment_token` is set where the provider says that it is for what was added to the order.
    """

    kind: DifferenceKind
    reference: str
    payment_id: int | None = None
    order_token: str = ""
    here: Facts = field(default_factory=dict)
    there: Facts = field(default_factory=dict)
    amendment_token: str = ""


@dataclass(frozen=True, slots=True)
class PaymentHere:
    """A payment as this store wrote it; `is_sent_back` is money that came, was not taken for the order, and went back."""

    id: int
    order_token: str
    session_id: str
    intent_id: str
    state: str
    amount: int
    currency: str
    refunded: int
    created_at: datetime

    @property
    def is_sent_back(self) -> bool:
        return self.state != PaymentState.PAID and self.refunded > 0


@dataclass(frozen=True, slots=True)
class RefundHere:
    payment_id: int
    order_token: str
    stripe_id: str
    key: str
    state: str
    amount: int
    currency: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DisputeHere:
    payment_id: int
    order_token: str
    stripe_id: str
    status: str
    amount: int
    currency: str


def compare_payments(
    here: Iterable[PaymentHere], there: Iterable[CheckoutSession], *, schema_name: str, since: datetime
) -> Iterator[Found]:
    """Yield where payments differ. `there` begins at `since`: what is older here need not be in it.

    Pages of an account that were opened by something else than this store are nobody's difference.
    """
    by_session = {payment.session_id: payment for payment in here if payment.session_id}
    seen = set()
    for session in there:
        seen.add(session.id)
        payment = by_session.get(session.id)
        if payment is not None:
            yield from _compare_payment(payment, session)
        elif session.is_paid and session.metadata.get("tenant") == schema_name:
            yield Found(
                DifferenceKind.MISSING_HERE,
                session.id,
                order_token=session.client_reference_id,
                there=_session(session),
                amendment_token=session.metadata.get("amendment", ""),
            )
    for session_id, payment in by_session.items():
        if session_id not in seen and payment.state == PaymentState.PAID and payment.created_at >= since:
            yield Found(
                DifferenceKind.UNPAID_THERE, session_id, payment.id, payment.order_token, here=_payment(payment)
            )


def _compare_payment(payment: PaymentHere, session: CheckoutSession) -> Iterator[Found]:
    if payment.is_sent_back:
        return
    facts = (session.id, payment.id, payment.order_token, _payment(payment), _session(session))
    is_paid = payment.state == PaymentState.PAID
    if session.is_paid and not is_paid:
        yield Found(DifferenceKind.PAID_THERE, *facts)
    elif is_paid and not session.is_paid:
        yield Found(DifferenceKind.UNPAID_THERE, *facts)
    elif is_paid and (_taken(session), session.currency) != (payment.amount, payment.currency):
        yield Found(DifferenceKind.AMOUNT_DIFFERS, *facts)


def compare_refunds(
    here: Sequence[RefundHere],
    there: Iterable[StripeRefund],
    *,
    payments: Mapping[str, tuple[int, str]],
    since: datetime,
) -> Iterator[Found]:
    """Yield where refunds differ; `payments` are ours, as (id, order's token) by the provider's id of the payment."""
    by_id = {refund.stripe_id: refund for refund in here if refund.stripe_id}
    by_key = {refund.key: refund for refund in here if not refund.stripe_id}
    seen = set()
    for refund in there:
        seen.add(refund.id)
        mine = by_id.get(refund.id) or by_key.get(refund.reference)
        there_facts = {"state": refund.status, "amount": refund.amount, "currency": refund.currency}
        state = _STATES.get(refund.status, RefundState.PENDING)
        if mine is None:
            payment = payments.get(refund.payment_intent_id)
            if payment is not None and state != RefundState.FAILED:
                yield Found(DifferenceKind.REFUND_MISSING_HERE, refund.id, *payment, there=there_facts)
        elif (mine.state, mine.amount, mine.currency) != (state, refund.amount, refund.currency):
            here_facts = {"state": mine.state, "amount": mine.amount, "currency": mine.currency}
            yield Found(
                DifferenceKind.REFUND_DIFFERS, refund.id, mine.payment_id, mine.order_token, here_facts, there_facts
            )
    for refund_id, mine in by_id.items():
        if refund_id not in seen and mine.state != RefundState.FAILED and mine.created_at >= since:
            facts = {"state": mine.state, "amount": mine.amount, "currency": mine.currency}
            yield Found(DifferenceKind.REFUND_MISSING_THERE, refund_id, mine.payment_id, mine.order_token, here=facts)


def compare_disputes(
    here: Iterable[DisputeHere], there: Iterable[StripeDispute], *, payments: Mapping[str, tuple[int, str]]
) -> Iterator[Found]:
    """Yield where disputes differ: unknown here, or in another state or over another sum."""
    by_id = {dispute.stripe_id: dispute for dispute in here}
    for dispute in there:
        mine, payment = by_id.get(dispute.id), payments.get(dispute.payment_intent_id)
        says = (dispute.status, dispute.amount, dispute.currency)
        if payment is None or (mine is not None and (mine.status, mine.amount, mine.currency) == says):
            continue
        here_facts = {"state": mine.status, "amount": mine.amount, "currency": mine.currency} if mine else {}
        there_facts = {"state": dispute.status, "amount": dispute.amount, "currency": dispute.currency}
        yield Found(DifferenceKind.DISPUTE_DIFFERS, dispute.id, *payment, here_facts, there_facts)


_STATES = {"succeeded": RefundState.SUCCEEDED, "failed": RefundState.FAILED, "canceled": RefundState.FAILED}


def _taken(session: CheckoutSession) -> int:
    return session.amount_total if session.amount_captured is None else session.amount_captured


def _payment(payment: PaymentHere) -> Facts:
    return {"state": payment.state, "amount": payment.amount, "currency": payment.currency}


def _session(session: CheckoutSession) -> Facts:
    state = "paid" if session.is_paid else session.status
    return {"state": state, "amount": _taken(session), "currency": session.currency}
