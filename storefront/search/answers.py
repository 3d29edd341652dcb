"""What search does when a customer leaves."""

from django.db.models import Q

from storefront.customers.events import CustomerErased
from storefront.search.models import SearchClick, SearchQuery


def forget_erased(event: CustomerErased) -> None:
    """Remove what was searched for with the customer's address, name or number in it; the log does not say who asked."""
    named = Q()
    for word in event.words:
        named |= Q(text__icontains=word)
    if named:
        SearchQuery.objects.filter(named).delete()
        SearchClick.objects.filter(named).delete()
