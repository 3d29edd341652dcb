"""The platform's own people move a store to another plan."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from billing.plans.models import Plan, PlanPrice
from billing.plans.selectors import find_plan
from billing.subscriptions.errors import PriceNotOffered
from billing.subscriptions.locks import lock_subscription
from billing.subscriptions.models import Subscription, SubscriptionEvent
from billing.subscriptions.services.entitling import write_entitlements
from billing.subscriptions.services.mirroring import apply_subscription
from billing.subscriptions.services.purchasing import ensure_stripe_price
from integrations.stripe import gateway_billing as stripe_billing


def move_to_plan(*, tenant_id: int, plan_code: str, actor: str, attempt: str, now: datetime) -> Subscription:
    """Move the store's contract to this plan: a trial at once by us, a paid one by asking Stripe and reading it back.

    The currency and the interval stay; `attempt` names this click, so that a double click changes once.
    Raises: PriceNotOffered, StripeUnavailable, StripeRefused.
    """
    plan = find_plan(plan_code)
    if plan is None:
        raise PriceNotOffered(_("This plan is not offered any more. Choose one of those shown."))
    with transaction.atomic():
        subscription = lock_subscription(tenant_id)
        if subscription is None:
            raise PriceNotOffered(_("This store has no subscription. Nothing was changed."))
        if subscription.stripe_subscription_id is None:
            return _move_trial(subscription, plan, actor=actor, now=now)
    price = _same_terms(subscription, plan)
    stripe_price_id = ensure_stripe_price(price)
    current = stripe_billing.retrieve_subscription(str(subscription.stripe_subscription_id))
    if current.price_id != stripe_price_id:
        stripe_billing.change_subscription_price(
            subscription_id=current.id,
            item_id=current.item_id,
            price_id=stripe_price_id,
            idempotency_key=f"move-{current.id}-{stripe_price_id}-{attempt}",
        )
    return apply_subscription(stripe_subscription_id=current.id, now=now, actor=actor) or subscription


def _move_trial(subscription: Subscription, plan: Plan, *, actor: str, now: datetime) -> Subscription:
    before = subscription.plan.code
    subscription.plan, subscription.price, subscription.updated_at = plan, None, now
    subscription.save(update_fields=["plan", "price", "updated_at"])
    write_entitlements(subscription=subscription, now=now)
    SubscriptionEvent.objects.create(
        subscription=subscription,
        type="plan.changed",
        actor=actor,
        data={"from": before, "to": plan.code},
        created_at=now,
    )
    return subscription


def _same_terms(subscription: Subscription, plan: Plan) -> PlanPrice:
    current = subscription.price
    found = PlanPrice.objects.filter(plan=plan, is_active=True).select_related("plan")
    if current is not None:
        found = found.filter(currency=current.currency, interval=current.interval)
    price = found.order_by("pk").first()
    if price is None:
        raise PriceNotOffered(_("This plan has no price in the store’s currency and interval. Nothing was changed."))
    return price
