"""Orders that a merchant makes for somebody, until they are paid."""

from django.db import models
from django.db.models import Q

from core.db.models import StoreModel
from storefront.carts.models import Cart
from storefront.catalog.models.columns import EMPTY_OBJECT
from storefront.drafts.enums import RUNNING, DraftState
from storefront.orders.models import Order
from storefront.pricing.basket import WHOLE


class Draft(StoreModel):
    """An order to be. Its goods lie in a cart of its own, whose row is locked before the draft's and whose `version` counts its
    changes; `token` is the secret address where it is paid.

    Amounts are minor units of `currency`: `prices` are of a unit, by variant, and `delivery_amount` is what delivery costs,
    None while that is not known; both are kept as they are until `expires_at`. Off the whole of the goods goes `discount_amount`
    or `discount_points` (basis points), for a `reason` that the customer reads. `address` has what `Order.shipping_address`
    has, and nothing where the customer is to give it. `note` becomes the order's, for colleagues.

    `order` is what it became. The link was asked to be mailed at `sent_at`, and was at `mailed_at`.
    """

    id = models.BigAutoField(primary_key=True)
    token = models.CharField(max_length=26, unique=True)
    cart = models.OneToOneField(Cart, on_delete=models.CASCADE, related_name="draft")
    order = models.OneToOneField(Order, null=True, blank=True, on_delete=models.SET_NULL, related_name="draft")
    state = models.CharField(max_length=10, choices=DraftState, default=DraftState.OPEN)
    email = models.EmailField(max_length=254, blank=True)
    name = models.CharField(max_length=160, blank=True)
    address = models.JSONField(default=dict, db_default=EMPTY_OBJECT, blank=True)
    method_id = models.BigIntegerField(null=True, blank=True)
    delivery_amount = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3)
    language = models.CharField(max_length=10, default="en")
    prices = models.JSONField(default=dict, db_default=EMPTY_OBJECT)
    discount_amount = models.BigIntegerField(default=0)
    discount_points = models.IntegerField(default=0)
    reason = models.CharField(max_length=120, blank=True)
    note = models.TextField(blank=True)
    created_by = models.CharField(max_length=254)
    sent_by = models.CharField(max_length=254, blank=True)
    ended_by = models.CharField(max_length=254, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(discount_amount__gte=0, discount_points__gte=0, discount_points__lte=WHOLE)
                & (Q(discount_amount=0) | Q(discount_points=0)),
                name="draft_discount_is_one_of_two",
            ),
            models.CheckConstraint(
                condition=Q(delivery_amount__isnull=True) | Q(delivery_amount__gte=0),
                name="draft_delivery_is_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(state__in=RUNNING, ended_at__isnull=True)
                | (~Q(state__in=RUNNING) & Q(ended_at__isnull=False)),
                name="draft_that_ended_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="draft_newest"),
            models.Index(fields=["expires_at"], name="draft_expiry", condition=Q(state__in=RUNNING)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Return what people call it."""
        return f"D{self.pk}"
