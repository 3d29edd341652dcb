"""Mails about money, made from a sample."""

from datetime import timedelta

from django.utils.translation import gettext as _

from core.ids import new_token
from storefront.credits.models import CreditEntry
from storefront.credits.services import adjust_store_credit, mail_credit_given
from storefront.notifications.samples import Sample
from storefront.orders.enums import PaymentStatus
from storefront.orders.models import Order
from storefront.payments.models import Dispute, DisputeStatus, Payment, PaymentState, Refund, RefundState, WayKind
from storefront.payments.services.mailing import (
    mail_dispute,
    mail_refund_failed,
    mail_refunded,
    mail_transfer_due,
)


def _refund(sample: Sample, *, reason: str = "", state: str = RefundState.SUCCEEDED) -> Refund:
    return Refund.objects.create(
        payment=sample.payment, amount=sample.order.total_amount, adjustment_amount=sample.order.total_amount, reason=reason,
        state=state, idempotency_key=new_token(), actor="system", created_at=sample.now,
    )  # fmt: skip


def make_refunded(sample: Sample) -> None:
    mail_refunded(refund_id=_refund(sample).pk, now=sample.now)


def make_transfer_due(sample: Sample) -> None:
    Order.objects.filter(pk=sample.order.pk).update(paid_at=None, payment_status=PaymentStatus.PENDING)
    due_at = sample.now + timedelta(days=3)
    Payment.objects.filter(pk=sample.payment.pk).update(
        state=PaymentState.WAITING,
        method_type=WayKind.BANK_TRANSFER,
        method_label=WayKind.BANK_TRANSFER.label,
        due_at=due_at,
    )
    mail_transfer_due(payment_id=sample.payment.pk, now=sample.now)


def make_returned(sample: Sample) -> None:
    Order.objects.filter(pk=sample.order.pk).update(email="")
    mail_refunded(refund_id=_refund(sample, reason="sold_out").pk, now=sample.now)


def make_refund_failed(sample: Sample) -> None:
    mail_refund_failed(refund_id=_refund(sample, state=RefundState.FAILED).pk, now=sample.now)


def make_dispute(sample: Sample) -> None:
    dispute = Dispute.objects.create(
        payment=sample.payment, stripe_dispute_id=new_token(), status=DisputeStatus.NEEDS_RESPONSE,
        reason="product_not_received", amount=sample.order.total_amount, currency=sample.order.currency,
        due_at=sample.now + timedelta(days=9), created_at=sample.now, updated_at=sample.now,
    )  # fmt: skip
    mail_dispute(dispute_pk=dispute.pk, status=dispute.status, now=sample.now)


def make_credit_given(sample: Sample) -> None:
    """Write credit that was given, and mail it."""
    adjust_store_credit(
        customer_id=sample.customer.pk,
        currency=sample.order.currency,
        amount=1500,
        note=_("For the parcel that came late."),
        actor="sample",
        now=sample.now,
    )
    entry = CreditEntry.objects.get(store_credit__customer=sample.customer)
    mail_credit_given(entry_id=entry.pk, now=sample.now)
