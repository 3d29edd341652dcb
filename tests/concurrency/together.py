"""Run one thing several times at once, each time on a database connection of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

PATIENCE_SECONDS = 30


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
