"""The schema made on the spot is the one that migrations make, and carries no index that serves nothing."""

from collections.abc import Iterator

import pytest
from django.contrib.postgres.operations import NotInTransactionMixin
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django_tenants.utils import quote_schema_name, schema_exists
from pytest_django import Settings

from core.tenancy import in_public, in_tenant
from tenants.models import Tenant
from tenants.provisioning.schema import SchemaInUse, create_schema, drop_schema, migration_names
from tests.tenants.provisioning.catalog import read_catalog

MIGRATED = "t_00000000000000000000"

# An index whose columns are the first columns of another one on the same table: the other serves its questions too.
REDUNDANT = """
    WITH own AS (
        SELECT i.indexrelid, i.indrelid, c.relname, i.indisunique, i.indkey::int2[] AS columns, i.indpred,
               i.indclass::oid[] AS classes
          FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
         WHERE c.relnamespace = %s::regnamespace AND a.amname = 'btree' AND i.indexprs IS NULL
    )
    SELECT less.relname, more.relname FROM own less JOIN own more USING (indrelid)
     WHERE less.indexrelid <> more.indexrelid AND NOT less.indisunique AND less.indpred IS NULL AND more.indpred IS NULL
       AND more.columns[0:cardinality(less.columns) - 1] = less.columns
       AND more.classes[0:cardinality(less.columns) - 1] = less.classes
"""


@pytest.fixture
def migrated(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A schema made by running every migration."""
    # Django asks whether it is in a transaction, as a test is, before it asks whether the index is for this schema at all.
    monkeypatch.setattr(NotInTransactionMixin, "_ensure_not_in_transaction", lambda *_words: None)
    with in_public(), connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {MIGRATED}")
    call_command("migrate_schemas", schema_name=MIGRATED, interactive=False, verbosity=0)
    with in_public():
        yield MIGRATED


def test_the_quick_schema_equals_the_migrated_one(acme: Tenant, migrated: str) -> None:
    quick = read_catalog(acme.schema_name)
    assert {row[0] for row in quick} >= {"relation", "column", "sequence", "index", "constraint", "migration"}
    assert len(quick) > 800
    assert quick == read_catalog(migrated)


@pytest.mark.parametrize(
    "drift",
    [
        "ALTER TABLE catalog_product ALTER COLUMN sold_count SET DEFAULT 1",
        "ALTER SEQUENCE catalog_product_id_seq INCREMENT BY 2",
        "ALTER TABLE carts_cartline ALTER CONSTRAINT {foreign_key} NOT DEFERRABLE",
        "DROP INDEX product_newest",
        "ALTER TABLE catalog_product ALTER COLUMN vendor TYPE varchar(121)",
        "ALTER TABLE catalog_product DROP CONSTRAINT product_has_a_title",
        "DELETE FROM django_migrations WHERE app = 'carts'",
        "CREATE FUNCTION surprise() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ],
)
def test_the_comparison_sees_every_kind_of_drift(acme: Tenant, drift: str) -> None:
    before = read_catalog(acme.schema_name)
    name = next(row[1] for row in before if row[0] == "constraint" and row[2] == "carts_cartline" and "_fk_" in row[1])
    with in_tenant(acme), connection.cursor() as cursor:
        cursor.execute(drift.format(foreign_key=quote_schema_name(name)))
    assert read_catalog(acme.schema_name) != before


def test_no_index_repeats_the_beginning_of_another(acme: Tenant) -> None:
    with connection.cursor() as cursor:
        cursor.execute(REDUNDANT, [acme.schema_name])
        assert cursor.fetchall() == []


def test_only_what_is_searched_by_its_beginning_has_a_pattern_index(acme: Tenant) -> None:
    found = {row[1] for row in read_catalog(acme.schema_name) if row[0] == "index" and "_pattern_ops" in row[3]}
    assert found == {"product_handle_beginning"}


def test_a_store_from_before_loses_its_pattern_twins_by_migrating(acme: Tenant) -> None:
    with connection.cursor() as cursor:
        schema = quote_schema_name(acme.schema_name)
        cursor.execute(
            f"CREATE INDEX carts_cart_token_cd593251_like ON {schema}.carts_cart (token varchar_pattern_ops)"
        )
    before = {row[1] for row in read_catalog(acme.schema_name)}
    with in_tenant(acme):
        migration = ("customers", "0002_drop_pattern_twins")
        MigrationRecorder(connection).record_unapplied(*migration)
        MigrationExecutor(connection).migrate([migration])
    with in_public():
        after = {row[1] for row in read_catalog(acme.schema_name)}
    assert before - after == {"carts_cart_token_cd593251_like"}


def test_the_listed_migrations_are_those_that_django_would_load() -> None:
    assert set(migration_names()) == set(MigrationLoader(None).disk_migrations or {})


def test_a_schema_made_statement_by_statement_is_the_same(acme: Tenant, settings: Settings) -> None:
    settings.DATABASE_TOPOLOGY = "citus"
    with in_public(), transaction.atomic():
        create_schema(MIGRATED)
        assert read_catalog(MIGRATED) == read_catalog(acme.schema_name)


@pytest.mark.parametrize(
    "name", ["public", "pg_catalog", "t_short", "t_" + "A" * 20, 't_" CASCADE; DROP SCHEMA public']
)
def test_only_generated_schemas_can_be_dropped(acme: Tenant, name: str) -> None:
    with pytest.raises(SchemaInUse):
        drop_schema(name)


def test_a_stores_schema_cannot_be_dropped(acme: Tenant) -> None:
    with pytest.raises(SchemaInUse):
        drop_schema(acme.schema_name)
    assert schema_exists(acme.schema_name)
