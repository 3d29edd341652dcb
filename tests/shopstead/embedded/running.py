"""Running the embedded servers in processes of their own, to kill them and look at what is left."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from shopstead.embedded import processes

ROOT = Path(__file__).resolve().parents[3]


def wait_for(condition: Callable[[], bool], *, seconds: float = 60.0) -> None:
    """Return when the condition holds; fail when it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not happen"
        time.sleep(0.02)


def processes_in(folder: Path) -> set[int]:
    """Return the processes that stand in the folder or below it, or have it in their command line (Linux)."""
    found = set()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal() or int(entry.name) == os.getpid():
            continue
        try:
            command = (entry / "cmdline").read_bytes().decode("utf-8", "replace")
            stands_in = (entry / "cwd").readlink()
        except OSError:
            continue
        if str(folder) in command or stands_in.is_relative_to(folder):
            found.add(int(entry.name))
    return {pid for pid in found if processes.is_running(pid)}


@contextmanager
def running(*arguments: str, python: str = sys.executable, user: str | None = None) -> Iterator[subprocess.Popen[str]]:
    """Run Python with the project's packages until the end of the block; its first line of output has to be READY."""
    environment = {
        "PATH": os.defpath,
        "HOME": tempfile.gettempdir(),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "platform"), str(ROOT), *filter(None, sys.path)]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    process = subprocess.Popen(
        [python, *arguments],
        env=environment,
        cwd="/",
        user=user,
        group=None,
        extra_groups=None if user is None else [],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(60)
        assert process.stdout is not None
        process.stdout.close()


def ready_word(process: subprocess.Popen[str]) -> str:
    """Return what follows READY in the first line of output."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("READY "), line
    return line.removeprefix("READY ").strip()


def find_shared_python() -> str | None:
    """Return a Python of this version that every user may run, for tests that change the user."""
    for candidate in (os.path.realpath(sys.executable), shutil.which("python3", path="/usr/local/bin:/usr/bin")):
        if candidate is None or not all(folder.stat().st_mode & 0o001 for folder in Path(candidate).parents):
            continue
        asked = subprocess.run(
            [candidate, "-c", "import sys; print(sys.version_info[:2])"], capture_output=True, text=True
        )
        if asked.stdout.strip() == str(sys.version_info[:2]):
            return candidate
    return None
