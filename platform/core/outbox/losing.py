"""What the broker has lost: a message that it gave away to a connection which was just breaking is in no queue any more.

A worker notes that it has taken a message before it does anything. What was published and never taken, although its queue is
empty, is published again; whoever is asked twice acts once, as after a relay that was killed.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.db import transaction

from core.clock import utc_now
from core.outbox.models import OutboxMessage
from core.tenancy import in_public

TASK_PREFIX = "outbox-"
LOST_AFTER = timedelta(minutes=1)
# A queue that is never empty says nothing: its messages are waited for so long.
LOST_IN_A_FULL_QUEUE_AFTER = timedelta(hours=1)
LOOK_BACK = timedelta(days=1)
BATCH_SIZE = 500

logger = logging.getLogger(__name__)


def note_taken(*, task_id: str, **_told: Any) -> None:
    """Write down that a worker has this message; a receiver of Celery's `task_prerun`."""
    number = task_id.removeprefix(TASK_PREFIX)
    if number == task_id or not (number.isascii() and number.isdigit()):
        return
    with in_public():
        OutboxMessage.objects.filter(pk=int(number), taken_at__isnull=True).update(taken_at=utc_now())


def publish_lost(*, now: datetime) -> int:
    """Let what the broker has lost be published again, and return how much; the patience doubles with each time."""
    with in_public(), transaction.atomic():
        untaken = OutboxMessage.objects.select_for_update(skip_locked=True).filter(
            taken_at__isnull=True, published_at__lte=now - LOST_AFTER, published_at__gt=now - LOOK_BACK
        )
        waiting = list(untaken.order_by("published_at", "id")[:BATCH_SIZE])
        empty = _list_empty({message.queue for message in waiting})
        lost = [message for message in waiting if _is_lost(message, is_empty=message.queue in empty, now=now)]
        for message in lost:
            message.published_at, message.available_at = None, now
            message.attempts_count += 1
        OutboxMessage.objects.bulk_update(lost, ["published_at", "available_at", "attempts_count"])
    if lost:
        logger.warning("%s messages were published and never taken, so they are published again", len(lost))
    return len(lost)


def _is_lost(message: OutboxMessage, *, is_empty: bool, now: datetime) -> bool:
    patience = LOST_AFTER * 2 ** min(message.attempts_count, 8) if is_empty else LOST_IN_A_FULL_QUEUE_AFTER
    return message.published_at is not None and message.published_at <= now - patience


def _list_empty(queues: set[str]) -> set[str]:
    """Return which of the queues hold nothing. Raises: kombu.exceptions.OperationalError where the broker is away."""
    if not queues:
        return set()
    with current_app.connection_for_read() as broker:
        channel: Any = broker.default_channel
        return {name for name in queues if channel.queue_declare(queue=name, durable=True).message_count == 0}
