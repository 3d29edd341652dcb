"""Make a store's schema from the statements Django itself would run, without running its migrations one by one."""

import hashlib
import pkgutil
import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model
from django_tenants.utils import quote_schema_name, schema_exists

from core.tenancy import in_tenant
from tenants.models import Tenant

GENERATED = re.compile(r"t_[0-9a-f]{20}", re.ASCII)


class SchemaExists(RuntimeError):
    """A schema with a new store's name stands already; taking it over would hand one store's data to another."""


class SchemaInUse(RuntimeError):
    """The schema belongs to a store, or its name was not generated here; it is not dropped."""


@dataclass(slots=True)
class BareSchema:
    """A schema that no store owns, in the shape that `in_tenant` knows."""

    schema_name: str
    is_open_for_work: bool = False


def create_schema(schema_name: str) -> None:
    """Create a store's schema with every table, index and constraint; call it inside a transaction.

    One round trip on a plain PostgreSQL; statement by statement on a Citus coordinator, which refuses several in one.
    Raises: SchemaExists.
    """
    if schema_exists(schema_name):
        raise SchemaExists(schema_name)
    is_citus = settings.DATABASE_TOPOLOGY == "citus"
    with connection.cursor() as cursor:
        if is_citus:
            cursor.execute("SET LOCAL citus.enable_schema_based_sharding = on")
        cursor.execute(f"CREATE SCHEMA {quote_schema_name(schema_name)}")
    statements = [*schema_statements(), _record_of_migrations()]
    with in_tenant(BareSchema(schema_name), any_state=True), connection.cursor() as cursor:
        for statement in statements if is_citus else ["\n".join(statements)]:
            cursor.execute(statement)


def drop_schema(schema_name: str) -> None:
    """Drop a schema that no store owns, with everything in it; nothing happens where it is gone already.

    Raises: SchemaInUse.
    """
    if not GENERATED.fullmatch(schema_name) or Tenant.objects.filter(schema_name=schema_name).exists():
        raise SchemaInUse(schema_name)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {quote_schema_name(schema_name)} CASCADE")


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
    """Return (app, name) of every migration on disk: what a migrated schema would have recorded.

    The files are listed and not imported, so that a web process pays nothing for it.
    """
    found = []
    for config in apps.get_app_configs():
        module, _is_explicit = MigrationLoader.migrations_module(config.label)
        if module is None:
            continue
        try:
            package = import_module(module)
        except ModuleNotFoundError as error:
            if error.name != module:
                raise
            continue
        names = [name for _finder, name, is_package in pkgutil.iter_modules(package.__path__) if not is_package]
        found += [(config.label, name) for name in names if name[0] not in "_~"]
    return tuple(sorted(found))


@cache
def schema_fingerprint() -> str:
    """Return 64 hex digits that change whenever a migration comes or goes."""
    return hashlib.sha256(repr(migration_names()).encode()).hexdigest()


def _record_of_migrations() -> str:
    rows = ", ".join(f"('{app}', '{name}', now())" for app, name in migration_names())
    return f"INSERT INTO django_migrations (app, name, applied) VALUES {rows};"  # noqa: S608  names of our own files
