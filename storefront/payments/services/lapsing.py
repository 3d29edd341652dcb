"""Orders that were to be paid by bank transfer and were not."""

from datetime import datetime

from django.db import transaction

from storefront.orders.enums import FulfillmentStatus, OrderStatus, PaymentStatus
from storefront.orders.errors import OrderStateRefused
from storefront.orders.locks import lock_order
from storefront.orders.services import cancel_order
from storefront.payments.models import Payment, PaymentState
from storefront.payments.selectors import MANUAL

# The timeline and the mail say it in the reader's language.
REASON = "reason:payment"


def cancel_overdue(*, now: datetime, limit: int = 100) -> int:
    """Call off orders whose money did not come in time, and return how many; what was sent or is on hold is left alone.

    The goods go back on sale, gift cards and credit get their part back, and the shopper is told.
    """
    late = Payment.objects.filter(
        provider=MANUAL,
        state=PaymentState.WAITING,
        due_at__lt=now,
        order__status=OrderStatus.OPEN,
        order__payment_status=PaymentStatus.PENDING,
        order__fulfillment_status=FulfillmentStatus.UNFULFILLED,
        order__held_at__isnull=True,
    )
    return sum(
        _cancel(order_id, now=now) for order_id in late.order_by("due_at").values_list("order_id", flat=True)[:limit]
    )


def _cancel(order_id: int, *, now: datetime) -> int:
    with transaction.atomic():
        order = lock_order(order_id)
        if order.payment_status != PaymentStatus.PENDING or order.held_at is not None:
            return 0  # The merchant saw the money, or wants to wait, this very moment.
        try:
            cancel_order(order_id=order_id, reason=REASON, actor="system", now=now, notify=True)
        except OrderStateRefused:
            return 0
    return 1
