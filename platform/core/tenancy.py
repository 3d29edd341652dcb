"""The one door into a store's schema."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db import connection as django_connection
from django_tenants.utils import get_public_schema_name, get_tenant_model, schema_context, tenant_context

PUBLIC = get_public_schema_name()

# The tenant backend adds `tenant` and `schema_name` to what Django promises of a connection.
connection: Any = django_connection


class TenantLike(Protocol):
    """What this module needs to know of a store; the model lives in `tenants`."""

    schema_name: str

    @property
    def is_open_for_work(self) -> bool: ...


class TenantNotReady(RuntimeError):
    """The store is half-made, suspended or gone; nothing may run in it."""


class NoTenant(RuntimeError):
    """Store code ran outside any store."""


def is_public() -> bool:
    """Tell whether the connection stands on the platform's own schema."""
    return bool(connection.schema_name == PUBLIC)


def current_schema() -> str:
    """Return the schema that the next statement runs in."""
    return str(connection.schema_name)


def current_tenant() -> Any:
    """Return the store that the connection stands in.

    Raises: NoTenant on the platform's schema.
    """
    here: Any = connections[DEFAULT_DB_ALIAS]
    if here.schema_name == PUBLIC:
        raise NoTenant("this code runs inside a store only")
    return here.tenant


@contextmanager
def in_tenant(tenant: TenantLike, *, any_state: bool = False) -> Iterator[None]:
    """Run the block inside this store's schema and come back afterwards, whatever happens.

    `any_state` admits a store that is not ready: for provisioning, export and deletion only.
    Raises: TenantNotReady.
    """
    if not any_state and not tenant.is_open_for_work:
        raise TenantNotReady(f"store {tenant.schema_name} is not ready")
    with tenant_context(tenant):
        yield


@contextmanager
def in_public() -> Iterator[None]:
    """Run the block on the platform's own schema."""
    with schema_context(PUBLIC):
        yield


def after_commit(work: Callable[[], object]) -> None:
    """Do this in the store one stands in now as soon as the transaction has committed, wherever the connection stands then."""
    tenant = current_tenant()

    def inside() -> None:
        with in_tenant(tenant, any_state=True):
            work()

    transaction.on_commit(inside)


def leave_tenant() -> None:
    """Put the connection on the platform's schema, wherever it stood; for the two ends of a request."""
    connection.set_schema_to_public()


@contextmanager
def in_schema(schema_name: str) -> Iterator[Any]:
    """Run the block inside the ready store that has this schema name and yield the store; for task headers.

    Raises: TenantNotReady when no such store exists or it is not ready.
    """
    with in_public():
        tenant = get_tenant_model().objects.filter(schema_name=schema_name).first()
    if tenant is None:
        raise TenantNotReady(f"no store has the schema {schema_name}")
    with in_tenant(tenant):
        yield tenant


def list_working(schema_names: Iterable[str]) -> set[str]:
    """Return those of the schemas in which work may run now: the platform's own and those of working stores."""
    names = set(schema_names)
    with in_public():
        working = get_tenant_model().objects.working().filter(schema_name__in=names)
        return set(working.values_list("schema_name", flat=True)) | (names & {PUBLIC})
