"""What goods cost, have cost, and cost in other currencies."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from core.db.models import StoreManager, StoreModel, StoreQuerySet
from storefront.catalog.enums import RateSource, Rounding
from storefront.catalog.models.product import ProductVariant


class PriceChangeQuerySet(StoreQuerySet["PriceChange"]):
    """What goods have cost: it can be added to and read."""

    def update(self, **_values: Any) -> int:
        raise TypeError("what something has cost cannot be changed")

    def delete(self) -> Any:
        raise TypeError("what something has cost cannot be deleted")


class PriceChangeManager(StoreManager["PriceChange"]):
    def get_queryset(self) -> PriceChangeQuerySet:
        hints = StoreManager.get_queryset(self)._hints  # type: ignore[attr-defined]
        return PriceChangeQuerySet(self.model, using=self._db, hints=hints)


class PriceChange(StoreModel):
    """From when on a variant cost how much; rows are added, never changed. The last one is what it costs now."""

    id = models.BigAutoField(primary_key=True)
    variant = models.ForeignKey(ProductVariant, on_delete=models.CASCADE, related_name="price_changes", db_index=False)
    currency = models.CharField(max_length=3)
    price_amount = models.BigIntegerField()
    compare_at_amount = models.BigIntegerField(null=True, blank=True)
    actor = models.CharField(max_length=254)
    created_at = models.DateTimeField()

    objects: ClassVar[PriceChangeManager] = PriceChangeManager()

    class Meta:
        indexes = [models.Index(fields=["variant", "-created_at"], name="price_change_of_variant")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("what something has cost cannot be changed")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> Any:
        raise TypeError("what something has cost cannot be deleted")


class PriceList(StoreModel):
    """Prices in a further currency: the store's own times `rate`, more by `adjustment_percent`, rounded by a rule.

    `base_currency` is the currency that the rate was found for; a store that has another one now does not use the list. A
    rate that came by itself and is far from the one before waits in `held_rate` until a person has looked at it. `failure` is
    why no rate came the last time.
    """

    id = models.BigAutoField(primary_key=True)
    currency = models.CharField(max_length=3, unique=True)
    rate = models.DecimalField(max_digits=18, decimal_places=8, help_text="Of this currency for one of the store's.")
    rate_source = models.CharField(max_length=8, choices=RateSource, default=RateSource.MANUAL)
    rated_at = models.DateTimeField()
    rounding = models.CharField(max_length=8, choices=Rounding, default=Rounding.NONE)
    adjustment_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    is_enabled = models.BooleanField(default=False)
    base_currency = models.CharField(max_length=3, default="", db_default="")
    held_rate = models.DecimalField(max_digits=18, decimal_places=8, null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(currency=F("base_currency")), name="price_list_is_of_another_currency"),
            models.CheckConstraint(
                condition=Q(held_rate__isnull=True, held_at__isnull=True)
                | Q(held_rate__isnull=False, held_rate__gt=0, held_at__isnull=False),
                name="price_list_held_rate_is_whole",
            ),
            models.CheckConstraint(condition=Q(rate__gt=0), name="price_list_rate_is_positive"),
            models.CheckConstraint(
                condition=Q(adjustment_percent__gt=-100), name="price_list_adjustment_leaves_a_price"
            ),
        ]


class ListPrice(StoreModel):
    """A price set by hand in a price list, in its currency's minor units; it goes before the rate."""

    id = models.BigAutoField(primary_key=True)
    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="prices", db_index=False)
    variant = models.ForeignKey(ProductVariant, on_delete=models.CASCADE, related_name="list_prices")
    price_amount = models.BigIntegerField()
    compare_at_amount = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["price_list", "variant"], name="list_price_once_a_variant"),
            models.CheckConstraint(condition=Q(price_amount__gte=0), name="list_price_is_not_negative"),
            models.CheckConstraint(
                condition=Q(compare_at_amount__isnull=True) | Q(compare_at_amount__gte=0),
                name="list_price_comparison_is_not_negative",
            ),
        ]
