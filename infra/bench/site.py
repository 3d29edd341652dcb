"""A platform of its own for one bench: `shopstead up` on a temporary data directory, gone afterwards."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data" / "uci_online_retail"
COMMAND = [sys.executable, "-m", "shopstead.cli"]
WEB = "shopstead.web"
TICK = os.sysconf("SC_CLK_TCK")
READY_SECONDS = 300


@dataclass(frozen=True)
class Load:
    """What a loop of requests cost: CPU of web processes and of the database, milliseconds a request; and the rate."""

    requests: int
    web_ms: float
    database_ms: float
    rate: float
    p50_ms: float
    p95_ms: float

    @property
    def cpu_ms(self) -> float:
        return self.web_ms + self.database_ms


class Site:
    """The running platform, with the two demo stores where they are asked for; a context manager."""

    def __init__(self, *, with_demo: bool = False, web_workers: int = 2) -> None:
        self._with_demo, self._web_workers = with_demo, web_workers

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="shopstead-bench-")
        self.data_dir = Path(self._folder.name)
        self.port = _free_port()
        self._log = (self.data_dir / "up.log").open("w+")
        environment = {key: value for key, value in os.environ.items() if not key.endswith("_URL")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # a command's start is measured with its modules compiled
        # A bench is a flood of one store: its share is lifted, unless somebody has said otherwise.
        self.environment = {"STORE_LIMITS": "off"} | environment | {"SHOPSTEAD_DATA_DIR": str(self.data_dir)}
        self._up = subprocess.Popen(
            [
                *COMMAND,
                "up",
                *([] if self._with_demo else ["--no-demo"]),
                "--port",
                str(self.port),
                "--web-workers",
                str(self._web_workers),
            ],
            cwd=ROOT,
            env=self.environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        self._await_ready()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._up.send_signal(signal.SIGTERM)
        self._up.wait(timeout=240)
        self._log.close()
        self._folder.cleanup()

    def command(self, *words: str) -> dict[str, Any]:
        """Run a shopstead command beside the running platform and return its JSON answer."""
        result = subprocess.run(
            [*COMMAND, *words, "--json"], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        if result.returncode not in (0, 1) or not result.stdout.strip():
            raise RuntimeError(f"shopstead {' '.join(words)}: {result.stderr[-2000:]}")
        answer: dict[str, Any] = json.loads(result.stdout)
        return answer

    def inside(self, module: str, function: str, **words: Any) -> Any:
        """Call a function of a bench inside the platform's own Django, on the running servers, and return its answer."""
        code = f"import json; from {module} import {function} as work; print(json.dumps(work(**{words!r})))"
        result = subprocess.run(
            [*COMMAND, "manage", "shell", "--no-imports", "-v", "0", "-c", code],
            cwd=ROOT, env=self.environment | {"PYTHONPATH": str(ROOT / "infra")}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if result.returncode:
            raise RuntimeError(f"{module}.{function}: {result.stderr[-3000:]}")
        return json.loads(result.stdout.strip().splitlines()[-1])

    def demo_logins(self) -> dict[str, str]:
        """Return the demo's passwords: acme and yunshang their merchants', shopper both shoppers'."""
        found: dict[str, str] = json.loads((self.data_dir / "demo-logins.json").read_text())
        return found

    def open_store(self, slug: str, *, currency: str = "GBP") -> None:
        """Open a store by the command line."""
        self.command("tenant", "create", slug, "--name", slug.title(), "--owner-email", f"{slug}@example.com",
                     "--currency", currency)  # fmt: skip

    def get(self, host: str, path: str) -> tuple[int, bytes]:
        """Return status and body of one GET on a host of the platform."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        link.request("GET", path, headers={"Host": f"{host}:{self.port}"})
        response = link.getresponse()
        body = response.read()
        link.close()
        return response.status, body

    def load(self, requests: int, threads: int, request: Callable[[http.client.HTTPConnection, int], None]) -> Load:
        """Send `requests` requests from `threads` clients with connections kept open, and return what they cost."""
        times: list[float] = []
        lock = threading.Lock()

        def client(number: int) -> None:
            link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            own = []
            for index in range(number, requests, threads):
                began = time.perf_counter()
                request(link, index)
                own.append(time.perf_counter() - began)
            link.close()
            with lock:
                times.extend(own)

        before, began = self._ticks(), time.perf_counter()
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(client, range(threads)))
        seconds, after = time.perf_counter() - began, self._ticks()
        times.sort()
        cost = [(late - early) * 1000 / TICK / requests for early, late in zip(before, after, strict=True)]
        return Load(requests, cost[0], cost[1], requests / seconds, times[len(times) // 2] * 1000,
                    times[int(len(times) * 0.95)] * 1000)  # fmt: skip

    def cpu_seconds(self) -> tuple[float, float]:
        """Return the CPU seconds so far of the web processes and of the database's."""
        web, database = self._ticks()
        return web / TICK, database / TICK

    def behind_seconds(self) -> float:
        """Return the CPU seconds so far of what works behind the requests: relay, workers, scheduler."""
        parents, ticks, others = dict[int, int](), dict[int, int](), set[int]()
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
            pid = int(folder.name)
            parents[pid], ticks[pid] = int(fields[1]), sum(map(int, fields[11:13]))
            if WEB in words or pid == self._up.pid:
                others.add(pid)
        family = {self._up.pid}
        while more := {pid for pid, parent in parents.items() if parent in family} - family:
            family |= more
        return sum(ticks[pid] for pid in family - others) / TICK

    def web_memory(self) -> list[int]:
        """Return the proportional set size of each web process, in bytes."""
        sizes = []
        for folder in Path("/proc").iterdir():
            try:
                words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                if folder.name.isdigit() and WEB in words and f"--port {self.port}" in words:
                    told = (folder / "smaps_rollup").read_text()
                    sizes.append(int(told.partition("\nPss:")[2].split()[0]) * 1024)
            except (OSError, IndexError):
                continue
        return sizes

    def _ticks(self) -> tuple[int, int]:
        """Return CPU ticks so far of the web processes, and of the database's with those that have ended."""
        web = database = 0
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
            if WEB in words and f"--port {self.port}" in words:
                web += sum(map(int, fields[11:13]))
            elif words.startswith("postgres") and str(self.data_dir) in words + self._cwd(folder):
                database += sum(map(int, fields[11:15]))
        return web, database

    def _cwd(self, folder: Path) -> str:
        try:
            return str((folder / "cwd").readlink())
        except OSError:
            return ""

    def _await_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        log = self.data_dir / "up.log"
        while time.monotonic() < deadline:
            if "READY" in log.read_text():
                return
            if self._up.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(f"the platform did not start:\n{log.read_text()[-3000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
