"""The inbox for what Stripe tells us: stored once, answered at once, handled by a job."""

from django.db import models


class WebhookEvent(models.Model):
    """A verified event. `external_id` is Stripe's; the row is the memory that makes a repeat harmless."""

    WAITING, HANDLED, IGNORED, FAILED = "waiting", "handled", "ignored", "failed"
    STATES = ((WAITING, "waiting"), (HANDLED, "handled"), (IGNORED, "ignored"), (FAILED, "failed"))

    id = models.BigAutoField(primary_key=True)
    external_id = models.CharField(max_length=100, unique=True)
    type = models.CharField(max_length=100)
    account = models.CharField(max_length=64, blank=True)
    object_id = models.CharField(max_length=200, blank=True)
    livemode = models.BooleanField()
    payload = models.JSONField()
    state = models.CharField(max_length=10, choices=STATES, default=WAITING)
    attempts_count = models.IntegerField(default=0)
    error = models.TextField(blank=True)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="When the sweeper may ask for it again.")
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="webhook_waiting", condition=models.Q(state="waiting")),
        ]
