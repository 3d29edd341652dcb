"""What goods were before many were changed at once, so that it can be undone."""

from django.db import models

from core.db.models import StoreModel


class ChangeSet(StoreModel):
    """One deed over many goods, such as an import. It can be undone until `expires_at`, once."""

    id = models.BigAutoField(primary_key=True)
    title = models.CharField(max_length=255)
    actor = models.CharField(max_length=254)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    undone_at = models.DateTimeField(null=True, blank=True)


class ChangeRow(StoreModel):
    """A product as it was before the deed and as the deed left it; `before` is null where the deed made it."""

    id = models.BigAutoField(primary_key=True)
    change_set = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="rows", db_index=False)
    product_id = models.BigIntegerField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change_set", "product_id"], name="change_set_holds_a_product_once")
        ]
