"""What was brought in, by whom, how its columns were read, and what has to be known to take it back."""

from django.db import models
from django.db.models import Value

from core.db.models import StoreModel
from storefront.transfer.enums import FileFormat, ImportKind


class ImportRun(StoreModel):
    """One file on its way into the store, from the upload to its undoing.

    `header` and `samples` are its first rows; `mapping` says our column by the file's own name of it, empty where it is left
    out; `choices` are how it is taken (`Choices`), nothing where that was not said yet. The jobs that check and write it are
    named by their tokens; counts are of products, customers or orders.
    """

    id = models.BigAutoField(primary_key=True)
    token = models.CharField(max_length=26, unique=True)
    kind = models.CharField(max_length=10, choices=ImportKind)
    file_format = models.CharField(max_length=12, choices=FileFormat, default=FileFormat.SHOPIFY)
    filename = models.CharField(max_length=200)
    stored_name = models.CharField(max_length=255, blank=True)
    header = models.JSONField(default=list)
    samples = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    choices = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))
    created_by = models.CharField(max_length=254)
    created_at = models.DateTimeField()
    check_token = models.CharField(max_length=26, blank=True)
    job_token = models.CharField(max_length=26, blank=True)
    change_set_id = models.BigIntegerField(null=True, blank=True, help_text="Of the catalog’s change set.")
    created_count = models.IntegerField(default=0)
    updated_count = models.IntegerField(default=0)
    rejected_count = models.IntegerField(default=0)
    imported_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-imported_at"], name="import_run_newest")]


class ColumnMemory(StoreModel):
    """How the columns of a header were read the last time: our column for each of the file's, in its order."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=10, choices=ImportKind)
    header_key = models.CharField(max_length=64)
    fields = models.JSONField(default=list)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "header_key"], name="column_memory_once_a_header")]


class UndoBatch(StoreModel):
    """What one batch of an import did to customers or orders: `[[id, what it was before or null where it was made], …]`."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="undo_batches")
    rows = models.JSONField(default=list)
