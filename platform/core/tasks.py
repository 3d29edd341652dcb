"""Celery base classes that refuse to run in the wrong schema."""

from typing import Any

from celery import Task

from core.actors import acting
from core.tenancy import in_public, in_schema

SCHEMA_HEADER = "shopstead_schema"


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
        with acting(name=self.name), in_schema(schema_name):
            return super().__call__(*args, **kwargs)


class PlatformTask(Task):  # type: ignore[type-arg]
    """A task of the platform: it runs on the public schema, and says so by its class."""

    abstract = True
    acks_late = True
    reject_on_worker_lost = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with acting(name=self.name), in_public():
            return super().__call__(*args, **kwargs)
