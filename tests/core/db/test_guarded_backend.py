"""No statement runs on a path that is not its store's: failed switches, odd names, cursors that were opened elsewhere."""

from typing import Any

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.utils import DatabaseError, OperationalError

from core.db.backend.base import SchemaNameRefused, SchemaSwitchFailed
from core.tenancy import in_tenant
from storefront.catalog.models import Collection
from tenants.models import Tenant
from tests.core.db.canaries import rooms

ODD_NAMES = ["", "acme", "../beta", "/etc", "information_schema", "pg_catalog", "PUBLIC", "public ", "t_", "t_" + "g" * 20,
             "t_" + "0" * 19, "t_" + "0" * 21, "t_" + "0" * 20 + "\n", 'x", public; --', "%s", "t_" + "٠" * 20, "\x00"]  # fmt: skip


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The switches that are sent from now on."""
    import psycopg

    found: list[bytes] = []
    execute = psycopg.Cursor.execute

    def noted(self: Any, query: Any, *args: Any, **options: Any) -> Any:
        if isinstance(query, bytes) and query.startswith(b"SET search_path"):
            found.append(query)
        return execute(self, query, *args, **options)

    monkeypatch.setattr(psycopg.Cursor, "execute", noted)
    return found


@pytest.mark.guard("switch-or-stop", found="DID NOT RAISE")
def test_a_failed_switch_stops_the_statement(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with rooms() as (acme, globex, _public), connection.cursor() as cursor:
        with in_tenant(acme):
            cursor.execute("SELECT word FROM canary")
        with in_tenant(globex):
            monkeypatch.setattr(connection._connections["default"], "search_path", b"t_0, (")
            with pytest.raises(OperationalError, match="could not switch") as failed:
                connection.cursor().execute("SELECT word FROM canary")
    assert isinstance(failed.value.__cause__, SchemaSwitchFailed)


def test_a_broken_transaction_can_still_roll_back(acme: Tenant) -> None:
    with in_tenant(acme):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        assert Collection.objects.count() == 0


@pytest.mark.guard("generated-names-only", found="DID NOT RAISE")
def test_a_name_that_was_not_generated_comes_nowhere_near_the_database(db: None) -> None:
    for name in ODD_NAMES:
        with pytest.raises(SchemaNameRefused):
            connection.set_schema(name)
    assert connection.schema_name == "public"


def test_the_path_is_sent_when_the_server_stands_elsewhere_and_only_then(acme: Tenant, sent: list[bytes]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    sent.clear()
    with in_tenant(acme):
        for _ in range(3):
            Collection.objects.count()
        with connection.cursor() as cursor:
            cursor.execute("RESET search_path")
        Collection.objects.count()
    path = f"SET search_path = {acme.schema_name}, public".encode()
    assert sent == [path, path]


def test_the_switch_of_the_library_that_trusts_itself_is_off() -> None:
    assert not getattr(settings, "TENANT_LIMIT_SET_CALLS", False)
    assert not hasattr(settings, "PG_EXTRA_SEARCH_PATHS")


def test_a_switch_leaves_the_content_types_alone_because_they_are_the_same_everywhere(acme: Tenant) -> None:
    known = ContentType.objects.get_for_model(Tenant)
    with in_tenant(acme), connection.cursor() as cursor:
        assert ContentType.objects.get_for_model(Tenant) is known
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tablename = 'django_content_type'")
        assert cursor.fetchone() == (1,)
