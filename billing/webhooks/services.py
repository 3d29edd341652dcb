"""Take an event in, once; handle it later, any number of times."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from billing.invoices.services import record_invoice
from billing.subscriptions.selectors import find_tenant_id_by_customer
from billing.subscriptions.services import apply_subscription
from billing.webhooks.models import WebhookEvent
from core.events import publish
from core.outbox.services import enqueue
from core.tenancy import in_public, in_tenant
from core.text import without_words
from integrations.stripe import gateway_billing as stripe_billing
from integrations.stripe.events import ConnectEventReceived, StripeEvent
from integrations.stripe.heard import INVOICE_EVENTS, SUBSCRIPTION_EVENTS
from tenants.enums import WORKING_STATES, TenantState
from tenants.selectors import find_tenant_by_account

MAX_ATTEMPTS = 60
FIRST_PATIENCE = timedelta(seconds=60)
LONGEST_PATIENCE = timedelta(hours=1)

logger = logging.getLogger(__name__)


def store_event(*, event: StripeEvent, now: datetime) -> WebhookEvent | None:
    """Keep a verified event and ask for its handling, both or neither; None when it is here already."""
    with transaction.atomic():
        row, created = WebhookEvent.objects.get_or_create(
            external_id=event.id,
            defaults={
                "type": event.type,
                "account": event.account,
                "object_id": event.object_id,
                "livemode": event.livemode,
                "payload": {
                    "object_type": event.object_type,
                    "created": event.created_at.isoformat(),
                    "data": dict(event.data),
                },
                "received_at": now,
                "due_at": now + FIRST_PATIENCE,
            },
        )
        if not created:
            return None
        enqueue(task="billing.webhooks.handle", kwargs={"event_id": row.pk})
    return row


def handle_event(*, event_id: int, now: datetime) -> str:
    """Do what the event asks for and return its new state; what fails is tried again by the sweeper."""
    row = WebhookEvent.objects.get(pk=event_id)
    if row.state != WebhookEvent.WAITING:
        return row.state
    try:
        state = _dispatch(row, now=now)
        error = ""
    except Exception as problem:
        logger.exception("webhook event %s was not handled", row.external_id)
        error = f"{type(problem).__name__}: {problem}"[:2000]
        state = WebhookEvent.FAILED if row.attempts_count + 1 >= MAX_ATTEMPTS else WebhookEvent.WAITING
    WebhookEvent.objects.filter(pk=row.pk, state=WebhookEvent.WAITING).update(
        state=state,
        error=error,
        attempts_count=row.attempts_count + 1,
        due_at=now + min(LONGEST_PATIENCE, FIRST_PATIENCE * 2 ** min(row.attempts_count, 10)),
        handled_at=now if state in (WebhookEvent.HANDLED, WebhookEvent.IGNORED) else None,
    )
    return state


def _dispatch(row: WebhookEvent, *, now: datetime) -> str:
    if row.livemode != settings.STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_")):
        logger.warning("event %s is of the other mode, test or live", row.external_id)
        return WebhookEvent.IGNORED
    if row.account:
        return _hand_to_store(row)
    data = row.payload["data"]
    if row.type in SUBSCRIPTION_EVENTS:
        return _apply(row.object_id, now=now)
    if row.type == "checkout.session.completed" and data.get("mode") == "subscription":
        return _apply(str(data.get("subscription") or ""), now=now)
    if row.type in INVOICE_EVENTS and row.object_id.startswith("in_"):
        return _mirror_invoice(row.object_id)
    return WebhookEvent.IGNORED


def _hand_to_store(row: WebhookEvent) -> str:
    """Give an event of a connected account to the store that owns it by our own records, whatever the event itself says."""
    tenant = find_tenant_by_account(row.account)
    if tenant is None or tenant.state not in (*WORKING_STATES, TenantState.SUSPENDED):
        logger.error("event %s names account %s, which is no store's", row.external_id, row.account)
        return WebhookEvent.IGNORED
    event = StripeEvent(
        id=row.external_id,
        type=row.type,
        account=row.account,
        object_id=row.object_id,
        object_type=row.payload["object_type"],
        livemode=row.livemode,
        created_at=datetime.fromisoformat(row.payload["created"]),
        data=row.payload["data"],
    )
    # A suspended store sells nothing new, but money that is under way still belongs to an order.
    with in_tenant(tenant, any_state=True):
        publish(ConnectEventReceived(tenant=tenant, event=event))
    return WebhookEvent.HANDLED


def _apply(stripe_subscription_id: str, *, now: datetime) -> str:
    if not stripe_subscription_id:
        return WebhookEvent.IGNORED
    found = apply_subscription(stripe_subscription_id=stripe_subscription_id, now=now)
    return WebhookEvent.HANDLED if found else WebhookEvent.IGNORED


def _mirror_invoice(stripe_invoice_id: str) -> str:
    invoice = stripe_billing.retrieve_invoice(stripe_invoice_id)
    tenant_id = find_tenant_id_by_customer(invoice.customer_id)
    if tenant_id is None:
        logger.error("stripe invoice %s belongs to no store of ours", invoice.id)
        return WebhookEvent.IGNORED
    record_invoice(tenant_id=tenant_id, invoice=invoice)
    return WebhookEvent.HANDLED


def strike_words(*, account: str, words: Sequence[str]) -> int:
    """Take these words out of what Stripe has told of an account's payments, and return how many events changed."""
    changed = 0
    with in_public():
        rows = WebhookEvent.objects.filter(account=account).annotate(said=Cast("payload", TextField()))
        named = Q()
        for word in words:
            named |= Q(said__icontains=word)
        for row in rows.filter(named) if account and words else ():
            WebhookEvent.objects.filter(pk=row.pk).update(payload=without_words(row.payload, words))
            changed += 1
    return changed
