"""A message that the broker gave to a connection that was just breaking is in no queue; it is published again, others are not."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from celery import current_app, shared_task
from django.db import transaction
from kombu import Queue

from core.outbox import losing
from core.outbox.losing import LOOK_BACK, LOST_AFTER, OVERTAKEN_BY, note_taken, publish_lost
from core.outbox.models import OutboxMessage
from core.outbox.services import enqueue, publish_waiting
from core.tasks import PlatformTask
from core.tenancy import in_public

QUEUE = "losing-test"

pytestmark = [pytest.mark.broker, pytest.mark.django_db]

LATER = LOST_AFTER + timedelta(seconds=1)


@shared_task(base=PlatformTask, name="test.losing")
def nothing() -> None:
    """A task that is asked for and does nothing."""


def pop() -> Any:
    """Take a message from the real broker, and be gone before anything is done with it."""
    with current_app.connection_for_read() as broker:
        queue = Queue(QUEUE, routing_key=QUEUE)(broker.default_channel)
        queue.declare()
        return queue.get(no_ack=True)


@pytest.fixture
def message(now: datetime) -> Iterator[OutboxMessage]:
    """A published message."""
    while pop() is not None:
        pass
    with in_public(), transaction.atomic():
        OutboxMessage.objects.all().delete()
        asked = enqueue(task="test.losing", queue=QUEUE, available_at=now)
    assert publish_waiting(now=now) == 1
    yield asked
    while pop() is not None:
        pass


@pytest.mark.guard("lost-is-asked-again", found="0 == 1")
def test_what_the_broker_has_lost_is_published_again_each_time_after_twice_as_long(
    message: OutboxMessage, now: datetime
) -> None:
    assert pop().headers["id"] == f"outbox-{message.pk}"
    assert publish_lost(now=now + LOST_AFTER / 2) == 0, "it may be on its way"
    assert publish_lost(now=now + LATER) == 1
    assert publish_waiting(now=now + LATER) == 1
    assert pop().headers["id"] == f"outbox-{message.pk}", "under one name"
    assert publish_lost(now=now + 2 * LATER) == 0
    assert publish_lost(now=now + 3 * LATER) == 1


def test_what_the_broker_would_not_take_for_long_is_missed_as_soon_as_any_other(
    message: OutboxMessage, now: datetime
) -> None:
    pop()
    OutboxMessage.objects.update(attempts_count=6)
    assert publish_lost(now=now + LATER) == 1


def publish_another(*, now: datetime) -> OutboxMessage:
    """Publish one more to the same queue."""
    with in_public(), transaction.atomic():
        another = enqueue(task="test.losing", queue=QUEUE, available_at=now)
    assert publish_waiting(now=now) == 1
    return another


@pytest.mark.guard("overtaken-is-asked-again", found="0 == 1")
def test_what_is_overtaken_in_a_queue_that_is_never_empty_is_published_again(
    message: OutboxMessage, now: datetime
) -> None:
    pop()
    soon = now + OVERTAKEN_BY + timedelta(seconds=1)
    after = publish_another(now=soon)
    publish_another(now=soon)
    assert publish_lost(now=now + LATER) == 0, "it may stand before the others"
    nothing.apply(task_id=f"outbox-{after.pk}").get()
    assert publish_lost(now=now + LATER) == 1
    assert list(OutboxMessage.objects.filter(published_at=None)) == [message]


def test_what_waits_in_its_queue_is_not_lost(message: OutboxMessage, now: datetime) -> None:
    close = publish_another(now=now + OVERTAKEN_BY)
    nothing.apply(task_id=f"outbox-{close.pk}").get()
    assert publish_lost(now=now + LATER) == 0, "relays side by side"
    assert publish_lost(now=now + LOOK_BACK - LATER) == 0
    assert pop() is not None


@pytest.mark.guard("taken-is-noted", found="is not None")
def test_what_a_worker_has_taken_is_not_looked_for(message: OutboxMessage, now: datetime) -> None:
    """However the task ends: what is to be done after an error is the task's own to say."""
    pop()
    nothing.apply(task_id=f"outbox-{message.pk}").get()
    message.refresh_from_db()
    assert message.taken_at is not None
    assert publish_lost(now=now + LATER) == 0


def test_what_is_taken_while_the_broker_is_asked_is_not_lost(
    message: OutboxMessage, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    pop()

    def take_meanwhile(queues: set[str]) -> set[str]:
        note_taken(task_id=f"outbox-{message.pk}")
        return queues

    monkeypatch.setattr(losing, "_list_empty", take_meanwhile)
    assert publish_lost(now=now + LATER) == 0


def test_what_is_older_than_a_day_is_let_go(message: OutboxMessage, now: datetime) -> None:
    pop()
    assert publish_lost(now=now + LOOK_BACK) == 0


@pytest.mark.parametrize("task_id", ["7", "outbox-", "outbox-7;", "celery@outbox-7", "outbox-٣"])
def test_a_task_that_was_not_asked_for_by_the_outbox_notes_nothing(message: OutboxMessage, task_id: str) -> None:
    note_taken(task_id=task_id)
    message.refresh_from_db()
    assert message.taken_at is None


@pytest.mark.django_db(transaction=False)
def test_a_broker_that_is_away_loses_nothing_more(
    message: OutboxMessage, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    pop()
    monkeypatch.setattr(current_app.conf, "broker_read_url", "redis://127.0.0.1:9/0")
    with pytest.raises(Exception, match="refused"):
        publish_lost(now=now + LATER)
    monkeypatch.undo()
    assert publish_lost(now=now + LATER) == 1
