"""Locks on orders, by primary key."""

from django.utils.translation import gettext_lazy as _

from storefront.orders.errors import OrderNotFound
from storefront.orders.models import Order


def lock_order(order_id: int) -> Order:
    """Lock an order's row until the transaction ends.

    Raises: OrderNotFound.
    """
    order = Order.objects.select_for_update(of=("self",)).filter(pk=order_id).first()
    if order is None:
        raise OrderNotFound(_("There is no such order."))
    return order
