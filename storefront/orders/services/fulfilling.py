"""Parcels leave, and sometimes it turns out that they have not."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.errors import ShopsteadError
from core.events import publish
from core.outbox.services import enqueue
from storefront.orders.carriers import CARRIERS, guess_carrier, split_tracking_numbers, tracking_url
from storefront.orders.enums import FulfillmentStatus, OrderStatus
from storefront.orders.errors import (
    FulfillmentNotFound,
    FulfillmentRefused,
    NothingToFulfill,
    OrderStateRefused,
)
from storefront.orders.events import OrderFulfilled
from storefront.orders.locks import lock_order
from storefront.orders.models import Fulfillment, FulfillmentLine, Order, OrderEvent, OrderLine
from storefront.orders.services.paying import note_event

# Time to think again: the shopper is told only after it, and only if the parcel still counts as sent.
TELL_AFTER = timedelta(seconds=30)
MOST_AT_ONCE = 100
LONGEST_NUMBER = 80
MOST_BOXES = 20


def fulfill_order(
    *,
    order_id: int,
    lines: Mapping[int, int] | None = None,
    carrier: str = "",
    tracking_number: str = "",
    notify: bool = True,
    actor: str,
    now: datetime,
) -> Fulfillment:
    """Record that a parcel has left with these quantities by line id, or with everything that is left.

    Several tracking numbers stand between commas. An unknown carrier is guessed from the first and from where it goes.
    With `notify` the shopper is told half a minute later.
    Raises: OrderNotFound, OrderStateRefused also for one on hold, NothingToFulfill, FulfillmentRefused.
    """
    numbers = _check_tracking(carrier, tracking_number)
    with transaction.atomic():
        order = lock_order(order_id)
        if order.status != OrderStatus.OPEN:
            raise OrderStateRefused(_("Only an open order can be sent. Nothing was changed."))
        if order.held_at is not None:
            raise OrderStateRefused(_("This order is on hold. Release it first, then send it."))
        rows = {line.pk: line for line in order.lines.order_by("pk")}
        wanted = _choose(rows, lines)
        fulfillment = Fulfillment(order=order, created_at=now)
        _set_tracking(fulfillment, carrier, numbers)
        fulfillment.save()
        _send(fulfillment, rows, wanted)
        set_status(order, rows.values())
        note_event(
            order=order,
            type="order.fulfilled",
            actor=actor,
            now=now,
            data={
                "fulfillment_id": fulfillment.pk,
                "items_count": sum(wanted.values()),
                "title": rows[next(iter(wanted))].title,
                "lines_count": len(wanted),
                "carrier": fulfillment.carrier,
                "tracking_number": ", ".join(numbers),
                "is_pickup": bool(order.pickup),
            },
        )
        publish(OrderFulfilled(order_id=order.pk, fulfillment_id=fulfillment.pk, now=now))
        if notify and order.email:
            enqueue(
                task="storefront.orders.send_shipped",
                kwargs={"order_id": order.pk, "fulfillment_id": fulfillment.pk},
                available_at=now + TELL_AFTER,
            )
    return fulfillment


def deliver_files(
    *, order_id: int, line_ids: Iterable[int], actor: str, now: datetime, what: str = "order.files_opened"
) -> Fulfillment | None:
    """Record that the buyer of an open order has what is left of these lines, because it is files; None for nothing left.

    `what` is how the timeline calls it: gift cards are brought the same way (`order.cards_issued`). Nobody is told: the mail
    with the files does that.
    Raises: OrderNotFound.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        rows = {line.pk: line for line in order.lines.order_by("pk")}
        wanted = {pk: rows[pk].left_count for pk in sorted(set(line_ids) & set(rows)) if rows[pk].left_count}
        if order.status != OrderStatus.OPEN or not wanted:
            return None
        fulfillment = Fulfillment.objects.create(order=order, is_digital=True, created_at=now)
        _send(fulfillment, rows, wanted)
        set_status(order, rows.values())
        data = {"fulfillment_id": fulfillment.pk, "items_count": sum(wanted.values())}
        note_event(order=order, type=what, actor=actor, now=now, data=data)
        publish(OrderFulfilled(order_id=order.pk, fulfillment_id=fulfillment.pk, now=now))
    return fulfillment


