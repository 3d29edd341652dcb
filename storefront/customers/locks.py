"""Hold a customer until the transaction ends."""

from django.utils.translation import gettext_lazy as _

from storefront.customers.errors import CustomerNotFound
from storefront.customers.models import Customer


def lock_customer(customer_id: int) -> Customer:
    """Return the customer, held. Raises: CustomerNotFound, also for one who was erased."""
    customer = Customer.objects.select_for_update().filter(pk=customer_id, erased_at__isnull=True).first()
    if customer is None:
        raise CustomerNotFound(_("This customer is not there any more."))
    return customer
