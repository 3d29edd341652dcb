"""What a request has written about a store, seen before it is taken back: rows of its schema, and the platform's rows about it."""

from collections.abc import Iterator
from functools import cache

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection

from tenants.models import Tenant

# What names a store in a table of the platform.
NAMES = {"tenant_id": "pk", "schema_name": "schema_name"}

# As pg_stat_xact_user_tables has it, which looks into every other schema as well and takes three times as long.
ROWS_WRITTEN = """
    SELECT coalesce(sum(written) FILTER (WHERE relnamespace = %s::regnamespace), 0),
           coalesce(sum(written) FILTER (WHERE relnamespace = 'public'::regnamespace), 0)
      FROM (SELECT relnamespace, pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
                                 + pg_stat_get_xact_tuples_deleted(oid) AS written
              FROM pg_class WHERE relkind = 'r' AND relnamespace IN (%s::regnamespace, 'public'::regnamespace)) t
"""


class Watch:
    """Remember how many rows this transaction has written so far, and what the platform knows of the store."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.counts = rows_written(tenant)
        self.known = known_by_the_platform(tenant)

    def look(self, who: str) -> Iterator[str]:
        """Yield, in words, what was written since the last look; call it before the request is taken back."""
        try:
            counts = rows_written(self.tenant)
            known = known_by_the_platform(self.tenant) if counts[1] != self.counts[1] else self.known
        except (
            DatabaseError
        ):  # the request left a broken transaction behind: it wrote nothing, and its 500 is told elsewhere
            return
        if counts[0] != self.counts[0]:
            yield f"{who} wrote into {self.tenant.slug}"
        if known != self.known:
            yield f"{who} changed what the platform knows of {self.tenant.slug}"
        self.counts = counts


def rows_written(tenant: Tenant) -> tuple[int, int]:
    """Return how many rows this transaction has tried to write in the store and on the platform; a rollback takes none back."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS_WRITTEN, [tenant.schema_name, tenant.schema_name])
        in_store, on_platform = cursor.fetchone()
    return int(in_store), int(on_platform)


def known_by_the_platform(tenant: Tenant) -> str:
    """Return a digest of every row of the platform that names this store."""
    tables = about_stores()
    parts = [
        f"(SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t WHERE {key} = %s)"
        for name, key in tables
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT concat_ws(',', {', '.join(parts)})", [getattr(tenant, NAMES[key]) for _name, key in tables]
        )
        return str(cursor.fetchone()[0])


@cache
def about_stores() -> list[tuple[str, str]]:
    """Return the platform's tables that name a store, each with the column that does."""
    found = []
    for model in apps.get_models():
        if model._meta.app_config.name not in settings.TENANT_APPS:
            columns = {field.column for field in model._meta.local_concrete_fields}
            found += [(model._meta.db_table, key) for key in NAMES if key in columns]
    return sorted(found)
