"""Which rows a list of the dashboard shows, by the words in its address."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from core.clock import utc_now
from storefront.catalog.dashboard.state import read_query
from storefront.catalog.selectors.filtering import filter_products
from storefront.customers.selectors import CustomerFilter, list_customers
from storefront.orders.selectors import OrderFilter, list_orders
from storefront.transfer.enums import ImportKind


def find_listed(*, kind: ImportKind, query: str, currency: str) -> QuerySet[Any] | None:
    """Return the ids of what a list with this query string shows; None where that is everything."""
    query = query.replace("%00", "")
    if kind == ImportKind.PRODUCTS:
        state = read_query(query, currency)
        return filter_products(state.filter).order_by().values("pk") if state.is_filtered else None
    given = QueryDict(query)
    if kind == ImportKind.ORDERS:
        wanted = OrderFilter.read(given)
        is_all = wanted.view == "all" and not wanted.is_narrowed
        return None if is_all else list_orders(wanted=wanted, now=utc_now()).order_by().values("pk")
    if kind == ImportKind.CUSTOMERS:
        asked = CustomerFilter.read(given)
        is_all = asked.view == "all" and not asked.is_narrowed
        return None if is_all else list_customers(wanted=asked, now=utc_now()).order_by().values("pk")
    return None
