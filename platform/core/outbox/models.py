"""What has to leave a transaction: a task to publish once the transaction is certain."""

from django.db import models
from django.db.models import Q


class OutboxMessage(models.Model):
    """A task waiting to be published; the row commits or vanishes together with the change that caused it."""

    id = models.BigAutoField(primary_key=True)
    task = models.CharField(max_length=200)
    kwargs = models.JSONField(default=dict)
    schema_name = models.CharField(max_length=63)
    queue = models.CharField(max_length=40, default="default")
    created_at = models.DateTimeField()
    available_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    attempts_count = models.IntegerField(default=0, help_text="How often the broker did not take it.")
    lost_count = models.IntegerField(default=0, db_default=0, help_text="How often it took it and lost it.")

    class Meta:
        indexes = [
            models.Index(fields=["available_at", "id"], name="outbox_waiting", condition=Q(published_at__isnull=True)),
            models.Index(
                fields=["published_at", "id"],
                name="outbox_untaken",
                condition=Q(published_at__isnull=False, taken_at__isnull=True),
            ),
        ]
