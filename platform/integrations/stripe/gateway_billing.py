"""What the platform asks of Stripe to bill its merchants: customers, prices, subscriptions, invoices, the portal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import stripe

from integrations.stripe.amounts import from_stripe, to_stripe
from integrations.stripe.client import client, stripe_errors
from integrations.stripe.gateway import STRIPE_LOCALES


@dataclass(frozen=True, slots=True)
class StripeSubscription:
    """A subscription as Stripe sees it now; `status` in Stripe's own words."""

    id: str
    customer_id: str
    status: str
    price_id: str
    item_id: str
    trial_ends_at: datetime | None
    current_period_ends_at: datetime | None
    cancel_at_period_end: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StripeInvoice:
    """A bill as Stripe sees it now; amounts in minor units as the rest of the project counts them."""

    id: str
    customer_id: str
    number: str
    status: str
    currency: str
    total_amount: int
    paid_amount: int
    hosted_url: str
    period_start_at: datetime
    period_end_at: datetime
    created_at: datetime


def create_customer(*, email: str, name: str, metadata: Mapping[str, str], idempotency_key: str) -> str:
    """Return the id of a new customer.

    Raises: StripeUnavailable, StripeRefused.
    """
    params: dict[str, Any] = {"email": email, "name": name, "metadata": dict(metadata)}
    with stripe_errors():
        return client().v1.customers.create(params=cast("Any", params), options={"idempotency_key": idempotency_key}).id


def create_product(*, name: str, metadata: Mapping[str, str], idempotency_key: str) -> str:
    """Return the id of a new product.

    Raises: StripeUnavailable, StripeRefused.
    """
    params: dict[str, Any] = {"name": name, "metadata": dict(metadata)}
    with stripe_errors():
        return client().v1.products.create(params=cast("Any", params), options={"idempotency_key": idempotency_key}).id


def create_price(*, product_id: str, amount: int, currency: str, interval: str, idempotency_key: str) -> str:
    """Return the id of a new recurring price; `interval` is month or year.

    Raises: StripeUnavailable, StripeRefused.
    """
    params: dict[str, Any] = {
        "product": product_id,
        "unit_amount": to_stripe(amount, currency),
        "currency": currency.lower(),
        "recurring": {"interval": interval},
    }
    with stripe_errors():
        return client().v1.prices.create(params=cast("Any", params), options={"idempotency_key": idempotency_key}).id


def create_subscription_checkout(
    *,
    customer_id: str,
    price_id: str,
    client_reference_id: str,
    metadata: Mapping[str, str],
    success_url: str,
    cancel_url: str,
    language: str,
    idempotency_key: str,
) -> str:
    """Return the address of a hosted checkout in subscription mode.

    Raises: StripeUnavailable, StripeRefused.
    """
    params: dict[str, Any] = {
        "mode": "subscription",
        "ui_mode": "hosted_page",
        "customer": customer_id,
        "line_items": [{"price": price_id, "quantity": 1}],
        "client_reference_id": client_reference_id,
        "metadata": dict(metadata),
        "subscription_data": {"metadata": dict(metadata)},
        "success_url": success_url,
        "cancel_url": cancel_url,
        "locale": STRIPE_LOCALES.get(language, "auto"),
    }
    with stripe_errors():
        session = client().v1.checkout.sessions.create(
            params=cast("Any", params), options={"idempotency_key": idempotency_key}
        )
    return session.url or ""


def create_portal_session(*, customer_id: str, return_url: str, language: str) -> str:
    """Return the address of Stripe's portal, where the merchant changes the card, sees invoices and cancels.

    Raises: StripeUnavailable, StripeRefused.
    """
    params: dict[str, Any] = {
        "customer": customer_id,
        "return_url": return_url,
        "locale": STRIPE_LOCALES.get(language, "auto"),
    }
    with stripe_errors():
        return client().v1.billing_portal.sessions.create(params=cast("Any", params)).url


def change_subscription_price(
    *, subscription_id: str, item_id: str, price_id: str, idempotency_key: str
) -> StripeSubscription:
    """Move a running subscription to another price; Stripe prorates.

    Raises: StripeUnavailable, StripeRefused.
    """
    params: dict[str, Any] = {
        "items": [{"id": item_id, "price": price_id}],
        "proration_behavior": "create_prorations",
        "cancel_at_period_end": False,
    }
    with stripe_errors():
        subscription = client().v1.subscriptions.update(
            subscription_id, params=cast("Any", params), options={"idempotency_key": idempotency_key}
        )
    return _subscription(subscription)


def plan_cancellation(*, subscription_id: str, at_period_end: bool) -> StripeSubscription:
    """Let the subscription end with its paid period, or take that back.

    Raises: StripeUnavailable, StripeRefused.
    """
    params: dict[str, Any] = {"cancel_at_period_end": at_period_end}
    with stripe_errors():
        return _subscription(client().v1.subscriptions.update(subscription_id, params=cast("Any", params)))


def cancel_subscription(subscription_id: str) -> StripeSubscription:
    """End the subscription now; one that has ended already is left as it is.

    Raises: StripeUnavailable, StripeRefused.
    """
    found = retrieve_subscription(subscription_id)
    if found.status in ("canceled", "incomplete_expired"):
        return found
    with stripe_errors():
        return _subscription(client().v1.subscriptions.cancel(subscription_id))


def retrieve_subscription(subscription_id: str) -> StripeSubscription:
    """Return the subscription as it is now.

    Raises: StripeUnavailable, StripeRefused.
    """
    with stripe_errors():
        return _subscription(client().v1.subscriptions.retrieve(subscription_id))


def list_customer_subscriptions(customer_id: str) -> list[StripeSubscription]:
    """Return the customer's subscriptions in every status, newest first.

    Raises: StripeUnavailable, StripeRefused.
    """
    with stripe_errors():
        found = client().v1.subscriptions.list(params={"customer": customer_id, "status": "all", "limit": 20})
    return [_subscription(subscription) for subscription in found.data]


def retrieve_invoice(invoice_id: str) -> StripeInvoice:
    """Return the invoice as it is now.

    Raises: StripeUnavailable, StripeRefused.
    """
    with stripe_errors():
        invoice = client().v1.invoices.retrieve(invoice_id)
    currency = invoice.currency.upper()
    return StripeInvoice(
        id=invoice.id or invoice_id,
        customer_id=_id_of(invoice.customer),
        number=invoice.number or "",
        status=invoice.status or "",
        currency=currency,
        total_amount=from_stripe(invoice.total, currency),
        paid_amount=from_stripe(invoice.amount_paid, currency),
        hosted_url=invoice.hosted_invoice_url or "",
        period_start_at=_time(invoice.period_start),
        period_end_at=_time(invoice.period_end),
        created_at=_time(invoice.created),
    )


def _subscription(subscription: stripe.Subscription) -> StripeSubscription:
    item = subscription["items"].data[0]
    return StripeSubscription(
        id=subscription.id,
        customer_id=_id_of(subscription.customer),
        status=subscription.status,
        price_id=item.price.id,
        item_id=item.id,
        trial_ends_at=_time(subscription.trial_end) if subscription.trial_end else None,
        current_period_ends_at=_time(item.current_period_end) if item.current_period_end else None,
        cancel_at_period_end=subscription.cancel_at_period_end,
        created_at=_time(subscription.created),
    )


def _id_of(value: Any) -> str:
    """Return the id of a field that Stripe fills with an id or, expanded, with the object."""
    return value if isinstance(value, str) else str(getattr(value, "id", "") or "")


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
