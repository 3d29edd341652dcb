"""A failed schema switch must stop the statement: django-tenants alone would run it on the path before."""

import threading
from collections.abc import Iterator

import pytest
from django.db import connection, connections
from django.db.utils import DatabaseError, OperationalError

from core.db.backend.base import SchemaSwitchFailed
from core.tenancy import in_tenant
from storefront.catalog.models import Collection
from tenants.models import Tenant


class FailingSwitch:
    """A cursor whose next `SET search_path` fails as a canceled statement does."""

    def __init__(self, cursor: object) -> None:
        self.cursor = cursor

    def execute(self, *_args: object) -> None:
        raise OperationalError("canceling statement due to user request")

    def __getattr__(self, name: str) -> object:
        return getattr(self.cursor, name)


@pytest.mark.guard("switch-or-stop", found="DID NOT RAISE")
def test_a_failed_switch_raises(acme: Tenant) -> None:
    wrapper = connections["default"]
    with in_tenant(acme), connection.cursor() as cursor:
        wrapper.search_path_set_schemas = None
        with pytest.raises(SchemaSwitchFailed):
            wrapper._handle_search_path(FailingSwitch(cursor))


def test_a_broken_transaction_can_still_roll_back(acme: Tenant) -> None:
    from django.db import transaction

    with in_tenant(acme):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        assert Collection.objects.count() == 0


@pytest.fixture
def canceling(committed_store: Tenant) -> Iterator[threading.Event]:
    """Cancel whatever the test's connection runs, again and again, from a connection of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        victim = cursor.fetchone()[0]
    stop = threading.Event()

    def cancel() -> None:
        own = connections["default"].copy()
        with own.cursor() as cursor:
            while not stop.is_set():
                cursor.execute("SELECT pg_cancel_backend(%s)", [victim])
        own.close()

    thread = threading.Thread(target=cancel)
    thread.start()
    yield stop
    stop.set()
    thread.join()


def test_real_cancels_never_show_another_store(committed_store: Tenant, canceling: threading.Event) -> None:
    """Alternate between the store and public while statements are canceled: a row or an error, never the wrong place."""
    with in_tenant(committed_store):
        outcomes = {"right": 0, "failed": 0}
        for _ in range(3000):
            try:
                connection.search_path_set_schemas = None
                with connection.cursor() as cursor:
                    cursor.execute("SELECT current_schema()")
                    assert cursor.fetchone()[0] == committed_store.schema_name
                outcomes["right"] += 1
            except DatabaseError:
                outcomes["failed"] += 1
        canceling.set()
    assert outcomes["right"] > 0
    assert outcomes["right"] + outcomes["failed"] == 3000
