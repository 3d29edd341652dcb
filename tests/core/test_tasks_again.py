"""Tasks and a database that goes away: what was asked for is done when it is back."""

from collections.abc import Callable

import psycopg
import pytest
from celery import shared_task
from django.db import InterfaceError, OperationalError

from core.tasks import SCHEMA_HEADER, PlatformTask, TenantTask
from tenants.models import Tenant

troubles: list[Exception] = []
runs: list[str] = []


def _work() -> None:
    runs.append("run")
    if troubles:
        raise troubles.pop(0)


@shared_task(base=TenantTask, name="tests.core.of_a_store", ignore_result=True)
def of_a_store() -> None:
    _work()


@shared_task(base=PlatformTask, name="tests.core.of_the_platform", ignore_result=True)
def of_the_platform() -> None:
    _work()


def because(cause: psycopg.Error | None) -> OperationalError:
    error = OperationalError("the database said no")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("make", "tries"),
    [
        (lambda: because(psycopg.errors.AdminShutdown("shut down")), 2),
        (lambda: because(psycopg.errors.CrashShutdown("crashed")), 2),
        (lambda: because(psycopg.errors.CannotConnectNow("starting")), 2),
        (lambda: because(psycopg.OperationalError("consuming input failed: server closed the connection")), 2),
        (lambda: InterfaceError("connection already closed"), 2),
        (lambda: because(psycopg.errors.QueryCanceled("too slow")), 1),
        (lambda: because(psycopg.errors.LockNotAvailable("held")), 1),
    ],
    ids=["shutdown", "crash", "starting", "cut", "closed", "slow", "locked"],
)
def test_a_task_is_run_again_where_its_database_was_gone_and_only_there(
    acme: Tenant, make: Callable[[], Exception], tries: int
) -> None:
    for task, headers in ((of_a_store, {SCHEMA_HEADER: acme.schema_name}), (of_the_platform, {})):
        runs.clear()
        troubles[:] = [make()]
        result = task.apply(headers=headers)
        assert (len(runs), result.successful() or tries == 1) == (tries, True)
    troubles.clear()
