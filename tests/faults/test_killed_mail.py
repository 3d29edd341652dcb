"""A mail outlives whoever sends it: rather twice than never, and twice under one name.

A worker that is killed after the mail server has taken the mail, and before it has written that down, sends it again:
the other way round a mail would be lost. Both have one Message-ID, by which mailboxes know that they are one.
A relay that is killed between publishing and writing that down publishes again: whoever is asked twice acts once.
"""

import os
import signal
import socket
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from celery import current_app
from django.conf import LazySettings
from django.db import connections, transaction
from kombu import Queue

from core.outbox.models import OutboxMessage
from core.outbox.services import enqueue, publish_waiting
from core.tasks import SCHEMA_HEADER
from core.tenancy import in_public, in_tenant
from storefront.orders.models import Order, OrderEvent
from storefront.orders.tasks import send_confirmation
from tenants.models import Tenant
from tests.storefront.orders.making import make_order

KILLS = 5
RELAY_KILLS = 50
QUEUE = "killed-relay-test"


class Post:
    """A mail server that can kill whoever hands it a mail, at the instant it has taken it."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.victim = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd calls it so
        self.names.append(str(message_from_bytes(envelope.content)["Message-ID"]))
        if self.victim:
            os.kill(self.victim, signal.SIGKILL)
        return "250 taken"


@pytest.fixture
def post(settings: LazySettings) -> Iterator[Post]:
    found = Post()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(found, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    yield found
    controller.stop()


def kill_while_sending(post: Post, store: Tenant, order: Order, number: int) -> None:
    """Send the mail in a process of its own, which is killed when the server has the mail and nobody has noted it."""
    reader, writer = os.pipe()
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        try:
            os.read(reader, 1)  # until the server knows whom to kill
            confirm(store, order, number)
        finally:
            os._exit(0)
    post.victim = pid
    os.write(writer, b"x")
    _pid, status = os.waitpid(pid, 0)
    post.victim = 0
    os.close(reader)
    os.close(writer)
    assert os.WIFSIGNALED(status), "it was killed before it was done"


def confirm(store: Tenant, order: Order, number: int) -> None:
    """Do the task as a worker does that got it from the relay."""
    send_confirmation.apply(
        kwargs={"order_id": order.pk, "again": str(number)},
        task_id=f"outbox-{number}",
        headers={SCHEMA_HEADER: store.schema_name},
        throw=True,
    )


@pytest.mark.guard("mail-keeps-its-name", found="==")
def test_a_mail_whose_worker_was_killed_arrives_under_one_name(
    committed_store: Tenant, post: Post, now: datetime
) -> None:
    with in_tenant(committed_store):
        order = make_order(now)
    for number in range(KILLS):
        kill_while_sending(post, committed_store, order, number)
        for _time in range(2):  # given out again, and once more by a relay that was killed
            confirm(committed_store, order, number)
    assert len(post.names) == 2 * KILLS, "the one before the kill, and the one after it"
    assert post.names[0::2] == post.names[1::2]
    assert len(set(post.names)) == KILLS
    with in_tenant(committed_store):
        assert OrderEvent.objects.filter(order=order, type="mail.confirmation").count() == KILLS


@pytest.mark.broker
def test_a_relay_killed_before_it_wrote_down_what_it_published_loses_nothing(committed_store: Tenant) -> None:
    with in_tenant(committed_store), transaction.atomic():
        message = enqueue(task="test.ping", queue=QUEUE)
    for _time in range(RELAY_KILLS):
        connections.close_all()
        pid = os.fork()
        if pid == 0:
            with in_public(), transaction.atomic():
                publish_waiting(now=message.available_at)
                os.kill(os.getpid(), signal.SIGKILL)
        os.waitpid(pid, 0)
    assert publish_waiting(now=message.available_at) >= 1
    names = []
    with current_app.connection_for_read() as broker:
        queue = Queue(QUEUE, routing_key=QUEUE)(broker.default_channel)
        queue.declare()
        while (found := queue.get(no_ack=True)) is not None:
            names.append(found.headers["id"])
        queue.delete()
    assert names == [f"outbox-{message.pk}"] * (RELAY_KILLS + 1), "published each time, under one name"
    with in_public():
        assert OutboxMessage.objects.get(pk=message.pk).published_at is not None
