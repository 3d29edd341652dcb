"""A block in which the database itself refuses every change."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection, transaction

READ_ONLY_SQL_TRANSACTION = "25006"


@contextmanager
def read_only() -> Iterator[None]:
    """Run the block in a transaction that PostgreSQL holds to reading, and roll it back at the end whatever happened.

    A change raises (see `is_refused_change`). A switch of schemas that the rollback takes back is no danger: where the
    connection stands is asked at each statement.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        try:
            yield
        finally:
            transaction.set_rollback(True)


def is_refused_change(error: BaseException) -> bool:
    """Tell whether the database raised this because the block may only read."""
    return isinstance(error, DatabaseError) and getattr(error.__cause__, "sqlstate", "") == READ_ONLY_SQL_TRANSACTION
