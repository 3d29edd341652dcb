"""Bring one store to the code's migrations, in a transaction of its own, without making its shoppers wait."""

import random
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import OperationalError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext_lazy as _
from django_tenants.utils import quote_schema_name

from core.tenancy import in_public, in_tenant
from tenants.events import TenantOpening
from tenants.fleet.enums import Lane
from tenants.fleet.errors import MigrationTableMissing, NeedsExecutor, StoreBehind, StoreBusy
from tenants.fleet.fastlane import Script, write_script
from tenants.fleet.selectors import read_applied
from tenants.fleet.services.versions import record_versions
from tenants.fleet.targets import Name, Target, read_target
from tenants.models import Tenant

LOCK_TIMEOUT_SECONDS = 2
STATEMENT_TIMEOUT_SECONDS = 300
MAX_TRIES = 5
ERROR_CHARACTERS = 2000
# lock not available, deadlock detected, serialization failure: somebody else was in the way, and will be gone soon
_PASSING = {"55P03", "40P01", "40001"}

Scripts = dict[frozenset[Name], Script | NeedsExecutor]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one store was brought up to date."""

    lane: Lane
    tries: int
    seconds: float


class GaveUp(Exception):
    """The last error after all tries; `tries` says how many there were."""

    def __init__(self, tries: int, error: Exception) -> None:
        super().__init__(str(error))
        self.tries = tries
        self.error = error


def migrate_store(tenant: Tenant, target: Target, scripts: Scripts) -> Outcome:
    """Apply what the store lacks; a lock that is not to be had in two seconds is tried for again, up to five times.

    `scripts` keeps what was written for other stores with the same migrations.
    Raises: GaveUp, with what the database said last.
    """
    began = time.monotonic()
    for tries in range(1, MAX_TRIES + 1):
        try:
            with _alone_with(tenant.schema_name):
                lane = _apply(tenant, target, scripts)
            return Outcome(lane, tries, time.monotonic() - began)
        except Exception as error:
            if tries == MAX_TRIES or not _is_passing(error):
                raise GaveUp(tries, error) from error
            time.sleep(0.2 * 2**tries * random.uniform(0.5, 1))  # noqa: S311  only to keep two of us apart
    raise AssertionError("unreachable")


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
        _execute(tenant)
        return Lane.EXECUTOR
    table = f"{quote_schema_name(tenant.schema_name)}.django_migrations"
    with in_tenant(tenant, any_state=True), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_SECONDS}s'")
        cursor.execute(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT_SECONDS}s'")
        for statement in script.statements:
            cursor.execute(statement)
        cursor.executemany(
            f"INSERT INTO {table} (app, name, applied) VALUES (%s, %s, now())",  # noqa: S608  a generated name, quoted
            [name for name, _statements in script.steps],
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


def _execute(tenant: Tenant) -> None:
    """Let Django apply the migrations one by one, each in its transaction, without the signals that only public needs."""
    with in_tenant(tenant, any_state=True):
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT_SECONDS}s'")
            cursor.execute(f"SET statement_timeout = '{STATEMENT_TIMEOUT_SECONDS}s'")
        try:
            executor = MigrationExecutor(connection)
            executor.migrate(executor.loader.graph.leaf_nodes())
        finally:
            if not connection.needs_rollback and connection.is_usable():
                with connection.cursor() as cursor:
                    cursor.execute("RESET lock_timeout")
                    cursor.execute("RESET statement_timeout")


@contextmanager
def _alone_with(schema_name: str) -> Iterator[None]:
    """Hold the schema's lock, which dies with its holder's connection, so that two processes never migrate one store.

    Raises: StoreBusy.
    """
    key = [schema_name]
    with in_public(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('fleet'), hashtext(%s))", key)
        if not cursor.fetchone()[0]:
            raise StoreBusy(f"another process is migrating {schema_name}")
    try:
        yield
    finally:
        if connection.connection is not None and not connection.needs_rollback:
            with in_public(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('fleet'), hashtext(%s))", key)


def _is_passing(error: Exception) -> bool:
    if isinstance(error, StoreBusy):
        return True
    return isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", None) in _PASSING
