"""What a bench starts beside the platform: the barest Django on the same server, and nginx in front."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.site import ROOT, TICK

EXAMPLE = ROOT / "infra" / "deploy" / "nginx.conf"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def bare_django(workers: int = 2) -> Iterator[int]:
    """Serve `bench.bare` by granian as the platform is served, and yield its port."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers",
               str(workers), "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "bench.bare:application"]  # fmt: skip
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DJANGO")}
    process = subprocess.Popen(command, cwd=ROOT / "infra", env=environment | {"PYTHONPATH": str(ROOT / "infra")})
    try:
        _await(port)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def measure_bare(port: int, requests: int) -> float:
    """Return the CPU milliseconds of one request of the barest Django."""
    link, before = http.client.HTTPConnection("127.0.0.1", port), cpu_of(f"--port {port} ")
    for _ in range(requests):
        link.request("GET", "/")
        link.getresponse().read()
    return (cpu_of(f"--port {port} ") - before) * 1000 / requests


@contextmanager
def nginx(folder: Path, *, upstream: int, static: bytes) -> Iterator[tuple[int, int] | None]:
    """Run nginx with the example configuration before the platform; yield its port and its process, or None without nginx.

    `/bench-static` is a file of its own, for what nginx can do at most.
    """
    program = shutil.which("nginx") or ("/usr/sbin/nginx" if Path("/usr/sbin/nginx").exists() else None)
    if program is None:
        yield None
        return
    port = free_port()
    (folder / "bench-static").write_bytes(static)
    text = EXAMPLE.read_text()
    for old, new in {
        "listen 443 ssl;": f"listen {port} backlog=1024;",
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{upstream};",
        "/var/cache/nginx/shopstead": str(folder / "nginx-cache"),
        "# bench: ": f"location = /bench-static {{ root {folder}; }}\n# ",
    }.items():
        if old not in text:
            raise RuntimeError(f"{EXAMPLE} has no {old!r}")
        text = text.replace(old, new)
    text = "\n".join(line for line in text.splitlines() if "ssl_" not in line)
    config = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""  # or its workers may not read the bench's folder
    config.write_text(f"{user} daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;\nworker_processes 2;\n"
                      f"events {{ worker_connections 1024; }}\nhttp {{\naccess_log off;\n{text}\n}}\n")  # fmt: skip
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(config)], stderr=subprocess.DEVNULL)
    try:
        _await(port)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def cpu_of(mark: str = "", *, family: int | None = None) -> float:
    """Return the CPU seconds so far of the processes whose command has the mark, or of a process and its children."""
    ticks = 0
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        is_ours = family in (int(folder.name), int(fields[1])) if family else mark in command
        if is_ours:
            ticks += sum(map(int, fields[11:13]))
    return ticks / TICK


def _await(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            link.request("GET", "/")
            link.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"nothing answers on port {port}")
