"""The one place where subscriptions are locked."""

from billing.subscriptions.models import Subscription


def lock_subscription(tenant_id: int) -> Subscription | None:
    """Lock and return the store's contract, or None; call it inside a transaction."""
    return Subscription.objects.select_for_update().filter(tenant_id=tenant_id).first()
