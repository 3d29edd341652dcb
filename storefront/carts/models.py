"""What a shopper means to buy."""

from django.db import models
from django.db.models import Q

from core.db.models import StoreModel
from storefront.catalog.models import ProductVariant
from storefront.catalog.models.columns import EMPTY_LIST
from storefront.customers.models import Customer

MAXIMUM_QUANTITY = 9999
MAXIMUM_LINES = 200
MAXIMUM_CODES = 5


class Cart(StoreModel):
    """A cart has one currency: `currency` is empty for the store's own, as it was before there were others.

    `order_token` is that of the order that the cart has become, or was last on its way to become; `codes` are discount codes
    as they are spelled, `card_ids` the gift cards whose codes were typed.
    """

    id = models.BigAutoField(primary_key=True)
    token = models.CharField(max_length=26, unique=True)
    customer = models.ForeignKey(Customer, null=True, blank=True, on_delete=models.SET_NULL)
    currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    order_token = models.CharField(max_length=26, blank=True, default="", db_default="")
    codes = models.JSONField(default=list, db_default=EMPTY_LIST)
    card_ids = models.JSONField(default=list, db_default=EMPTY_LIST)
    lines_count = models.IntegerField(default=0, help_text="Units, for the badge.")
    version = models.IntegerField(default=0)
    ordered_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(currency="") | Q(currency__regex=r"^[A-Z]{3}$"), name="cart_currency_is_a_code"
            )
        ]


class CartLine(StoreModel):
    """Some units of a variant. Of gift cards `presents` says who gets them, as `storefront.credits.presents` writes it."""

    id = models.BigAutoField(primary_key=True)
    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines", db_index=False)
    variant = models.ForeignKey(ProductVariant, on_delete=models.CASCADE)
    quantity = models.IntegerField()
    presents = models.JSONField(default=list, db_default=EMPTY_LIST)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cart", "variant"], name="cart_line_once_a_variant"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MAXIMUM_QUANTITY), name="cart_line_quantity_is_sane"
            ),
        ]
