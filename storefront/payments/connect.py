"""What payments do when the platform or Stripe says that something happened."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from core.outbox.services import enqueue
from core.tenancy import PUBLIC, current_tenant
from integrations.stripe import gateway
from integrations.stripe.errors import StripeRefused
from integrations.stripe.events import ConnectEventReceived, StripeEvent
from integrations.stripe.heard import (
    ACCOUNT_CHANGED,
    DISPUTE_EVENTS,
    INTENT_EVENTS,
    REFUND_EVENTS,
    SESSION_EVENTS,
)
from storefront.payments.models import Payment
from storefront.payments.selectors import OPEN_STATES
from storefront.payments.services import mirror_refunds, settle_payment
from storefront.payments.services.disputes import mirror_dispute
from tenants.events import TenantProvisioned
from tenants.selectors import find_payment_account

logger = logging.getLogger(__name__)


def ask_for_account(event: TenantProvisioned) -> None:
    """Ask for the new store's payment account, outside the transaction that made the store."""
    enqueue(task="storefront.payments.open_account", kwargs={"tenant_id": event.tenant.pk})


def note_connect_event(received: ConnectEventReceived) -> None:
    """Ask for the payment that an event hints at to be settled; the event itself is believed in nothing else."""
    event = received.event
    with transaction.atomic():
        if event.type == "account.updated" or event.type.startswith(ACCOUNT_CHANGED):
            kwargs = {"tenant_id": received.tenant.pk}
            enqueue(task="storefront.payments.open_account", kwargs=kwargs, schema_name=PUBLIC)
        elif event.type in SESSION_EVENTS:
            kwargs = {"session_id": event.object_id, "order_token": _order_token(event)}
            enqueue(task="storefront.payments.settle", kwargs=kwargs)
        elif event.type in INTENT_EVENTS:
            kwargs = {"payment_intent_id": event.object_id, "order_token": _order_token(event)}
            enqueue(task="storefront.payments.settle", kwargs=kwargs)
        elif event.type in REFUND_EVENTS:
            kwargs = {"payment_intent_id": str(event.data.get("payment_intent") or "")}
            enqueue(task="storefront.payments.mirror_refunds", kwargs=kwargs)
        elif event.type in DISPUTE_EVENTS:
            intent_id = str(event.data.get("payment_intent") or "")
            kwargs = {"dispute_id": event.object_id, "payment_intent_id": intent_id}
            enqueue(task="storefront.payments.mirror_dispute", kwargs=kwargs)


def mirror_event(*, payment_intent_id: str, now: datetime) -> int:
    """Bring the refunds of a payment of this store to what the provider says and return how many changed.

    Raises: StripeUnavailable, StripeRefused.
    """
    payment_id = find_payment(payment_intent_id=payment_intent_id, now=now)
    return mirror_refunds(payment_id=payment_id, now=now) if payment_id is not None else 0


def mirror_dispute_event(*, dispute_id: str, payment_intent_id: str, now: datetime) -> bool:
    """Bring a dispute of this store to what the provider says of it.

    Raises: StripeUnavailable, StripeRefused.
    """
    payment_id = find_payment(payment_intent_id=payment_intent_id, now=now)
    if payment_id is None:
        return False
    return mirror_dispute(dispute_id=dispute_id, payment_intent_id=payment_intent_id, now=now) is not None


def find_payment(*, payment_intent_id: str, now: datetime) -> int | None:
    """Return the payment of this store that the provider calls so; one that we have not heard of as paid is settled first.

    Raises: StripeUnavailable.
    """
    known = Payment.objects.filter(stripe_payment_intent_id=payment_intent_id).values_list("pk", flat=True)
    account = find_payment_account(current_tenant())
    if not payment_intent_id or account is None:
        return None
    if not known.exists():
        try:
            token = gateway.find_order_token(account_id=account.external_id, payment_intent_id=payment_intent_id)
        except StripeRefused:
            token = ""
        if not token:
            logger.info("an event names a payment that is not this store's: %s", payment_intent_id)
            return None
        settle_event(session_id="", payment_intent_id=payment_intent_id, order_token=token, now=now)
    return known.first()


def settle_event(*, session_id: str, payment_intent_id: str, order_token: str, now: datetime) -> int:
    """Settle the payments of this store that an event is about and return how many there were.

    Raises: StripeUnavailable, StripeRefused.
    """
    wanted = Q(pk__in=[])
    if session_id:
        wanted |= Q(stripe_checkout_session_id=session_id)
    if payment_intent_id:
        wanted |= Q(stripe_payment_intent_id=payment_intent_id)
    if order_token:
        wanted |= Q(order__token=order_token, state__in=OPEN_STATES, stripe_checkout_session_id__isnull=False)
    payments = list(Payment.objects.filter(wanted).order_by("pk").values_list("pk", flat=True))
    if not payments:
        logger.info("an event names a payment that is not this store's: %s%s", session_id, payment_intent_id)
    for payment_id in payments:
        settle_payment(payment_id=payment_id, actor="stripe", now=now)
    return len(payments)


def _order_token(event: StripeEvent) -> str:
    metadata = event.data.get("metadata") or {}
    return str(metadata.get("order_token") or "")[:26]
