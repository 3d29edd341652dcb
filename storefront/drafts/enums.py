"""Where a draft stands."""

from django.db import models
from django.utils.translation import pgettext_lazy


class DraftState(models.TextChoices):
    """open: the merchant works on it · sent: the customer has the link · completed: it is an order · expired · canceled."""

    OPEN = "open", pgettext_lazy("draft", "Open")
    SENT = "sent", pgettext_lazy("draft", "Link sent")
    COMPLETED = "completed", pgettext_lazy("draft", "Ordered")
    EXPIRED = "expired", pgettext_lazy("draft", "Expired")
    CANCELED = "canceled", pgettext_lazy("draft", "Called off")


# What can still be changed, sent and paid.
RUNNING = (DraftState.OPEN, DraftState.SENT)
