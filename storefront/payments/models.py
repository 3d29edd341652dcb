"""Attempts to take money, and money given back."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from core.db.models import StoreModel
from storefront.catalog.models.columns import EMPTY_LIST, EMPTY_OBJECT
from storefront.orders.models import Amendment, Order, OrderLine


class WayKind(models.TextChoices):
    """What a shopper can pay by; `stripe` is whatever the hosted page offers."""

    STRIPE = "stripe", pgettext_lazy("way to pay", "Card or wallet")
    BANK_TRANSFER = "bank_transfer", pgettext_lazy("way to pay", "Bank transfer")
    CASH_ON_DELIVERY = "cash_on_delivery", pgettext_lazy("way to pay", "Cash on delivery")
    PAY_AT_PICKUP = "pay_at_pickup", pgettext_lazy("way to pay", "Pay at the counter")


class WayToPay(StoreModel):
    """A way to pay as the merchant set it; one without a row is as `selectors.ways` says.

    `title` and `text` stand at checkout, `instructions` with the order that waits for its money; `translations` has all
    three by language, and empty ones are said in our words. `days_to_pay` is how long the goods of a bank transfer are
    kept, None for as long as the merchant likes. Cash is taken up to `most_amount` (minor units of the store's currency) and
    in `countries` (ISO 3166-1 alpha-2), None and empty for any.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=20, choices=WayKind, unique=True)
    is_on = models.BooleanField(default=False)
    title = models.CharField(max_length=80, blank=True, default="")
    text = models.CharField(max_length=200, blank=True, default="")
    instructions = models.TextField(blank=True, default="")
    translations = models.JSONField(default=dict, db_default=EMPTY_OBJECT)
    days_to_pay = models.SmallIntegerField(null=True, blank=True)
    most_amount = models.BigIntegerField(null=True, blank=True)
    countries = models.JSONField(default=list, db_default=EMPTY_LIST)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(days_to_pay__isnull=True) | Q(days_to_pay__gte=1, days_to_pay__lte=90),
                name="way_to_pay_waits_up_to_ninety_days",
            ),
            models.CheckConstraint(
                condition=Q(most_amount__isnull=True) | Q(most_amount__gt=0), name="way_to_pay_takes_something"
            ),
        ]


class PaymentState(models.TextChoices):
    """intent: written, provider not asked yet · waiting: shopper is at the provider · paid · failed · expired."""

    INTENT = "intent", pgettext_lazy("payment", "Starting")
    WAITING = "waiting", pgettext_lazy("payment", "Waiting")
    PAID = "paid", pgettext_lazy("payment", "Paid")
    FAILED = "failed", pgettext_lazy("payment", "Failed")
    EXPIRED = "expired", pgettext_lazy("payment", "Expired")


class Payment(StoreModel):
    """One attempt to take money for an order; written before the provider is asked, so that a crash leaves a trace.

    With an `amendment` it is for what was added to the order, else for the order as it was placed.
    Money that the merchant will see arrive has the provider `manual` and its `WayKind` as `method_type`; after `due_at` its
    goods are not kept any longer.
    """

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    amendment = models.ForeignKey(
        Amendment, null=True, blank=True, on_delete=models.PROTECT, related_name="payments", db_index=False
    )
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
    fee_amount = models.BigIntegerField(null=True, blank=True)
    fee_currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    failure_message = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="payment_amount_is_not_negative"),
            models.CheckConstraint(
                condition=Q(refunded_amount__gte=0, refunded_amount__lte=F("amount")),
                name="payment_refunds_stay_within_the_amount",
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(state="paid", amendment__isnull=True),
                name="payment_one_paid_for_an_order",
            ),
            models.UniqueConstraint(
                fields=["amendment"], condition=Q(state="paid"), name="payment_one_paid_for_an_amendment"
            ),
        ]
        indexes = [
            models.Index(fields=["updated_at"], name="payment_open", condition=Q(state__in=["intent", "waiting"])),
        ]


class RefundState(models.TextChoices):
    """intent: written, provider not asked yet · pending: the provider works on it · succeeded · failed: nothing moved."""

    INTENT = "intent", pgettext_lazy("refund", "Starting")
    PENDING = "pending", pgettext_lazy("refund", "On its way")
    SUCCEEDED = "succeeded", pgettext_lazy("refund", "Given back")
    FAILED = "failed", pgettext_lazy("refund", "Failed")


class Refund(StoreModel):
    """Money given back; written before the provider is asked, or found there when somebody gave it back by hand.

    `amount` is money, `credit_amount` what goes back to gift cards and store credit; both together are the lines',
    `delivery_amount` and `adjustment_amount` (below zero where something is kept). The state is the money's alone. With
    `as_credit` the money stayed with the store, and the customer has it as store credit.
    What was decided at once and goes back through several payments is `part_of` the first of them, which holds the lines.
    `request_token` is of the form it was asked by, so that a form that is sent twice is one refund.
    """

    id = models.BigAutoField(primary_key=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    part_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    amount = models.BigIntegerField()
    credit_amount = models.BigIntegerField(default=0, db_default=0)
    delivery_amount = models.BigIntegerField(default=0, db_default=0)
    adjustment_amount = models.BigIntegerField(default=0, db_default=0)
    as_credit = models.BooleanField(default=False, db_default=False)
    reason = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=RefundState, default=RefundState.INTENT)
    idempotency_key = models.CharField(max_length=80, unique=True)
    stripe_refund_id = models.CharField(max_length=200, null=True, blank=True, unique=True)
    request_token = models.CharField(max_length=26, null=True, blank=True, unique=True)
    failure_message = models.CharField(max_length=300, blank=True, default="", db_default="")
    actor = models.CharField(max_length=254)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0, credit_amount__gte=0) & (Q(amount__gt=0) | Q(credit_amount__gt=0)),
                name="refund_gives_something_back",
            ),
            models.CheckConstraint(condition=Q(delivery_amount__gte=0), name="refund_delivery_is_not_negative"),
        ]


