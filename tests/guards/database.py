"""The guards of the connection and of the one door into a store."""

from contextlib import suppress
from typing import Any

import psycopg
import pytest
from django.db.backends.postgresql.base import DatabaseWrapper as DjangoWrapper
from psycopg.pq import TransactionStatus

from tests.guards.registry import guard

CURSORS = "core.db.backend.cursors"


def _send(session: Any) -> None:
    psycopg.Cursor(session).execute(b"SET search_path = " + session.wrapper.search_path)


@guard("switch-or-stop", "T10", "T11", what="A failed SET search_path stops the statement that would have followed it.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.db.backend.cursors import reported_path

    def hopeful(session: Any) -> None:
        if reported_path(session) != session.wrapper.search_path:
            with suppress(psycopg.Error):
                _send(session)

    monkeypatch.setattr(f"{CURSORS}.stand_in_schema", hopeful)


@guard(
    "path-told-by-server", "T11", what="Where a session stands is what the server last told, not what was sent last."
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    def remembering(session: Any) -> None:
        wanted = session.wrapper.search_path
        if getattr(session, "sent", None) == wanted or session.pgconn.transaction_status == TransactionStatus.INERROR:
            return
        _send(session)
        session.sent = wanted

    monkeypatch.setattr(f"{CURSORS}.stand_in_schema", remembering)


@guard("unknown-path-is-sent", "T11", what="A server that does not tell its path is sent it before every statement.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.db.backend import cursors

    stand_in_schema = cursors.stand_in_schema

    def trusting(session: Any) -> None:
        if getattr(session, "was_sent", False) and cursors.reported_path(session) is None:
            return
        stand_in_schema(session)
        session.was_sent = True

    monkeypatch.setattr(f"{CURSORS}.stand_in_schema", trusting)


@guard(
    "path-asked-at-statement",
    "T8",
    "T11",
    what="A cursor asks for its schema at each statement, not when it is opened.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.db.backend.base import DatabaseWrapper
    from core.db.backend.cursors import stand_in_schema

    create = DatabaseWrapper.create_cursor

    def asking_once(self: Any, name: str | None = None) -> Any:
        stand_in_schema(self.connection)
        return create(self, name)

    monkeypatch.setattr(f"{CURSORS}.stand_in_schema", lambda session: None)
    monkeypatch.setattr(DatabaseWrapper, "create_cursor", asking_once)


@guard("server-side-cursors-too", "T11", what="A server-side cursor is declared in its store's schema.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.db.backend.base.DatabaseWrapper.create_cursor", DjangoWrapper.create_cursor)


@guard("copies-too", "T11", what="COPY, batches and streamed reads ask for the schema as plain statements do.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("executemany", "copy", "stream"):
        monkeypatch.delattr(f"{CURSORS}._Standing.{name}")


@guard("generated-names-only", "T7", "T18", what="A connection refuses a schema's name that was not generated here.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    import re

    monkeypatch.setattr("core.db.backend.base._GENERATED", re.compile(".*", re.DOTALL))


@guard(
    "only-working-stores",
    "T14",
    "T16",
    what="in_tenant() admits stores whose state lets them work, read anew each time.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenants.models.Tenant.is_open_for_work", True)


@guard(
    "server-fit-for-stores",
    "T10",
    "T11",
    what="A server that does not tell its path, or a pooler before it, is refused with a process's first session.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.db.backend.base.refuse_unfit", lambda _session: None)
