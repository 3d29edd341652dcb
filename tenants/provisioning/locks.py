"""The row that a sign-up takes off the pool, and the one who fills it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import Func, TextField

from tenants.provisioning.enums import SchemaState
from tenants.provisioning.models import PooledSchema


def lock_ready_schema(*, fingerprint: str) -> PooledSchema | None:
    """Lock the oldest schema that is ready, stands and was made from these migrations; pass over what others hold."""
    return (
        PooledSchema.objects.select_for_update(skip_locked=True)
        .alias(stands=Func("schema_name", function="to_regnamespace", output_field=TextField()))
        .filter(state=SchemaState.READY, fingerprint=fingerprint, stands__isnull=False)
        .order_by("pk")
        .first()
    )


@contextmanager
def alone_filling() -> Iterator[bool]:
    """Hold the pool's lock, which dies with its holder's connection, and say whether it was free."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('pool'), 0)")
        is_free = bool(cursor.fetchone()[0])
    try:
        yield is_free
    finally:
        if is_free and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('pool'), 0)")
