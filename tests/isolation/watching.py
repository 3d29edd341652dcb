"""What a request has written about a store, seen before it is taken back: rows of its schema, and the platform's rows about it."""

from collections.abc import Iterator
from functools import cache

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection

from tenants.models import Tenant

# What names a store in a table of the platform.
NAMES = {"tenant_id": "pk", "schema_name": "schema_name"}

# As pg_stat_xact_user_tables has it, for the tables that are asked for only: the view looks into every schema.
ROWS_WRITTEN = """
    SELECT array_agg(pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
                     + pg_stat_get_xact_tuples_deleted(oid) ORDER BY place)
      FROM unnest(%s::oid[]) WITH ORDINALITY AS t (oid, place)
"""


class Watch:
    """Remember how many rows this transaction has written so far, and what the platform knows of the store."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.tables = tables_of(tenant), tables_about_stores()
        self.in_store, self.on_platform = self._rows_written()
        self.known = [known_by_the_platform(tenant, place) for place in range(len(about_stores()))]

    def look(self, who: str) -> Iterator[str]:
        """Yield, in words, what was written since the last look; call it before the request is taken back."""
        try:
            in_store, on_platform = self._rows_written()
            written = [place for place, count in enumerate(on_platform) if count != self.on_platform[place]]
            is_changed = any(known_by_the_platform(self.tenant, place) != self.known[place] for place in written)
        except (
            DatabaseError
        ):  # the request left a broken transaction behind: it wrote nothing, and its 500 is told elsewhere
            return
        if in_store != self.in_store:
            yield f"{who} wrote into {self.tenant.slug}"
        if is_changed:
            yield f"{who} changed what the platform knows of {self.tenant.slug}"
        self.in_store, self.on_platform = in_store, on_platform

    def _rows_written(self) -> tuple[list[int], list[int]]:
        """Return how many rows this transaction has tried to write, table by table; a rollback takes none back."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT ({ROWS_WRITTEN}), ({ROWS_WRITTEN})", list(self.tables))
            in_store, on_platform = cursor.fetchone()
        return in_store, on_platform


def tables_of(tenant: Tenant) -> list[int]:
    """Return the numbers of the store's tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(oid) FROM pg_class WHERE relkind = 'r' AND relnamespace = %s::regnamespace",
            [tenant.schema_name],
        )
        return list(cursor.fetchone()[0])


def tables_about_stores() -> list[int]:
    """Return the numbers of the platform's tables that name a store, in the order of `about_stores`."""
    names = [f"public.{name}" for name, _key in about_stores()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::regclass[]::oid[]", [names])
        return list(cursor.fetchone()[0])


def known_by_the_platform(tenant: Tenant, place: int) -> str:
    """Return a digest of the rows that name this store in one of the platform's tables."""
    name, key = about_stores()[place]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM public.{name} t WHERE {key} = %s",
            [getattr(tenant, NAMES[key])],
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
