"""What a merchant keeps of orders for themselves: tags, a note, what is on hold, what is put away."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.ids import new_token
from core.notes import LONGEST_NOTE
from core.outbox.services import enqueue
from core.tags import change_tags, read_tags, tell_change
from storefront.orders.enums import FulfillmentStatus, OrderStatus
from storefront.orders.errors import NoteRefused, OrderStateRefused
from storefront.orders.locks import lock_order, lock_orders
from storefront.orders.models import Order
from storefront.orders.services.paying import note_event

LONGEST_REASON = 200
MOST_AT_ONCE = 1000


def tag_orders(*, order_ids: Iterable[int], add: str = "", remove: str = "", actor: str, now: datetime) -> int:
    """Put tags on orders and take others off; return how many orders were changed.

    Raises: TagsRefused.
    """
    new, gone = read_tags(add), read_tags(remove)
    changed = 0
    with transaction.atomic():
        for order in lock_orders(order_ids, limit=MOST_AT_ONCE):
            tags = change_tags(order.tags, add=new, remove=gone, name=order.name)
            if tags == order.tags:
                continue
            data = tell_change(order.tags, tags)
            order.tags = tags
            order.save(update_fields=["tags"])
            note_event(order=order, type="order.tagged", actor=actor, now=now, data=data)
            changed += 1
    return changed


def set_tags(*, order_id: int, text: str, actor: str, now: datetime) -> Order:
    """Give an order exactly these tags.

    Raises: OrderNotFound, TagsRefused.
    """
    tags = read_tags(text)
    with transaction.atomic():
        order = lock_order(order_id)
        if tags != order.tags:
            data = tell_change(order.tags, tags)
            order.tags = tags
            order.save(update_fields=["tags"])
            note_event(order=order, type="order.tagged", actor=actor, now=now, data=data)
    return order


def ask_confirmation_again(*, order_id: int, actor: str, now: datetime) -> Order:
    """Ask for the shopper's confirmation to be mailed once more.

    Raises: OrderNotFound, OrderStateRefused for an order without an address or that is called off.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        if order.status != OrderStatus.OPEN or not order.email:
            raise OrderStateRefused(_("There is nobody to send it to: the order is not open or has no e-mail address."))
        kwargs = {"order_id": order.pk, "again": new_token()}
        enqueue(task="storefront.orders.send_confirmation", kwargs=kwargs)
        note_event(order=order, type="order.confirmation_asked", actor=actor, now=now)
    return order


def ask_order_link(*, order_id: int, now: datetime) -> None:
    """Ask for the order's secret address to be mailed to its buyer.

    Raises: OrderNotFound.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        enqueue(task="storefront.orders.send_link", kwargs={"order_id": order.pk, "again": new_token()})
        note_event(order=order, type="order.link_asked", actor="shopper", now=now)


def archive_orders(*, order_ids: Iterable[int], is_archived: bool, actor: str, now: datetime) -> tuple[int, int]:
    """Put orders away or bring them back; return how many were, and how many still have something to be sent."""
    changed, kept = 0, 0
    with transaction.atomic():
        for order in lock_orders(order_ids, limit=MOST_AT_ONCE):
            is_done = order.status != OrderStatus.OPEN or order.fulfillment_status == FulfillmentStatus.FULFILLED
            if is_archived and not is_done:
                kept += 1
            elif is_archived == (order.archived_at is None):
                order.archived_at = now if is_archived else None
                order.save(update_fields=["archived_at"])
                kind = "order.archived" if is_archived else "order.unarchived"
                note_event(order=order, type=kind, actor=actor, now=now)
                changed += 1
    return changed, kept


def hold_order(*, order_id: int, reason: str, actor: str, now: datetime) -> Order:
    """Keep an order from being sent until it is released; twice changes the reason.

    Raises: OrderNotFound, OrderStateRefused when there is nothing to send.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        if order.status != OrderStatus.OPEN or order.fulfillment_status == FulfillmentStatus.FULFILLED:
            raise OrderStateRefused(_("Nothing waits to be sent in this order. Nothing was changed."))
        order.held_at = order.held_at or now
        order.hold_reason = " ".join(reason.replace("\0", "").split())[:LONGEST_REASON]
        order.save(update_fields=["held_at", "hold_reason"])
        note_event(order=order, type="order.held", actor=actor, now=now, data={"reason": order.hold_reason})
    return order


def release_hold(*, order_id: int, actor: str, now: datetime) -> Order:
    """Let a held order be sent again; twice changes nothing.

    Raises: OrderNotFound.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        if order.held_at is not None:
            order.held_at, order.hold_reason = None, ""
            order.save(update_fields=["held_at", "hold_reason"])
            note_event(order=order, type="order.released", actor=actor, now=now)
    return order


def write_staff_note(*, order_id: int, text: str, actor: str, now: datetime) -> Order:
    """Write what the people who work here should know of an order, instead of what was there.

    Raises: OrderNotFound, NoteRefused for an endless one.
    """
    text = text.replace("\0", "").strip()
    if len(text) > LONGEST_NOTE:
        raise NoteRefused(_("A note has %(most)s characters at most.") % {"most": LONGEST_NOTE}, field="note")
    with transaction.atomic():
        order = lock_order(order_id)
        if order.staff_note != text:
            order.staff_note = text
            order.save(update_fields=["staff_note"])
            note_event(order=order, type="order.note_changed", actor=actor, now=now)
    return order
