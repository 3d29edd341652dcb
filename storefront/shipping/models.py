"""Where a store delivers to and for how much."""

from django.db import models
from django.db.models import Q

from core.db.models import StoreModel


class ShippingZone(StoreModel):
    """Countries with the same rates; no countries means everywhere else."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=120)
    countries = models.JSONField(default=list, help_text="ISO 3166-1 alpha-2 codes.")
    position = models.IntegerField(default=0)


class ShippingMethod(StoreModel):
    """A way to deliver in a zone, in the store's currency."""

    id = models.BigAutoField(primary_key=True)
    zone = models.ForeignKey(ShippingZone, on_delete=models.CASCADE, related_name="methods")
    name = models.CharField(max_length=120)
    price_amount = models.BigIntegerField()
    free_over_amount = models.BigIntegerField(null=True, blank=True)
    minimum_days = models.IntegerField(default=2)
    maximum_days = models.IntegerField(default=5)
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(price_amount__gte=0), name="shipping_price_is_not_negative")]
