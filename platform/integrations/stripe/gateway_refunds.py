"""Money that goes back on a store's own account; amounts are minor units as the rest of the project counts them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import stripe

from integrations.stripe.amounts import from_stripe, to_stripe
from integrations.stripe.client import client, stripe_errors

PAGE = 100


@dataclass(frozen=True, slots=True)
class StripeRefund:
    """Money on its way back; `status` is pending, succeeded, failed, canceled or requires_action.

    `reference` is what we named it when we asked for it, empty where somebody gave it back at Stripe.
    """

    id: str
    status: str
    amount: int
    currency: str
    payment_intent_id: str
    created_at: datetime
    reference: str = ""
    failure_reason: str = ""


def create_refund(
    *, account_id: str, payment_intent_id: str, amount: int, currency: str, idempotency_key: str
) -> StripeRefund:
    """Give money back; the key is also written on the refund, so that it can be found when the answer was lost.

    Raises: StripeUnavailable, StripeRefused.
    """
    with stripe_errors():
        refund = client().v1.refunds.create(
            params={
                "payment_intent": payment_intent_id,
                "amount": to_stripe(amount, currency),
                "metadata": {"reference": idempotency_key},
            },
            options={"stripe_account": account_id, "idempotency_key": idempotency_key},
        )
    return _refund(refund)


def list_refunds(*, account_id: str, payment_intent_id: str) -> list[StripeRefund]:
    """Return all that was given back of a payment, oldest first.

    Raises: StripeUnavailable, StripeRefused.
    """
    with stripe_errors():
        found = client().v1.refunds.list(
            params={"payment_intent": payment_intent_id, "limit": PAGE}, options={"stripe_account": account_id}
        )
        return [_refund(refund) for refund in reversed(list(found.auto_paging_iter()))]


def iter_refunds(*, account_id: str, since: datetime) -> Iterator[StripeRefund]:
    """Yield what was given back on an account since then, newest first, a page of a hundred at a time.

    Raises: StripeUnavailable, StripeRefused.
    """
    with stripe_errors():
        found = client().v1.refunds.list(
            params={"created": {"gte": int(since.timestamp())}, "limit": PAGE}, options={"stripe_account": account_id}
        )
        for refund in found.auto_paging_iter():
            yield _refund(refund)


def _refund(refund: stripe.Refund) -> StripeRefund:
    intent = refund.payment_intent
    currency = refund.currency.upper()
    metadata = refund.metadata.to_dict() if refund.metadata else {}
    return StripeRefund(
        id=refund.id,
        status=refund.status or "",
        amount=from_stripe(refund.amount, currency),
        currency=currency,
        payment_intent_id=(intent if isinstance(intent, str) else intent.id) if intent else "",
        created_at=datetime.fromtimestamp(refund.created, UTC),
        reference=str(metadata.get("reference", "")),
        failure_reason=str(getattr(refund, "failure_reason", None) or ""),
    )
