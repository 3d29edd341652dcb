"""Orders that are picked up: where, and how far they are. What is a parcel elsewhere is here what lies ready."""

from collections.abc import Iterable
from enum import StrEnum

from storefront.customers.addresses import format_address
from storefront.orders.enums import FulfillmentStatus
from storefront.orders.models import Fulfillment, Order


class PickupState(StrEnum):
    """packing: not all of it lies ready · ready: all of it does · done: all of it was picked up."""

    PACKING = "packing"
    READY = "ready"
    DONE = "done"


def pickup_lines(order: Order) -> list[str]:
    """Return where and when an order is picked up, in the words of its day; nothing for one that is sent."""
    place = order.pickup
    if not place:
        return []
    said = (place["name"], *format_address(place["address"]), place["hours"], place["text"])
    return [line for line in said if line]


def pickup_state(order: Order, parts: Iterable[Fulfillment]) -> PickupState:
    """Return how far an order is that is picked up, from what was put aside for it."""
    if order.fulfillment_status != FulfillmentStatus.FULFILLED:
        return PickupState.PACKING
    waits = any(each.delivered_at is None and not each.is_digital for each in parts)
    return PickupState.READY if waits else PickupState.DONE
