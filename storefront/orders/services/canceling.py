"""An order is called off: its goods go back on sale, its money goes back, and the shopper hears of it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.events import publish
from core.outbox.services import enqueue
from core.tenancy import current_tenant
from storefront.catalog.locks import hold_products
from storefront.inventory.services import release
from storefront.orders.bulk import add_sold, refresh_customer_totals
from storefront.orders.enums import FulfillmentStatus, OrderStatus
from storefront.orders.errors import OrderStateRefused
from storefront.orders.events import OrderCanceled, RefundAsked
from storefront.orders.locks import lock_order
from storefront.orders.models import Order
from storefront.orders.services.paying import note_event

LONGEST_REASON = 200
# A reason of ours, which the timeline says in the reader's language.
KNOWN = "reason:"


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
    """Call off an open order of which nothing was sent.

    `restock` puts the goods back on sale, `refund` asks for all that was paid and is left to be given back, `notify`
    tells the shopper.
    Raises: OrderNotFound, OrderStateRefused.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        if order.status != OrderStatus.OPEN:
            raise OrderStateRefused(_("Only an open order can be canceled. Nothing was changed."))
        if order.fulfillment_status != FulfillmentStatus.UNFULFILLED:
            raise OrderStateRefused(_("Part of this order was sent already. Take the parcel back first."))
        order.status = OrderStatus.CANCELED
        order.canceled_at = now
        order.cart_token = None
        order.held_at, order.hold_reason = None, ""
        order.save(update_fields=["status", "canceled_at", "cart_token", "held_at", "hold_reason"])
        reason = reason.strip()[:LONGEST_REASON]
        spoken = "" if reason.startswith(KNOWN) else reason
        asked = RefundAsked(order_id=order.pk, reason=spoken, actor=actor, now=now)
        if refund:
            publish(asked)
        _give_back_goods(order, restock=restock, actor=actor, now=now)
        data = {
            "reason": reason,
            "restocked": restock,
            "refund_amount": asked.asked_amount,
        }
        note_event(order=order, type="order.canceled", actor=actor, now=now, key="canceled", data=data)
        publish(OrderCanceled(order_id=order.pk, now=now))
        if notify and order.email:
            enqueue(task="storefront.orders.send_canceled", kwargs={"order_id": order.pk})
    return order


def _give_back_goods(order: Order, *, restock: bool, actor: str, now: datetime) -> None:
    """Put the goods back where that is wanted, and count the sale out again."""
    units: dict[int, int] = {}
    for product_id, quantity in order.lines.values_list("product_id", "quantity"):
        if product_id is not None:
            units[product_id] = units.get(product_id, 0) - quantity
    if restock:
        release(order_token=order.token, now=now, actor=actor, product_ids=units)
    else:
        products = sorted(units)
        hold_products(lambda: products)
    add_sold(units)
    if order.customer_id is not None:
        refresh_customer_totals(customer_ids={order.customer_id}, currency=current_tenant().currency)
