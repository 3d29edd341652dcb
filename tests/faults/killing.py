"""Run something in a process of its own and kill it there, at a given instant."""

import os
import signal
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, connections

PATIENCE_SECONDS = 10


def kill_after(seconds: float, work: Callable[[], Any]) -> None:
    """Fork, let the child do the work on a database connection of its own, and kill -9 it so many seconds later.

    Come back when the database has noticed as well: what its session had open is rolled back then.
    """
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        try:
            connection.ensure_connection()
            work()
        finally:
            os._exit(0)
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while sessions_of_others() and time.monotonic() < deadline:
        time.sleep(0.02)


def sessions_of_others() -> int:
    """Return how many other sessions this database has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])
