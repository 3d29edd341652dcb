"""Who takes the money: a protocol that checkout speaks, and Stripe behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils import translation
from django.utils.translation import gettext as _

from integrations.stripe import gateway, gateway_refunds
from integrations.stripe.errors import StripeRefused
from storefront.orders.models import Order, OrderLine
from storefront.orders.services import NewLine
from storefront.payments.models import Payment

# Stripe takes at most a hundred lines; longer orders are shown there as one.
MAXIMUM_ITEMS = 90


@dataclass(frozen=True, slots=True)
class HostedCheckout:
    """A payment page as the provider sees it now; `state` is open, paid, waiting (paid later), failed or expired.

    `amount` is what was or will be taken, in minor units of `currency`; `reference` is the order's token as we gave it.
    """

    id: str
    url: str
    state: str
    amount: int
    currency: str
    reference: str
    metadata: Mapping[str, str]
    payment_intent_id: str = ""
    method_type: str = ""
    method_label: str = ""
    failure_message: str = ""
    fee_amount: int | None = None
    fee_currency: str = ""


@dataclass(frozen=True, slots=True)
class ProviderRefund:
    """Money given back as the provider sees it now; `state` is pending, succeeded or failed.

    `reference` is the key that we asked with, empty where somebody gave it back at the provider.
    """

    id: str
    state: str
    amount: int
    currency: str
    created_at: datetime
    reference: str = ""
    failure_reason: str = ""


@dataclass(frozen=True, slots=True)
class PageAddresses:
    """Where the provider sends the shopper afterwards."""

    success_url: str
    cancel_url: str


class PaymentProvider(Protocol):
    """What a store needs of whoever takes its money; every call crosses the network and stands outside transactions."""

    def open(
        self,
        payment: Payment,
        *,
        schema_name: str,
        pages: PageAddresses,
        closes_at: datetime,
        lines: Sequence[NewLine] | None = None,
    ) -> HostedCheckout:
        """Open a payment page; asked twice for one payment it is the same page. Lines that are not given are read."""

    def fetch(self, payment: Payment) -> HostedCheckout:
        """Return what has become of a payment's page."""

    def close(self, payment: Payment) -> None:
        """Close a payment's page; one that is closed or paid stays as it is."""

    def refund(self, payment: Payment, *, amount: int, idempotency_key: str) -> ProviderRefund:
        """Give money back; asked twice with one key it is one refund."""

    def list_refunds(self, payment: Payment) -> list[ProviderRefund]:
        """Return all that was given back of a payment, by us or by hand, oldest first."""


class StripeProvider:
    """Stripe's hosted Checkout as direct charges on the store's own account."""

    def open(
        self,
        payment: Payment,
        *,
        schema_name: str,
        pages: PageAddresses,
        closes_at: datetime,
        lines: Sequence[NewLine] | None = None,
    ) -> HostedCheckout:
        order = payment.order
        metadata = {"tenant": schema_name, "order_token": order.token}
        if payment.amendment is None:
            items = list_items(order, lines or list(order.lines.order_by("pk")), amount=payment.amount)
        else:
            items = [_added_item(payment)]
            metadata["amendment"] = payment.amendment.token
        session = gateway.create_checkout_session(
            gateway.CheckoutRequest(
                account_id=payment.account_id,
                idempotency_key=payment.idempotency_key,
                currency=payment.currency,
                items=items,
                client_reference_id=order.token,
                metadata=metadata,
                customer_email=order.email,
                success_url=pages.success_url,
                cancel_url=pages.cancel_url,
                expires_at=closes_at,
                language=order.language,
            )
        )
        return _hosted(session)

    def fetch(self, payment: Payment) -> HostedCheckout:
        session_id = payment.stripe_checkout_session_id or ""
        return _hosted(gateway.retrieve_checkout_session(account_id=payment.account_id, session_id=session_id))

    def close(self, payment: Payment) -> None:
        try:
            gateway.expire_checkout_session(
                account_id=payment.account_id, session_id=payment.stripe_checkout_session_id or ""
            )
        except StripeRefused:
            return  # It is not open any more; whoever asked fetches it next and learns why.

    def refund(self, payment: Payment, *, amount: int, idempotency_key: str) -> ProviderRefund:
        refund = gateway_refunds.create_refund(
            account_id=payment.account_id,
            payment_intent_id=payment.stripe_payment_intent_id or "",
            amount=amount,
            currency=payment.currency,
            idempotency_key=idempotency_key,
        )
        return _given_back(refund)

    def list_refunds(self, payment: Payment) -> list[ProviderRefund]:
        intent = payment.stripe_payment_intent_id
        if not intent:
            return []
        found = gateway_refunds.list_refunds(account_id=payment.account_id, payment_intent_id=intent)
        return [_given_back(refund) for refund in found]


def provider() -> PaymentProvider:
    """Return the provider of hosted payment pages."""
    return StripeProvider()


def _added_item(payment: Payment) -> gateway.CheckoutItem:
    with translation.override(payment.order.language):
        name = _("Added to order %(number)s") % {"number": payment.order.name}
    return gateway.CheckoutItem(name=name, unit_amount=payment.amount, quantity=1)


def list_items(order: Order, lines: Sequence[OrderLine | NewLine], *, amount: int) -> list[gateway.CheckoutItem]:
    """Return what the payment page shows; it adds up to `amount` to the cent, or it is shown as one sum."""
    items = [
        gateway.CheckoutItem(
            name=f"{line.title}, {line.variant_title}" if line.variant_title else line.title,
            unit_amount=line.unit_amount,
            quantity=line.quantity,
        )
        for line in lines
    ]
    if order.shipping_amount:
        items.append(gateway.CheckoutItem(order.shipping_method or order.name, order.shipping_amount, 1))
    if len(items) > MAXIMUM_ITEMS or sum(item.unit_amount * item.quantity for item in items) != amount:
        return [gateway.CheckoutItem(name=order.name, unit_amount=amount, quantity=1)]
    return items


def _hosted(session: gateway.CheckoutSession) -> HostedCheckout:
    return HostedCheckout(
        id=session.id,
        url=session.url,
        state=_state(session),
        amount=session.amount_total if session.amount_captured is None else session.amount_captured,
        currency=session.currency,
        reference=session.client_reference_id,
        metadata=session.metadata,
        payment_intent_id=session.payment_intent_id,
        method_type=session.method_type,
        method_label=session.method_label,
        failure_message=session.failure_message,
        fee_amount=session.fee_amount,
        fee_currency=session.fee_currency,
    )


def _given_back(refund: gateway_refunds.StripeRefund) -> ProviderRefund:
    return ProviderRefund(
        id=refund.id,
        state={"succeeded": "succeeded", "failed": "failed", "canceled": "failed"}.get(refund.status, "pending"),
        amount=refund.amount,
        currency=refund.currency,
        created_at=refund.created_at,
        reference=refund.reference,
        failure_reason=refund.failure_reason,
    )


def _state(session: gateway.CheckoutSession) -> str:
    if session.is_paid:
        return "paid"
    if session.status == "complete":
        return "failed" if session.failure_message else "waiting"
    return session.status
