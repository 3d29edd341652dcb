"""Money arrives for an order, or it does not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.events import publish
from storefront.orders.enums import OrderStatus, PaymentStatus
from storefront.orders.errors import OrderStateRefused
from storefront.orders.events import MoneyArrived, OrderPaid, OrderPlaced
from storefront.orders.locks import lock_order
from storefront.orders.models import Order, OrderEvent


def mark_paid(*, order: Order, paid_at: datetime, actor: str) -> Order:
    """Record that the whole sum has arrived and open the order; twice changes nothing.

    Raises: OrderStateRefused for a canceled order.
    """
    with transaction.atomic():
        order = lock_order(order.pk)
        if order.paid_at is not None:
            return order
        if order.status == OrderStatus.CANCELED:
            raise OrderStateRefused(_("This order is canceled."))
        becomes_real = order.status in (OrderStatus.PENDING, OrderStatus.EXPIRED)
        order.status = OrderStatus.OPEN
        order.payment_status = PaymentStatus.PAID
        order.paid_at = paid_at
        order.expires_at = None
        order.save(update_fields=["status", "payment_status", "paid_at", "expires_at"])
        note_event(order=order, type="order.paid", actor=actor, now=paid_at, key="paid")
        if becomes_real:
            publish(OrderPlaced(order_id=order.pk, now=paid_at, source=order.source))
        publish(OrderPaid(order_id=order.pk, now=paid_at))
        order.refresh_from_db(fields=["fulfillment_status"])
    return order


def receive_money(*, order_id: int, actor: str, now: datetime) -> Order:
    """Say that the money for an order with an arranged payment is here.

    Raises: OrderNotFound, OrderStateRefused for an order that does not wait for money.
    """
    with transaction.atomic():
        publish(
            MoneyArrived(order_id=order_id, actor=actor, now=now)
        )  # Whoever takes it locks the cart before the order.
        return lock_order(order_id)


def must_await_money(order: Order) -> None:
    """Refuse an order that does not wait for money; its row is locked.

    Raises: OrderStateRefused.
    """
    if order.status != OrderStatus.OPEN or order.payment_status not in (PaymentStatus.PENDING, PaymentStatus.FAILED):
        raise OrderStateRefused(_("This order does not wait for money. Nothing was changed."))


def open_order(*, order_id: int, actor: str, now: datetime) -> Order:
    """Make a pending order real before its money is here, because the merchant waits for it; twice changes nothing."""
    with transaction.atomic():
        order = lock_order(order_id)
        if order.status == OrderStatus.PENDING:
            order.status = OrderStatus.OPEN
            order.expires_at = None
            order.save(update_fields=["status", "expires_at"])
            note_event(order=order, type="order.opened", actor=actor, now=now, key="opened")
            publish(OrderPlaced(order_id=order.pk, now=now, source=order.source))
    return order


def expire_order(*, order_id: int, actor: str, now: datetime) -> Order:
    """Give up an order that nobody paid; its cart is free to become another one. Any other order stays as it is."""
    with transaction.atomic():
        order = lock_order(order_id)
        if order.status == OrderStatus.PENDING:
            order.status = OrderStatus.EXPIRED
            order.cart_token = None
            order.save(update_fields=["status", "cart_token"])
            note_event(order=order, type="order.expired", actor=actor, now=now, key="expired")
    return order


def cancel_unpaid_order(*, order: Order, reason: str, actor: str, now: datetime) -> Order:
    """Cancel an order whose money came too late to keep it; the money goes back by itself."""
    with transaction.atomic():
        order = lock_order(order.pk)
        if order.status in (OrderStatus.PENDING, OrderStatus.EXPIRED):
            order.status = OrderStatus.CANCELED
            order.canceled_at = now
            order.cart_token = None
            order.save(update_fields=["status", "canceled_at", "cart_token"])
            note_event(
                order=order, type="order.canceled", actor=actor, now=now, key="canceled", data={"reason": reason}
            )
    return order


def note_event(
    *,
    order: Order,
    type: str,  # noqa: A002
    actor: str,
    now: datetime,
    key: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write a line of the order's timeline; with a key it is written once."""
    row = {"type": type, "actor": actor, "data": dict(data or {}), "created_at": now}
    if key is None:
        OrderEvent.objects.create(order=order, **row)
    else:
        OrderEvent.objects.get_or_create(order=order, key=key, defaults=row)
