"""Orders that were to be paid by bank transfer and were not."""

from datetime import datetime

from django.db import transaction
from django.db.models import DurationField, ExpressionWrapper, F, QuerySet, Value

from core.outbox.services import enqueue
from storefront.orders.enums import FulfillmentStatus, OrderStatus, PaymentStatus
from storefront.orders.errors import OrderStateRefused
from storefront.orders.locks import lock_order
from storefront.orders.services import cancel_order
from storefront.payments.models import Payment, PaymentState
from storefront.payments.selectors import MANUAL
from storefront.payments.services.mailing import TRANSFER_DUE_KEY

# The timeline and the mail say it in the reader's language.
REASON = "reason:payment"


def cancel_overdue(*, now: datetime, limit: int = 100) -> int:
    """Call off orders whose money did not come in time, and return how many; what was sent or is on hold is left alone.

    The goods go back on sale, gift cards and credit get their part back, and the shopper is told.
    """
    late = _waiting().filter(due_at__lt=now)
    return sum(
        _cancel(order_id, now=now) for order_id in late.order_by("due_at").values_list("order_id", flat=True)[:limit]
    )


def remind_due(*, now: datetime, limit: int = 100) -> int:
    """Ask for a reminder of each transfer that has not come half way to its last day, once, and return how many."""
    left = ExpressionWrapper(F("due_at") - Value(now), output_field=DurationField())
    gone = ExpressionWrapper(Value(now) - F("created_at"), output_field=DurationField())
    half_way = _waiting().filter(due_at__gt=now).annotate(left=left, gone=gone).filter(left__lte=F("gone"))
    told = half_way.exclude(order__email="").exclude(order__events__key=TRANSFER_DUE_KEY)
    keys = list(told.order_by("due_at").values_list("pk", flat=True)[:limit])
    for payment_id in keys:
        enqueue(task="storefront.payments.mail_transfer_due", kwargs={"payment_id": payment_id})
    return len(keys)


def _waiting() -> QuerySet[Payment]:
    """Return payments that the merchant still waits for, of orders of which nothing was sent and that are not on hold."""
    return Payment.objects.filter(
        provider=MANUAL,
        state=PaymentState.WAITING,
        order__status=OrderStatus.OPEN,
        order__payment_status=PaymentStatus.PENDING,
        order__fulfillment_status=FulfillmentStatus.UNFULFILLED,
        order__held_at__isnull=True,
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
