"""Hold what decides over reminders until the transaction ends."""

from storefront.recovery.models import AbandonedCart, RecoverySettings


def lock_settings() -> RecoverySettings:
    """Return the store's settings, held: of two that look for carts one waits for the other."""
    RecoverySettings.objects.get_or_create(pk=1)
    return RecoverySettings.objects.select_for_update().get(pk=1)


def lock_abandoned(abandoned_id: int) -> AbandonedCart | None:
    """Return a cart left behind, held, with its cart and customer beside it; None where it is not there any more."""
    rows = AbandonedCart.objects.select_for_update(of=("self",)).select_related("cart", "customer")
    return rows.filter(pk=abandoned_id).first()
