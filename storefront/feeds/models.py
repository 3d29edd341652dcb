"""What a merchant lets machines see."""

from django.db import models
from django.db.models import Q

from core.db.models import StoreModel


class FeedSettings(StoreModel):
    """The merchant's choices; at most one row, and without one everything is as the defaults say.

    `indexnow_key` proves to IndexNow that the store speaks for its host. What changed after `indexnow_sent_at` has not been told.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    is_indexed = models.BooleanField(default=True)
    has_google = models.BooleanField(default=True)
    has_openai = models.BooleanField(default=True)
    has_indexnow = models.BooleanField(default=False)
    indexnow_key = models.CharField(max_length=32, blank=True)
    indexnow_sent_at = models.DateTimeField(null=True, blank=True)
    indexnow_said = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="feed_settings_is_one_row"),
            models.CheckConstraint(
                condition=Q(indexnow_key="") | Q(indexnow_key__regex=r"^[a-f0-9]{32}$"),
                name="feed_settings_key_is_hexadecimal",
            ),
        ]
