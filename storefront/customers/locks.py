"""Hold customers until the transaction ends."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from storefront.customers.errors import CustomerNotFound
from storefront.customers.models import Customer


def lock_customer(customer_id: int) -> Customer:
    """Return the customer, held. Raises: CustomerNotFound, also for one who was erased."""
    customer = Customer.objects.select_for_update().filter(pk=customer_id, erased_at__isnull=True).first()
    if customer is None:
        raise CustomerNotFound(_("This customer is not there any more."))
    return customer


def lock_customers(customer_ids: Iterable[int], *, limit: int) -> list[Customer]:
    """Return those of these customers who are there, held in the order of their keys; at most `limit`."""
    rows = Customer.objects.select_for_update().filter(pk__in=list(customer_ids), erased_at__isnull=True)
    return list(rows.order_by("pk")[:limit])


def lock_each(customer_ids: Iterable[int]) -> list[Customer]:
    """Return these customers, held in the order of their keys. Raises: CustomerNotFound, also where one was erased or merged."""
    wanted = set(customer_ids)
    found = lock_customers(wanted, limit=len(wanted))
    if len(found) < len(wanted):
        raise CustomerNotFound(_("This customer is not there any more."))
    return found


def hold_customers(customer_ids: Iterable[int]) -> None:
    """Hold these customers in the order of their keys; whoever writes rows that point at them is not held up."""
    held = Customer.objects.select_for_update(no_key=True).filter(pk__in=list(customer_ids)).order_by("pk")
    list(held.values_list("pk"))
