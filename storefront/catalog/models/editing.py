"""Who has a product's page open, and what they typed there and did not save."""

from django.db import models

from core.db.models import StoreModel
from storefront.catalog.models.columns import EMPTY_OBJECT
from storefront.catalog.models.product import Product


class ProductEditing(StoreModel):
    """One person at one opened page of a product, or of a new one, which has none; `tab` names that opened page.

    `typed` is `{field: [as the page had it, as it was typed]}` and empty where nothing waits to be saved. `seen_at` is when the
    page last said that it is open, `saved_at` when the person last saved it.
    """

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, null=True, related_name="editings", db_index=False)
    tab = models.CharField(max_length=26, default="", db_default="")
    actor = models.CharField(max_length=254)
    name = models.CharField(max_length=254)
    typed = models.JSONField(default=dict, db_default=EMPTY_OBJECT)
    typed_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "actor", "tab"], name="editing_is_one_a_tab", nulls_distinct=False
            )
        ]
