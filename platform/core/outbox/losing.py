"""What the broker has lost: a message that it gave away to a connection which was just breaking is in no queue any more.

A worker notes that it has taken a message before it does anything. What was published and never taken, although its queue is
empty or what came long after it has been taken, is published again; whoever is asked twice acts once, as after a relay that
was killed.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.db.models import F, Max, QuerySet

from core.clock import utc_now
from core.outbox.models import OutboxMessage
from core.tenancy import in_public

TASK_PREFIX = "outbox-"
LOST_AFTER = timedelta(minutes=1)
# Relays work side by side: what came by so little later may have stood before it.
OVERTAKEN_BY = timedelta(seconds=10)
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
    with in_public():
        asked_about = {message.queue for message in _find_untaken(now)}
    empty = _list_empty(asked_about)  # No transaction spans the network; what was taken meanwhile is not lost.
    with in_public():
        waiting = _find_untaken(now)
        reached = _find_reached(waiting)
        lost = [
            message.pk
            for message in waiting
            if message.published_at <= now - LOST_AFTER * 2 ** min(message.lost_count, 8)
            and (message.queue in empty or _is_overtaken(message, reached.get(message.queue)))
        ]
        count = (
            _untaken(now)
            .filter(pk__in=lost)
            .update(published_at=None, available_at=now, lost_count=F("lost_count") + 1)
        )
    if count:
        logger.warning("%s messages were published and never taken, so they are published again", count)
    return count


def _untaken(now: datetime) -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(
        taken_at__isnull=True, published_at__lte=now - LOST_AFTER, published_at__gt=now - LOOK_BACK
    )


def _find_untaken(now: datetime) -> list[OutboxMessage]:
    """Return what was published and nobody took, the oldest first, as much as is looked at in one turn."""
    return list(_untaken(now).order_by("published_at", "id")[:BATCH_SIZE])


def _find_reached(waiting: list[OutboxMessage]) -> dict[str, datetime]:
    """Return when what workers took last of each queue was published, of what is younger than those who wait."""
    younger = OutboxMessage.objects.filter(
        id__gt=min((message.pk for message in waiting), default=0),
        queue__in={message.queue for message in waiting},
        taken_at__isnull=False,
    )
    return dict(younger.values_list("queue").annotate(reached=Max("published_at")))


def _is_overtaken(message: OutboxMessage, reached: datetime | None) -> bool:
    return reached is not None and message.published_at is not None and message.published_at < reached - OVERTAKEN_BY


def _list_empty(queues: set[str]) -> set[str]:
    """Return which of the queues hold nothing. Raises: kombu.exceptions.OperationalError where the broker is away."""
    if not queues:
        return set()
    with current_app.connection_for_read() as broker:
        channel: Any = broker.default_channel
        return {name for name in queues if channel.queue_declare(queue=name, durable=True).message_count == 0}
