"""The guards of a store's coming to be."""

import pytest

from tests.guards.registry import guard


@guard("new-schema-is-new", "T17", what="A schema that stands already is never taken over by a new store.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do what the library does: return quietly where the schema exists."""
    from django_tenants.utils import schema_exists

    from tenants.provisioning.schema import create_schema

    def create_unless_there(schema_name: str) -> None:
        if not schema_exists(schema_name):
            create_schema(schema_name)

    monkeypatch.setattr("tenants.provisioning.services.create_schema", create_unless_there)


@guard("stores-schema-stays", "T17", what="No schema that a store's row names is ever dropped by provisioning.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection

    def drop_whatever(schema_name: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP SCHEMA IF EXISTS "{schema_name}" CASCADE')

    monkeypatch.setattr("tenants.provisioning.sweeping.drop_schema", drop_whatever)
    monkeypatch.setattr("tenants.provisioning.sweeping.owned_among", lambda _names: set())


@guard(
    "one-taker-a-schema", "T16", "T17", what="A pooled schema is locked by its taker, and the next one takes another."
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read without a lock, and write slowly enough to be met."""
    import time

    from tenants.provisioning.enums import SchemaState
    from tenants.provisioning.models import PooledSchema

    def look(*, fingerprint: str) -> PooledSchema | None:
        found = PooledSchema.objects.filter(state=SchemaState.READY, fingerprint=fingerprint).order_by("pk").first()
        time.sleep(0.5)
        return found

    monkeypatch.setattr("tenants.provisioning.pool.lock_ready_schema", look)
