"""Loopback ports, chosen once for a data directory and kept, so that addresses stay the same from start to start."""

import hashlib
import socket
from pathlib import Path

from shopstead.embedded.errors import EmbeddedError
from shopstead.embedded.files import FileLock, read_json, write_json

HOST = "127.0.0.1"
# Below the ranges from which Linux (32768) and macOS (49152) hand out ports to outgoing connections.
FIRST, COUNT = 20000, 10000


def is_free(port: int) -> bool:
    """Say whether a server could listen on this loopback port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return not is_listening(port)


def is_listening(port: int) -> bool:
    """Say whether something accepts connections on this loopback port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


class PortBook:
    """The ports of one data directory, by service name, in `run/ports.json`."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "run" / "ports.json"
        self._lock_path = data_dir / "run" / "ports.lock"
        self._seed = str(data_dir.resolve())

    def get(self, name: str) -> int | None:
        """Return the recorded port, or None before the first choice."""
        port = read_json(self._path).get(name)
        return port if isinstance(port, int) else None

    def choose(self, name: str, *, prefer: int | None = None) -> int:
        """Return the recorded port if it is free, else another free one, which is recorded.

        Raises: EmbeddedError when no port is free.
        """
        with FileLock(self._lock_path):
            book = read_json(self._path)
            recorded = book.get(name)
            if isinstance(recorded, int) and is_free(recorded):
                return recorded
            taken = {port for other, port in book.items() if other != name}
            # The start depends on the data directory, so two stopped data directories rarely record the same port.
            start = int.from_bytes(hashlib.sha256(f"{self._seed}\0{name}".encode()).digest()[:4], "big")
            candidates = [FIRST + (start + step) % COUNT for step in range(COUNT)]
            if prefer is not None:
                candidates.insert(0, prefer)
            for port in candidates:
                if port not in taken and is_free(port):
                    write_json(self._path, {**book, name: port})
                    return port
        raise EmbeddedError(f"No free port was found for {name} between {FIRST} and {FIRST + COUNT - 1} on {HOST}.")
