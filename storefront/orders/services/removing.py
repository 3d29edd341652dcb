"""Units that are taken out of an order before they were sent; what they were paid with goes back elsewhere."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from storefront.inventory.services import write_off
from storefront.orders.enums import OrderStatus
from storefront.orders.errors import OrderStateRefused
from storefront.orders.models import Order, OrderLine
from storefront.orders.services.canceling import cancel_order
from storefront.orders.services.fulfilling import set_status
from storefront.orders.services.paying import note_event


def remove_units(*, order: Order, counts: Mapping[int, int], actor: str, now: datetime, restocks: bool = False) -> int:
    """Take units out of an open order by line id, at most those that are still to be sent; return how many were.

    The order's row and all of its products are held. One of which nothing was sent and nothing is left is called off.
    With `restocks` the caller has put them on sale again; otherwise calling the order off later does not do it either.
    Raises: OrderStateRefused for an order that is not open.
    """
    if order.status != OrderStatus.OPEN:
        raise OrderStateRefused(_("Only an open order can be changed. Nothing was changed."))
    rows = {line.pk: line for line in order.lines.order_by("pk")}
    taken = {pk: min(count, rows[pk].left_count) for pk, count in counts.items() if pk in rows}
    taken = {pk: count for pk, count in taken.items() if count > 0}
    if not taken:
        return 0
    for pk, count in taken.items():
        rows[pk].removed_count += count
    OrderLine.objects.bulk_update([rows[pk] for pk in taken], ["removed_count"])
    units = [(rows[pk].variant_id or 0, count) for pk, count in taken.items() if rows[pk].variant_id is not None]
    if units and not restocks:
        write_off(order_token=order.token, lines=units)
    total = sum(taken.values())
    first = rows[next(iter(taken))]
    data = {"items_count": total, "title": first.title, "lines_count": len(taken)}
    note_event(order=order, type="order.items_removed", actor=actor, now=now, data=data)
    if any(line.left_count or line.fulfilled_count for line in rows.values()):
        set_status(order, rows.values())
    else:
        cancel_order(order_id=order.pk, reason="reason:removed", actor=actor, now=now, restock=False, refund=False)
    return total
