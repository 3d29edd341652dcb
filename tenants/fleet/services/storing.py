"""Bring one store to the code's migrations, one transaction a migration, without making its shoppers wait."""

import random
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import OperationalError, connection, transaction
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext_lazy as _
from django_tenants.utils import quote_schema_name

from core.tenancy import in_public, in_tenant
from tenants.events import TenantOpening
from tenants.fleet.enums import Lane
from tenants.fleet.errors import MigrationTableMissing, NeedsExecutor, StoreBehind, StoreBusy
from tenants.fleet.fastlane import Script, concurrent_indexes, write_script
from tenants.fleet.selectors import read_applied
from tenants.fleet.services.versions import record_versions
from tenants.fleet.targets import Name, Target, read_target
from tenants.models import Tenant

LOCK_TIMEOUT_SECONDS = 2.0
STATEMENT_TIMEOUT_SECONDS = 300
MAX_TRIES = 5
BUSY_SECONDS = 5.0
ERROR_CHARACTERS = 2000
# lock not available, deadlock detected, serialization failure: somebody else was in the way, and will be gone soon
_PASSING = {"55P03", "40P01", "40001"}

Scripts = dict[frozenset[Name], Script | NeedsExecutor]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one store was brought up to date."""

    lane: Lane
    tries: int


class GaveUp(Exception):
    """The last error after all tries; `tries` says how many there were."""

    def __init__(self, tries: int, error: Exception) -> None:
        super().__init__(str(error))
        self.tries = tries
        self.error = error


def migrate_store(tenant: Tenant, target: Target, scripts: Scripts, *, busy_seconds: float = BUSY_SECONDS) -> Outcome:
    """Apply what the store lacks; a lock that is not to be had in two seconds is tried for again, up to five times.

    Another process that migrates this very store is waited for, `busy_seconds` long. `scripts` keeps what was written for
    other stores with the same migrations.
    Raises: GaveUp, with what the database said last.
    """
    tries, patience = 1, time.monotonic() + busy_seconds
    while True:
        try:
            with _alone_with(tenant.schema_name):
                return Outcome(_apply(tenant, target, scripts), tries)
        except StoreBusy as error:
            if time.monotonic() > patience:
                raise GaveUp(tries, error) from error
            time.sleep(0.2)
        except Exception as error:
            if tries == MAX_TRIES or not _is_passing(error):
                raise GaveUp(tries, error) from error
            time.sleep(0.2 * 2**tries * random.uniform(0.5, 1))  # noqa: S311  only to keep two of us apart
            tries += 1


def bring_up_to_date(event: TenantOpening) -> None:
    """Migrate a store that was closed while others were migrated, before it opens.

    Raises: StoreBehind; the store stays closed then.
    """
    target = read_target()
    tenant: Tenant = event.tenant
    try:
        if target.missing(read_applied(tenant.schema_name)):
            migrate_store(tenant, target, {})
            record_versions([tenant.schema_name], target, now=event.now)
    except (GaveUp, MigrationTableMissing) as error:
        raise StoreBehind(
            _(
                "The store’s data could not be brought to the current version, so it stays closed. Nothing was changed: %(error)s"
            )
            % {"error": str(error)[:300]}
        ) from error


def describe_error(error: BaseException) -> str:
    """Return the message and the traceback's end, at most 2,000 characters."""
    text = "".join(traceback.format_exception(error))
    return text if len(text) <= ERROR_CHARACTERS else "…" + text[-ERROR_CHARACTERS + 1 :]


def _apply(tenant: Tenant, target: Target, scripts: Scripts) -> Lane:
    applied = read_applied(tenant.schema_name)
    if not target.missing(applied):
        return Lane.NONE
    script = find_script(target, applied, tenant, scripts)
    if isinstance(script, NeedsExecutor):
        _execute(tenant, target, applied)
        return Lane.EXECUTOR
    table = f"{quote_schema_name(tenant.schema_name)}.django_migrations"
    for names, statements in script.transactions():
        with in_tenant(tenant, any_state=True), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_SECONDS}s'")
            cursor.execute(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT_SECONDS}s'")
            for statement in statements:
                cursor.execute(statement)
            cursor.executemany(
                f"INSERT INTO {table} (app, name, applied) VALUES (%s, %s, now())",  # noqa: S608  a generated name, quoted
                names,
            )
    return Lane.FAST


def find_script(target: Target, applied: frozenset[Name], tenant: Tenant, scripts: Scripts) -> Script | NeedsExecutor:
    """Return the statements for stores with these migrations, or why there are none; written once and kept in `scripts`."""
    if applied not in scripts:
        try:
            scripts[applied] = write_script(target, applied, tenant)
        except NeedsExecutor as reason:
            scripts[applied] = reason
    return scripts[applied]


def _execute(tenant: Tenant, target: Target, applied: frozenset[Name]) -> None:
    """Let Django apply the migrations one by one, each in its transaction, without the signals that only public needs."""

    def about_to(action: str, migration: Migration | None = None, fake: bool | None = None) -> None:
        if migration is not None:
            _set_timeouts(forever=bool(concurrent_indexes(migration)))

    with in_tenant(tenant, any_state=True):
        _set_timeouts(forever=True)
        try:
            for name in target.missing(applied):
                _drop_half_built(tenant.schema_name, concurrent_indexes(target.loader.graph.nodes[name]))
            executor = MigrationExecutor(connection, about_to)
            executor.migrate(executor.loader.graph.leaf_nodes())
        finally:
            if not connection.needs_rollback and connection.is_usable():
                with connection.cursor() as cursor:
                    cursor.execute("RESET lock_timeout")
                    cursor.execute("RESET statement_timeout")


def _set_timeouts(*, forever: bool) -> None:
    """Bound what the session's statements may take; who works concurrently keeps nobody waiting and may wait for any lock."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{0 if forever else LOCK_TIMEOUT_SECONDS}s'")
        cursor.execute(f"SET statement_timeout = '{STATEMENT_TIMEOUT_SECONDS}s'")


def _drop_half_built(schema_name: str, index_names: list[str]) -> None:
    """Drop these indexes where an earlier try ended before they were whole: nothing uses them, and they are in the way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
            "WHERE c.relnamespace = to_regnamespace(%s) AND NOT i.indisvalid AND c.relname = ANY(%s)",
            [schema_name, index_names],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX CONCURRENTLY {connection.ops.quote_name(name)}")


@contextmanager
def _alone_with(schema_name: str) -> Iterator[None]:
    """Hold the schema's lock, which dies with its holder's connection, so that two processes never migrate one store.

    Inside a transaction the lock ends with it.
    Raises: StoreBusy.
    """
    kind = "_xact" if connection.in_atomic_block else ""
    with in_public(), connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory{kind}_lock(hashtext('fleet'), hashtext(%s))", [schema_name])
        if not cursor.fetchone()[0]:
            raise StoreBusy(f"another process is migrating {schema_name}")
    try:
        yield
    finally:
        if not kind and connection.connection is not None and not connection.connection.closed:
            with in_public(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('fleet'), hashtext(%s))", [schema_name])


def _is_passing(error: Exception) -> bool:
    return isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", None) in _PASSING
