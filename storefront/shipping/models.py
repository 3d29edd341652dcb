"""Where a store delivers to, how, and for how much."""

from django.db import models
from django.db.models import Q

from core.db.models import StoreModel
from storefront.catalog.models.columns import EMPTY_LIST, EMPTY_OBJECT
from storefront.inventory.models import Warehouse
from storefront.shipping.enums import Basis, MethodKind


class ShippingSettings(StoreModel):
    """What holds for all delivery; one row, locked while zones change."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    handling_days = models.SmallIntegerField(default=0, db_default=0, help_text="Working days until a parcel leaves.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="shipping_settings_is_one_row"),
            models.CheckConstraint(
                condition=Q(handling_days__gte=0, handling_days__lte=60), name="shipping_handling_is_within_two_months"
            ),
        ]


class ShippingZone(StoreModel):
    """Places with the same rates; no countries means everywhere else.

    `regions` narrows countries down: ``{"CA": ["QC", "ON"]}`` takes two provinces of Canada; a country that is not in it is
    meant as a whole. Codes of regions are those of `storefront.customers.postal.regions`.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=120)
    countries = models.JSONField(default=list, db_default=EMPTY_LIST, help_text="ISO 3166-1 alpha-2 codes.")
    regions = models.JSONField(default=dict, db_default=EMPTY_OBJECT)
    position = models.IntegerField(default=0)


class ShippingMethod(StoreModel):
    """A way to get an order: sent within a zone, or picked up at a warehouse.

    Amounts are in the store's currency; `amounts` and `free_over_amounts` hold those set by hand in others, such as
    ``{"EUR": 450}``. Prices by weight or by order value stand in `ShippingBand`. `translations` has name, text and hours.
    """

    id = models.BigAutoField(primary_key=True)
    zone = models.ForeignKey(ShippingZone, null=True, blank=True, on_delete=models.CASCADE, related_name="methods")
    kind = models.CharField(max_length=10, choices=MethodKind, default=MethodKind.PARCEL, db_default=MethodKind.PARCEL)
    warehouse = models.ForeignKey(Warehouse, null=True, blank=True, on_delete=models.CASCADE)
    name = models.CharField(max_length=120)
    text = models.CharField(max_length=200, blank=True, default="", db_default="")
    hours = models.CharField(max_length=200, blank=True, default="", db_default="")
    translations = models.JSONField(default=dict, db_default=EMPTY_OBJECT)
    basis = models.CharField(max_length=10, choices=Basis, default=Basis.FLAT, db_default=Basis.FLAT)
    price_amount = models.BigIntegerField()
    amounts = models.JSONField(default=dict, db_default=EMPTY_OBJECT)
    free_over_amount = models.BigIntegerField(null=True, blank=True)
    free_over_amounts = models.JSONField(default=dict, db_default=EMPTY_OBJECT)
    minimum_days = models.IntegerField(default=2)
    maximum_days = models.IntegerField(default=5)
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(price_amount__gte=0), name="shipping_price_is_not_negative"),
            models.CheckConstraint(
                condition=Q(kind=MethodKind.PARCEL, zone__isnull=False, warehouse__isnull=True)
                | Q(kind=MethodKind.PICKUP, zone__isnull=True, warehouse__isnull=False),
                name="shipping_is_sent_or_picked_up",
            ),
        ]


class ShippingBand(StoreModel):
    """A step of a price that grows: it begins where the one before ends, so that there are no gaps.

    `up_to` is in grams, the last gram belonging to it, or in minor units of the store's currency, the last one belonging to
    the next step; without it the step has no end. What is beyond the last step is not delivered.
    """

    id = models.BigAutoField(primary_key=True)
    method = models.ForeignKey(ShippingMethod, on_delete=models.CASCADE, related_name="bands", db_index=False)
    up_to = models.BigIntegerField(null=True, blank=True)
    amount = models.BigIntegerField()
    amounts = models.JSONField(default=dict, db_default=EMPTY_OBJECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["method", "up_to"], name="shipping_band_ends_once"),
            models.UniqueConstraint(
                fields=["method"], condition=Q(up_to__isnull=True), name="shipping_band_is_open_once"
            ),
            models.CheckConstraint(condition=Q(up_to__isnull=True) | Q(up_to__gt=0), name="shipping_band_has_a_width"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="shipping_band_is_not_negative"),
        ]
