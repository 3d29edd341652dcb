"""What customers do when a store's rows come back from an archive."""

from storefront.customers.models import Customer
from storefront.customers.services.erasing import hold_customer, replace_by_nobody
from tenants.events import ErasuresDue


def erase_again(event: ErasuresDue) -> None:
    """Erase everybody again whom the store had erased before, everywhere."""
    rows = Customer.objects.filter(erased_at__isnull=True).order_by("pk").values_list("pk", "email")
    meant = [pk for pk, email in rows.iterator() if event.is_meant(email)]
    for pk in meant:
        replace_by_nobody(hold_customer(pk), now=event.now)
