"""What customers have spent follows the money of their orders."""

from core.tenancy import current_tenant
from storefront.orders.bulk import refresh_customer_totals
from storefront.orders.models import Order


def refresh_spent(order: Order) -> None:
    """Count anew what an order's customer has spent here, less what went back; in the transaction that moves the order's money."""
    if order.customer_id is not None:
        refresh_customer_totals(customer_ids={order.customer_id}, currency=current_tenant().currency)
