"""Migrations from before the first release: no code of a release before them runs anywhere."""

BASELINE: frozenset[str] = frozenset(
    {
        "catalog.0002_indexes_that_serve_something",
        "domains.0001_host_changes",
        "domains.0003_primary_is_verified",
        "jobs.0002_turns",
        "tenants.0002_states_and_roles",
        "tenants.0004_people_and_log",
        "tenants.0005_known_states",
    }
)
