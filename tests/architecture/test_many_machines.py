"""The same code runs where each store lives on a machine of its own: asked of the catalog and of every statement of the suite."""

import pytest
from django.db import connection

from core.tenancy import in_public, in_tenant
from storefront.catalog.models import Product
from tenants.models import Tenant
from tests.fixtures.watching import tables, watcher

TRIGGERS = """
    SELECT c.relname || '.' || t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
     WHERE c.relnamespace = %s::regnamespace AND NOT t.tgisinternal
"""
FOREIGN_KEYS_OUT = """
    SELECT c.relname || '.' || k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
      JOIN pg_class f ON f.oid = k.confrelid
     WHERE k.contype = 'f' AND c.relnamespace = %s::regnamespace AND f.relnamespace <> c.relnamespace
"""
# Workers of a cluster cannot draw from sequences smaller than bigint. The number of a table's one and only row is drawn from none.
SMALL_IDS = """
    SELECT c.relname || '.' || a.attname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(k.conkey)
     WHERE c.relnamespace = %(schema)s::regnamespace AND a.atttypid IN ('int2'::regtype, 'int4'::regtype)
       AND (k.contype = 'f' OR (k.contype = 'p' AND (a.attidentity <> '' OR a.atthasdef)))
     UNION SELECT sequencename FROM pg_sequences WHERE schemaname = %(schema)s AND data_type <> 'bigint'::regtype
"""
ROUTINES = "SELECT proname FROM pg_proc WHERE pronamespace = %s::regnamespace"
KEYS = "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND connamespace = %s::regnamespace"


def ask(question: str, tenant: Tenant) -> list[str]:
    values = {"schema": tenant.schema_name} if "%(schema)s" in question else [tenant.schema_name]
    with in_public(), connection.cursor() as cursor:
        cursor.execute(question, values)
        return [row[0] for row in cursor.fetchall()]


def test_no_table_of_a_store_has_a_trigger_or_a_function(acme: Tenant) -> None:
    assert ask(TRIGGERS, acme) == []
    assert ask(ROUTINES, acme) == []


def test_no_table_of_a_store_points_out_of_its_schema(acme: Tenant) -> None:
    assert int(ask(KEYS, acme)[0]) > 20
    assert ask(FOREIGN_KEYS_OUT, acme) == []


def test_every_id_that_a_store_hands_out_is_a_bigint(acme: Tenant) -> None:
    assert ask(SMALL_IDS, acme) == []


def test_the_questions_find_what_they_ask_for(acme: Tenant) -> None:
    """The control: plant one of each in acme, inside a transaction that is rolled back."""
    with in_tenant(acme), connection.cursor() as cursor:
        cursor.execute("CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'")
        cursor.execute("CREATE TRIGGER planted BEFORE UPDATE ON content_page FOR EACH ROW EXECUTE FUNCTION planted()")
        cursor.execute("CREATE TABLE planted (id serial PRIMARY KEY, who bigint REFERENCES tenants_tenant)")
    assert ask(TRIGGERS, acme) == ["content_page.planted"]
    assert ask(ROUTINES, acme) == ["planted"]
    assert ask(FOREIGN_KEYS_OUT, acme) == ["planted.planted_who_fkey"]
    assert sorted(ask(SMALL_IDS, acme)) == ["planted.id", "planted_id_seq"]
    watcher.take()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (
            'SELECT 1 FROM "{acme}".catalog_product p JOIN "{globex}".catalog_product q ON q.id = p.id',
            "names two stores",
        ),
        ("SELECT id FROM {acme}.content_page UNION ALL SELECT id FROM {globex}.content_page", "names two stores"),
        ("SELECT count(*) FROM {globex}.catalog_product", "names another store"),
        ("SELECT 1 FROM catalog_product, tenants_tenant LIMIT 1", "joins catalog_product of a store to tenants_tenant"),
        (
            'SELECT 1 FROM "orders_order" WHERE EXISTS (SELECT 1 FROM "jobs_job")',
            "joins orders_order of a store to jobs_job",
        ),
    ],
)
def test_a_statement_that_reaches_out_of_its_store_is_seen(
    acme: Tenant, globex: Tenant, words: str, reason: str
) -> None:
    """The control: each of these runs on one machine, and must not pass unseen."""
    with in_tenant(acme), connection.cursor() as cursor:
        cursor.execute(words.format(acme=acme.schema_name, globex=globex.schema_name))
    (found,) = watcher.take()
    assert found.startswith(reason)


def test_what_stays_in_its_store_is_not_complained_of(acme: Tenant) -> None:
    before = watcher.seen_count
    with in_tenant(acme):
        assert list(Product.objects.filter(images__isnull=True).select_related()) == []
    assert watcher.seen_count > before
    assert watcher.take() == []


def test_every_table_is_on_one_side() -> None:
    store, platform = tables()
    assert store & platform == set()
    assert {"catalog_product", "orders_order"} <= store
    assert {"tenants_tenant", "jobs_job", "outbox_outboxmessage"} <= platform
