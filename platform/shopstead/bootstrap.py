"""Bring a database to where the code expects it: schemas migrated, plans offered."""

from collections.abc import Callable

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django_tenants.utils import quote_schema_name

from billing.plans.services import sync_default_plans
from core.tenancy import PUBLIC, in_public
from tenants.enums import WORKING_STATES, TenantState
from tenants.models import Tenant
from tenants.provisioning.schema import migration_names


def migrate(*, report: Callable[[str], None]) -> None:
    """Migrate public, then the schemas of stores that are behind, and keep the plans as the code says.

    What is up to date costs one query a schema.
    """
    with in_public():
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            report("Migrating the platform's schema")
            call_command("migrate_schemas", schema_name=PUBLIC, interactive=False, verbosity=0)
        sync_default_plans()
        finished = Tenant.objects.filter(state__in=[*WORKING_STATES, TenantState.SUSPENDED])
        behind = [tenant for tenant in finished if is_behind(tenant.schema_name)]
    for number, tenant in enumerate(behind, start=1):
        report(f"Migrating store {tenant.slug} ({number} of {len(behind)})")
        call_command("migrate_schemas", schema_name=tenant.schema_name, interactive=False, verbosity=0)


def is_behind(schema_name: str) -> bool:
    """Tell whether the schema lacks a migration that is on disk."""
    with connection.cursor() as cursor:
        table = f"{quote_schema_name(schema_name)}.django_migrations"
        cursor.execute(f"SELECT app, name FROM {table}")  # noqa: S608  a generated name, quoted
        return not set(migration_names()) <= set(cursor.fetchall())
