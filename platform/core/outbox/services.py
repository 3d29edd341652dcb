"""Write to the outbox; publish from it."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.db import connection, transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from kombu.exceptions import OperationalError

from core.clock import utc_now
from core.outbox.losing import TASK_PREFIX
from core.outbox.models import OutboxMessage
from core.tasks import SCHEMA_HEADER
from core.tenancy import PUBLIC, current_schema, in_public, list_working

CHANNEL = "outbox"
BATCH_SIZE = 100
KEEP_PUBLISHED = timedelta(days=3)
HOLD_FOR = timedelta(minutes=5)
KEEP_HELD = timedelta(days=60)

logger = logging.getLogger(__name__)


class OutsideTransaction(RuntimeError):
    """An outbox row written outside a transaction could announce a change that never came to be."""


def enqueue(
    *,
    task: str,
    kwargs: Mapping[str, Any] | None = None,
    schema_name: str | None = None,
    queue: str = "default",
    available_at: datetime | None = None,
) -> OutboxMessage:
    """Ask for a task by name, to be published after the current transaction commits.

    The store is captured now: `schema_name`, or the schema that the caller stands in.
    Raises: OutsideTransaction.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(task)
    now = utc_now()
    message = OutboxMessage.objects.create(
        task=task,
        kwargs=dict(kwargs or {}),
        schema_name=schema_name or current_schema(),
        queue=queue,
        created_at=now,
        available_at=available_at or now,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
    return message


def publish_waiting(*, now: datetime, limit: int = BATCH_SIZE) -> int:
    """Publish up to `limit` due messages and return how many went out; several relays may run side by side.

    A relay killed between publishing and marking publishes again: consumers must bear a second delivery.
    What is for a store that does not work now is held back, because its task would fail and be gone.
    """
    published = 0
    with in_public(), transaction.atomic():
        waiting = list(
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(published_at__isnull=True, available_at__lte=now)
            .order_by("available_at", "id")[:limit]
        )
        working = list_working(message.schema_name for message in waiting)
        held = [message.pk for message in waiting if message.schema_name not in working]
        OutboxMessage.objects.filter(pk__in=held).update(available_at=now + HOLD_FOR)
        waiting = [message for message in waiting if message.schema_name in working]
        for message in waiting:
            try:
                _publish(message)
            except (OperationalError, OSError) as error:
                logger.warning("broker does not answer, %s messages wait: %s", len(waiting) - published, error)
                _postpone(waiting[published:], now=now)
                break
            published += 1
        done = [message.pk for message in waiting[:published]]
        OutboxMessage.objects.filter(pk__in=done).update(published_at=now)
    return published


def forget_messages(*, schema_name: str, word: str) -> int:
    """Delete a store's messages that say this word, sent or not, and return how many; for a person who is erased."""
    with in_public():
        named = OutboxMessage.objects.filter(schema_name=schema_name).annotate(said=Cast("kwargs", TextField()))
        deleted, _by_model = named.filter(said__icontains=word).delete()
    return deleted


def prune_published(*, now: datetime) -> int:
    """Delete what was published more than three days ago or held back for sixty, and return how many rows went."""
    gone = Q(published_at__lt=now - KEEP_PUBLISHED) | Q(published_at__isnull=True, created_at__lt=now - KEEP_HELD)
    deleted, _ = OutboxMessage.objects.filter(gone).delete()
    return deleted


def _publish(message: OutboxMessage) -> None:
    headers = {} if message.schema_name == PUBLIC else {SCHEMA_HEADER: message.schema_name}
    current_app.send_task(
        message.task,
        kwargs=message.kwargs,
        headers=headers,
        queue=message.queue,
        task_id=f"{TASK_PREFIX}{message.pk}",
        retry=False,
    )


def _postpone(messages: list[OutboxMessage], *, now: datetime) -> None:
    for message in messages:
        message.attempts_count += 1
        message.available_at = now + timedelta(seconds=min(60, 2**message.attempts_count))
    OutboxMessage.objects.bulk_update(messages, ["attempts_count", "available_at"])
