"""The django-tenants backend with its one dangerous habit removed: a failed schema switch stops the statement."""

from typing import Any

from django.db.utils import OperationalError
from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantDatabaseWrapper
from psycopg.pq import TransactionStatus

from core.db.backend.schema import DatabaseSchemaEditor


class SchemaSwitchFailed(OperationalError):
    """`SET search_path` failed, so the next statement could have read another store's rows."""


class DatabaseWrapper(TenantDatabaseWrapper):  # type: ignore[misc]
    SchemaEditorClass = DatabaseSchemaEditor

    def _handle_search_path(self, cursor: Any = None) -> None:
        """Switch the schema or raise.

        django-tenants swallows the error so that a ROLLBACK can still run on a broken transaction. There, and only there,
        going on is harmless: PostgreSQL refuses everything but ROLLBACK. In any other state the statement would run on
        whatever path the connection had before, which may be another store's.
        """
        if self._setting_search_path:
            return
        super()._handle_search_path(cursor)
        if self.search_path_set_schemas is None and not self._is_in_failed_transaction():
            raise SchemaSwitchFailed(f"could not switch to schema {self.schema_name}")

    def _is_in_failed_transaction(self) -> bool:
        return bool(self.connection and self.connection.info.transaction_status == TransactionStatus.INERROR)
