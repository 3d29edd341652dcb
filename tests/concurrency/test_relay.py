"""Relays side by side publish every message once; one that dies loses none."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from celery import current_app
from django.db import transaction
from kombu import Queue

from core.outbox.models import OutboxMessage
from core.outbox.services import enqueue, publish_waiting
from tenants.models import Tenant
from tests.concurrency.together import run_together

pytestmark = pytest.mark.broker

MESSAGES = 60


@pytest.fixture
def queue_name(committed_store: Tenant) -> Iterator[str]:
    """A queue of this test's own, so that nobody else reads it."""
    name = f"relays-{committed_store.schema_name}"
    yield name
    with current_app.connection_for_read() as broker:
        Queue(name)(broker.default_channel).delete()


def received(name: str) -> Counter[int]:
    """Drain the queue: how often each number came."""
    found: Counter[int] = Counter()
    with current_app.connection_for_read() as broker:
        queue = Queue(name, routing_key=name)(broker.default_channel)
        queue.declare()
        while (message := queue.get(no_ack=True)) is not None:
            _args, kwargs, _embed = message.payload
            found[kwargs["number"]] += 1
    return found


def write(queue_name: str, tenant: Tenant, now: datetime) -> None:
    OutboxMessage.objects.filter(published_at__isnull=True).delete()
    with transaction.atomic():
        for number in range(MESSAGES):
            enqueue(
                task="test.number",
                kwargs={"number": number},
                schema_name=tenant.schema_name,
                queue=queue_name,
                available_at=now,
            )
    received(queue_name)


def relay(now: datetime) -> int:
    """Publish small batches until none is left that nobody else holds."""
    sent = 0
    while (batch := publish_waiting(now=now, limit=5)) > 0:
        sent += batch
    return sent


def test_three_relays_publish_each_message_once_and_lose_none(
    committed_store: Tenant, queue_name: str, now: datetime
) -> None:
    write(queue_name, committed_store, now)
    sent = run_together(lambda: relay(now), count=3)
    assert [each for each in sent if isinstance(each, Exception)] == []
    assert sum(sent) + relay(now) == MESSAGES
    assert received(queue_name) == Counter(range(MESSAGES))
    assert not OutboxMessage.objects.filter(queue=queue_name, published_at__isnull=True).exists()


def test_a_relay_that_dies_in_its_batch_loses_nothing(
    committed_store: Tenant, queue_name: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it had sent comes again, which a consumer has to bear; what it had not sent comes."""
    write(queue_name, committed_store, now)
    send, calls = current_app.send_task, iter(range(MESSAGES))

    def dies(*args: Any, **options: Any) -> Any:
        if next(calls) == 7:
            raise SystemExit
        return send(*args, **options)

    with monkeypatch.context() as broken:
        broken.setattr(current_app, "send_task", dies)
        with pytest.raises(SystemExit):
            publish_waiting(now=now)
    assert publish_waiting(now=now) == MESSAGES
    assert received(queue_name) == Counter(range(MESSAGES)) + Counter(range(7))
