"""The guards of tasks and of the outbox."""

from typing import Any

import pytest
from celery import Task

from tests.guards.registry import guard


@guard(
    "task-enters-its-store",
    "T12",
    "T24",
    what="A store's task enters the store of its header inside its own call, or fails.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.tasks.TenantTask.__call__", Task.__call__)


@guard(
    "switch-inside-the-call",
    "T12",
    what="A task switches inside its own call, where an error is its failure, not in a signal.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    """Switch as a signal's receiver does: Celery swallows its errors and runs the task all the same."""
    from core.tasks import SCHEMA_HEADER
    from core.tenancy import connection, in_schema

    def called(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            with in_schema((self.request.headers or {}).get(SCHEMA_HEADER) or ""):
                connection.set_tenant(connection.tenant)
        except Exception:
            connection.set_schema_to_public()
        return Task.__call__(self, *args, **kwargs)

    monkeypatch.setattr("core.tasks.TenantTask.__call__", called)


@guard("platform-task-on-public", "T12", what="A task of the platform runs on public, wherever it was called.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.tasks.PlatformTask.__call__", Task.__call__)


@guard("door-of-a-thread", "T8", "T12", what="Each entry into a store remembers for itself where to come back to.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enter with one object for all threads, as `with tenant:` and decorated functions do."""
    from contextlib import contextmanager

    from core.tenancy import connection

    before: dict[str, Any] = {}

    @contextmanager
    def shared(tenant: Any) -> Any:
        before["tenant"] = connection.tenant
        connection.set_tenant(tenant)
        try:
            yield
        finally:
            connection.set_tenant(before["tenant"])

    monkeypatch.setattr("core.tenancy.tenant_context", shared)


@guard(
    "store-captured-at-call",
    "T13",
    what="The store of a message is the one its writer stood in, kept in the outbox's row.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask for the store when the message is sent, as a header filled on commit does."""
    monkeypatch.setattr("core.outbox.services.current_schema", lambda: "public")


@guard(
    "only-working-stores-are-asked",
    "T14",
    "T16",
    what="The dispatcher asks stores for work whose state lets them work.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenants.models.TenantQuerySet.working", lambda self: self.all())


@guard(
    "lost-is-asked-again",
    "F7",
    what="What was published and never taken, though its queue is empty, is published again.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.outbox.losing._list_empty", lambda *_args: set())


@guard("overtaken-is-asked-again", "F7", what="So is what others of a full queue have overtaken.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.outbox.losing._is_overtaken", lambda *_args: False)


@guard("taken-is-noted", "F7", what="A worker notes that it has a message before it does anything.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.outbox.losing.TASK_PREFIX", "of-nobody-")
