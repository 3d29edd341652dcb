"""Write migrations as statements once, to be run in every store: Django plans them, PostgreSQL does the rest.

What may change from store to store goes by Django's executor instead: Python code, statements of unknown kind, operations
outside a transaction, and whatever asks the database while it is being written.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import connection
from django.db.migrations import Migration, operations
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from core.tenancy import in_tenant
from tenants.fleet.errors import NeedsExecutor
from tenants.fleet.targets import Name, Target
from tenants.models import Tenant

# Exactly these classes: a subclass may do anything.
PURE_DDL: frozenset[type[Operation]] = frozenset(
    {
        operations.CreateModel,
        operations.DeleteModel,
        operations.AddField,
        operations.RemoveField,
        operations.AlterField,
        operations.RenameField,
        operations.RenameModel,
        operations.AddIndex,
        operations.RemoveIndex,
        operations.RenameIndex,
        operations.AddConstraint,
        operations.RemoveConstraint,
        operations.AlterConstraint,
        operations.AlterModelTable,
        operations.AlterModelTableComment,
        operations.AlterModelOptions,
        operations.AlterModelManagers,
        operations.AlterUniqueTogether,
        AddConstraintNotValid,
        ValidateConstraint,
    }
)
SAME_EVERYWHERE = (dict, list, str, int, bool, float)


@dataclass(frozen=True)
class Script:
    """What brings a store from one set of migrations to the target: statements by migration, in order."""

    steps: tuple[tuple[Name, tuple[str, ...]], ...]

    def transactions(self) -> Iterator[tuple[list[Name], tuple[str, ...]]]:
        """Yield migrations and statements that belong into one transaction: one migration, and those before it that change
        nothing here. So no table's lock is held longer than its own migration."""
        names: list[Name] = []
        for name, statements in self.steps:
            names.append(name)
            if statements:
                yield names, statements
                names = []
        if names:
            yield names, ()


def write_script(target: Target, applied: Collection[Name], tenant: Tenant) -> Script:
    """Write the statements for a store that has these migrations; `tenant` is any of them and is not touched.

    Raises: NeedsExecutor.
    """
    state = ProjectState(real_apps=target.loader.unmigrated_apps)
    for migration in target.plan:
        if (migration.app_label, migration.name) in applied:
            migration.mutate_state(state, preserve=False)
    with in_tenant(tenant, any_state=True):
        connection.ensure_connection()
        with connection.execute_wrapper(_refuse_questions):
            return Script(
                tuple(
                    ((migration.app_label, migration.name), _write(migration, state))
                    for migration in target.plan
                    if (migration.app_label, migration.name) not in applied
                )
            )


def why_not_fast(migration: Migration) -> str | None:
    """Return why this migration of a store's app cannot be written as statements once, or None."""
    name = f"{migration.app_label}.{migration.name}"
    if not migration.atomic:
        return f"{name} runs outside a transaction"
    if migration.replaces:
        return f"{name} replaces others"
    for operation in migration.operations:
        if type(operation) not in PURE_DDL:
            return f"{name} has a {type(operation).__name__}"
        if isinstance(operation, operations.AddField):
            default = operation.field.default
            if callable(default) and operation.field.has_default() and default not in SAME_EVERYWHERE:
                return f"{name} fills {operation.name} by a function"
    return None


def concurrent_indexes(migration: Migration) -> list[str]:
    """Return the names of the indexes of stores that a migration builds or drops concurrently, where it does nothing else."""
    names = []
    for operation in migration.operations:
        if isinstance(operation, AddIndexConcurrently):
            names.append(str(operation.index.name))
        elif isinstance(operation, RemoveIndexConcurrently):
            names.append(operation.name)
        else:
            return []
    return names if is_store_app(migration.app_label) else []


def _write(migration: Migration, state: ProjectState) -> tuple[str, ...]:
    if not is_store_app(migration.app_label):
        migration.mutate_state(state, preserve=False)
        return ()
    reason = why_not_fast(migration)
    if reason:
        raise NeedsExecutor(reason)
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        for operation in migration.operations:
            before = state.clone()
            operation.state_forwards(migration.app_label, state)
            operation.database_forwards(migration.app_label, editor, before, state)
    return tuple(editor.collected_sql)


def is_store_app(app_label: str) -> bool:
    """Tell whether the app's tables stand in every store; the platform's migrations do nothing there but are recorded."""
    config = apps.get_app_config(app_label)
    return config.name in list(settings.TENANT_APPS)  # type: ignore[misc]


def _refuse_questions(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
    raise NeedsExecutor(f"the database has to be asked first: {sql.strip()[:80]}")
