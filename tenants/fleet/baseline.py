"""Migrations from before the first release: no code of a release before them runs anywhere."""

BASELINE: frozenset[str] = frozenset(
    {
        "tenants.0002_states_and_roles",
    }
)
