"""Contracts that shoppers withdraw from, and when they are offered to."""

from django.db import models
from django.db.models import Q

from core.db.models import StoreModel
from storefront.orders.models import Order
from storefront.returns.enums import Offer


class WithdrawalTerms(StoreModel):
    """To whom withdrawing is offered, and for how many days after the last parcel has arrived; one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    offer = models.CharField(max_length=10, choices=Offer, default=Offer.BY_LAW)
    days = models.SmallIntegerField(null=True, blank=True, help_text="Empty: 14, and 7 for a buyer in China.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="withdrawal_terms_are_one_row"),
            models.CheckConstraint(
                condition=Q(days__isnull=True) | Q(days__gte=1, days__lte=365), name="withdrawal_days_fit"
            ),
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
