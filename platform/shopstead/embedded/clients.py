"""Who uses the servers of a data directory: a file for each process, locked for as long as it lives."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from shopstead.embedded.files import FileLock, read_json, write_json


@dataclass(frozen=True)
class Request:
    """What one process needs, and the name of its entry. `site_url` is None unless it serves the site."""

    name: str
    need: frozenset[str]
    site_url: str | None


class Registration:
    """The entry of this process; the kernel gives its lock back however the process ends."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = clients_folder(data_dir)
        self._lock: FileLock | None = None

    def enter(self, need: frozenset[str], *, site_url: str | None) -> Self:
        """Write the entry; it gets its name only when it is locked, so no reader takes it for a dead one."""
        name = f"{os.getpid()}-{secrets.token_hex(4)}"
        unnamed, path = self.folder / f".{name}", self.folder / f"{name}.json"
        write_json(unnamed, {"pid": os.getpid(), "need": sorted(need), "site_url": site_url})
        lock = FileLock(unnamed)
        lock.acquire(wait=True)
        unnamed.rename(path)
        lock.path = path
        self._lock = lock
        return self

    @property
    def name(self) -> str | None:
        """The name of the entry, None when there is none."""
        return self._lock.path.stem if self._lock is not None else None

    def leave(self) -> None:
        """Take the entry back."""
        if self._lock is not None:
            self._lock.path.unlink(missing_ok=True)
            self._lock.release()
            self._lock = None


def clients_folder(data_dir: Path) -> Path:
    """Return the folder of the entries."""
    return data_dir / "run" / "clients"


def list_requests(data_dir: Path) -> list[Request]:
    """Return what the living processes need, in the order they came, and drop the entries of dead ones."""
    requests = []
    for path in sorted(clients_folder(data_dir).glob("*.json"), key=_age):
        lock = FileLock(path)
        if lock.acquire(wait=False):
            path.unlink(missing_ok=True)
            lock.release()
            continue
        entry = read_json(path)
        if entry:
            requests.append(Request(path.stem, frozenset(entry["need"]), entry["site_url"]))
    return requests


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
