"""What happened in a store, raw and by day."""

from django.db import models

from core.db.models import StoreModel


class Visit(StoreModel):
    """One page view or act. `visitor` is a hash with a salt that is thrown away: no cookie, no address, no way back."""

    VIEW, PRODUCT, CART, CHECKOUT = "view", "product", "cart", "checkout"

    id = models.BigAutoField(primary_key=True)
    visitor = models.CharField(max_length=32)
    kind = models.CharField(max_length=10)
    path = models.CharField(max_length=300)
    product_id = models.BigIntegerField(null=True, blank=True)
    referrer_host = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(db_index=True)


class VisitorSalt(StoreModel):
    """The day's salt; older ones are deleted after two days."""

    day = models.DateField(primary_key=True)
    salt = models.CharField(max_length=64)


class DailySales(StoreModel):
    """A day in the store's time zone; amounts in minor units of the store's currency."""

    day = models.DateField(primary_key=True)
    orders_count = models.IntegerField(default=0)
    items_count = models.IntegerField(default=0)
    gross_amount = models.BigIntegerField(default=0)
    refund_amount = models.BigIntegerField(default=0)
    net_amount = models.BigIntegerField(default=0)
    new_customers_count = models.IntegerField(default=0)
    returning_customers_count = models.IntegerField(default=0)


class DailyVisits(StoreModel):
    day = models.DateField(primary_key=True)
    visitors_count = models.IntegerField(default=0)
    views_count = models.IntegerField(default=0)
    product_views_count = models.IntegerField(default=0)
    cart_adds_count = models.IntegerField(default=0)
    checkouts_count = models.IntegerField(default=0)


class DailyProductSales(StoreModel):
    """What sold on a day, product by product."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    product_id = models.BigIntegerField()
    title = models.CharField(max_length=255)
    items_count = models.IntegerField()
    net_amount = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "product_id"], name="daily_product_once")]


class RollupState(StoreModel):
    """When the roll-ups were last computed; one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    refreshed_at = models.DateTimeField()
