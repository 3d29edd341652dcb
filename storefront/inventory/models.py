"""Where goods are, how many, and who they are held for."""

from django.db import models
from django.db.models import F, Q

from core.db.models import StoreModel
from storefront.catalog.models import ProductVariant
from storefront.catalog.models.columns import EMPTY_OBJECT

DEFAULT_THRESHOLD = 5


class InventorySettings(StoreModel):
    """The store's own rules for stock; one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    low_stock_threshold = models.IntegerField(default=DEFAULT_THRESHOLD, db_default=DEFAULT_THRESHOLD)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="inventory_settings_is_one_row"),
            models.CheckConstraint(condition=Q(low_stock_threshold__gte=0), name="low_stock_is_not_below_zero"),
        ]


class Warehouse(StoreModel):
    """A place where goods lie. `address` has line1, line2, city, province, postcode, country; orders take from the default
    one first, then by `position`."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=120, unique=True)
    is_default = models.BooleanField(default=False)
    address = models.JSONField(default=dict, db_default=EMPTY_OBJECT)
    position = models.IntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="warehouse_one_default")
        ]


class Stock(StoreModel):
    """How many of a variant lie in a warehouse, and how many of those are promised.

    `may_go_negative` repeats the variant's choice to sell when out, so that the database can refuse everything else.
    `low_threshold` is where this row counts as low; empty is the store's own number.
    """

    id = models.BigAutoField(primary_key=True)
    variant = models.ForeignKey(ProductVariant, on_delete=models.CASCADE, related_name="stock", db_index=False)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT)
    on_hand_count = models.IntegerField(default=0)
    reserved_count = models.IntegerField(default=0)
    may_go_negative = models.BooleanField(default=False)
    low_threshold = models.IntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["variant", "warehouse"], name="stock_one_row_a_warehouse"),
            models.CheckConstraint(condition=Q(reserved_count__gte=0), name="stock_reserved_is_not_negative"),
            models.CheckConstraint(
                condition=Q(may_go_negative=True) | Q(on_hand_count__gte=F("reserved_count")),
                name="stock_is_never_oversold",
            ),
            models.CheckConstraint(
                condition=Q(low_threshold__isnull=True) | Q(low_threshold__gte=0), name="stock_low_is_not_below_zero"
            ),
        ]

    @property
    def available_count(self) -> int:
        return self.on_hand_count - self.reserved_count


class Reservation(StoreModel):
    """Units held for an order until it is paid (allocated) or given up (released)."""

    HELD, ALLOCATED, RELEASED = "held", "allocated", "released"
    STATES = ((HELD, "held"), (ALLOCATED, "allocated"), (RELEASED, "released"))

    id = models.BigAutoField(primary_key=True)
    order_token = models.CharField(max_length=26)
    stock = models.ForeignKey(Stock, on_delete=models.CASCADE)
    quantity = models.IntegerField()
    state = models.CharField(max_length=10, choices=STATES, default=HELD)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="reservation_quantity_is_positive"),
            models.UniqueConstraint(fields=["order_token", "stock"], name="reservation_once_an_order"),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="reservation_held", condition=Q(state="held")),
        ]


class StockMovement(StoreModel):
    """Why a number changed: the log that the sum of a stock row must agree with."""

    id = models.BigAutoField(primary_key=True)
    stock = models.ForeignKey(Stock, on_delete=models.CASCADE)
    delta = models.IntegerField()
    reason = models.CharField(max_length=40)
    reference = models.CharField(max_length=64, blank=True)
    actor = models.CharField(max_length=254)
    created_at = models.DateTimeField()


class SentForm(StoreModel):
    """A form that was carried out, by the token that its page gave it: sent a second time it changes nothing.

    `digest` is the SHA-256 of what was sent, `words` what it came to.
    """

    token = models.CharField(max_length=26, primary_key=True)
    digest = models.CharField(max_length=64)
    words = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
