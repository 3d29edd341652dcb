"""Remember which schemas were seen to be up to date."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from core.tenancy import in_public
from tenants.fleet.selectors import SHAPES
from tenants.fleet.targets import Target

REMEMBER = f"""
    INSERT INTO fleet_schemaversion (schema_name, fingerprint, shape, seen_at)
    SELECT schema_name, %s, shape, %s FROM ({SHAPES}) s WHERE schema_name = ANY(%s)
    ON CONFLICT (schema_name) DO UPDATE
       SET fingerprint = excluded.fingerprint, shape = excluded.shape, seen_at = excluded.seen_at
"""  # noqa: S608  put together from constants


def record_versions(schema_names: Collection[str], target: Target, *, now: datetime) -> None:
    """Write down that these schemas have every migration, and what they look like now: one statement for all of them."""
    if schema_names:
        with in_public(), connection.cursor() as cursor:
            cursor.execute(REMEMBER, [target.fingerprint, now, list(schema_names)])
