"""What lists add to the storefront's templates."""

from storefront.customers.models import Customer
from storefront.wishlists.selectors import count_saved


def saved_count(customer: Customer) -> int:
    """Return how many things a signed-in customer has saved."""
    return count_saved(customer.pk)
