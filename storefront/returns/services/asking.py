"""Somebody asks to send goods back: the customer, or the merchant for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.db.contention import tried_again
from core.outbox.services import enqueue
from storefront.orders.enums import OrderStatus
from storefront.orders.locks import lock_order
from storefront.orders.models import Order
from storefront.orders.services import count_returned, note_event
from storefront.returns.enums import ReturnReason, ReturnState, Wish
from storefront.returns.errors import ReturnRefused
from storefront.returns.models import Return, ReturnLine
from storefront.returns.selectors import find_return_end, list_returnable
from storefront.returns.services.photos import Photo, drop_photos, keep_photos

SHOPPER = "shopper"
LONGEST_NOTE = 1000
MOST_RETURNS = 20


@dataclass(frozen=True, slots=True)
class ReturnRequest:
    """How many of each line (by id) come back and why; `token` is the form's own, so that sent twice it is one return."""

    token: str
    counts: Mapping[int, int] = field(default_factory=dict)
    reason: str = ReturnReason.OTHER
    wish: str = Wish.REFUND
    note: str = ""


def ask_return(
    *, order_id: int, asked: ReturnRequest, actor: str, now: datetime, photos: Sequence[IO[bytes]] = ()
) -> Return:
    """Write down what somebody wants to send back, and count it under the order's lock; the same form again is the same.

    The shopper is held to the store's days, the merchant is not; of the shopper's the merchant hears by mail. `photos` are
    files as they came; what they show is kept, and nothing else of them.
    Raises: OrderNotFound; ReturnRefused for nothing, or more than was sent and is not on its way back; PictureRefused,
    StorageFull. Nothing is written then.
    """
    kept = keep_photos(photos)
    try:
        made = _write(order_id=order_id, asked=asked, actor=actor, now=now, photos=kept)
    except Exception:
        drop_photos(kept)
        raise
    if made.photos != kept:
        drop_photos(kept)
    return made


@tried_again
def _write(*, order_id: int, asked: ReturnRequest, actor: str, now: datetime, photos: Sequence[Photo]) -> Return:
    with transaction.atomic():
        order = lock_order(order_id)
        known = order.returns.filter(token=asked.token).first()
        if known is not None:
            return known
        _must_be_open(order, actor=actor, now=now)
        counts = _choose(order, asked)
        count_returned(order=order, counts=counts)
        last = order.returns.aggregate(last=Max("number"))["last"] or 0
        if last >= MOST_RETURNS:
            raise ReturnRefused(_("This order has many returns already. Write to the store instead."))
        made = Return.objects.create(
            token=asked.token,
            order=order,
            number=last + 1,
            state=ReturnState.ASKED,
            reason=asked.reason,
            wish=asked.wish,
            note=asked.note.strip()[:LONGEST_NOTE],
            photos=list(photos),
            asked_by=actor,
            asked_at=now,
        )
        ReturnLine.objects.bulk_create(
            [ReturnLine(parent=made, order_line_id=pk, quantity=quantity) for pk, quantity in sorted(counts.items())]
        )
        data = {"number": made.name, "items_count": sum(counts.values())}
        note_event(order=order, type="return.asked", actor=actor, now=now, key=f"return:{made.pk}:asked", data=data)
        if actor == SHOPPER:
            enqueue(task="storefront.returns.tell_return", kwargs={"return_id": made.pk, "state": made.state})
            enqueue(task="storefront.returns.tell_merchant", kwargs={"return_id": made.pk})
    return made


def _must_be_open(order: Order, *, actor: str, now: datetime) -> None:
    if order.status != OrderStatus.OPEN:
        raise ReturnRefused(_("Only goods of an open order can come back. Nothing was changed."))
    if actor == SHOPPER and find_return_end(order, now=now) is None:
        raise ReturnRefused(_("The days to send something back are over. Ask the store instead."))


def _choose(order: Order, asked: ReturnRequest) -> dict[int, int]:
    wanted = {pk: count for pk, count in asked.counts.items() if count}
    if not wanted or min(wanted.values()) < 0:
        raise ReturnRefused(_("Choose what comes back first."), field="counts")
    left = {one.line.pk: one for one in list_returnable(order)}
    for pk, count in wanted.items():
        one = left.get(pk)
        if one is None:
            raise ReturnRefused(_("Something of this comes back already. Look at what is left."), field="counts")
        if count > one.left:
            words = ngettext(
                "Only %(num)s of “%(title)s” can still come back.",
                "Only %(num)s of “%(title)s” can still come back.",
                one.left,
            )
            raise ReturnRefused(words % {"num": one.left, "title": one.line.title}, field="counts")
    return wanted
