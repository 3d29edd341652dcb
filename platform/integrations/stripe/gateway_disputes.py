"""What banks take back of a store's payments, and the answer to them; amounts are our minor units."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, cast

import stripe

from integrations.stripe.amounts import from_stripe
from integrations.stripe.client import client, stripe_errors

PAGE = 100


@dataclass(frozen=True, slots=True)
class StripeDispute:
    """A dispute as Stripe sees it now.

    `status` is Stripe's word: needs_response, under_review, won, lost, prevented, and warning_needs_response,
    warning_under_review, warning_closed for a bank that only asks. `due_at` is until when it can be answered.
    """

    id: str
    status: str
    reason: str
    amount: int
    currency: str
    payment_intent_id: str
    created_at: datetime
    due_at: datetime | None
    has_evidence: bool
    submissions_count: int


def retrieve_dispute(*, account_id: str, dispute_id: str) -> StripeDispute:
    """Return a dispute as it is now.

    Raises: StripeUnavailable, StripeRefused.
    """
    with stripe_errors():
        return _dispute(client().v1.disputes.retrieve(dispute_id, options={"stripe_account": account_id}))


def iter_disputes(*, account_id: str, since: datetime) -> Iterator[StripeDispute]:
    """Yield the disputes of an account that began since then, newest first.

    Raises: StripeUnavailable, StripeRefused.
    """
    with stripe_errors():
        found = client().v1.disputes.list(
            params={"created": {"gte": int(since.timestamp())}, "limit": PAGE}, options={"stripe_account": account_id}
        )
        for dispute in found.auto_paging_iter():
            yield _dispute(dispute)


def upload_evidence(*, account_id: str, name: str, content: bytes, idempotency_key: str) -> str:
    """Hand a file over (PDF, JPEG or PNG, at most 5 MB) and return the id to name it by.

    Raises: StripeUnavailable, StripeRefused.
    """
    file = BytesIO(content)
    file.name = name
    with stripe_errors():
        made = client().v1.files.create(
            params={"purpose": "dispute_evidence", "file": file},
            options={"stripe_account": account_id, "idempotency_key": idempotency_key},
        )
    return made.id


def answer_dispute(
    *, account_id: str, dispute_id: str, evidence: Mapping[str, str], submits: bool, idempotency_key: str
) -> StripeDispute:
    """Keep evidence with Stripe, and send all of it to the bank where `submits`; that can be done once.

    Raises: StripeUnavailable, StripeRefused.
    """
    params: dict[str, Any] = {"evidence": dict(evidence), "submit": submits}
    with stripe_errors():
        dispute = client().v1.disputes.update(
            dispute_id,
            params=cast("Any", params),
            options={"stripe_account": account_id, "idempotency_key": idempotency_key},
        )
    return _dispute(dispute)


def accept_dispute(*, account_id: str, dispute_id: str) -> StripeDispute:
    """Give a dispute up: the money stays with the customer.

    Raises: StripeUnavailable, StripeRefused.
    """
    with stripe_errors():
        return _dispute(client().v1.disputes.close(dispute_id, options={"stripe_account": account_id}))


def _dispute(dispute: stripe.Dispute) -> StripeDispute:
    intent = dispute.payment_intent
    currency = dispute.currency.upper()
    details = dispute.evidence_details
    return StripeDispute(
        id=dispute.id,
        status=dispute.status,
        reason=dispute.reason,
        amount=from_stripe(dispute.amount, currency),
        currency=currency,
        payment_intent_id=(intent if isinstance(intent, str) else intent.id) if intent else "",
        created_at=datetime.fromtimestamp(dispute.created, UTC),
        due_at=datetime.fromtimestamp(details.due_by, UTC) if details.due_by else None,
        has_evidence=bool(details.has_evidence),
        submissions_count=details.submission_count,
    )
