"""Locks on orders, by primary key."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from storefront.orders.errors import OrderNotFound
from storefront.orders.models import Amendment, Order


def lock_order(order_id: int) -> Order:
    """Lock an order's row until the transaction ends.

    Raises: OrderNotFound.
    """
    order = Order.objects.select_for_update(of=("self",)).filter(pk=order_id).first()
    if order is None:
        raise OrderNotFound(_("There is no such order."))
    return order


def lock_orders(order_ids: Iterable[int], *, limit: int) -> list[Order]:
    """Lock several orders' rows in key order until the transaction ends; what is not there is left out."""
    wanted = sorted(set(order_ids))[:limit]
    return list(Order.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk"))


def lock_amendment(amendment_id: int) -> Amendment:
    """Lock an amendment's row until the transaction ends; take its order's before.

    Raises: OrderNotFound.
    """
    amendment = Amendment.objects.select_for_update(of=("self",)).filter(pk=amendment_id).first()
    if amendment is None:
        raise OrderNotFound(_("There is no such order."))
    return amendment
