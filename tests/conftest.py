"""Fixtures of the whole suite, by the thing they provide."""

import gc
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

# A busy machine is slow, and no finding.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

pytest_plugins = [
    "tests.fixtures.tenancy",
    "tests.fixtures.people",
    "tests.fixtures.stripe",
    "tests.fixtures.time",
    "tests.fixtures.watching",
    "tests.fixtures.guards",
    "tests.fixtures.archive",
    "tests.fixtures.dns",
]


# The longest first: what is short evens the processes out in the end.
LONGEST = (
    "tests/isolation/test_replay.py",
    "browser",
    "tests/isolation/test_roles.py",
    "tests/isolation/test_bad_input.py",
    "broker",
)


def pytest_configure() -> None:
    # Django and the collected tests stay as long as the process: looking through them again and again finds no garbage.
    gc.set_threshold(50_000, 20, 20)


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


class ByService(LoadScopeScheduling):  # type: ignore[misc]
    """Shares the tests out by file; those of one running site, and those of the broker, stay in one process."""

    def _assign_work_unit(self, node: Any) -> None:
        for group in LONGEST:
            if group in self.workqueue:
                self.workqueue.move_to_end(group, last=False)
                break
        super()._assign_work_unit(node)

    def _split_scope(self, nodeid: str) -> str:
        return _group(nodeid.partition("::")[0])


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByService:
    return ByService(config, log)


@cache
def _group(file: str) -> str:
    said = (Path(__file__).parent.parent / file).read_text()
    return next((name for name in ("browser", "broker") if f"mark.{name}" in said or f"/{name}/" in file), file)
