"""Read subscriptions."""

from datetime import datetime

from billing.subscriptions.enums import SELLING_STATUSES, SubscriptionStatus
from billing.subscriptions.models import BillingAccount, Subscription
from tenants.models import Tenant


def find_subscription(tenant: Tenant) -> Subscription | None:
    """Return the store's contract with its plan and price, or None."""
    return Subscription.objects.select_related("plan", "price").filter(tenant_id=tenant.pk).first()


def find_billing_account(tenant: Tenant) -> BillingAccount | None:
    """Return the store as Stripe's customer, or None before the first purchase."""
    return BillingAccount.objects.filter(tenant_id=tenant.pk).first()


def find_tenant_id_by_customer(stripe_customer_id: str) -> int | None:
    """Return the store that Stripe's customer is, by our own records, or None."""
    accounts = BillingAccount.objects.filter(stripe_customer_id=stripe_customer_id)
    return accounts.values_list("tenant_id", flat=True).first()


def is_selling(subscription: Subscription, *, now: datetime) -> bool:
    """Tell whether the store may sell under this contract; an unknown status may not."""
    if subscription.status not in SELLING_STATUSES:
        return False
    ends_at = subscription.trial_ends_at
    return not (subscription.status == SubscriptionStatus.TRIALING and ends_at is not None and ends_at <= now)


def list_ended_trials(now: datetime) -> list[Subscription]:
    """Return trials of ours, unknown to Stripe, whose time is over."""
    return list(
        Subscription.objects.filter(
            status=SubscriptionStatus.TRIALING, stripe_subscription_id__isnull=True, trial_ends_at__lte=now
        ).order_by("pk")
    )
