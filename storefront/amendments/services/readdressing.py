"""Correct where an order goes that was placed, as long as it was not sent."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.db.contention import tried_again
from storefront.amendments.errors import AddressRefused
from storefront.checkout.details import parse_details
from storefront.customers.postal import find_province
from storefront.orders.enums import FulfillmentStatus, OrderStatus
from storefront.orders.locks import lock_order
from storefront.orders.models import Order
from storefront.orders.services import note_event


@tried_again
def change_address(*, order_id: int, typed: Mapping[str, str], actor: str, now: datetime) -> Order:
    """Write where an open order goes, as its checkout would have taken it; the timeline says which parts were changed.

    The country stays, and the province too where tax was counted: prices and taxes were counted for them.
    Raises: OrderNotFound; DetailsRefused with a sentence for every box that is wrong; AddressRefused for an order that was
    sent or canceled, has no address, or would be counted otherwise.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        before: dict[str, str] = order.shipping_address
        if not may_change_address(order):
            raise AddressRefused(_("This order was sent or canceled, so its address stays. Nothing was changed."))
        given = {**typed, "country": before["country"], "email": order.email}
        after = parse_details(given, by_form=True).as_address()
        kept = {**before, "province": _province(before)}
        if order.tax_amount and after["province"] != kept["province"]:
            words = _("Tax was counted for %(province)s. To send it elsewhere, cancel this order and make another one.")
            raise AddressRefused(words % {"province": kept["province"]}, field="province")
        changed = [key for key, value in after.items() if value != str(kept.get(key) or "")]
        if changed:
            order.shipping_address = after
            order.save(update_fields=["shipping_address"])
            note_event(order=order, type="order.address_changed", actor=actor, now=now, data={"fields": changed})
    return order


def may_change_address(order: Order) -> bool:
    """Tell whether anything of an order is still on its way to an address."""
    is_open = order.status == OrderStatus.OPEN and order.fulfillment_status != FulfillmentStatus.FULFILLED
    return is_open and bool(order.shipping_address.get("country")) and bool(order.email)


def _province(address: Mapping[str, str]) -> str:
    """Return the province of an address by its name, as what is typed is kept."""
    text = str(address.get("province") or "")
    found = find_province(address["country"], text)
    return found.name if found else text
