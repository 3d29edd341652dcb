"""From a committed change through the outbox and the real broker to a real worker, and what it writes in the store."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection, transaction

from analytics.merchant.models import RollupState
from core.clock import utc_now
from core.outbox.services import enqueue, publish_waiting
from core.tenancy import in_tenant
from tenants.models import Tenant

pytestmark = pytest.mark.broker

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 60.0
TASK = "analytics.merchant.refresh"


@pytest.fixture
def queue() -> str:
    return f"worker-test-{os.getpid()}"


@pytest.fixture
def worker(queue: str, committed_store: Tenant) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of its own queue, on the tests' database and the tests' broker."""
    database = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}"))
    words = ["worker", "-P", "solo", "-Q", queue, "--loglevel=WARNING", "--without-gossip", "--without-mingle"]
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "shopstead", "--quiet", *words, "-n", f"{queue}@%h"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database},
    )
    yield process
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=30)


def has_rollups(tenant: Tenant) -> bool:
    with in_tenant(tenant):
        return RollupState.objects.exists()


def test_a_task_written_with_a_change_is_done_in_its_store(
    committed_store: Tenant, worker: subprocess.Popen[bytes], queue: str
) -> None:
    with in_tenant(committed_store), transaction.atomic():
        enqueue(task=TASK, queue=queue)
    assert not has_rollups(committed_store)
    assert publish_waiting(now=utc_now()) >= 1
    deadline = time.monotonic() + PATIENCE
    while not has_rollups(committed_store) and time.monotonic() < deadline:
        assert worker.poll() is None, "the worker ended"
        time.sleep(0.1)
    assert has_rollups(committed_store)
