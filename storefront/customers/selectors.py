"""Read customers."""

from storefront.customers.models import Customer


def find_customer(customer_id: int) -> Customer | None:
    """Return the customer of this store with this id, or None."""
    return Customer.objects.filter(pk=customer_id).first()


def find_customer_by_email(email: str) -> Customer | None:
    """Return the customer with this address in any case, or None."""
    return Customer.objects.filter(email=email.strip().lower()).first()
