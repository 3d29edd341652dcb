"""Read customers."""

from storefront.customers.selectors.comparing import (
    compare_customers,
    find_former,
    list_alike,
    list_merge_obstacles,
)
from storefront.customers.selectors.history import list_history
from storefront.customers.selectors.listing import (
    SORTS,
    VIEWS,
    CustomerCounts,
    CustomerFilter,
    count_customers,
    list_customers,
)
from storefront.customers.selectors.reading import (
    find_customer,
    find_customer_by_email,
    find_export,
    find_sign_in,
    get_address,
    get_customer,
    get_export,
    get_receipt,
    get_store_export,
    list_addresses,
    list_consents,
    list_receipts,
    list_sign_ins,
    wants_personal,
)

__all__ = [
    "SORTS",
    "VIEWS",
    "CustomerCounts",
    "CustomerFilter",
    "compare_customers",
    "count_customers",
    "find_customer",
    "find_customer_by_email",
    "find_export",
    "find_former",
    "find_sign_in",
    "get_address",
    "get_customer",
    "get_export",
    "get_receipt",
    "get_store_export",
    "list_addresses",
    "list_alike",
    "list_consents",
    "list_customers",
    "list_history",
    "list_merge_obstacles",
    "list_receipts",
    "list_sign_ins",
    "wants_personal",
]
