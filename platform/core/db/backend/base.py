"""The django-tenants backend, closed where it fails open: no statement runs on a path that is not its store's."""

import re
import select
import sys
from typing import Any

from django.conf import settings
from django.db.backends.postgresql.base import TIMESTAMPTZ_OID
from django.db.backends.postgresql.psycopg_any import register_tzloader
from django.db.utils import NotSupportedError
from django.utils.asyncio import async_unsafe
from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantDatabaseWrapper
from psycopg.pq import Format

from core.db.backend.changes import write_marks
from core.db.backend.cursors import Cursor, PreparedCursor, SchemaSwitchFailed, ServerSideCursor
from core.db.backend.schema import DatabaseSchemaEditor
from core.db.backend.server import refuse_unfit

__all__ = ["DatabaseWrapper", "SchemaNameRefused", "SchemaSwitchFailed"]

PUBLIC = "public"
_MOST_STORES = settings.DATABASE_STORES_PER_SESSION
# A plan of a long statement takes some hundred kilobytes of the server's memory, in each session.
_MOST_PREPARED = 24
_GENERATED = re.compile(r"public|t_[0-9a-f]{20}", re.ASCII)


class SchemaNameRefused(ValueError):
    """A schema's name that was not generated here; it comes nowhere near SQL, a path or a key of the cache."""


class DatabaseWrapper(TenantDatabaseWrapper):  # type: ignore[misc]
    """Where a connection stands is asked of the server at each statement (`cursors`), instead of hoped when a cursor opens.

    The library sends the switch with every cursor and lets the statement run when the switch has failed.
    """

    SchemaEditorClass = DatabaseSchemaEditor
    search_path = PUBLIC.encode()
    paths_met: set[bytes]
    # Stores whose pages the open transaction has changed.
    changed_stores: frozenset[str] = frozenset()

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        """Mean the tenant's schema from the next statement on.

        The library empties Django's cache of content types here, for those who keep them in each schema. Ours stand in
        public alone (a test looks), so they are the same everywhere.
        Raises: SchemaNameRefused.
        """
        name = tenant.schema_name
        if not _GENERATED.fullmatch(name):
            raise SchemaNameRefused(repr(name))
        self.tenant = tenant
        self.schema_name = name
        self.include_public_schema = include_public
        self.set_settings_schema(name)
        with_public = include_public and name != PUBLIC
        self.search_path = f"{name}, {PUBLIC}".encode() if with_public else name.encode()

    def get_connection_params(self) -> dict[str, Any]:
        # Django forbids prepared statements; here they are for `prepared_cursor` alone, not for what is merely asked often.
        return {**super().get_connection_params(), "cursor_factory": Cursor, "prepare_threshold": sys.maxsize}

    @async_unsafe
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        session = super().get_new_connection(conn_params)
        session.wrapper = self
        session.prepared_max = _MOST_PREPARED
        self.paths_met, self.changed_stores = set(), frozenset()
        return session

    def check_database_version_supported(self) -> None:
        """Refuse a server on which stores would not be apart; Django asks with the first session of each process.

        Raises: ServerRefused.
        """
        try:
            super().check_database_version_supported()
            refuse_unfit(self.connection)
        except NotSupportedError:
            self.close()  # left open, the session would serve whoever asks next
            raise

    @async_unsafe
    def close_if_unusable_or_obsolete(self) -> None:
        """As Django does between requests and between tasks, and end a session that has met its number of stores.

        The server's process at the other end keeps what it knows of every table it ever touched, store by store, and gives none
        of it back; a new one knows nothing.
        """
        if self.connection is not None and not self.in_atomic_block and len(self.paths_met) > _MOST_STORES:
            self.close()
        else:
            super().close_if_unusable_or_obsolete()

    @async_unsafe
    def close_if_health_check_failed(self) -> None:
        """As Django does at a request's first question, without a round trip where the server has said nothing by itself.

        A server that ends a session says so, and closes its side: there is something to read. Only then it is asked.
        """
        is_due = self.connection is not None and self.health_check_enabled and not self.health_check_done
        if is_due and _is_silent(self.connection):
            self.health_check_done: bool = True
        else:
            super().close_if_health_check_failed()

    def prepared_cursor(self) -> Any:
        """Return a cursor whose statements the server plans once for the session, and again where the session stands elsewhere.

        For a statement of one text that is asked often and costs more to plan than to run; its parameters are bound by the
        server. What it returns must keep its type through migrations: cast it to text.
        """
        self.close_if_health_check_failed()
        if self.connection is None:
            self.ensure_connection()
        with self.wrap_database_errors:
            kind: Any = PreparedCursor
            return self._prepare_cursor(kind(self.connection))

    def _commit(self) -> None:
        """Write the marks of the stores that changed as the transaction's last statement: they are there with it, or not at all."""
        changed, self.changed_stores = self.changed_stores, frozenset()
        if changed and self.connection is not None:
            with self.wrap_database_errors:
                write_marks(self.connection, changed)
        super()._commit()

    def _rollback(self) -> None:
        self.changed_stores = frozenset()
        super()._rollback()

    @async_unsafe
    def create_cursor(self, name: str | None = None) -> Any:
        """As Django does, with the server-side cursor replaced; the plain one comes from the session's factory."""
        if name is None:
            return super().create_cursor()
        session = self.connection
        kind: Any = ServerSideCursor
        cursor = kind(session, name=name, scrollable=False, withhold=session.autocommit)
        if self.timezone != session.adapters.get_loader(TIMESTAMPTZ_OID, Format.TEXT).timezone:
            register_tzloader(self.timezone, cursor)
        return cursor

    def _handle_search_path(self, cursor: Any = None) -> None:
        """Do nothing when a cursor is opened."""


def _is_silent(session: Any) -> bool:
    if session.closed or not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(session.pgconn.socket, select.POLLIN)
    return not poll.poll(0)
