"""Attempts to take money, and money given back."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from core.db.models import StoreModel
from storefront.orders.models import Order


class PaymentState(models.TextChoices):
    """intent: written, provider not asked yet · waiting: shopper is at the provider · paid · failed · expired."""

    INTENT = "intent", pgettext_lazy("payment", "Starting")
    WAITING = "waiting", pgettext_lazy("payment", "Waiting")
    PAID = "paid", pgettext_lazy("payment", "Paid")
    FAILED = "failed", pgettext_lazy("payment", "Failed")
    EXPIRED = "expired", pgettext_lazy("payment", "Expired")


class Payment(StoreModel):
    """One attempt to take money for an order; written before the provider is asked, so that a crash leaves a trace."""

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    provider = models.CharField(max_length=20, default="stripe")
    state = models.CharField(max_length=10, choices=PaymentState, default=PaymentState.INTENT)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    refunded_amount = models.BigIntegerField(default=0)
    idempotency_key = models.CharField(max_length=80, unique=True)
    account_id = models.CharField(max_length=64, blank=True)
    stripe_checkout_session_id = models.CharField(max_length=200, null=True, blank=True, unique=True)
    stripe_payment_intent_id = models.CharField(max_length=200, null=True, blank=True, unique=True)
    redirect_url = models.TextField(blank=True)
    method_type = models.CharField(max_length=40, blank=True)
    method_label = models.CharField(max_length=80, blank=True, help_text="Such as Visa •4242.")
    failure_message = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="payment_amount_is_not_negative"),
            models.CheckConstraint(
                condition=Q(refunded_amount__gte=0, refunded_amount__lte=F("amount")),
                name="payment_refunds_stay_within_the_amount",
            ),
            models.UniqueConstraint(fields=["order"], condition=Q(state="paid"), name="payment_one_paid_an_order"),
        ]
        indexes = [
            models.Index(fields=["updated_at"], name="payment_open", condition=Q(state__in=["intent", "waiting"])),
        ]


class Refund(StoreModel):
    """Money given back; written before the provider is asked."""

    id = models.BigAutoField(primary_key=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, default="intent")
    idempotency_key = models.CharField(max_length=80, unique=True)
    stripe_refund_id = models.CharField(max_length=200, null=True, blank=True, unique=True)
    actor = models.CharField(max_length=254)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount_is_positive")]
