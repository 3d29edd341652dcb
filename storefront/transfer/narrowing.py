"""Which rows a list of the dashboard shows, by the words in its address."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from core.clock import utc_now
from storefront.catalog.dashboard.state import read_query
from storefront.catalog.selectors.filtering import filter_products
from storefront.customers.selectors import VIEWS as CUSTOMER_VIEWS
from storefront.customers.selectors import list_customers
from storefront.orders.selectors import OrderFilter, list_orders
from storefront.transfer.enums import ImportKind

MOST_WORDS = 80


def find_listed(*, kind: ImportKind, query: str, currency: str) -> QuerySet[Any] | None:
    """Return the ids of what a list with this query string shows; None where that is everything."""
    query = query.replace("%00", "")
    if kind == ImportKind.PRODUCTS:
        state = read_query(query, currency)
        return filter_products(state.filter).order_by().values("pk") if state.is_filtered else None
    given = QueryDict(query)
    view, text = given.get("view", "all"), given.get("q", "").strip()[:MOST_WORDS]
    if kind == ImportKind.ORDERS:
        wanted = OrderFilter.read(given)
        is_all = wanted.view == "all" and not wanted.is_narrowed
        return None if is_all else list_orders(wanted=wanted, now=utc_now()).order_by().values("pk")
    if kind == ImportKind.CUSTOMERS and (text or view != "all") and view in CUSTOMER_VIEWS:
        return list_customers(view=view, text=text).order_by().values("pk")
    return None
