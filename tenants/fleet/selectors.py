"""Which schemas are behind the code: one query over all stores, and a look into those it cannot vouch for."""

from collections.abc import Collection
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django_tenants.utils import quote_schema_name

from core.tenancy import in_public
from tenants.enums import WORKING_STATES
from tenants.fleet.enums import StoreState
from tenants.fleet.errors import MigrationTableMissing
from tenants.fleet.models import MigrationRun, StorageUse, StoreMigration
from tenants.fleet.targets import Name, Target
from tenants.models import Tenant

# Identity, number of tables and indexes, number of columns: what changes when somebody changes a schema. One scan of pg_class.
SHAPES = """
    SELECT n.nspname AS schema_name, n.oid || ':' || count(c.oid) || ':' || coalesce(sum(c.relnatts), 0) AS shape
      FROM pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'i')
     WHERE n.nspname LIKE 't\\_%%' GROUP BY n.oid, n.nspname
"""
SUSPECTS = f"""
    SELECT t.id FROM tenants_tenant t
      LEFT JOIN ({SHAPES}) s ON s.schema_name = t.schema_name
      LEFT JOIN fleet_schemaversion v ON v.schema_name = t.schema_name
     WHERE t.state = ANY(%s)
       AND (v.fingerprint IS DISTINCT FROM %s OR v.shape IS DISTINCT FROM s.shape OR s.shape IS NULL)
"""  # noqa: S608  put together from constants


@dataclass(frozen=True, slots=True)
class Behind:
    """A working store and what its schema has; `applied` is None where the schema keeps no record."""

    tenant: Tenant
    applied: frozenset[Name] | None


def list_suspects(target: Target) -> list[Tenant]:
    """Return the working stores that are not known to be up to date: one query, whatever their number."""
    with in_public(), connection.cursor() as cursor:
        cursor.execute(SUSPECTS, [list(WORKING_STATES), target.fingerprint])
        ids = [row[0] for row in cursor.fetchall()]
        return list(_few_columns(Tenant.objects.filter(pk__in=ids))) if ids else []


def look_into(tenants: Collection[Tenant], target: Target) -> tuple[list[Tenant], list[Behind]]:
    """Read what each schema says of itself and return (stores that are up to date, stores that are behind)."""
    current, behind = [], []
    for tenant in tenants:
        try:
            applied = read_applied(tenant.schema_name)
        except MigrationTableMissing:
            behind.append(Behind(tenant, None))
            continue
        if target.missing(applied):
            behind.append(Behind(tenant, applied))
        else:
            current.append(tenant)
    return current, behind


def read_applied(schema_name: str) -> frozenset[Name]:
    """Return (app, name) of the migrations recorded in this very schema, never in another one on the path.

    Raises: MigrationTableMissing.
    """
    table = f"{quote_schema_name(schema_name)}.django_migrations"
    with in_public(), connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
        if not cursor.fetchone()[0]:
            raise MigrationTableMissing(f"the schema {schema_name} has no table django_migrations")
        cursor.execute(f"SELECT app, name FROM {table}")  # noqa: S608  a generated name, quoted
        return frozenset(cursor.fetchall())


def list_working_tenants() -> list[Tenant]:
    """Return every store that is served, in the order they were made."""
    with in_public():
        return list(_few_columns(Tenant.objects.working()))


def _few_columns(tenants: QuerySet[Tenant]) -> QuerySet[Tenant]:
    """Ask for what every release's table has: a rehearsal looks at stores before the platform's own schema is migrated."""
    return tenants.only("slug", "schema_name", "state").order_by("pk")


def find_missing_columns(schema_name: str) -> list[str]:
    """Return table.column of everything the models need and the schema lacks, whatever it says of its migrations."""
    with in_public(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "WHERE c.relnamespace = to_regnamespace(%s) AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped",
            [schema_name],
        )
        found = set(cursor.fetchall())
    needed = {
        (model._meta.db_table, field.column)
        for config in apps.get_app_configs()
        if config.name in list(settings.TENANT_APPS)  # type: ignore[misc]
        for model in config.get_models(include_auto_created=True)
        for field in model._meta.local_concrete_fields
    }
    return sorted(f"{table}.{column}" for table, column in needed - found)


def count_stored_bytes(schema_name: str) -> int:
    """Return how many bytes the store's files take, as they were counted when they came and went."""
    with in_public():
        kept = StorageUse.objects.filter(schema_name=schema_name).values_list("bytes_count", flat=True)
        return kept.first() or 0


def find_running_run() -> MigrationRun | None:
    """Return the run that is going on, or that was when its leader died."""
    return MigrationRun.objects.filter(state="running").first()


def list_run_stores(run: MigrationRun) -> list[StoreMigration]:
    """Return the run's stores, what went wrong first."""
    order = [StoreState.FAILED, StoreState.RUNNING, StoreState.WAITING, StoreState.SKIPPED, StoreState.DONE]
    return sorted(
        StoreMigration.objects.filter(run=run).order_by("ring", "pk"),
        key=lambda row: order.index(StoreState(row.state)),
    )
