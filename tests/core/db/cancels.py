"""The cancel experiment: one connection alternates between two stores while its statements are canceled by the server."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.utils import DatabaseError

from tests.core.db.canaries import Room


@dataclass
class Outcome:
    """How many reads gave their own store's word, another's, or an error."""

    own: int = 0
    foreign: int = 0
    failed: int = 0


def alternate(wrapper: Any, stores: list[Room], *, iterations: int, until_foreign: bool = False) -> Outcome:
    """Read the word of one store and the other in turn, so many times or until a foreign word is read."""
    outcome = Outcome()
    with canceled(wrapper):
        for number in range(iterations):
            store = stores[number % 2]
            wrapper.set_schema(store.schema_name)
            try:
                with wrapper.cursor() as cursor:
                    cursor.execute("SELECT word FROM canary")
                    word = cursor.fetchone()[0]
            except DatabaseError:
                outcome.failed += 1
                continue
            if word == store.word:
                outcome.own += 1
            else:
                outcome.foreign += 1
                if until_foreign:
                    break
    return outcome


@contextmanager
def canceled(wrapper: Any) -> Iterator[None]:
    """Cancel whatever this connection runs, again and again, from a loop inside the server."""
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        victim = cursor.fetchone()[0]
    stop = threading.Event()

    def cancel() -> None:
        own = connections["default"].copy()
        with own.cursor() as cursor:
            while not stop.is_set():
                cursor.execute("SELECT count(pg_cancel_backend(%s)) FROM generate_series(1, 2000)", [victim])
        own.close()

    thread = threading.Thread(target=cancel)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
