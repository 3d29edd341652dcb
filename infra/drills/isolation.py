"""One connection for all stores: a long walk over everything that can happen to it, and a storm of canceled statements."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

from bench.result import Result, plain

from drills.harm import none_of

ROOT = Path(__file__).resolve().parents[2]
TESTS = "tests/core/db/test_reuse.py"
EACH_ROUND = 2500


def run(arguments: argparse.Namespace) -> list[Result]:
    """Run the tests of the connection at full size, with their controls; 20 rounds are 50,000 steps and as many reads."""
    size = EACH_ROUND * arguments.rounds
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", TESTS, f"--junitxml={report}"],
            cwd=ROOT,
            env={**os.environ, "ISOLATION_STEPS": str(size), "ISOLATION_CANCELED_READS": str(size)},
            capture_output=True,
            text=True,
            check=False,
        )
        told = _read(report) if report.exists() else {}
    sys.stderr.write(done.stdout[-2000:] if done.returncode else "")
    walk, canceled = told.get("walk", {}), told.get("canceled", {"guarded": {}, "unguarded": {}})
    guarded, unguarded = canceled["guarded"], canceled["unguarded"]
    leaked = int(walk.get("foreign", 0)) + int(guarded.get("foreign", 0)) + (done.returncode != 0)
    reads = sum(unguarded.values())
    return [
        Result("steps over one connection", walk.get("steps", 0), "", f"≥ {size}", walk.get("steps", 0) >= size),
        plain("of them reads of the store that was meant", walk.get("own", 0), ""),
        Result("reads under a storm of cancels", sum(guarded.values()), "", f"≥ {size}", sum(guarded.values()) >= size),
        plain("of them canceled", guarded.get("failed", 0), ""),
        Result("another store's row in them", guarded.get("foreign", 1), "", "= 0", guarded.get("foreign", 1) == 0,
               {"of so many reads with the library's own wrapper": reads, "had another's": unguarded.get("foreign", 0)}),
        Result("the library's own wrapper reads one", unguarded.get("foreign", 0), "", "≥ 1", unguarded.get("foreign", 0) >= 1),
        Result("controls that stay green", int(done.returncode != 0), "", "= 0", done.returncode == 0),
        *none_of(lost=0, doubled=0, leaked=leaked),
    ]  # fmt: skip


def _read(report: Path) -> dict[str, Any]:
    properties = ET.parse(report).getroot().iter("property")
    return {one.attrib["name"]: json.loads(one.attrib["value"]) for one in properties}
