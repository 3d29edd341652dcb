"""Long work as a row: the broker may lose a message, the row stays."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    SUCCEEDED = "succeeded", _("Done")
    PARTLY_FAILED = "partly_failed", _("Partly failed")
    FAILED = "failed", _("Failed")
    CANCELED = "canceled", _("Canceled")


FINISHED_STATES = (JobState.SUCCEEDED, JobState.PARTLY_FAILED, JobState.FAILED, JobState.CANCELED)


class Job(models.Model):
    """One piece of long work of one store or of the platform, with the lease of whoever works on it."""

    id = models.BigAutoField(primary_key=True)
    token = models.CharField(max_length=26, unique=True)
    schema_name = models.CharField(max_length=63)
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    task = models.CharField(max_length=200)
    queue = models.CharField(max_length=40, default="default")
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=20, choices=JobState, default=JobState.QUEUED)
    phase = models.CharField(max_length=60, blank=True)
    done_count = models.BigIntegerField(default=0)
    total_count = models.BigIntegerField(null=True, blank=True)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    started_by = models.CharField(max_length=254, blank=True)
    attempts_count = models.IntegerField(default=0)
    lease_owner = models.CharField(max_length=100, blank=True)
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    cancel_requested = models.BooleanField(default=False)
    dismissed = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    dispatched_at = models.DateTimeField(null=True, blank=True, help_text="Empty while it waits for its store's turn.")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    MAX_ATTEMPTS: ClassVar[int] = 3

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(done_count__gte=0), name="job_done_count_is_not_negative"),
            models.CheckConstraint(
                condition=~Q(state=JobState.RUNNING) | Q(lease_expires_at__isnull=False),
                name="job_running_has_a_lease",
            ),
        ]
        indexes = [
            models.Index(fields=["schema_name", "-id"], name="job_by_store"),
            models.Index(
                fields=["lease_expires_at"],
                name="job_unfinished",
                condition=Q(state__in=["queued", "running"]),
            ),
            models.Index(
                fields=["schema_name", "queue", "id"],
                name="job_turns",
                condition=Q(state__in=["queued", "running"]),
            ),
        ]

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED_STATES

    @property
    def percent(self) -> int | None:
        """Return 0 to 100, or None where the total is unknown."""
        if not self.total_count:
            return None
        return min(100, self.done_count * 100 // self.total_count)
