"""Goods that were sent back are here: counted line by line, put on sale again or not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.db.contention import tried_again
from core.outbox.services import enqueue
from storefront.inventory.services import put_back
from storefront.orders.services import count_restocked, count_returned, note_event
from storefront.returns.enums import ReturnState
from storefront.returns.errors import ReturnRefused, ReturnStateRefused
from storefront.returns.locks import lock_return
from storefront.returns.models import Return, ReturnLine


@dataclass(frozen=True, slots=True)
class Arrived:
    """How many units of a line are here, and whether they go on sale again."""

    count: int
    restocks: bool


@tried_again
def receive_return(
    *, return_id: int, arrived: Mapping[int, Arrived], notify: bool = True, actor: str, now: datetime
) -> Return:
    """Record what is here, by the id of the order's line, and put on sale again what is fit for it and not there already.

    What did not come counts as staying with the customer; it can be sent back in another return.
    Raises: ReturnNotFound; ReturnStateRefused unless it was approved; ReturnRefused for nothing, or more than was asked.
    """
    with transaction.atomic():
        found = lock_return(return_id)
        if found.state != ReturnState.APPROVED:
            raise ReturnStateRefused(_("Only goods of an approved return can be received. Nothing was changed."))
        lines = list(found.lines.select_related("order_line").order_by("pk"))
        _check(lines, arrived)
        back = dict[int, int]()
        for line in lines:
            one, sold = arrived.get(line.order_line_id, Arrived(0, restocks=False)), line.order_line
            count = min(one.count, sold.quantity - sold.restocked_count) if one.restocks and sold.variant_id else 0
            if count:
                back[sold.pk] = count
            line.received_count, line.is_restocked = one.count, count > 0
        ReturnLine.objects.bulk_update(lines, ["received_count", "is_restocked"])
        missing = {line.order_line_id: (line.received_count or 0) - line.quantity for line in lines}
        count_returned(order=found.order, counts={pk: change for pk, change in missing.items() if change})
        if back:
            count_restocked(back)
            units = [(line.order_line.variant_id or 0, back[line.order_line_id]) for line in lines if line.is_restocked]
            put_back(order_token=found.order.token, lines=units, now=now, actor=actor)
        found.state, found.received_at = ReturnState.RECEIVED, now
        found.save(update_fields=["state", "received_at"])
        note_event(
            order=found.order,
            type="return.received",
            actor=actor,
            now=now,
            key=f"return:{found.pk}:received",
            data={"number": found.name, "items_count": sum(line.received_count or 0 for line in lines)},
        )
        if notify:
            enqueue(task="storefront.returns.tell_return", kwargs={"return_id": found.pk, "state": "received"})
    return found


def _check(lines: list[ReturnLine], arrived: Mapping[int, Arrived]) -> None:
    asked = {line.order_line_id: line.quantity for line in lines}
    for pk, one in arrived.items():
        if not 0 <= one.count <= asked.get(pk, 0):
            raise ReturnRefused(
                _("No more can be received than was to come back. Nothing was changed."), field="counts"
            )
    if not any(one.count for one in arrived.values()):
        raise ReturnRefused(_("Nothing of it is here? Then call the return off instead."), field="counts")
