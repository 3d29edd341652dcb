"""The processes that work a run off: each takes one store after another from the run's rows."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from types import FrameType

from django.db import connection, connections, transaction

from core.clock import utc_now
from core.tenancy import in_public
from tenants.fleet.enums import Ring, StoreState
from tenants.fleet.models import MigrationRun, StoreMigration
from tenants.fleet.services.storing import GaveUp, Scripts, describe_error, migrate_store
from tenants.fleet.targets import Target
from tenants.models import Tenant

BEAT_SECONDS = 0.5
MAX_DEATHS = 3
# How long a store is waited for that a worker of a dead leader still has in hand.
ORPHAN_SECONDS = 60.0

Beat = Callable[[], None]


def work_off(run: MigrationRun, ring: Ring, target: Target, scripts: Scripts, *, workers: int, beat: Beat) -> None:
    """Migrate every waiting store of the ring, in `workers` processes; `beat` is called twice a second and may raise.

    Inside a transaction, or where processes cannot be forked, the work is done here, with a beat between two stores.
    """
    if connection.in_atomic_block or "fork" not in multiprocessing.get_all_start_methods():
        _work_here(run, ring, target, scripts, beat)
        return
    crew = _Crew(run, ring, target, scripts)
    try:
        crew.hire(workers)
        last = time.monotonic()
        while crew.watch():
            time.sleep(0.02)
            if time.monotonic() - last > BEAT_SECONDS:
                beat()
                last = time.monotonic()
    finally:
        crew.dismiss()


class _Crew:
    """Worker processes; one that dies gives its store back and is replaced, unless they die without one in hand."""

    def __init__(self, run: MigrationRun, ring: Ring, target: Target, scripts: Scripts) -> None:
        self._job = (run, ring, target, scripts)
        self._workers: list[BaseProcess] = []
        self._idle_deaths = 0

    def hire(self, count: int) -> None:
        context = multiprocessing.get_context("fork")
        connections.close_all()
        for _number in range(count):
            worker = context.Process(target=_work_in_child, args=(*self._job, os.getpid()))
            worker.start()
            self._workers.append(worker)

    def watch(self) -> bool:
        """Tell whether anybody still works, after replacing whoever died."""
        run, ring, *_rest = self._job
        for worker in [each for each in self._workers if not each.is_alive()]:
            self._workers.remove(worker)
            if worker.exitcode:
                reason = f"the worker process ended with {worker.exitcode}"
                self._idle_deaths += not _give_back(run, ring, str(worker.pid), reason)
                waiting = StoreMigration.objects.filter(run=run, ring=ring, state=StoreState.WAITING)
                if self._idle_deaths < MAX_DEATHS and waiting.exists():
                    self.hire(1)
        return bool(self._workers)

    def dismiss(self) -> None:
        """Ask those who still work to stop after their store."""
        for worker in self._workers:
            worker.terminate()
        for worker in self._workers:
            worker.join()


def _work_here(run: MigrationRun, ring: Ring, target: Target, scripts: Scripts, beat: Beat) -> None:
    last = time.monotonic()
    while (row := _claim(run, ring)) is not None:
        _migrate(row, target, scripts)
        if time.monotonic() - last > BEAT_SECONDS:
            beat()
            last = time.monotonic()


def _work_in_child(run: MigrationRun, ring: Ring, target: Target, scripts: Scripts, leader: int) -> None:
    stopping: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.append(number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with in_public():
        # An orphan takes no further store: whoever resumes the run will.
        while not stopping and os.getppid() == leader and (row := _claim(run, ring)) is not None:
            _migrate(row, target, scripts)
    connections.close_all()


def _claim(run: MigrationRun, ring: Ring) -> StoreMigration | None:
    now = utc_now()
    with transaction.atomic():
        row = (
            StoreMigration.objects.select_for_update(skip_locked=True)
            .filter(run=run, ring=ring, state=StoreState.WAITING)
            .order_by("pk")
            .first()
        )
        if row is None:
            return None
        row.state, row.worker, row.started_at, row.finished_at = StoreState.RUNNING, str(os.getpid()), now, None
        row.attempts_count += 1
        row.save()
    return row


def _migrate(row: StoreMigration, target: Target, scripts: Scripts) -> None:
    tenant = Tenant.objects.filter(pk=row.tenant_id).first()
    began = time.monotonic()
    if tenant is None or not tenant.is_open_for_work:
        row.state, row.error = StoreState.SKIPPED, "not a working store any more"
    else:
        try:
            outcome = migrate_store(tenant, target, scripts, busy_seconds=ORPHAN_SECONDS)
        except GaveUp as error:
            row.state, row.error = StoreState.FAILED, describe_error(error.error)
            row.attempts_count += error.tries - 1
        except Exception as error:
            row.state, row.error = StoreState.FAILED, describe_error(error)
        else:
            row.state, row.lane, row.error = StoreState.DONE, outcome.lane, ""
            row.attempts_count += outcome.tries - 1
    row.seconds = round(time.monotonic() - began, 3)
    row.finished_at = utc_now()
    _write_down(row)


def _write_down(row: StoreMigration) -> None:
    """Save how it went, unless another process has taken the store over since."""
    fields = ("state", "lane", "error", "attempts_count", "seconds", "finished_at")
    held = StoreMigration.objects.filter(
        pk=row.pk, state=StoreState.RUNNING, worker=row.worker, started_at=row.started_at
    )
    held.update(**{name: getattr(row, name) for name in fields})


def _give_back(run: MigrationRun, ring: Ring, worker: str, reason: str) -> int:
    """Let another worker have what this one held, unless it was deadly too often; return how many stores it held."""
    held = StoreMigration.objects.filter(run=run, ring=ring, state=StoreState.RUNNING, worker=worker)
    failed = held.filter(attempts_count__gte=MAX_DEATHS).update(
        state=StoreState.FAILED, error=reason, finished_at=utc_now()
    )
    return failed + held.update(state=StoreState.WAITING, worker="")