def fulfill_orders(*, order_ids: Iterable[int], actor: str, now: datetime) -> tuple[list[Fulfillment], int]:
    """Send everything that is left of several orders; return the parcels, and how many orders had nothing to send."""
    sent, skipped = [], 0
    for order_id in sorted(set(order_ids))[:MOST_AT_ONCE]:
        try:
            sent.append(fulfill_order(order_id=order_id, actor=actor, now=now))
        except ShopsteadError:
            skipped += 1
    return sent, skipped


def track_parcel(*, fulfillment_id: int, carrier: str, tracking_number: str, actor: str, now: datetime) -> Fulfillment:
    """Write who carries a parcel that has left, and its numbers; the shopper sees them on the order's page.

    Raises: FulfillmentNotFound, FulfillmentRefused.
    """
    numbers = _check_tracking(carrier, tracking_number)
    with transaction.atomic():
        fulfillment = _lock_parcel(fulfillment_id)
        _set_tracking(fulfillment, carrier, numbers)
        fulfillment.save(update_fields=["carrier", "tracking_number", "tracking_url", "more_numbers"])
        data = {"carrier": fulfillment.carrier, "tracking_number": ", ".join(numbers)}
        note_event(order=fulfillment.order, type="parcel.tracked", actor=actor, now=now, data=data)
    return fulfillment


def mark_delivered(*, fulfillment_id: int, actor: str, now: datetime) -> Fulfillment:
    """Record that a parcel has arrived; twice changes nothing.

    Raises: FulfillmentNotFound.
    """
    with transaction.atomic():
        fulfillment = _lock_parcel(fulfillment_id)
        if fulfillment.delivered_at is None:
            fulfillment.delivered_at = now
            fulfillment.save(update_fields=["delivered_at"])
            note_event(
                order=fulfillment.order,
                type="parcel.delivered",
                actor=actor,
                now=now,
                key=f"delivered:{fulfillment.pk}",
                data={"is_pickup": bool(fulfillment.order.pickup)},
            )
    return fulfillment


def unfulfill_order(*, fulfillment_id: int, actor: str, now: datetime) -> Order:
    """Take a parcel back that has not left after all.

    Raises: FulfillmentNotFound, OrderStateRefused for files, and once it has a tracking number or the shopper was told.
    """
    with transaction.atomic():
        order_id = Fulfillment.objects.filter(pk=fulfillment_id).values_list("order_id", flat=True).first()
        order = lock_order(order_id) if order_id is not None else None
        fulfillment = Fulfillment.objects.filter(pk=fulfillment_id).first()
        if order is None or fulfillment is None:
            raise FulfillmentNotFound(_("This parcel was taken back already."))
        if fulfillment.is_digital:
            raise OrderStateRefused(_("Files that were opened cannot be taken back. Close their links instead."))
        told = OrderEvent.objects.filter(order=order, key=shipped_key(fulfillment.pk)).exists()
        if fulfillment.tracking_number or told:
            raise OrderStateRefused(_("The customer knows of this parcel already, so it cannot be taken back."))
        rows = {line.pk: line for line in order.lines.order_by("pk")}
        for part in fulfillment.lines.all():
            rows[part.order_line_id].fulfilled_count -= part.quantity
        if any(line.returned_count > line.fulfilled_count for line in rows.values()):
            raise OrderStateRefused(_("Goods of this parcel come back, so it was sent. End their return first."))
        OrderLine.objects.bulk_update(rows.values(), ["fulfilled_count"])
        fulfillment.delete()
        set_status(order, rows.values())
        note_event(order=order, type="order.unfulfilled", actor=actor, now=now, data={"fulfillment_id": fulfillment_id})
    return order


def unfulfill_orders(*, fulfillment_ids: Iterable[int], actor: str, now: datetime) -> int:
    """Take several parcels back and return how many that were."""
    count = 0
    for fulfillment_id in sorted(set(fulfillment_ids))[:MOST_AT_ONCE]:
        try:
            unfulfill_order(fulfillment_id=fulfillment_id, actor=actor, now=now)
        except ShopsteadError:
            continue
        count += 1
    return count


