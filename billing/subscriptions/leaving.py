"""A store that leaves stops paying: with its paid period when it says so, at once when it is erased."""

from billing.subscriptions.models import BillingAccount, Subscription
from core.outbox.services import enqueue
from integrations.stripe import gateway_billing as stripe_billing
from tenants.events import ArchiveCollecting, TenantDeleting, TenantErasing, TenantKept


def stop_renewal(event: TenantDeleting) -> None:
    """Ask for the subscription to end with its period, once the change that closed the store is certain."""
    enqueue(task="billing.subscriptions.plan_end", kwargs={"tenant_id": event.tenant.pk, "at_period_end": True})


def renew_again(event: TenantKept) -> None:
    """Take the planned end back."""
    enqueue(task="billing.subscriptions.plan_end", kwargs={"tenant_id": event.tenant.pk, "at_period_end": False})


def plan_end(*, tenant_id: int, at_period_end: bool) -> None:
    """Tell Stripe; nothing to tell where the store never paid.

    Raises: StripeUnavailable, StripeRefused.
    """
    subscription = Subscription.objects.filter(tenant_id=tenant_id).first()
    if subscription is not None and subscription.stripe_subscription_id:
        found = stripe_billing.retrieve_subscription(subscription.stripe_subscription_id)
        if found.status not in ("canceled", "incomplete_expired"):
            stripe_billing.plan_cancellation(subscription_id=found.id, at_period_end=at_period_end)


def end_subscriptions(event: TenantErasing) -> None:
    """End what the store pays us, at Stripe, before its customer's number is forgotten here; safe to repeat.

    Raises: StripeUnavailable, StripeRefused: the erasing waits then.
    """
    account = BillingAccount.objects.filter(tenant_id=event.tenant.pk).first()
    if account is None:
        return
    ended = 0
    for subscription in stripe_billing.list_customer_subscriptions(account.stripe_customer_id):
        ended += stripe_billing.cancel_subscription(subscription.id).status == "canceled"
    event.erased["subscriptions_ended"] = ended


def add_subscription(event: ArchiveCollecting) -> None:
    """Tell an archive which plan the store had; Stripe's numbers stay here."""
    found = Subscription.objects.filter(tenant_id=event.tenant.pk).select_related("plan").first()
    if found is not None:
        event.rows["subscription"] = [{"plan": found.plan.code, "status": found.status, "started_at": found.started_at}]
