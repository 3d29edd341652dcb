"""What the API keeps of requests; each store has its own tables."""

from django.db import models


class IdempotencyRecord(models.Model):
    """An idempotency key that was used, what for, and the answer once there is one."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=64, unique=True)
    fingerprint = models.CharField(max_length=64)
    status = models.SmallIntegerField(null=True)
    content_type = models.CharField(max_length=100, blank=True)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        abstract = True
