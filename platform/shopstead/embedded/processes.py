"""Starting, watching and ending other programs by their process id."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from shopstead.embedded.install import RunAs

LAUNCHER = Path(__file__).with_name("launch.py")


@dataclass
class Launch:
    """How one program is started. `death_signal` is what the kernel sends it when we die (Linux; 0 for none)."""

    argv: list[str]
    cwd: Path
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    account: RunAs | None = None
    death_signal: int = signal.SIGTERM

    def spawn(self, log_path: Path, *, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        """Start it in a process group of its own, so a Ctrl-C at the terminal reaches us alone, output to the log.

        The kernel ties the death signal to the thread that starts the child: from any other than the main thread, which
        lives as long as the process, none is set.
        """
        main_thread = threading.current_thread() is threading.main_thread()
        death_signal = self.death_signal if main_thread else 0
        account = (self.account.uid, self.account.gid) if self.account else (-1, -1)
        wrapper = [sys.executable, "-I", "-S", str(LAUNCHER), *map(str, (*account, death_signal, os.getpid()))]
        log_path.parent.mkdir(parents=True, exist_ok=True)
        with log_path.open("ab") as log:
            return subprocess.Popen(
                [*wrapper, *self.argv],
                cwd=self.cwd,
                env=dict(self.env),
                stdin=stdin,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
            )


def is_running(pid: int) -> bool:
    """Say whether a process runs; one that ended and was not collected yet counts as gone."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return _status(pid)[1] != "Z"


def program_name(pid: int) -> str:
    """Return the name of the program a process runs, or "" when there is no such process."""
    name, state = _status(pid)
    return "" if state == "Z" else name


def working_directory(pid: int) -> Path | None:
    """Return the folder a process stands in, or None where the system does not say: macOS, another user's process."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink()
    except OSError:
        return None


def started_at(pid: int) -> str:
    """Return when a process started, as the system writes it: with the process id it names a process for good."""
    if sys.platform == "linux":
        try:
            text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return text.rpartition(")")[2].split()[19]  # proc(5): field 22, starttime
    return _ask_ps("lstart=", pid)


def _status(pid: int) -> tuple[str, str]:
    """Return the program's name and the state letter, both "" when there is no such process."""
    if sys.platform == "linux":
        try:
            text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return "", ""
        name, _, rest = text.partition("(")[2].rpartition(")")
        return name, rest.split()[0]
    state, _, command = _ask_ps("state=,comm=", pid).partition(" ")
    return Path(command.strip()).name, state[:1]


def _ask_ps(columns: str, pid: int) -> str:
    listed = subprocess.run(["/bin/ps", "-o", columns, "-p", str(pid)], capture_output=True, text=True, check=False)
    return listed.stdout.strip()


def end(
    pid: int, patience: Iterable[tuple[signal.Signals, float]], *, child: subprocess.Popen[bytes] | None = None
) -> None:
    """Send the signals one after another, each with its seconds of patience, until the process is gone."""

    def gone() -> bool:
        return child.poll() is not None if child is not None else not is_running(pid)

    for number, seconds in patience:
        if gone():  # asked first: the number of a collected child may be anybody's
            return
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if gone():
                return
            time.sleep(0.01)


@contextmanager
def stop_signals() -> Iterator[threading.Event]:
    """Turn SIGINT and SIGTERM into an event for as long as the block runs; only in the main thread."""
    stopped = threading.Event()

    def note(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
