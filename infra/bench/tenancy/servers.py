"""Servers beside the platform's own, on the platform's database, and what their processes use."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.site import ROOT, Site, _free_port


class Server:
    """A granian with two processes that serves one application."""

    def __init__(self, port: int, process: "subprocess.Popen[bytes]") -> None:
        self.port, self.process = port, process

    def pids(self) -> list[int]:
        """Return the processes that answer requests."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def ticks(self) -> int:
        """Return CPU ticks so far of all its processes."""
        used = 0
        for pid in [self.process.pid, *self.pids()]:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            used += int(fields[11]) + int(fields[12])
        return used


@contextlib.contextmanager
def serve(site: Site, application: str, *, workers: int = 2, threads: int = 4, **environment: str) -> Iterator[Server]:
    """Start a server on the running database of the platform and stop it afterwards."""
    port = _free_port()
    folders = [ROOT / "infra", ROOT / "platform", ROOT]
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers",
         str(workers), "--blocking-threads", str(threads), "--no-ws", "--log-level", "error", application],
        cwd=ROOT,
        env={**os.environ, **site.inside("bench.tenancy.stores", "environment"), **environment,
             "PYTHONPATH": os.pathsep.join(map(str, folders))},
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _await(port)
        yield Server(port, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


@contextlib.contextmanager
def without_background_work(site: Site) -> Iterator[None]:
    """Let the platform's workers and its scheduler stand still, so that what is measured is requests alone."""
    still = [pid for pid, words in _processes() if "celery" in words and _is_of(pid, site)]
    for pid in still:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in still:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def pss_kilobytes(pid: int) -> int:
    """Return what a process adds to the memory in use: its own pages, and its share of shared ones."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))


def private_kilobytes(pid: int) -> int:
    """Return the pages of a process that no other shares: for a database backend, its caches without the shared buffers."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Private_"))


def _processes() -> Iterator[tuple[int, str]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                yield int(folder.name), (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")


def _is_of(pid: int, site: Site) -> bool:
    try:
        return f"SHOPSTEAD_DATA_DIR={site.data_dir}".encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False


def _await(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            link.request("GET", "/constant", headers={"Host": "localhost"})
            link.getresponse().read()
            return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")
