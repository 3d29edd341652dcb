"""What leaves a transaction leaves with it, once it is certain, and survives a broker that is away."""

from datetime import datetime, timedelta

import pytest
from celery import current_app
from django.db import connection, transaction
from kombu import Queue
from kombu.exceptions import OperationalError

from core.outbox.models import OutboxMessage
from core.outbox.services import OutsideTransaction, enqueue, publish_waiting
from core.tasks import SCHEMA_HEADER
from core.tenancy import in_public, in_tenant
from tenants.models import Tenant

QUEUE = "outbox-test"

pytestmark = pytest.mark.broker


def received() -> list[tuple[str, str | None]]:
    """Drain the test queue of the real broker: (task, store)."""
    found = []
    with current_app.connection_for_read() as broker:
        queue = Queue(QUEUE, routing_key=QUEUE)(broker.default_channel)
        queue.declare()
        while (message := queue.get(no_ack=True)) is not None:
            found.append((message.headers["task"], message.headers.get(SCHEMA_HEADER)))
    return found


@pytest.fixture(autouse=True)
def _empty_queue() -> None:
    received()


@pytest.mark.django_db(transaction=False)
def test_the_store_is_captured_when_the_message_is_written(acme: Tenant, now: datetime) -> None:
    with transaction.atomic(), in_tenant(acme):
        message = enqueue(task="test.ping", queue=QUEUE)
    assert message.schema_name == acme.schema_name
    assert publish_waiting(now=now + timedelta(days=400)) >= 1
    assert ("test.ping", acme.schema_name) in received()


def test_a_rolled_back_change_announces_nothing(committed_store: Tenant) -> None:
    def change_and_fail() -> None:
        with in_tenant(committed_store), transaction.atomic():
            enqueue(task="test.ping", queue=QUEUE)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    with in_public():
        assert not OutboxMessage.objects.filter(schema_name=committed_store.schema_name, queue=QUEUE).exists()


def test_writing_outside_a_transaction_is_refused(committed_store: Tenant) -> None:
    assert not connection.in_atomic_block
    with pytest.raises(OutsideTransaction):
        enqueue(task="test.ping", queue=QUEUE)


def test_a_broker_that_is_away_delays_and_loses_nothing(
    acme: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction.atomic():
        message = enqueue(task="test.ping", queue=QUEUE, schema_name=acme.schema_name, available_at=now)

    def refuse(*_args: object, **_options: object) -> None:
        raise OperationalError("connection refused")

    with monkeypatch.context() as broken:
        broken.setattr(current_app, "send_task", refuse)
        assert publish_waiting(now=now) == 0
    message.refresh_from_db()
    assert (message.published_at, message.attempts_count) == (None, 1)
    assert message.available_at == now + timedelta(seconds=2)
    assert publish_waiting(now=now + timedelta(seconds=2)) == 1
    assert received() == [("test.ping", acme.schema_name)]


def test_a_published_message_is_not_published_again(acme: Tenant, now: datetime) -> None:
    with transaction.atomic():
        enqueue(task="test.ping", queue=QUEUE, schema_name=acme.schema_name, available_at=now)
    assert publish_waiting(now=now) == 1
    assert publish_waiting(now=now) == 0
    assert len(received()) == 1
