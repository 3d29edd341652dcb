"""Report on long work without standing in its way."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Protocol

from django.db import connection


class Report(Protocol):
    """Where progress goes; it may raise to stop the work."""

    def __call__(self, *, phase: str | None = None, done: int | None = None, total: int | None = None) -> None: ...


def no_report(*, phase: str | None = None, done: int | None = None, total: int | None = None) -> None:
    """Take progress that nobody wants to see."""


class Beside:
    """Work that goes on in a thread with a database connection of its own, so that reports can be committed meanwhile.

    The work calls `checkpoint` between two steps; when a report raised, that is where it stops.
    """

    def __init__(self, report: Report) -> None:
        self._report = report
        self._stopped = threading.Event()
        self.phase: str | None = None
        self.done = 0
        self.total: int | None = None

    def checkpoint(self) -> None:
        if self._stopped.is_set():
            raise Stopped

    def run(self, work: Callable[[], None]) -> None:
        """Do the work and report twice a second until it ends."""
        with ThreadPoolExecutor(1, thread_name_prefix="archive") as pool:
            future = pool.submit(self._closing, work)
            try:
                while not wait([future], timeout=0.5).done:
                    self._report(phase=self.phase, done=self.done, total=self.total)
                future.result()
            except BaseException:
                self._stopped.set()
                raise

    def _closing(self, work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            connection.close()


class Stopped(Exception):
    """Whoever asked for the work wants it no more."""
