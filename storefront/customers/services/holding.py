"""Hold customers with everything of theirs, in the order in which everybody locks."""

from collections.abc import Iterable

from core.events import publish
from storefront.customers.events import HoldBalances, HoldGoods, HoldOrders
from storefront.customers.locks import lock_each
from storefront.customers.models import Customer


def hold_whole(customer_ids: Iterable[int]) -> list[Customer]:
    """Return customers in the order of their keys, held after everything of theirs that others lock before one.

    Raises: CustomerNotFound.
    """
    wanted = tuple(sorted(set(customer_ids)))

    def hold_the_rest() -> None:
        publish(HoldBalances(customer_ids=wanted))
        lock_each(wanted)

    publish(HoldOrders(customer_ids=wanted))
    publish(HoldGoods(customer_ids=wanted, then=hold_the_rest))
    return lock_each(wanted)
