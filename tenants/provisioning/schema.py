"""Make a store's schema from the statements Django itself would run, without running its migrations one by one."""

from functools import cache

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model
from django_tenants.utils import quote_schema_name, schema_exists

from core.tenancy import in_tenant
from tenants.models import Tenant


class SchemaExists(RuntimeError):
    """A schema with a new store's name stands already; taking it over would hand one store's data to another."""


def create_schema(tenant: Tenant) -> None:
    """Create the store's schema with every table, index and constraint; call it inside a transaction.

    Statement by statement, because a Citus coordinator refuses several in one.
    Raises: SchemaExists.
    """
    if schema_exists(tenant.schema_name):
        raise SchemaExists(tenant.schema_name)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {quote_schema_name(tenant.schema_name)}")
    with in_tenant(tenant, any_state=True), connection.cursor() as cursor:
        for statement in schema_statements():
            cursor.execute(statement)
        cursor.executemany(
            "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())", list(migration_names())
        )


@cache
def schema_statements() -> tuple[str, ...]:
    """Return the DDL of all store tables, as Django's schema editor writes it for the current models."""
    models: list[type[Model]] = [
        model
        for config in apps.get_app_configs()
        if config.name in list(settings.TENANT_APPS)  # type: ignore[misc]
        for model in config.get_models(include_auto_created=True)
    ]
    with connection.schema_editor(collect_sql=True) as editor:
        every: list[type[Model]] = [MigrationRecorder.Migration, *models]
        for model in every:
            editor.create_model(model)
    return tuple(editor.collected_sql)


@cache
def migration_names() -> tuple[tuple[str, str], ...]:
    """Return (app, name) of every migration on disk: what a migrated schema would have recorded."""
    loader = MigrationLoader(None)
    return tuple(sorted(loader.disk_migrations or {}))
