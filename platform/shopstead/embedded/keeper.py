"""The process that keeps the embedded servers of one data directory, for as long as anybody uses them.

Started by the first command that needs a server, in a session of its own, and ended by itself when the last has gone,
however that one ended: `kill -9` included. So no command that merely came first can take the servers away from the
others when it finishes. It reads what is needed from the entries of `clients`, and says what runs in `run/state.json`.
"""

import argparse
import logging
import os
import sys
import threading
from pathlib import Path

from shopstead.embedded import processes
from shopstead.embedded.clients import list_requests
from shopstead.embedded.errors import EmbeddedError
from shopstead.embedded.files import FileLock, read_json, write_json
from shopstead.embedded.mail import EmbeddedMail
from shopstead.embedded.postgres import EmbeddedPostgres
from shopstead.embedded.sandbox import EmbeddedStripe
from shopstead.embedded.server import EmbeddedServer
from shopstead.embedded.supervisor import Supervisor, log_end
from shopstead.embedded.valkey import EmbeddedValkey

logger = logging.getLogger(__name__)

KINDS: dict[str, type[EmbeddedServer]] = {
    "postgres": EmbeddedPostgres,
    "broker": EmbeddedValkey,
    "mail": EmbeddedMail,
    "stripe": EmbeddedStripe,
}
# A server that ended this often without ever being ready is reported as broken to those who wait for it.
TRIES = 3


def gate_path(data_dir: Path) -> Path:
    """Return the lock that keeps coming clients and a going keeper apart."""
    return data_dir / "run" / "gate.lock"


def keeper_path(data_dir: Path) -> Path:
    """Return the lock a keeper holds for as long as it lives."""
    return data_dir / "run" / "keeper.lock"


def state_path(data_dir: Path) -> Path:
    """Return the file in which the keeper says what runs; it holds no secrets."""
    return data_dir / "run" / "state.json"


class Keeper:
    """The servers of one data directory, started when first needed."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.supervisor = Supervisor(data_dir, name="keeper", report=logger.info)
        self.servers: dict[str, EmbeddedServer] = {}
        self.errors: dict[str, str] = {}
        self._clients: frozenset[str] = frozenset()
        self._written: dict[str, object] = {}

    def run(self, stopped: threading.Event) -> None:
        """Serve until the last client has gone or the event is set, then stop every server."""
        try:
            while not stopped.wait(0.05):
                requests = list_requests(self.data_dir)
                if not requests:
                    with FileLock(gate_path(self.data_dir)):
                        if not list_requests(self.data_dir):
                            self.stop()
                            return
                    continue
                self._forgive(frozenset(request.name for request in requests))
                site_urls = [request.site_url for request in requests if request.site_url]
                self._serve_site(site_urls[-1] if site_urls else None)
                wanted = frozenset[str]().union(*(request.need for request in requests))
                for kind in [kind for kind in KINDS if kind in wanted]:
                    self._begin(kind)
                self.supervisor.check()
                self._write_state()
        finally:
            self.stop()

    def stop(self) -> None:
        """Stop every server, the last started first, and take the state file away."""
        self.supervisor.stop()
        for server in self.servers.values():
            server.release()
        self.servers.clear()
        state_path(self.data_dir).unlink(missing_ok=True)

    def _begin(self, kind: str) -> None:
        if kind in self.servers or kind in self.errors:
            return
        server = KINDS[kind](self.data_dir)
        if isinstance(server, EmbeddedStripe):
            server.site_url = self._site_url
        try:
            server.claim(timeout=10)
            self.servers[kind] = server
            self.supervisor.begin(server.service())
        except (EmbeddedError, OSError) as error:
            logger.error("%s: %s", kind, error)
            self.errors[kind] = str(error)
            self.servers.pop(kind, None)
            server.release()

    def _forgive(self, clients: frozenset[str]) -> None:
        """Try what failed anew for each newcomer: the reason may be gone."""
        if clients - self._clients:
            self.errors.clear()
            for kind in [kind for kind, server in self.servers.items() if self._is_broken(server)]:
                self._drop(kind)
        self._clients = clients

    def _is_broken(self, server: EmbeddedServer) -> bool:
        status = self.supervisor.statuses()[server.name]
        return not status.ready and status.restarts >= TRIES

    def _drop(self, kind: str) -> None:
        server = self.servers.pop(kind)
        self.supervisor.stop(server.name)
        server.release()

    @property
    def _site_url(self) -> str:
        return str(read_json(self.data_dir / "run" / "site.json").get("url", "http://localhost:8000"))

    def _serve_site(self, site_url: str | None) -> None:
        """Send the sandbox's webhooks to the site that runs now; a site that has gone leaves its address behind."""
        if site_url is None or site_url == self._site_url:
            return
        write_json(self.data_dir / "run" / "site.json", {"url": site_url})
        if "stripe" in self.servers:
            self._drop("stripe")

    def _write_state(self) -> None:
        statuses = self.supervisor.statuses()
        servers: dict[str, object] = {}
        errors = dict(self.errors)
        for kind, server in self.servers.items():
            status = statuses[server.name]
            servers[kind] = {"pid": status.pid, "port": server.ports.get(server.name), "ready": status.ready}
            if self._is_broken(server):
                errors[kind] = f"{kind} does not start. The end of {server.log_path}:\n{log_end(server.log_path)}"
        state: dict[str, object] = {
            "keeper": os.getpid(),
            "servers": servers,
            "errors": errors,
            "seen": sorted(self._clients),
        }
        if state != self._written:
            write_json(state_path(self.data_dir), state)
            self._written = state


def main() -> None:
    """Keep the servers of a data directory until its last client has gone, or until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m shopstead.embedded.keeper", description=main.__doc__)
    parser.add_argument("--data-dir", type=Path, required=True)
    data_dir = parser.parse_args().data_dir.absolute()
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(message)s")
    alive = FileLock(keeper_path(data_dir))
    with FileLock(gate_path(data_dir)):
        if not alive.acquire(wait=False):
            sys.exit("Another keeper serves this data directory.")
        state_path(data_dir).unlink(missing_ok=True)
    with processes.stop_signals() as stopped:
        Keeper(data_dir).run(stopped)


if __name__ == "__main__":
    main()
