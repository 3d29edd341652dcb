"""Attempts to take money: found, still open, given up."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from storefront.orders.enums import OrderStatus
from storefront.orders.models import Order
from storefront.payments.errors import PaymentNotFound
from storefront.payments.models import Payment, PaymentState, ReportState, TaxReport

OPEN_STATES = (PaymentState.INTENT, PaymentState.WAITING)
STRIPE, MANUAL, FREE = "stripe", "manual", "free"
CHECK_AFTER = timedelta(minutes=2)


def get_payment_by_session(session_id: str) -> Payment:
    """Return the payment that opened this hosted checkout.

    Raises: PaymentNotFound.
    """
    payment = Payment.objects.select_related("order").filter(stripe_checkout_session_id=session_id).first()
    if payment is None:
        raise PaymentNotFound(_("This payment does not belong to this store."))
    return payment


def find_open_payment(order: Order) -> Payment | None:
    """Return the newest payment of the order that has neither succeeded nor ended, or None."""
    return order.payments.filter(provider=STRIPE, state__in=OPEN_STATES).order_by("-pk").first()


def list_open_payments(*, now: datetime, limit: int = 100) -> list[Payment]:
    """Return payments that have been open and untouched for over two minutes, the longest waiting first."""
    waiting = Payment.objects.filter(provider=STRIPE, state__in=OPEN_STATES, updated_at__lt=now - CHECK_AFTER)
    return list(waiting.order_by("updated_at", "pk")[:limit])


def list_abandoned_orders(*, now: datetime, limit: int = 100) -> list[Order]:
    """Return pending orders whose hold has run out and that no open payment will settle."""
    waiting = Payment.objects.filter(state__in=OPEN_STATES, order_id=OuterRef("pk"))
    late = Order.objects.filter(status=OrderStatus.PENDING, expires_at__lt=now - CHECK_AFTER)
    return list(late.filter(~Exists(waiting)).order_by("pk")[:limit])


def list_open_reports(*, now: datetime, limit: int = 100) -> list[TaxReport]:
    """Return reports of taxes that were not taken within two minutes, the longest waiting first."""
    waiting = TaxReport.objects.filter(state=ReportState.INTENT, updated_at__lt=now - CHECK_AFTER)
    return list(waiting.order_by("updated_at", "pk")[:limit])
