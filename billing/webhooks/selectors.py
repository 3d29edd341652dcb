"""Read the inbox."""

from datetime import datetime

from billing.webhooks.models import WebhookEvent


def list_overdue_events(now: datetime, *, limit: int = 200) -> list[int]:
    """Return the ids of events that still wait although their time has come."""
    waiting = WebhookEvent.objects.filter(state=WebhookEvent.WAITING, due_at__lte=now)
    return list(waiting.order_by("due_at").values_list("pk", flat=True)[:limit])
