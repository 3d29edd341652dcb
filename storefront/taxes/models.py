"""What a store owes the tax office, place by place and kind of goods by kind."""

from django.db import models
from django.db.models import Q

from core.db.models import StoreModel
from storefront.catalog.models import TaxClass
from storefront.catalog.models.columns import EMPTY_OBJECT
from storefront.taxes.enums import DeliveryTaxing, TaxProviderName


class TaxSettings(StoreModel):
    """How taxes are counted; one row, and none as long as the store counts none.

    `charges_at_destination`: goods to another country of the EU are taxed as there (One Stop Shop), not as at home.
    `removes_elsewhere`: prices that hold tax are lower by it where the store charges none. `provider` says who counts, and
    `falls_back` that the store's own rates do while that one does not answer. `tax_codes` names goods to it: its code by
    the key of a tax class, or by `standard`.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    is_on = models.BooleanField(default=False)
    prices_include_tax = models.BooleanField(default=False)
    delivery_taxing = models.CharField(max_length=10, choices=DeliveryTaxing, default=DeliveryTaxing.STANDARD)
    charges_at_destination = models.BooleanField(default=False)
    removes_elsewhere = models.BooleanField(default=False)
    takes_vat_ids = models.BooleanField(default=False)
    trusts_unchecked_ids = models.BooleanField(default=False)
    provider = models.CharField(
        max_length=10, choices=TaxProviderName, default=TaxProviderName.OWN, db_default=TaxProviderName.OWN
    )
    falls_back = models.BooleanField(default=False, db_default=False)
    tax_codes = models.JSONField(default=dict, db_default=EMPTY_OBJECT)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="tax_settings_is_one_row")]


class Assessment(StoreModel):
    """What a tax service counted for a cart; it holds for what it was asked, which `fingerprint` tells.

    `answer` is as `storefront.taxes.asking` writes it.
    """

    id = models.BigAutoField(primary_key=True)
    cart_token = models.CharField(max_length=26, unique=True)
    fingerprint = models.CharField(max_length=64)
    calculation_id = models.CharField(max_length=200)
    answer = models.JSONField(default=dict)
    asked_at = models.DateTimeField()


class TaxRegion(StoreModel):
    """A country (ISO 3166-1), or a province of it by its short code, where the store charges tax."""

    id = models.BigAutoField(primary_key=True)
    country = models.CharField(max_length=2)
    province = models.CharField(max_length=10, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["country", "province"], name="tax_region_once")]


class TaxRate(StoreModel):
    """A tax in a region on one class of goods, the standard one without `tax_class`; `percent` has up to four decimals.

    A class may carry several taxes at once, such as GST and PST.
    """

    id = models.BigAutoField(primary_key=True)
    region = models.ForeignKey(TaxRegion, on_delete=models.CASCADE, related_name="rates", db_index=False)
    tax_class = models.ForeignKey(TaxClass, null=True, blank=True, on_delete=models.CASCADE, related_name="rates")
    name = models.CharField(max_length=40)
    percent = models.DecimalField(max_digits=7, decimal_places=4)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region", "tax_class", "name"], name="tax_rate_once_a_name", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lte=100), name="tax_rate_is_a_percentage"),
        ]


class VatCheck(StoreModel):
    """What the register said of a number when it was last asked: the evidence for a sale without tax."""

    id = models.BigAutoField(primary_key=True)
    vat_id = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=10)
    name = models.CharField(max_length=160, blank=True)
    reference = models.CharField(max_length=60, blank=True)
    checked_at = models.DateTimeField()
