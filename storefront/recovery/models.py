"""Carts that were left behind by people whose address is known, the one mail each of them may get, and what came of it."""

from django.db import models
from django.db.models import Q

from core.db.models import StoreModel
from storefront.carts.models import Cart
from storefront.customers.models import Customer
from storefront.recovery.enums import Outcome, Rule

FEWEST_HOURS, MOST_HOURS = 1, 72


class RecoverySettings(StoreModel):
    """Whether, whom and when a store reminds; one row, locked by whoever looks for carts left behind.

    `code` is a discount code that the mail brings. Carts that were left before `switched_on_at` are reminded of never.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    is_on = models.BooleanField(default=False)
    rule = models.CharField(max_length=10, choices=Rule, default=Rule.CONSENT)
    after_hours = models.SmallIntegerField(default=4)
    code = models.CharField(max_length=40, blank=True, default="")
    switched_on_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="recovery_settings_is_one_row"),
            models.CheckConstraint(
                condition=Q(after_hours__gte=FEWEST_HOURS, after_hours__lte=MOST_HOURS),
                name="recovery_hours_are_sane",
            ),
            models.CheckConstraint(
                condition=Q(is_on=False) | Q(switched_on_at__isnull=False), name="recovery_on_has_a_time"
            ),
        ]


class AbandonedCart(StoreModel):
    """A cart that was left, as it was then: `amount` is what its goods came to in minor units of `currency`.

    A cart has one row, so that nobody is reminded of it twice; until the mail is out, leaving it anew changes the row.
    """

    id = models.BigAutoField(primary_key=True)
    cart = models.OneToOneField(Cart, on_delete=models.CASCADE, related_name="abandoned")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="abandoned_carts")
    email = models.EmailField(max_length=254)
    language = models.CharField(max_length=10)
    title = models.CharField(max_length=255, help_text="Its first thing, as the store calls it.")
    items_count = models.IntegerField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    outcome = models.CharField(max_length=12, choices=Outcome)
    nonce = models.CharField(max_length=26)
    left_at = models.DateTimeField()
    found_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Until then the link in its mail works.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome=Outcome.MAILED, mailed_at__isnull=False, expires_at__isnull=False)
                | (~Q(outcome=Outcome.MAILED) & Q(mailed_at__isnull=True)),
                name="abandoned_cart_mailed_has_a_time",
            ),
        ]
        indexes = [models.Index(fields=["-left_at", "-id"], name="abandoned_newest")]


class CartReturn(StoreModel):
    """A cart that was filled by a reminder's link, on whatever device."""

    id = models.BigAutoField(primary_key=True)
    abandoned = models.ForeignKey(AbandonedCart, on_delete=models.CASCADE, related_name="returns", db_index=False)
    cart_token = models.CharField(max_length=26)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["abandoned", "cart_token"], name="cart_return_once_a_cart"),
        ]
        indexes = [models.Index(fields=["cart_token"], name="cart_return_cart")]
