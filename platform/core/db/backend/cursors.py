"""Cursors that ask, before each statement, whether the session stands in the schema that the connection is meant for.

They ask at the statement and not when they are opened: a cursor may outlive the store that it was opened in.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import psycopg
from django.db.backends.postgresql import base as django_backend
from psycopg.pq import TransactionStatus

from core.db.backend.changes import stores_changed_by, write_marks


class SchemaSwitchFailed(psycopg.OperationalError):
    """`SET search_path` failed, and the next statement could have read another store's rows; Django's OperationalError."""


def stand_in_schema(session: Any) -> None:
    """Send `SET search_path` where the session stands elsewhere, or raise.

    In a broken transaction nothing is sent: PostgreSQL refuses everything but ROLLBACK there, and says where it leads.
    Raises: SchemaSwitchFailed.
    """
    wanted = session.wrapper.search_path
    if reported_path(session) == wanted or session.pgconn.transaction_status == TransactionStatus.INERROR:
        return
    try:
        psycopg.Cursor(session).execute(b"SET search_path = " + wanted)
    except psycopg.Error as error:
        raise SchemaSwitchFailed(f"could not switch to {wanted.decode()}: {error}") from error
    session.wrapper.paths_met.add(wanted)


def reported_path(session: Any) -> bytes | None:
    """Return the session's search_path as the server last told it, before it was ready for the next statement.

    PostgreSQL 18 and later report it whenever it changed, also by a rollback, a RESET or a function
    (https://www.postgresql.org/docs/18/protocol-flow.html#PROTOCOL-ASYNC). Others do not: None, and `server` refuses them.
    """
    value: bytes | None = session.pgconn.parameter_status(b"search_path")
    return value


class _Standing:
    connection: Any

    def execute(self, query: Any, *args: Any, **options: Any) -> Any:
        with _ready(self.connection, query):
            return super().execute(query, *args, **options)  # type: ignore[misc]

    def executemany(self, query: Any, *args: Any, **options: Any) -> Any:
        with _ready(self.connection, query):
            return super().executemany(query, *args, **options)  # type: ignore[misc]

    @contextmanager
    def copy(self, query: Any, *args: Any, **options: Any) -> Iterator[Any]:
        with _ready(self.connection, query), super().copy(query, *args, **options) as copy:  # type: ignore[misc]
            yield copy

    def stream(self, query: Any, *args: Any, **options: Any) -> Iterator[Any]:
        with _ready(self.connection, query):
            yield from super().stream(query, *args, **options)  # type: ignore[misc]


def _ready(session: Any, query: Any) -> AbstractContextManager[Any]:
    """Stand in the right schema, and see to it that a change of what pages show leaves its mark in the same transaction."""
    stand_in_schema(session)
    wrapper = session.wrapper
    changed = stores_changed_by(query, schema_name=wrapper.schema_name, session=session)
    if not changed:
        return _NOTHING_MORE
    if session.autocommit and session.pgconn.transaction_status == TransactionStatus.IDLE:
        return _in_own_transaction(session, changed)
    wrapper.changed_stores |= changed  # written right before the commit
    return _NOTHING_MORE


@contextmanager
def _in_own_transaction(session: Any, changed: frozenset[str]) -> Iterator[None]:
    with session.transaction():
        yield
        write_marks(session, changed)


_NOTHING_MORE: AbstractContextManager[Any] = nullcontext()


class Cursor(_Standing, django_backend.Cursor):
    pass


class ServerSideCursor(_Standing, django_backend.ServerSideCursor):
    pass


class PreparedCursor(_Standing, django_backend.ServerBindingCursor):
    """A cursor for statements that the server keeps planned; PostgreSQL plans them anew wherever the search_path is another one."""

    def execute(self, query: Any, parameters: Any = None, **options: Any) -> Any:
        return super().execute(query, parameters, prepare=True, **options)

    def _convert_query(self, *args: Any, **options: Any) -> Any:
        """Keep the statement for those who list what was asked: psycopg forgets one whose plan is kept."""
        self._query = super()._convert_query(*args, **options)  # type: ignore[misc]
        return self._query
