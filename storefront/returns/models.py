"""Contracts that shoppers withdraw from, goods that they send back, and when both are offered."""

from django.db import models
from django.db.models import F, Q, Value

from core.db.models import StoreModel
from storefront.orders.models import Order, OrderLine
from storefront.payments.models import Refund
from storefront.returns.enums import Offer, ReturnReason, ReturnState, Wish


class WithdrawalTerms(StoreModel):
    """To whom withdrawing is offered, and for how many days after the last parcel has arrived; one row.

    `return_days` is how long goods may be sent back besides that, nought for not at all; `return_words` is what the
    merchant tells those who may.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    offer = models.CharField(max_length=10, choices=Offer, default=Offer.BY_LAW)
    days = models.SmallIntegerField(null=True, blank=True, help_text="Empty: 14, and 7 for a buyer in China.")
    return_days = models.SmallIntegerField(default=30, db_default=30)
    return_words = models.TextField(max_length=2000, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="withdrawal_terms_are_one_row"),
            models.CheckConstraint(
                condition=Q(days__isnull=True) | Q(days__gte=1, days__lte=365), name="withdrawal_days_fit"
            ),
            models.CheckConstraint(condition=Q(return_days__gte=0, return_days__lte=365), name="return_days_fit"),
        ]


class Withdrawal(StoreModel):
    """A shopper's declaration, as it was made: who, of which contract, when. Nobody can refuse it; somebody looks after it.

    `order` is the one that number and address name; a declaration without one counts all the same.
    """

    id = models.BigAutoField(primary_key=True)
    token = models.CharField(max_length=26, unique=True)
    order = models.ForeignKey(Order, null=True, blank=True, on_delete=models.SET_NULL, related_name="withdrawals")
    order_number = models.CharField(max_length=40)
    name = models.CharField(max_length=160)
    email = models.EmailField(max_length=254)
    words = models.TextField(max_length=1000, blank=True)
    language = models.CharField(max_length=10, default="en")
    declared_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    noticed_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=False) | Q(done_by=""), name="withdrawal_done_has_a_time"
            ),
        ]
        indexes = [models.Index(fields=["-declared_at", "-id"], name="withdrawal_newest")]


class Return(StoreModel):
    """Goods of an order that come back: asked for, answered, received, and then given back for money or something else.

    `number` counts the order's returns from 1. `token` is of the form it was asked by, so that a form that is sent twice
    is one return. `note` is the customer's, `answer` the merchant's. A label is a file in private storage or an address,
    photos are such files. `rest_amount` is what went back beside something cheaper that was sent instead, in minor units of
    the order's currency; it stays where that was called off.
    """

    id = models.BigAutoField(primary_key=True)
    token = models.CharField(max_length=26, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="returns")
    number = models.SmallIntegerField()
    state = models.CharField(max_length=10, choices=ReturnState, default=ReturnState.ASKED)
    reason = models.CharField(max_length=20, choices=ReturnReason, default=ReturnReason.OTHER)
    wish = models.CharField(max_length=10, choices=Wish, default=Wish.REFUND)
    note = models.TextField(max_length=1000, blank=True)
    answer = models.TextField(max_length=2000, blank=True)
    photos = models.JSONField(
        default=list, db_default=Value([], models.JSONField()), help_text="The customer's: [{path, width, height}]."
    )
    label_path = models.CharField(max_length=255, blank=True)
    label_url = models.URLField(max_length=500, blank=True)
    asked_by = models.CharField(max_length=254)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    refund = models.OneToOneField(
        Refund, null=True, blank=True, on_delete=models.PROTECT, related_name="return_of_goods"
    )
    exchange = models.OneToOneField(Order, null=True, blank=True, on_delete=models.PROTECT, related_name="exchange_of")
    rest_amount = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="return_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="return_number_is_positive"),
            models.CheckConstraint(
                condition=~Q(state__in=("received", "closed")) | Q(received_at__isnull=False),
                name="return_closed_was_received",
            ),
            models.CheckConstraint(
                condition=Q(refund__isnull=True, exchange__isnull=True) | Q(state="closed"),
                name="return_gives_back_when_closed",
            ),
            models.CheckConstraint(condition=Q(rest_amount__gte=0), name="return_rest_is_not_negative"),
        ]
        indexes = [models.Index(fields=["state", "-asked_at", "-id"], name="return_newest")]

    @property
    def name(self) -> str:
        """Return what people call it: #1042-R1."""
        return f"{self.order.name}-R{self.number}"


class ReturnLine(StoreModel):
    """How many units of an order's line come back; `received_count` is empty until the goods are looked at."""

    id = models.BigAutoField(primary_key=True)
    parent = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="return_lines")
    quantity = models.IntegerField()
    received_count = models.IntegerField(null=True, blank=True)
    is_restocked = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parent", "order_line"], name="return_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="return_line_quantity_is_positive"),
            models.CheckConstraint(
                condition=Q(received_count__isnull=True) | Q(received_count__gte=0, received_count__lte=F("quantity")),
                name="return_line_receives_what_was_asked",
            ),
        ]
