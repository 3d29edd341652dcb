"""What a merchant does to an order besides sending it: write a note, call it off."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.events import publish
from storefront.inventory.services import release
from storefront.orders.enums import FulfillmentStatus, OrderStatus, PaymentStatus
from storefront.orders.errors import NoteRefused, OrderStateRefused
from storefront.orders.events import OrderCanceled
from storefront.orders.locks import lock_order
from storefront.orders.models import Order
from storefront.orders.services.paying import note_event

LONGEST_NOTE = 2000
UNPAID = (PaymentStatus.PENDING, PaymentStatus.FAILED)


def add_note(*, order_id: int, text: str, actor: str, now: datetime) -> None:
    """Write a note for colleagues into the order's timeline.

    Raises: OrderNotFound, NoteRefused for an empty or endless one.
    """
    text = text.strip()
    if not text:
        raise NoteRefused(_("Write something first."), field="text")
    if len(text) > LONGEST_NOTE:
        raise NoteRefused(_("A note has %(most)s characters at most.") % {"most": LONGEST_NOTE}, field="text")
    with transaction.atomic():
        note_event(order=lock_order(order_id), type="note.added", actor=actor, now=now, data={"text": text})


def cancel_order(*, order_id: int, reason: str = "", actor: str, now: datetime) -> Order:
    """Call off an order that nobody has paid and nothing was sent of; its goods go back on sale.

    Raises: OrderNotFound, OrderStateRefused.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        if order.status != OrderStatus.OPEN or order.payment_status not in UNPAID:
            raise OrderStateRefused(_("Only an open order that is not paid can be canceled. Nothing was changed."))
        if order.fulfillment_status != FulfillmentStatus.UNFULFILLED:
            raise OrderStateRefused(_("Part of this order was sent already. Take the parcel back first."))
        order.status = OrderStatus.CANCELED
        order.canceled_at = now
        order.cart_token = None
        order.save(update_fields=["status", "canceled_at", "cart_token"])
        release(order_token=order.token, now=now, actor=actor)
        note_event(
            order=order,
            type="order.canceled",
            actor=actor,
            now=now,
            key="canceled",
            data={"reason": reason.strip()[:200]},
        )
        publish(OrderCanceled(order_id=order.pk, now=now))
    return order
