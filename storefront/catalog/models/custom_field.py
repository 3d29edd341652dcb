"""What a merchant wants to know of goods beyond what every store knows."""

from django.db import models
from django.db.models import Q

from core.db.models import StoreModel
from storefront.catalog.enums import FieldOwner, FieldType


class CustomField(StoreModel):
    """A question that every product, variant or collection can answer in its `custom_fields`, under this `key`.

    `translations` is `{"zh-hans": {"name", "choices"}}`.
    """

    id = models.BigAutoField(primary_key=True)
    owner = models.CharField(max_length=10, choices=FieldOwner, default=FieldOwner.PRODUCT)
    key = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    type = models.CharField(max_length=10, choices=FieldType, default=FieldType.TEXT)
    choices = models.JSONField(default=list)
    is_shown = models.BooleanField(default=True, help_text="Among the facts on a product's page.")
    is_filter = models.BooleanField(default=False, help_text="Shoppers can filter by it.")
    position = models.IntegerField(default=0)
    translations = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="custom_field_key_is_unique"),
            models.CheckConstraint(condition=Q(key__regex=r"^[a-z][a-z0-9_.-]*$"), name="custom_field_key_is_plain"),
        ]
