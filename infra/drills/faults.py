"""Break a server of a running platform for a while: freeze it, or kill it whenever it stands up again."""

import http.client
import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.site import Site


@contextmanager
def freeze(site: Site, kind: str) -> Iterator[None]:
    """Stop the process of a server (`broker`, `stripe`) in its tracks for the length of the block."""
    pid = server_pid(site, kind)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def keep_killing(site: Site, kind: str) -> Iterator[None]:
    """Kill a server whenever it stands up again."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(0.2):
            try:
                os.kill(server_pid(site, kind), signal.SIGKILL)
            except (OSError, KeyError, ValueError, TypeError):
                continue

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def server_pid(site: Site, kind: str) -> int:
    """Return the process of one of the embedded servers."""
    state = json.loads((site.data_dir / "run" / "state.json").read_text())
    return int(state["servers"][kind]["pid"])


def control(site: Site, method: str, name: str, words: dict[str, Any] | None = None) -> Any:
    """Call the payment sandbox's own address for tests."""
    port = json.loads((site.data_dir / "run" / "ports.json").read_text())["stripe"]
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    link.request(method, f"/_sandbox/{name}", json.dumps(words or {}), {"Content-Type": "application/json"})
    answer = json.loads(link.getresponse().read())
    link.close()
    return answer
