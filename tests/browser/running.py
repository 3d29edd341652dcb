"""A platform started as a person starts it, with its commands and its caught mail."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from shopstead.embedded.mail import EmbeddedMail

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0
Found = TypeVar("Found")
_CONFIGURATION = ("SHOPSTEAD_", "STRIPE_", "DJANGO_", "CELERY_")
_SINGLE = {"SECRET_KEY", "BASE_DOMAIN", "PUBLIC_PORT_SUFFIX", "BROKER_TRANSPORT_OPTIONS", "TIME_ZONE"}


def await_that(find: Callable[[], Found | None], what: str, *, patience: float = PATIENCE) -> Found:
    """Return the first answer that is not None or empty, asking until then."""
    deadline = time.monotonic() + patience
    while True:
        found = find()
        if found:
            return found
        assert time.monotonic() < deadline, f"{what}: not within {patience:.0f} s"
        time.sleep(0.1)


def empty_environment(data_dir: Path) -> dict[str, str]:
    """Return this process's environment without anything that configures Shopstead, so that all of it is embedded."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.endswith("_URL") and not name.startswith(_CONFIGURATION) and name not in _SINGLE
    }
    return {**kept, "SHOPSTEAD_DATA_DIR": str(data_dir), "LANG": "C.UTF-8"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RunningPlatform:
    """`shopstead up` on a data directory and a port of its own."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.environment = empty_environment(data_dir)
        self._process: subprocess.Popen[bytes] | None = None
        self._children: dict[int, str] = {}

    def start(self, *, timeout: float = 120.0) -> None:
        """Start it and return when it says that it is ready."""
        self.data_dir.mkdir(parents=True)
        log_path = self.data_dir / "up.log"
        with log_path.open("wb") as log:
            self._process = subprocess.Popen(
                self._command("up", "--no-demo", "--port", str(self.port)),
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        deadline = time.monotonic() + timeout
        while f"READY {self.url}\n" not in log_path.read_text():
            ended = self._process.poll()
            assert ended is None, f"up ended with {ended}:\n{log_path.read_text()}"
            assert time.monotonic() < deadline, f"up was not ready within {timeout:.0f} s:\n{log_path.read_text()}"
            time.sleep(0.1)
        self._children = descendants(self._process.pid)
        assert self._children, "up runs nothing"

    def stop(self, *, timeout: float = 60.0) -> list[str]:
        """Ask it to stop and return the commands of its processes that are still there afterwards."""
        if self._process is None:
            return []
        self._children |= descendants(self._process.pid)
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise
        left = running_commands()
        return [command for pid, command in self._children.items() if left.get(pid) == command]

    def log(self) -> str:
        """Return the ends of all logs, for whoever looks for the reason of a failure."""
        paths = [self.data_dir / "up.log", *sorted((self.data_dir / "logs").glob("*.log"))]
        return "\n".join(
            f"== {path.name}\n{path.read_text(errors='replace')[-3000:]}" for path in paths if path.exists()
        )

    def run(self, *words: str) -> str:
        """Run a `shopstead` command beside it and return what it printed."""
        done = subprocess.run(
            self._command(*words), cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, f"shopstead {' '.join(words)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def do(self, code: str) -> str:
        """Run lines of Python inside the platform, as its operator would in a shell."""
        return self.run("manage", "shell", "-v", "0", "-c", code)

    def ask(self, url: str) -> Any:
        """Return the JSON of an address."""
        with urllib.request.urlopen(url, timeout=20) as response:
            return json.load(response)

    def api(self, slug: str, path: str) -> Any:
        """Return the JSON of a store's public API."""
        # Not every system's resolver knows names under localhost; the browser does.
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/storefront/v1/{path}", headers={"Host": f"{slug}.localhost:{self.port}"}
        )
        with urllib.request.urlopen(request, timeout=20) as response:
            return json.load(response)

    def mails(self, to: str) -> list[dict[str, Any]]:
        """Return what was mailed to an address, the newest first."""
        address = EmbeddedMail(self.data_dir).web_url
        found: list[dict[str, Any]] = self.ask(f"{address}/api/messages?{urllib.parse.urlencode({'to': to})}")
        return found

    def await_mail(self, to: str, *, about: str) -> dict[str, Any]:
        """Return the mail whose subject or text has these words, as soon as it is there."""

        def find() -> dict[str, Any] | None:
            return next((each for each in self.mails(to) if about in each["subject"] or about in each["text"]), None)

        return await_that(find, f"a mail to {to} about “{about}”", patience=60)

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "shopstead.cli", *words, *([] if words[0] == "manage" else self._data_dir())]

    def _data_dir(self) -> list[str]:
        return ["--data-dir", str(self.data_dir)]


def running_commands() -> dict[int, str]:
    """Return the command line of every process that runs, by its id."""
    return {pid: command for pid, (_parent, command) in _processes().items()}


def descendants(pid: int) -> dict[int, str]:
    """Return the children of a process and theirs."""
    processes = _processes()
    found: dict[int, str] = {}
    frontier = {pid}
    while frontier:
        frontier = {
            child for child, (parent, _command) in processes.items() if parent in frontier and child not in found
        }
        found |= {child: processes[child][1] for child in frontier}
    return found


def _processes() -> dict[int, tuple[int, str]]:
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True)
    rows = (line.split(None, 3) for line in listed.stdout.splitlines())
    return {int(row[0]): (int(row[1]), row[3]) for row in rows if len(row) == 4 and not row[2].startswith("Z")}
