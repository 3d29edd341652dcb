"""Work that wants too much memory ends, and the process goes on."""

import subprocess
import sys
from pathlib import Path

import pytest

CODE = """
from core.memory import memory_bounded
kept = bytearray(40 * 1024 * 1024)
with memory_bounded({bound}):
    try:
        more = bytearray(200 * 1024 * 1024)
        print("taken")
    except MemoryError:
        print("refused")
free = bytearray(200 * 1024 * 1024)
print("free")
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux says how much a process has")
@pytest.mark.parametrize(("bound", "said"), [(100, "refused"), (400, "taken")])
def test_a_block_takes_what_it_may_and_no_more(bound: int, said: str) -> None:
    result = subprocess.run(
        [sys.executable, "-c", CODE.format(bound=bound)],
        cwd=Path(__file__).resolve().parents[2] / "platform",
        capture_output=True,
        text=True,
    )
    assert result.stdout.split() == [said, "free"], result.stderr
