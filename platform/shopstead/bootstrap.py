"""Bring a database to where the code expects it: schemas migrated, plans offered."""

import time
from collections.abc import Callable

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from billing.plans.services import sync_default_plans
from core.clock import utc_now
from core.tenancy import PUBLIC, in_public
from tenants.archive.services.journal import keep_erasures
from tenants.fleet.enums import RunState
from tenants.fleet.errors import RunInProgress
from tenants.fleet.services import migrate_fleet, seconds_until_free, survey_fleet

PATIENCE_SECONDS = 120
# A request's statements end sooner; these may build indexes.
STATEMENT_TIMEOUT_SECONDS = 300
ACTOR = "start"


def migrate(*, report: Callable[[str], None]) -> None:
    """Migrate public, then the stores that are behind, and keep the plans as the code says.

    What is up to date costs a handful of queries in all. A store that cannot be migrated is told of and stands in nobody's way.
    """
    migrate_platform(report=report)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            run = migrate_fleet(
                survey=survey_fleet(now=utc_now()), actor=ACTOR, now=utc_now(), resume=True, report=report
            )
        except RunInProgress:
            if time.monotonic() > deadline:
                raise
            report("Another process is migrating the stores; waiting for it")
            time.sleep(min(2.0, seconds_until_free(now=utc_now()) + 0.1))
            continue
        if run is not None and run.state != RunState.DONE:
            report(f"Not every store could be migrated. {run.note} See: shopstead tenant migrate")
        break
    repeat_erasures(report=report)


def repeat_erasures(*, report: Callable[[str], None]) -> None:
    """Erase whom an older database that was put back has forgotten to be erased, before anybody is served."""
    try:
        replayed = keep_erasures(now=utc_now()).replayed
    except OSError as error:
        report(f"The file of those who were erased cannot be used ({error}): check ERASURE_LOG")
    else:
        if replayed:
            report(f"The database is older than the file of erasures: {replayed} people were erased again")


def migrate_platform(*, report: Callable[[str], None]) -> None:
    """Migrate the public schema, one process at a time, and write the plans."""
    with in_public():
        if platform_is_behind():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(hashtext('fleet'), 0)")
                while not cursor.fetchone()[0]:
                    report("Another process is migrating the platform's schema; waiting for it")
                    time.sleep(1)
                    cursor.execute("SELECT pg_try_advisory_lock(hashtext('fleet'), 0)")
            if platform_is_behind():
                report("Migrating the platform's schema")
                with connection.cursor() as cursor:
                    cursor.execute(f"SET statement_timeout = '{STATEMENT_TIMEOUT_SECONDS}s'")
                call_command("migrate_schemas", schema_name=PUBLIC, interactive=False, verbosity=0)
            with connection.cursor() as cursor:
                cursor.execute("RESET statement_timeout")
                cursor.execute("SELECT pg_advisory_unlock_all()")
        sync_default_plans()


def platform_is_behind() -> bool:
    """Tell whether the public schema lacks a migration that is on disk."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
