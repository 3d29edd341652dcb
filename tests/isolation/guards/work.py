"""The guards of tasks and of the outbox."""

import pytest
from celery import Task

from tests.isolation.guards.registry import guard


@guard(
    "task-enters-its-store", "T12", what="A store's task enters the store of its header inside its own call, or fails."
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.tasks.TenantTask.__call__", Task.__call__)


@guard("platform-task-on-public", "T12", what="A task of the platform runs on public, wherever it was called.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.tasks.PlatformTask.__call__", Task.__call__)
