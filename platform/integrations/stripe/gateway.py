"""What a store asks of Stripe: hosted checkouts, as direct charges on its connected account.

Amounts are minor units as the rest of the project counts them. Every call that creates takes our own idempotency key.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

import stripe

from integrations.stripe.amounts import from_stripe, to_stripe
from integrations.stripe.client import client, stripe_errors

PAGE = 100
STRIPE_LOCALES = {"en": "en", "zh-hans": "zh"}


@dataclass(frozen=True, slots=True)
class CheckoutItem:
    """A line on the hosted page; `unit_amount` by `quantity`."""

    name: str
    unit_amount: int
    quantity: int


@dataclass(frozen=True, slots=True)
class CheckoutRequest:
    """All that a hosted checkout in payment mode is made of; equal requests with one key give one session."""

    account_id: str
    idempotency_key: str
    currency: str
    items: Sequence[CheckoutItem]
    client_reference_id: str
    metadata: Mapping[str, str]
    customer_email: str
    success_url: str
    cancel_url: str
    expires_at: datetime
    language: str = "en"


@dataclass(frozen=True, slots=True)
class CheckoutSession:
    """A hosted checkout as Stripe sees it now.

    `status` is open, complete or expired; `payment_status` is paid, unpaid or no_payment_required. `amount_captured` is
    what was really taken, None while nothing was; `fee_amount` is what Stripe kept of it, in `fee_currency`.
    """

    id: str
    url: str
    status: str
    payment_status: str
    amount_total: int
    currency: str
    client_reference_id: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    payment_intent_id: str = ""
    amount_captured: int | None = None
    method_type: str = ""
    method_label: str = ""
    failure_message: str = ""
    fee_amount: int | None = None
    fee_currency: str = ""
    livemode: bool = False

    @property
    def is_paid(self) -> bool:
        return self.status == "complete" and self.payment_status in ("paid", "no_payment_required")


def create_checkout_session(request: CheckoutRequest) -> CheckoutSession:
    """Open a hosted checkout; asked twice with the same key it is the same one.

    The methods offered are left to Stripe, which chooses by currency and account (cards, Alipay, WeChat Pay …).
    Raises: StripeUnavailable, StripeRefused.
    """
    params: dict[str, Any] = {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "line_items": [
            {
                "quantity": item.quantity,
                "price_data": {
                    "currency": request.currency.lower(),
                    "unit_amount": to_stripe(item.unit_amount, request.currency),
                    "product_data": {"name": item.name[:250]},
                },
            }
            for item in request.items
        ],
        "client_reference_id": request.client_reference_id,
        "customer_email": request.customer_email,
        "metadata": dict(request.metadata),
        "payment_intent_data": {"metadata": dict(request.metadata)},
        "success_url": request.success_url,
        "cancel_url": request.cancel_url,
        "expires_at": int(request.expires_at.timestamp()),
        "locale": STRIPE_LOCALES.get(request.language, "auto"),
    }
    with stripe_errors():
        session = client().v1.checkout.sessions.create(
            params=cast("Any", params),
            options={"stripe_account": request.account_id, "idempotency_key": request.idempotency_key},
        )
    return _session(session)


def retrieve_checkout_session(*, account_id: str, session_id: str) -> CheckoutSession:
    """Return the hosted checkout as it is now, with what was taken and how.

    Raises: StripeUnavailable, StripeRefused.
    """
    with stripe_errors():
        session = client().v1.checkout.sessions.retrieve(
            session_id,
            params={"expand": ["payment_intent.latest_charge.balance_transaction"]},
            options={"stripe_account": account_id},
        )
    return _session(session)


def iter_checkout_sessions(*, account_id: str, since: datetime) -> Iterator[CheckoutSession]:
    """Yield an account's hosted checkouts that were opened since then, newest first, with what was taken but not how.

    Raises: StripeUnavailable, StripeRefused.
    """
    with stripe_errors():
        found = client().v1.checkout.sessions.list(
            params={
                "created": {"gte": int(since.timestamp())},
                "limit": PAGE,
                "expand": ["data.payment_intent"],
            },
            options={"stripe_account": account_id},
        )
        for session in found.auto_paging_iter():
            yield _session(session)


def find_order_token(*, account_id: str, payment_intent_id: str) -> str:
    """Return the order that we opened a payment for, as its metadata say; empty where it is not ours.

    Raises: StripeUnavailable, StripeRefused.
    """
    with stripe_errors():
        intent = client().v1.payment_intents.retrieve(payment_intent_id, options={"stripe_account": account_id})
    return str((intent.metadata.to_dict() if intent.metadata else {}).get("order_token", ""))


def expire_checkout_session(*, account_id: str, session_id: str) -> CheckoutSession:
    """Close an open hosted checkout so that it can no longer be paid.

    Raises: StripeUnavailable; StripeRefused when it is not open any more: fetch it to learn what became of it.
    """
    with stripe_errors():
        session = client().v1.checkout.sessions.expire(session_id, options={"stripe_account": account_id})
    return _session(session)


def _session(session: stripe.checkout.Session) -> CheckoutSession:
    intent = session.payment_intent
    expanded = intent if isinstance(intent, stripe.PaymentIntent) else None
    currency = (session.currency or "").upper()
    received = expanded.amount_received if expanded else None
    method_type, method_label = _method(expanded)
    fee_amount, fee_currency = _fee(expanded)
    error = expanded.last_payment_error if expanded else None
    return CheckoutSession(
        id=session.id,
        url=session.url or "",
        status=session.status or "",
        payment_status=session.payment_status,
        amount_total=from_stripe(session.amount_total or 0, currency) if currency else 0,
        currency=currency,
        client_reference_id=session.client_reference_id or "",
        metadata=session.metadata.to_dict() if session.metadata else {},
        payment_intent_id=(intent if isinstance(intent, str) else intent.id) if intent else "",
        amount_captured=from_stripe(received, currency) if received else None,
        method_type=method_type,
        method_label=method_label,
        failure_message=(error.message or "")[:300] if error else "",
        fee_amount=fee_amount,
        fee_currency=fee_currency,
        livemode=bool(session.livemode),
    )


def _method(intent: stripe.PaymentIntent | None) -> tuple[str, str]:
    """Return the kind of payment method that was used and how to name it: ("card", "Visa •4242")."""
    charge = intent.latest_charge if intent else None
    details = charge.payment_method_details if isinstance(charge, stripe.Charge) else None
    if details is None:
        return "", ""
    if details.type == "card" and details.card:
        return "card", f"{(details.card.brand or 'card').title()} •{details.card.last4}"
    names = {"alipay": "Alipay", "wechat_pay": "WeChat Pay"}
    return details.type, names.get(details.type, details.type.replace("_", " ").capitalize())


def _fee(intent: stripe.PaymentIntent | None) -> tuple[int | None, str]:
    """Return what Stripe kept of a charge and in which currency; nothing while it has not been booked."""
    charge = intent.latest_charge if intent else None
    booked = charge.balance_transaction if isinstance(charge, stripe.Charge) else None
    if not isinstance(booked, stripe.BalanceTransaction):
        return None, ""
    currency = booked.currency.upper()
    return from_stripe(booked.fee, currency), currency
