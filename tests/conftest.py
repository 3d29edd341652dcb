"""Fixtures of the whole suite, by the thing they provide."""

import pytest
from hypothesis import HealthCheck, settings

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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where processes share the tests out, keep a file together, and those of one running site or of the broker in one.

    First, since each process looks at the groups when the tests are collected.
    """
    for item in items:
        shared = next((name for name in ("browser", "broker") if item.get_closest_marker(name)), None)
        item.add_marker(pytest.mark.xdist_group(shared or item.nodeid.partition("::")[0]))
