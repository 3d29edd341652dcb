"""The lock on the series of invoices."""

from storefront.documents.models import Letterhead


def lock_letterhead() -> Letterhead:
    """Lock the one row of the letterhead, writing it if the store has none yet; numbers wait for each other here."""
    Letterhead.objects.get_or_create(pk=1)
    return Letterhead.objects.select_for_update().get(pk=1)
