"""Fixtures of the whole suite, by the thing they provide."""

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
