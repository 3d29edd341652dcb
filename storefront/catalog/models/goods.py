"""Goods that are made of other goods, or of files."""

from django.db import models
from django.db.models import F, Q

from core.db.models import StoreModel
from storefront.catalog.models.product import ProductVariant


class BundleItem(StoreModel):
    """So many of a variant in each of a set."""

    id = models.BigAutoField(primary_key=True)
    bundle = models.ForeignKey(ProductVariant, on_delete=models.CASCADE, related_name="bundle_items", db_index=False)
    component = models.ForeignKey(ProductVariant, on_delete=models.PROTECT, related_name="bundles")
    quantity = models.IntegerField(default=1)
    position = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bundle", "component"], name="bundle_names_a_component_once"),
            models.CheckConstraint(condition=~Q(bundle=F("component")), name="bundle_is_not_in_itself"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="bundle_quantity_is_positive"),
        ]


class DigitalFile(StoreModel):
    """A file that a buyer of the variant may load down; `path` is where private storage keeps it.

    `link_days` and `link_downloads` say how long and how often; empty is what holds for all.
    """

    id = models.BigAutoField(primary_key=True)
    variant = models.ForeignKey(ProductVariant, on_delete=models.CASCADE, related_name="files")
    position = models.IntegerField(default=1)
    path = models.CharField(max_length=255)
    filename = models.CharField(max_length=255)
    bytes_count = models.BigIntegerField()
    link_days = models.SmallIntegerField(null=True, blank=True)
    link_downloads = models.SmallIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(link_days__isnull=True) | Q(link_days__range=(1, 3650)), name="file_link_lasts_some_days"
            ),
            models.CheckConstraint(
                condition=Q(link_downloads__isnull=True) | Q(link_downloads__range=(1, 1000)),
                name="file_link_opens_some_times",
            ),
        ]
