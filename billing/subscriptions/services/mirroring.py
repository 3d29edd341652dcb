"""Keep our picture of a subscription equal to Stripe's: every change is read from Stripe, never from an event's text."""

import logging
from datetime import datetime

from django.db import transaction

from billing.plans.selectors import find_price_by_stripe_id
from billing.subscriptions.enums import SELLING_STATUSES
from billing.subscriptions.locks import lock_subscription
from billing.subscriptions.models import BillingAccount, Subscription, SubscriptionEvent
from billing.subscriptions.selectors import find_tenant_id_by_customer
from billing.subscriptions.services.entitling import write_entitlements
from core.errors import ShopsteadError
from integrations.stripe import gateway_billing as stripe_billing
from integrations.stripe.gateway_billing import StripeSubscription

logger = logging.getLogger(__name__)


def apply_subscription(*, stripe_subscription_id: str, now: datetime, actor: str = "stripe") -> Subscription | None:
    """Fetch the subscription and write what it says; None when its customer is not one of ours.

    Safe in any order and any number of times. Raises: StripeUnavailable, StripeRefused.
    """
    found = stripe_billing.retrieve_subscription(stripe_subscription_id)
    tenant_id = find_tenant_id_by_customer(found.customer_id)
    if tenant_id is None:
        logger.error("stripe subscription %s belongs to no store of ours", found.id)
        return None
    with transaction.atomic():
        subscription = lock_subscription(tenant_id)
        if subscription is None or not _may_replace(subscription, found):
            return subscription
        _write(subscription, found, now=now, actor=actor)
    return subscription


def reconcile(*, now: datetime) -> int:
    """Compare every store that is Stripe's customer with Stripe, mend what differs, and return how many differed."""
    mended = 0
    for account in BillingAccount.objects.select_related("tenant__subscription").order_by("pk"):
        before = account.tenant.subscription.status
        try:
            for found in reversed(stripe_billing.list_customer_subscriptions(account.stripe_customer_id)):
                apply_subscription(stripe_subscription_id=found.id, now=now, actor="reconciler")
        except ShopsteadError as error:
            logger.warning("store %s was not reconciled: %s", account.tenant.schema_name, error)
            continue
        mended += Subscription.objects.get(tenant_id=account.tenant_id).status != before
    return mended


def _may_replace(subscription: Subscription, found: StripeSubscription) -> bool:
    """An old, ended subscription must not overwrite the one that runs."""
    current = subscription.stripe_subscription_id
    return current in (None, found.id) or found.status in SELLING_STATUSES


def _write(subscription: Subscription, found: StripeSubscription, *, now: datetime, actor: str) -> None:
    before = subscription.status
    price = find_price_by_stripe_id(found.price_id)
    if price is None:
        logger.error("stripe price %s is not one of ours; the plan stays as it was", found.price_id)
    else:
        subscription.price, subscription.plan = price, price.plan
    subscription.stripe_subscription_id = found.id
    subscription.status = found.status
    subscription.trial_ends_at = found.trial_ends_at
    subscription.current_period_ends_at = found.current_period_ends_at
    subscription.cancel_at_period_end = found.cancel_at_period_end
    subscription.updated_at = now
    subscription.save()
    write_entitlements(subscription=subscription, now=now)
    if before != found.status:
        SubscriptionEvent.objects.create(
            subscription=subscription,
            type=f"status.{found.status}",
            actor=actor,
            data={"from": before, "plan": subscription.plan.code},
            created_at=now,
        )
