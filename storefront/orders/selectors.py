"""Read orders."""

from storefront.orders.enums import FulfillmentStatus, OrderStatus
from storefront.orders.models import Order


def count_orders_to_fulfill() -> int:
    """Return how many open orders still have something to send."""
    return Order.objects.filter(
        status=OrderStatus.OPEN,
        fulfillment_status__in=[FulfillmentStatus.UNFULFILLED, FulfillmentStatus.PARTLY_FULFILLED],
    ).count()
