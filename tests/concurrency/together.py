"""Run one thing several times at once, each time on a database connection of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

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
