"""Celery base classes that refuse to run in the wrong schema, and that wait for a database that is not there."""

from typing import Any

from celery import Task
from django.db import InterfaceError, OperationalError

from core.actors import acting
from core.tenancy import in_public, in_schema

SCHEMA_HEADER = "shopstead_schema"
# A task that met a database which was shut down, crashed or is still starting is run again: about an hour long.
DATABASE_TRIES, LONGEST_PAUSE_SECONDS = 64, 60
_GONE = frozenset({"57P01", "57P02", "57P03"})


class MissingSchemaHeader(RuntimeError):
    """A store's task arrived without saying which store it is for."""


class TenantTask(Task):  # type: ignore[type-arg]
    """A task of one store: it takes the store from its header, and fails where that is missing or not ready.

    The switch happens inside the task's own call. Signals such as `task_prerun` are no place for it: Celery logs their
    errors and runs the task all the same.
    """

    abstract = True
    acks_late = True
    reject_on_worker_lost = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        schema_name = (self.request.headers or {}).get(SCHEMA_HEADER) or getattr(self.request, SCHEMA_HEADER, None)
        if not schema_name:
            raise MissingSchemaHeader(self.name)
        try:
            with acting(name=self.name), in_schema(schema_name):
                return super().__call__(*args, **kwargs)
        except (InterfaceError, OperationalError) as error:
            raise _again(self, error) from error


class PlatformTask(Task):  # type: ignore[type-arg]
    """A task of the platform: it runs on the public schema, and says so by its class."""

    abstract = True
    acks_late = True
    reject_on_worker_lost = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            with acting(name=self.name), in_public():
                return super().__call__(*args, **kwargs)
        except (InterfaceError, OperationalError) as error:
            raise _again(self, error) from error


def _again(task: "Task[..., Any]", error: Exception) -> Exception:
    """Ask for the task once more where its database was gone, and return what to raise."""
    sqlstate = getattr(error.__cause__, "sqlstate", None)
    if sqlstate is not None and sqlstate not in _GONE and not sqlstate.startswith("08"):
        return error
    pause = min(2**task.request.retries, LONGEST_PAUSE_SECONDS)
    return task.retry(exc=error, countdown=pause, max_retries=DATABASE_TRIES, throw=False)
