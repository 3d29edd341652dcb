"""A bound on what one piece of work may take of the machine's memory."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_STATUS = Path("/proc/self/status")


@contextmanager
def memory_bounded(megabytes: int) -> Iterator[None]:
    """Let the block take this much more than the process has now; what is more raises MemoryError in it.

    The bound is the process's, so only one such block may run in it at a time. Where the system does not say how much a process
    has (other than Linux), nothing is bounded.
    """
    before = resource.getrlimit(resource.RLIMIT_DATA)
    taken = _data_kilobytes()
    if taken is None:
        yield
        return
    most = (taken + megabytes * 1024) * 1024
    if before[1] != resource.RLIM_INFINITY:
        most = min(most, before[1])
    resource.setrlimit(resource.RLIMIT_DATA, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


def _data_kilobytes() -> int | None:
    if not _STATUS.exists():
        return None
    lines = (line.split() for line in _STATUS.read_text().splitlines())
    return next((int(words[1]) for words in lines if words[:1] == ["VmData:"]), None)
