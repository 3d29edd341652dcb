"""A small supervisor: starts services, restarts what crashes, and stops all of them with nothing left behind."""

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from shopstead.embedded import processes
from shopstead.embedded.errors import EmbeddedError
from shopstead.embedded.files import read_json, write_json

logger = logging.getLogger(__name__)

LOG_LIMIT = 10 * 2**20
Report = Callable[[str], None]


def log_end(path: Path, lines: int = 15) -> str:
    """Return the last lines of a log, for an error message."""
    if not path.exists():
        return "(no log)"
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 64 * 1024))
        return "\n".join(file.read().decode("utf-8", errors="replace").splitlines()[-lines:])


@dataclass(frozen=True)
class Service:
    """One program to keep running.

    `launch` is asked again before every start, and `spawned` is told the process id after it; `ready` says whether the
    service does its work; `patience` is how it is stopped: signals, each with the seconds to wait before the next. A
    crash is answered by a restart after `backoff` seconds, doubled each time up to `backoff_limit`, and back to the
    first delay once the service ran for `backoff_limit` seconds.
    """

    name: str
    launch: Callable[[], processes.Launch]
    ready: Callable[[], bool] = lambda: True
    patience: tuple[tuple[signal.Signals, float], ...] = ((signal.SIGTERM, 20.0), (signal.SIGKILL, 5.0))
    ready_timeout: float = 60.0
    spawned: Callable[[int], None] = lambda _pid: None
    restart: bool = True
    backoff: float = 0.5
    backoff_limit: float = 30.0


@dataclass(frozen=True)
class Status:
    """How a service stands. `pid` is None while it is down; `ready` is about the process that runs now."""

    pid: int | None
    ready: bool
    restarts: int


@dataclass
class _Running:
    service: Service
    log_path: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    delay: float = 0.0
    due: float = 0.0
    ready: bool = False
    restarts: int = 0


class Supervisor:
    """Runs services from the thread that calls it; a context manager that stops them at the end of the block.

    Use it from the main thread: only then does the kernel end the services when this process is killed (Linux).
    What is left behind all the same is ended by the next supervisor of that `name` on the same data directory.
    """

    def __init__(self, data_dir: Path | str, *, name: str = "supervisor", report: Report | None = None) -> None:
        self.data_dir = Path(data_dir).absolute()
        self._children: list[_Running] = []
        self._report = report or logger.info
        self._record = self.data_dir / "run" / f"{name}.pids.json"
        self._end_leftovers()

    def start(self, *services: Service) -> None:
        """Start the services side by side and return when all are ready.

        Raises: EmbeddedError with the end of the log of the one that is not, which is stopped; the others keep running.
        """
        self.begin(*services)
        for service in services:
            self._await_ready(self._child(service.name))

    def begin(self, *services: Service) -> None:
        """Start the services without waiting; `check` and `statuses` follow them.

        Raises: EmbeddedError or OSError when one cannot even be launched; it is not kept then.
        """
        for service in services:
            child = _Running(service, self.data_dir / "logs" / f"{service.name}.log")
            self._spawn(child)
            self._children.append(child)
            self._write_record()

    def statuses(self) -> dict[str, Status]:
        """Return how each service stands, by name, in the order of their start."""
        return {
            child.service.name: Status(
                pid=child.process.pid if child.process is not None and child.process.poll() is None else None,
                ready=child.ready,
                restarts=child.restarts,
            )
            for child in self._children
        }

    def check(self) -> None:
        """Look once at every service: restart what has crashed and whose delay is over, note what has become ready."""
        now = time.monotonic()
        for child in self._children:
            if child.process is None:
                if child.service.restart and now >= child.due:
                    child.restarts += 1
                    self._respawn(child)
            elif child.process.poll() is not None:
                self._note_crash(child, child.process, now)
            elif not child.ready and child.service.ready():
                child.ready = True
                if child.restarts:
                    self._report(f"{child.service.name} runs again")

    def run(self, stopped: threading.Event, *, interval: float = 0.1) -> None:
        """Keep the services running until the event is set."""
        while not stopped.wait(interval):
            self.check()

    def stop(self, *names: str) -> None:
        """Stop the named services, or all: the last started first, each with its own patience."""
        for child in [child for child in reversed(self._children) if not names or child.service.name in names]:
            if child.process is not None:
                processes.end(child.process.pid, child.service.patience, child=child.process)
                _end_group(child.process.pid)
            self._children.remove(child)
            self._write_record()

    def _child(self, name: str) -> _Running:
        return next(child for child in self._children if child.service.name == name)

    def _spawn(self, child: _Running) -> None:
        if child.log_path.exists() and child.log_path.stat().st_size > LOG_LIMIT:
            child.log_path.replace(child.log_path.with_suffix(".log.1"))
        child.process = child.service.launch().spawn(child.log_path)
        child.service.spawned(child.process.pid)
        child.started = time.monotonic()
        child.ready = False

    def _write_record(self) -> None:
        pids = {name: status.pid for name, status in self.statuses().items() if status.pid is not None}
        if pids:
            write_json(self._record, {name: [pid, processes.started_at(pid)] for name, pid in pids.items()})
        else:
            self._record.unlink(missing_ok=True)

    def _respawn(self, child: _Running) -> None:
        try:
            self._spawn(child)
            self._write_record()
        except (EmbeddedError, OSError) as error:
            self._report(f"{child.service.name} could not be restarted: {error}")
            self._schedule(child, time.monotonic())

    def _note_crash(self, child: _Running, process: subprocess.Popen[bytes], now: float) -> None:
        code = process.returncode
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        _end_group(process.pid)
        child.process = None
        child.ready = False
        if now - child.started > child.service.backoff_limit:
            child.delay = 0.0
        self._schedule(child, now)
        after = f"restarting in {child.delay:.1f} s" if child.service.restart else "it is not restarted"
        self._report(f"{child.service.name} ended unexpectedly ({how}); {after}. Log: {child.log_path}")

    def _schedule(self, child: _Running, now: float) -> None:
        child.delay = min(max(child.delay * 2, child.service.backoff), child.service.backoff_limit)
        child.due = now + child.delay

    def _await_ready(self, child: _Running) -> None:
        service, deadline = child.service, time.monotonic() + child.service.ready_timeout
        tries = 1
        while time.monotonic() < deadline:
            if child.process is None or child.process.poll() is not None:
                if tries == 3 or not service.restart:
                    break
                tries += 1
                time.sleep(min(service.backoff, 0.5))
                self._spawn(child)
                self._write_record()
            elif service.ready():
                child.ready = True
                return
            time.sleep(0.02)
        self.stop(service.name)
        raise EmbeddedError(f"{service.name} did not start. The end of {child.log_path}:\n{log_end(child.log_path)}")

    def _end_leftovers(self) -> None:
        """End what a killed supervisor left running, if the processes of those numbers still are the same."""
        for name, entry in read_json(self._record).items():
            pid, started = entry
            if processes.is_running(pid) and processes.started_at(pid) == started:
                self._report(f"ending {name}, left running by a process that was killed")
                processes.end(pid, ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0)))
                _end_group(pid)
        self._record.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _end_group(pid: int) -> None:
    """Kill what a service that has ended left in its process group."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
