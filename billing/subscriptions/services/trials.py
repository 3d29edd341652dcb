"""A trial begins with the store and ends by itself."""

from datetime import datetime, timedelta

from django.db import transaction

from billing.plans.selectors import find_plan, get_default_plan
from billing.subscriptions.enums import SubscriptionStatus
from billing.subscriptions.locks import lock_subscription
from billing.subscriptions.models import Subscription, SubscriptionEvent
from billing.subscriptions.selectors import list_ended_trials
from billing.subscriptions.services.entitling import write_entitlements
from core.outbox.services import enqueue
from tenants.models import Tenant


def start_trial(*, tenant: Tenant, now: datetime) -> Subscription:
    """Give a new store its trial of the plan asked for at sign-up, or of the recommended one; once."""
    with transaction.atomic():
        existing = lock_subscription(tenant.pk)
        if existing is not None:
            return existing
        plan = find_plan(tenant.plan_code) or get_default_plan()
        subscription = Subscription.objects.create(
            tenant_id=tenant.pk,
            plan=plan,
            status=SubscriptionStatus.TRIALING,
            trial_ends_at=now + timedelta(days=plan.trial_days),
            started_at=now,
            updated_at=now,
        )
        write_entitlements(subscription=subscription, now=now)
        SubscriptionEvent.objects.create(
            subscription=subscription, type="trial.started", actor="system", data={"plan": plan.code}, created_at=now
        )
    return subscription


def extend_trial(*, tenant_id: int, until: datetime, actor: str, now: datetime) -> Subscription | None:
    """Let a trial, running or ended, last until this moment; None for a store that has paid or has no contract."""
    with transaction.atomic():
        subscription = lock_subscription(tenant_id)
        if subscription is None or subscription.stripe_subscription_id is not None:
            return None
        subscription.status = SubscriptionStatus.TRIALING
        subscription.trial_ends_at = until
        subscription.updated_at = now
        subscription.save(update_fields=["status", "trial_ends_at", "updated_at"])
        write_entitlements(subscription=subscription, now=now)
        SubscriptionEvent.objects.create(
            subscription=subscription,
            type="trial.extended",
            actor=actor,
            data={"until": until.isoformat()},
            created_at=now,
        )
    return subscription


def scan_trials(*, now: datetime) -> int:
    """Pause the trials whose time is over and nobody has paid for; return how many."""
    paused = 0
    for ended in list_ended_trials(now):
        with transaction.atomic():
            subscription = lock_subscription(ended.tenant_id)
            if subscription is None or subscription.stripe_subscription_id is not None:
                continue
            if subscription.status != SubscriptionStatus.TRIALING:
                continue
            subscription.status = SubscriptionStatus.PAUSED
            subscription.updated_at = now
            subscription.save(update_fields=["status", "updated_at"])
            write_entitlements(subscription=subscription, now=now)
            SubscriptionEvent.objects.create(
                subscription=subscription, type="trial.ended", actor="system", created_at=now
            )
            enqueue(task="billing.subscriptions.mail_trial_ended", kwargs={"tenant_id": subscription.tenant_id})
            paused += 1
    return paused
