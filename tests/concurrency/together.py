"""Run one thing several times at once, each time on a database connection of its own."""

import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection, transaction

from core.tenancy import in_tenant
from tenants.models import Tenant

# A busy machine is slow, and no finding: what stands still for so long stands still.
PATIENCE_SECONDS = 120


def run_together(work: Callable[[], Any], *, count: int) -> list[Any]:
    """Return what each run returned or raised, after all have started at the same moment."""
    gate = threading.Barrier(count, timeout=PATIENCE_SECONDS)

    def run() -> Any:
        try:
            connection.ensure_connection()
            gate.wait()
            return work()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return [future.result(PATIENCE_SECONDS) for future in [pool.submit(run) for _ in range(count)]]


def is_waited_for() -> bool:
    """Tell whether somebody waits for a lock that this connection holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT exists(SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
        )
        return bool(cursor.fetchone()[0])


def meet(
    store: Tenant, *, first: Callable[[], object], then: Callable[[], object], other: Callable[[], object]
) -> None:
    """Do `first`, and `then` in the same transaction once `other`, begun in between, waits for it or is done."""
    begun, done, turn = threading.Event(), threading.Event(), itertools.count()

    def act() -> str:
        with in_tenant(store):
            if next(turn):
                assert begun.wait(PATIENCE_SECONDS)
                try:
                    other()
                finally:
                    done.set()
                return "other"
            with transaction.atomic():
                first()
                begun.set()
                while not done.is_set() and not is_waited_for():
                    time.sleep(0.01)
                then()
            return "one"

    assert sorted(map(str, run_together(act, count=2))) == ["one", "other"]
