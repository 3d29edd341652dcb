"""Discounts, the codes that give them, and who has used which."""

from django.db import models
from django.db.models import F, Q

from core.db.models import StoreModel
from storefront.customers.models import Customer
from storefront.discounts.enums import AppliesTo, Audience, DiscountKind

_EMPTY_LIST = models.Value([], models.JSONField())
MOST_POINTS = 10_000


class Promotion(StoreModel):
    """A discount, amounts in minor units of the store's own currency; `pricing.basket.Promotion` says what its numbers mean.

    Without `is_automatic` a shopper needs one of its codes. `product_ids`, `collection_ids` and `customer_ids` name those
    that `applies_to` and `audience` ask for. `tiers` is [{minimum_amount, minimum_quantity, off_amount, off_points}].
    `used_count` counts the orders that hold it, unpaid ones while they wait.
    """

    id = models.BigAutoField(primary_key=True)
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=DiscountKind)
    is_automatic = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    amount = models.BigIntegerField(default=0)
    is_each = models.BooleanField(default=False)
    points = models.IntegerField(default=0)
    applies_to = models.CharField(max_length=12, choices=AppliesTo, default=AppliesTo.ALL)
    product_ids = models.JSONField(default=list, db_default=_EMPTY_LIST)
    collection_ids = models.JSONField(default=list, db_default=_EMPTY_LIST)
    buy_quantity = models.IntegerField(default=0)
    get_quantity = models.IntegerField(default=0)
    get_applies_to = models.CharField(max_length=12, choices=AppliesTo, default=AppliesTo.ALL)
    get_product_ids = models.JSONField(default=list, db_default=_EMPTY_LIST)
    get_collection_ids = models.JSONField(default=list, db_default=_EMPTY_LIST)
    most_times = models.IntegerField(default=0)
    tiers = models.JSONField(default=list, db_default=_EMPTY_LIST)
    repeats = models.BooleanField(default=False)
    most_delivery_amount = models.BigIntegerField(null=True, blank=True)
    minimum_amount = models.BigIntegerField(default=0)
    minimum_quantity = models.IntegerField(default=0)
    audience = models.CharField(max_length=12, choices=Audience, default=Audience.EVERYBODY)
    customer_ids = models.JSONField(default=list, db_default=_EMPTY_LIST)
    combines_with_goods = models.BooleanField(default=False)
    combines_with_order = models.BooleanField(default=False)
    combines_with_delivery = models.BooleanField(default=False)
    limit_count = models.IntegerField(null=True, blank=True)
    limit_per_customer = models.IntegerField(null=True, blank=True)
    used_count = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(used_count__gte=0)
                & (Q(limit_count__isnull=True) | Q(limit_count__gte=1, used_count__lte=F("limit_count"))),
                name="promotion_is_used_within_its_limit",
            ),
            models.CheckConstraint(
                condition=Q(limit_per_customer__isnull=True) | Q(limit_per_customer__gte=1),
                name="promotion_limit_per_customer_is_positive",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0, points__gte=0, points__lte=MOST_POINTS, minimum_amount__gte=0)
                & Q(minimum_quantity__gte=0, buy_quantity__gte=0, get_quantity__gte=0, most_times__gte=0),
                name="promotion_numbers_are_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="promotion_ends_after_it_starts"
            ),
        ]
        indexes = [
            models.Index(
                fields=["starts_at"], name="promotion_automatic", condition=Q(is_automatic=True, is_active=True)
            )
        ]

    def __str__(self) -> str:
        return self.title


class DiscountCode(StoreModel):
    """A word that gives a promotion; `code` is in capitals, as `codes.clean_code` writes it."""

    id = models.BigAutoField(primary_key=True)
    promotion = models.ForeignKey(Promotion, on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(max_length=40, unique=True)
    limit_count = models.IntegerField(null=True, blank=True)
    used_count = models.IntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(used_count__gte=0)
                & (Q(limit_count__isnull=True) | Q(limit_count__gte=1, used_count__lte=F("limit_count"))),
                name="discount_code_is_used_within_its_limit",
            ),
            models.CheckConstraint(condition=~Q(code=""), name="discount_code_is_a_word"),
        ]


class DiscountUse(StoreModel):
    """An order holds a promotion: written when it is placed, gone when nobody paid. `amount` in minor units of `currency`."""

    id = models.BigAutoField(primary_key=True)
    promotion = models.ForeignKey(Promotion, on_delete=models.CASCADE, related_name="uses", db_index=False)
    code = models.ForeignKey(DiscountCode, null=True, blank=True, on_delete=models.SET_NULL, related_name="uses")
    order_token = models.CharField(max_length=26, db_index=True)
    customer = models.ForeignKey(Customer, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    amount = models.BigIntegerField()
    order_amount = models.BigIntegerField(default=0, db_default=0, help_text="The total of the order.")
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["promotion", "order_token"], name="discount_use_once_an_order"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="discount_use_amount_is_not_negative"),
        ]
