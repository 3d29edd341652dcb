"""A block in which the database itself refuses every change."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, transaction
from django.db import connection as django_connection

READ_ONLY_SQL_TRANSACTION = "25006"

# The tenant backend adds `search_path_set_schemas` to what Django promises of a connection.
connection: Any = django_connection


@contextmanager
def read_only() -> Iterator[None]:
    """Run the block in a transaction that PostgreSQL holds to reading, and roll it back at the end whatever happened.

    A change raises (see `is_refused_change`). The rollback takes a switch of schemas back with it, so the connection is told
    to switch anew before its next statement.
    """
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
            try:
                yield
            finally:
                transaction.set_rollback(True)
    finally:
        connection.search_path_set_schemas = None


def is_refused_change(error: BaseException) -> bool:
    """Tell whether the database raised this because the block may only read."""
    return isinstance(error, DatabaseError) and getattr(error.__cause__, "sqlstate", "") == READ_ONLY_SQL_TRANSACTION
