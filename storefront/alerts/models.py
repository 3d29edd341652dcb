"""Who wants to know when something is back."""

from django.db import models
from django.db.models import Q

from core.db.models import StoreModel
from storefront.catalog.models import ProductVariant


class StockAlert(StoreModel):
    """One mail that was asked for. It is sent once; after that the same person may ask again."""

    id = models.BigAutoField(primary_key=True)
    variant = models.ForeignKey(ProductVariant, on_delete=models.CASCADE, related_name="alerts", db_index=False)
    email = models.EmailField(max_length=254)
    language = models.CharField(max_length=10, default="en")
    nonce = models.CharField(max_length=26)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["variant", "email"], condition=Q(sent_at__isnull=True), name="alert_waits_once"
            )
        ]
        indexes = [models.Index(fields=["email"], name="alert_of_a_person")]
