"""An order is called off: its goods go back on sale, its money goes back, and the shopper hears of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.db.contention import tried_again
from core.events import publish
from core.outbox.services import enqueue
from core.tenancy import current_tenant
from storefront.catalog.locks import hold_products
from storefront.inventory.services import let_expire, put_back, release
from storefront.orders.bulk import add_sold, refresh_customer_totals
from storefront.orders.enums import FulfillmentStatus, OrderStatus
from storefront.orders.errors import OrderStateRefused
from storefront.orders.events import OrderCanceled, RefundAsked
from storefront.orders.locks import lock_order
from storefront.orders.models import Order, OrderLine
from storefront.orders.services.amending import end_amendments
from storefront.orders.services.paying import note_event
from storefront.orders.services.returning import count_restocked

LONGEST_REASON = 200
# A reason of ours, which the timeline says in the reader's language.
KNOWN = "reason:"


@tried_again
def cancel_order(
    *,
    order_id: int,
    reason: str = "",
    actor: str,
    now: datetime,
    restock: bool = True,
    refund: bool = True,
    notify: bool = False,
) -> Order:
    """Call off an open order of which nothing was sent, or an unpaid one of which all that was sent comes back.

    `restock` puts the goods back on sale, of the latter what was never sent; `refund` asks for all that was paid and is
    left to be given back, `notify` tells the shopper. What gift cards and store credit paid of an order whose rest nobody
    paid goes back in any case.
    Raises: OrderNotFound, OrderStateRefused.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        if order.status != OrderStatus.OPEN:
            raise OrderStateRefused(_("Only an open order can be canceled. Nothing was changed."))
        lines = list(order.lines.order_by("pk"))
        if not can_cancel(order, lines):
            raise OrderStateRefused(_("Part of this order was sent already. Take the parcel back first."))
        order.status = OrderStatus.CANCELED
        order.canceled_at = now
        order.cart_token = None
        order.held_at, order.hold_reason = None, ""
        order.save(update_fields=["status", "canceled_at", "cart_token", "held_at", "hold_reason"])
        for token in end_amendments(order=order, now=now):
            let_expire(order_token=token, now=now)
        reason = reason.strip()[:LONGEST_REASON]
        spoken = "" if reason.startswith(KNOWN) else reason
        asked = RefundAsked(order_id=order.pk, reason=spoken, actor=actor, now=now)
        if refund:
            publish(asked)
        units = _give_back_goods(order, lines, restock=restock, actor=actor, now=now)
        data = {
            "reason": reason,
            "restocked": restock,
            "refund_amount": asked.asked_amount,
            "credit_amount": asked.credit_amount if order.paid_at is not None else order.credit_left_amount,
        }
        note_event(order=order, type="order.canceled", actor=actor, now=now, key="canceled", data=data)
        publish(OrderCanceled(order_id=order.pk, actor=actor, now=now))
        _count_out(order, units)
        if notify and order.email:
            enqueue(task="storefront.orders.send_canceled", kwargs={"order_id": order.pk})
    return order


def can_cancel(order: Order, lines: Iterable[OrderLine]) -> bool:
    """Return whether an open order may be called off: what was sent was refused at the door, say, and nobody paid for it.

    Gift cards do not count as sent: they are closed, or whoever made them refuses.
    """
    if order.fulfillment_status == FulfillmentStatus.UNFULFILLED:
        return True
    sent = [line for line in lines if line.fulfilled_count and not line.is_gift_card]
    return not sent or (order.paid_at is None and all(line.returned_count == line.fulfilled_count for line in sent))


def _give_back_goods(
    order: Order, lines: Sequence[OrderLine], *, restock: bool, actor: str, now: datetime
) -> dict[int, int]:
    """Put the goods back where that is wanted, and return how many fewer of each product are sold; all are locked."""
    units: dict[int, int] = {}
    for line in lines:
        if line.product_id is not None:
            units[line.product_id] = units.get(line.product_id, 0) - line.quantity
    if restock and any(line.fulfilled_count for line in lines):  # What became of these was said when they arrived.
        left = {line.pk: line.left_count for line in lines if line.left_count and line.variant_id is not None}
        pieces = [(line.variant_id or 0, left[line.pk]) for line in lines if line.pk in left]
        put_back(order_token=order.token, lines=pieces, now=now, actor=actor, product_ids=units)
        count_restocked(left)
    elif restock:
        release(order_token=order.token, now=now, actor=actor, product_ids=units)
        order.lines.update(restocked_count=F("quantity"))
    else:
        products = sorted(units)
        hold_products(lambda: products)
    return units


def _count_out(order: Order, units: dict[int, int]) -> None:
    """Count the sale out again; a customer's row comes after their credit, as at the checkout."""
    add_sold(units)
    if order.customer_id is not None:
        refresh_customer_totals(customer_ids={order.customer_id}, currency=current_tenant().currency)