class RefundLine(StoreModel):
    """Units of an order's line that were given back, with what they were paid with."""

    id = models.BigAutoField(primary_key=True)
    refund = models.ForeignKey(Refund, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="refund_lines")
    quantity = models.IntegerField()
    amount = models.BigIntegerField()
    is_restocked = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["refund", "order_line"], name="refund_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="refund_line_quantity_is_positive"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="refund_line_amount_is_not_negative"),
        ]


class ReportState(models.TextChoices):
    """intent: written, the service not told yet · done · failed: it did not take it."""

    INTENT = "intent", pgettext_lazy("tax report", "Starting")
    DONE = "done", pgettext_lazy("tax report", "Reported")
    FAILED = "failed", pgettext_lazy("tax report", "Failed")


class TaxReport(StoreModel):
    """A paid order whose taxes a service counted, or by `refund` what was given back of it; written before that is told.

    `reference` is our name of it there, which makes telling twice harmless. `lines` has the service's names of the order's
    goods by the variant they are.
    """

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="tax_reports")
    refund = models.OneToOneField(Refund, null=True, blank=True, on_delete=models.PROTECT, related_name="tax_report")
    reference = models.CharField(max_length=80, unique=True)
    state = models.CharField(max_length=10, choices=ReportState, default=ReportState.INTENT)
    stripe_transaction_id = models.CharField(max_length=200, null=True, blank=True, unique=True)
    lines = models.JSONField(default=dict, db_default=EMPTY_OBJECT)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(refund__isnull=True), name="tax_report_one_sale_of_an_order"
            )
        ]
        indexes = [models.Index(fields=["updated_at"], name="tax_report_open", condition=Q(state="intent"))]


class DisputeStatus(models.TextChoices):
    """Stripe's words. `warning_…` is a bank that only asks: no money has moved."""

    NEEDS_RESPONSE = "needs_response", pgettext_lazy("dispute", "Answer it")
    UNDER_REVIEW = "under_review", pgettext_lazy("dispute", "With the bank")
    WON = "won", pgettext_lazy("dispute", "Won")
    LOST = "lost", pgettext_lazy("dispute", "Lost")
    PREVENTED = "prevented", pgettext_lazy("dispute", "Prevented")
    WARNING_NEEDS_RESPONSE = "warning_needs_response", pgettext_lazy("dispute", "The bank asks")
    WARNING_UNDER_REVIEW = "warning_under_review", pgettext_lazy("dispute", "The bank looks at it")
    WARNING_CLOSED = "warning_closed", pgettext_lazy("dispute", "Question closed")


class Dispute(StoreModel):
    """A customer told their bank that a payment is not right; what the provider says of it, and what we answered."""

    id = models.BigAutoField(primary_key=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="disputes")
    stripe_dispute_id = models.CharField(max_length=200, unique=True)
    status = models.CharField(max_length=30, choices=DisputeStatus)
    reason = models.CharField(max_length=60, blank=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    due_at = models.DateTimeField(null=True, blank=True)
    evidence_text = models.TextField(blank=True)
    evidence_file = models.CharField(max_length=200, blank=True, help_text="The name of the file that was handed over.")
    evidence_file_id = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=254, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="dispute_amount_is_positive")]


class DifferenceKind(models.TextChoices):
    """What a comparison with the provider finds."""

    PAID_THERE = "paid_there", pgettext_lazy("difference", "Paid there, unpaid here")
    MISSING_HERE = "missing_here", pgettext_lazy("difference", "A payment that is not known here")
    UNPAID_THERE = "unpaid_there", pgettext_lazy("difference", "Paid here, unpaid there")
    AMOUNT_DIFFERS = "amount_differs", pgettext_lazy("difference", "Another sum there")
    REFUND_MISSING_HERE = "refund_missing_here", pgettext_lazy("difference", "A refund that is not known here")
    REFUND_MISSING_THERE = "refund_missing_there", pgettext_lazy("difference", "A refund that is not known there")
    REFUND_DIFFERS = "refund_differs", pgettext_lazy("difference", "A refund that differs")
    DISPUTE_DIFFERS = "dispute_differs", pgettext_lazy("difference", "A dispute that differs")


class Difference(StoreModel):
    """Something that the provider says otherwise than this store; `reference` is the provider's id of it.

    `here` and `there` hold what each side said, as `state`, `amount` and `currency`. It is open until it was mended or is
    not found any more.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=30, choices=DifferenceKind)
    reference = models.CharField(max_length=200)
    order = models.ForeignKey(Order, null=True, blank=True, on_delete=models.SET_NULL)
    here = models.JSONField(default=dict)
    there = models.JSONField(default=dict)
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    mended_at = models.DateTimeField(null=True, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "reference"], name="difference_once")]


class Comparison(StoreModel):
    """The last time that all payments were laid beside the provider's; one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    since_at = models.DateTimeField()
    compared_at = models.DateTimeField()
    payments_count = models.IntegerField(default=0)
    refunds_count = models.IntegerField(default=0)
    disputes_count = models.IntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="comparison_is_one_row")]
