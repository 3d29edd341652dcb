"""Small files under the data directory: secrets, locks that die with their process, and atomic JSON."""

import json
import os
import secrets
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shopstead.embedded.errors import EmbeddedError

if sys.platform != "win32":
    import fcntl


def write_bytes_atomically(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Replace a file whole or not at all, with its mode set before its name is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_atomically(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Replace a text file whole or not at all."""
    write_bytes_atomically(path, text.encode(), mode=mode)


def write_json(path: Path, value: object, *, mode: int = 0o600) -> None:
    """Write a value as indented JSON, atomically."""
    write_atomically(path, json.dumps(value, indent=2, sort_keys=True) + "\n", mode=mode)


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object; a missing or torn file counts as empty."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return value if isinstance(value, dict) else {}


def read_or_create_secret(path: Path, make: Callable[[], str] = lambda: secrets.token_hex(24)) -> str:
    """Return the secret kept in a 0600 file, made on first use; two first users get the same one."""
    if not path.exists():
        with FileLock(path.with_name(f".{path.name}.lock")):
            if not path.exists():
                write_atomically(path, make() + "\n")
    return path.read_text(encoding="utf-8").strip()


class FileLock:
    """An exclusive lock on a file that the kernel releases when the holder dies, however it dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    @property
    def held(self) -> bool:
        """Say whether this object holds the lock."""
        return self._file is not None

    def acquire(self, *, wait: bool) -> bool:
        """Take the lock; without `wait`, return False at once when another holds it.

        Raises: EmbeddedError when the file or its folder belongs to somebody else.
        """
        if self._file is not None:
            return True
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except PermissionError as denied:
            raise EmbeddedError(
                f"{denied.filename} belongs to another user. Run the command as that user, or choose another "
                "--data-dir. Nothing was changed."
            ) from denied
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        except BaseException:
            os.close(handle)
            raise
        self._file = handle
        return True

    def release(self) -> None:
        """Give the lock up; does nothing when it is not held."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> "FileLock":
        self.acquire(wait=True)
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