def shipped_key(fulfillment_id: int) -> str:
    """Return the timeline key that says the shopper was told of this parcel."""
    return f"mail.shipped:{fulfillment_id}"


def _lock_parcel(fulfillment_id: int) -> Fulfillment:
    order_id = Fulfillment.objects.filter(pk=fulfillment_id).values_list("order_id", flat=True).first()
    order = lock_order(order_id) if order_id is not None else None
    fulfillment = Fulfillment.objects.filter(pk=fulfillment_id, is_digital=False).first()
    if order is None or fulfillment is None:
        raise FulfillmentNotFound(_("This parcel was taken back already."))
    fulfillment.order = order
    return fulfillment


def _check_tracking(carrier: str, text: str) -> list[str]:
    if carrier and carrier not in CARRIERS:
        raise FulfillmentRefused(_("Choose a carrier from the list."), field="carrier")
    numbers = split_tracking_numbers(text)
    if len(numbers) > MOST_BOXES:
        raise FulfillmentRefused(
            _("A parcel has %(most)s tracking numbers at most. Nothing was sent.") % {"most": MOST_BOXES},
            field="tracking_number",
        )
    for number in numbers:
        if len(number) > LONGEST_NUMBER or not (number.isascii() and number.replace("-", "").isalnum()):
            raise FulfillmentRefused(
                _("A tracking number has letters, digits and dashes, 80 at most. Nothing was sent."),
                field="tracking_number",
            )
    return numbers


def _set_tracking(fulfillment: Fulfillment, carrier: str, numbers: list[str]) -> None:
    first = numbers[0] if numbers else ""
    country = str(fulfillment.order.shipping_address.get("country", ""))
    fulfillment.carrier = carrier or guess_carrier(first, country)
    fulfillment.tracking_number = first
    fulfillment.tracking_url = tracking_url(fulfillment.carrier, first)
    fulfillment.more_numbers = numbers[1:]


def _choose(rows: Mapping[int, OrderLine], lines: Mapping[int, int] | None) -> dict[int, int]:
    left = {pk: line.left_count for pk, line in rows.items()}
    if not any(left.values()):
        raise NothingToFulfill(_("Everything in this order has been sent already. Nothing was changed."))
    wanted = {pk: quantity for pk, quantity in (left if lines is None else lines).items() if quantity}
    if not wanted:
        raise NothingToFulfill(_("Choose at least one item to send."))
    for pk, quantity in wanted.items():
        if pk not in rows or quantity < 0:
            raise FulfillmentRefused(_("This is not in the order. Load the page again."))
        if quantity > left[pk]:
            raise NothingToFulfill(
                ngettext(
                    "Only %(num)s of “%(title)s” is left to send. Somebody may have sent the rest just now.",
                    "Only %(num)s of “%(title)s” are left to send. Somebody may have sent the rest just now.",
                    left[pk],
                )
                % {"num": left[pk], "title": rows[pk].title}
            )
    return wanted


def _send(fulfillment: Fulfillment, rows: Mapping[int, OrderLine], wanted: Mapping[int, int]) -> None:
    for pk, quantity in wanted.items():
        rows[pk].fulfilled_count += quantity
    OrderLine.objects.bulk_update([rows[pk] for pk in wanted], ["fulfilled_count"])
    FulfillmentLine.objects.bulk_create(
        [
            FulfillmentLine(fulfillment=fulfillment, order_line=rows[pk], quantity=quantity)
            for pk, quantity in wanted.items()
        ]
    )


def set_status(order: Order, lines: Iterable[OrderLine]) -> None:
    """Write how much of an order has been sent, by all of its lines."""
    rows = list(lines)
    if not any(line.left_count for line in rows):
        order.fulfillment_status = FulfillmentStatus.FULFILLED
    elif any(line.fulfilled_count for line in rows):
        order.fulfillment_status = FulfillmentStatus.PARTLY_FULFILLED
    else:
        order.fulfillment_status = FulfillmentStatus.UNFULFILLED
    order.save(update_fields=["fulfillment_status"])
