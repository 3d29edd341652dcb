"""The guards of the connection and of the one door into a store."""

import pytest
from django_tenants.postgresql_backend.base import DatabaseWrapper as LibraryWrapper

from tests.isolation.guards.registry import guard


@guard("switch-or-stop", "T10", "T11", what="A failed SET search_path stops the statement that would have followed it.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.db.backend.base.DatabaseWrapper._handle_search_path", LibraryWrapper._handle_search_path)


@guard(
    "only-working-stores",
    "T14",
    "T16",
    what="in_tenant() admits stores whose state lets them work, read anew each time.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenants.models.Tenant.is_open_for_work", True)
