"""Fixtures of the whole suite, by the thing they provide."""

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
