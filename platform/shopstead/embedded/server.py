"""What the embedded servers share: one owner who starts and stops the server, everybody else attaches to it."""

import logging
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Self

from shopstead.embedded import processes
from shopstead.embedded.errors import EmbeddedError, require_supported_system
from shopstead.embedded.files import FileLock, read_json, write_json
from shopstead.embedded.ports import PortBook
from shopstead.embedded.supervisor import Service, log_end

logger = logging.getLogger(__name__)


class EmbeddedServer(ABC):
    """The server of one kind for one data directory; a context manager that starts or attaches, and stops its own.

    The owner holds a lock that the kernel gives back when it dies, so the next process takes over instead of starting a
    second server on the same data.
    """

    name: str
    patience: tuple[tuple[signal.Signals, float], ...] = ((signal.SIGTERM, 15.0), (signal.SIGKILL, 10.0))

    def __init__(self, data_dir: Path | str, *, start_timeout: float = 60.0) -> None:
        require_supported_system()
        self.data_dir = Path(data_dir).absolute()
        self.folder = self.data_dir / self.name
        self.log_path = self.data_dir / "logs" / f"{self.name}.log"
        self.start_timeout = start_timeout
        self.ports = PortBook(self.data_dir)
        self._owner_lock = FileLock(self.folder / "owner.lock")
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def prepare(self) -> processes.Launch:
        """Make the data startable, end a server left behind, choose the port, and return how to start the server."""

    @abstractmethod
    def answers(self) -> bool:
        """Say whether the server of this data directory, and no other, answers."""

    def live_pid(self) -> int | None:
        """Return the process id of the running server of this data directory, whoever started it."""
        record = read_json(self.folder / "server.json")
        pid = record.get("pid")
        if not isinstance(pid, int) or not processes.is_running(pid):
            return None
        return pid if processes.started_at(pid) == record.get("started") else None

    def record(self, pid: int) -> None:
        """Note who runs, for `live_pid` of the next owner."""
        write_json(self.folder / "server.json", {"pid": pid, "started": processes.started_at(pid)})

    @property
    def port(self) -> int:
        """The recorded port.

        Raises: EmbeddedError before the first start.
        """
        port = self.ports.get(self.name)
        if port is None:
            raise EmbeddedError(f"No {self.name} server was started in {self.data_dir} yet.")
        return port

    @property
    def owned(self) -> bool:
        """Say whether this object owns the server and will stop it; False when attached or stopped."""
        return self._owner_lock.held

    @property
    def pid(self) -> int | None:
        """The process id of the running server, whoever started it."""
        return self.live_pid()

    def start(self) -> Self:
        """Start the server, or attach to the one that runs; returns when it answers.

        Raises: EmbeddedError with the end of the log when it does not.
        """
        deadline = time.monotonic() + self.start_timeout
        while time.monotonic() < deadline:
            if self._owner_lock.acquire(wait=False):
                try:
                    self._start_owned(deadline)
                except BaseException:
                    self.stop()
                    raise
                return self
            if self.answers():
                return self
            time.sleep(0.05)
        raise EmbeddedError(
            f"The {self.name} server of {self.data_dir} belongs to another process but did not answer within "
            f"{self.start_timeout:.0f} s. See {self.log_path}."
        )

    def stop(self) -> None:
        """Shut an owned server down; an attached one is left alone."""
        if not self._owner_lock.held:
            return
        try:
            self.shut_down()
        finally:
            self._process = None
            self._owner_lock.release()

    def shut_down(self) -> None:
        """Shut down the server of this data directory, whoever started it: politely first, by force at last."""
        pid = self._process.pid if self._process is not None else self.live_pid()
        if pid is not None:
            processes.end(pid, self.patience, child=self._process)

    def claim(self, *, timeout: float = 30.0) -> None:
        """Become the owner, for a supervisor that starts the server itself.

        Raises: EmbeddedError when another process owns it.
        """
        deadline = time.monotonic() + timeout
        while not self._owner_lock.acquire(wait=False):
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    f"The {self.name} server of {self.data_dir} belongs to another process. Stop that first."
                )
            time.sleep(0.05)

    def release(self) -> None:
        """Give up what `claim` took."""
        self._owner_lock.release()

    def service(self) -> Service:
        """Describe the server to a supervisor. The supervisor's process has to `claim` it first."""
        return Service(
            self.name,
            launch=self.prepare,
            ready=self.answers,
            patience=self.patience,
            ready_timeout=self.start_timeout,
            spawned=self.record,
        )

    def worth_another_try(self) -> bool:
        """Say whether a second start may not meet the reason the first failed for, such as a lost race for the port."""
        last = log_end(self.log_path, 6)
        return "could not bind" in last or "Address already in use" in last

    def _start_owned(self, deadline: float) -> None:
        if self.live_pid() is not None and self._wait_until_answers(min(deadline, time.monotonic() + 10)):
            logger.info("Took over the %s server a stopped process had left running in %s.", self.name, self.data_dir)
            return
        while True:
            self._process = self.prepare().spawn(self.log_path)
            self.record(self._process.pid)
            if self._wait_until_answers(deadline):
                return
            if self._process.poll() is None or time.monotonic() > deadline or not self.worth_another_try():
                break
            time.sleep(0.2)
        raise EmbeddedError(
            f"The {self.name} server in {self.folder} did not start. "
            f"The end of {self.log_path}:\n{log_end(self.log_path)}"
        )

    def _wait_until_answers(self, deadline: float) -> bool:
        process = self._process

        def gone() -> bool:
            return self.live_pid() is None if process is None else process.poll() is not None

        while time.monotonic() < deadline:
            if self.answers():
                return True
            if gone():
                return False
            time.sleep(0.02)
        return False

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
