"""Every write to a table that pages show gives its store another mark, with the transaction or not at all."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from core.db.backend.changes import stores_changed_by
from core.freshness.marks import Marks, marks
from core.ids import new_token
from core.tenancy import in_tenant
from storefront.carts.services import get_or_create_cart
from storefront.catalog.models import Product
from tenants.models import Tenant
from tests.fixtures.tenancy import MADE_AT
from tests.storefront.goods import make_variant

HERE = "t_0123456789abcdef0123"
THERE = "t_ffffffffffffffffffff"


def run(sql: str) -> Callable[[], None]:
    def work() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql)

    return work


def copy_in() -> None:
    columns = "handle, title, body_html, is_published, in_footer, position, updated_at"
    with connection.cursor() as cursor, cursor.copy(f"COPY content_page ({columns}) FROM STDIN") as copy:
        copy.write_row((new_token(), "Copied", "", True, False, 9, MADE_AT))


def bulk_create() -> None:
    Product.objects.bulk_create([Product(title="B", handle=new_token(), created_at=MADE_AT, updated_at=MADE_AT)])


VISIBLE: dict[str, Callable[[], object]] = {
    "create": make_variant,
    "update": lambda: Product.objects.update(title="Another name"),
    "save": lambda: Product.objects.get(pk=Product.objects.order_by("pk").values("pk")[:1]).save(),
    "delete": lambda: Product.objects.get(pk=Product.objects.order_by("pk").values("pk")[:1]).delete(),
    "bulk create": bulk_create,
    "a write inside a question": run("WITH gone AS (DELETE FROM content_page RETURNING id) SELECT count(*) FROM gone"),
    "copy": copy_in,
    "truncate": run("TRUNCATE content_page"),
    "two tables at once": run("TRUNCATE carts_cartline, content_page"),
    "a block of code": run("DO $$ BEGIN UPDATE content_page SET title = 'x'; END $$"),
    "two statements": run("SELECT 1; UPDATE content_page SET title = 'x'"),
}


def test_what_pages_show_leaves_a_mark_and_what_they_do_not_leaves_none(committed_store: Tenant) -> None:
    def mark() -> int:
        return marks.find(committed_store.schema_name)

    with in_tenant(committed_store):
        for name, write in VISIBLE.items():
            make_variant()
            before = mark()
            write()
            between = mark()
            assert between != before, f"{name} outside a transaction left no mark"
            make_variant()
            between = mark()
            with transaction.atomic():
                with transaction.atomic():
                    write()
                assert mark() == between, f"{name} is told before it is certain"
            assert mark() != between, f"{name} in a transaction left no mark"

        before = mark()
        get_or_create_cart(token=None, customer=None, now=MADE_AT)
        list(Product.objects.all()[:1])
        assert mark() == before, "a cart emptied the shop's pages"


def test_what_is_rolled_back_leaves_no_mark(committed_store: Tenant) -> None:
    with in_tenant(committed_store):
        make_variant()
        before = marks.find(committed_store.schema_name)
        with transaction.atomic():
            Product.objects.update(title="Never")
            transaction.set_rollback(True)
        assert marks.find(committed_store.schema_name) == before
        get_or_create_cart(token=None, customer=None, now=MADE_AT)
        assert marks.find(committed_store.schema_name) == before, "the mark came with the next commit"


def test_a_store_s_mark_is_its_own(committed_store: Tenant, stores: dict[str, Tenant]) -> None:
    other = stores["acme"].schema_name
    before = marks.find(other), marks.find(committed_store.schema_name)
    with in_tenant(committed_store):
        make_variant()
    assert marks.find(other) == before[0]
    assert marks.find(committed_store.schema_name) != before[1]


def test_an_answer_that_was_overtaken_by_a_look_is_not_remembered(
    committed_store: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mark that was read, then written anew and looked at by another thread, must not be put over what that one saw."""
    known = Marks()
    monkeypatch.setattr("core.freshness.marks.settings.HOST_LOOK_SECONDS", 1000)
    known.find("t_00000000000000000000")

    def overtaken() -> object:
        monkeypatch.setattr("core.freshness.marks.connection", connection)
        cursor = connection.cursor()
        fetchone = cursor.fetchone

        def fetch_late() -> object:
            row = fetchone()
            with in_tenant(committed_store):
                make_variant("Overtaking")
            known.expire()
            known.find("t_00000000000000000000")
            return row

        cursor.fetchone = fetch_late
        return cursor

    monkeypatch.setattr("core.freshness.marks.connection", SimpleNamespace(cursor=overtaken))
    stale = known.find(committed_store.schema_name)
    assert known.find(committed_store.schema_name) != stale


@pytest.mark.parametrize(
    ("sql", "where", "changed"),
    [
        ('UPDATE "catalog_product" SET title = %s', HERE, {HERE}),
        ('  insert into catalog_product (id) values (1)', HERE, {HERE}),
        ('UPDATE "carts_cart" SET version = 2', HERE, set()),
        ('INSERT INTO "carts_cart" (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET version = 2', HERE, set()),
        ('SELECT * FROM "catalog_product" FOR UPDATE', HERE, set()),
        ('WITH a AS (SELECT 1) SELECT * FROM catalog_product FOR NO KEY UPDATE', HERE, set()),
        ('CREATE TABLE x (a int REFERENCES y ON DELETE CASCADE ON UPDATE CASCADE)', HERE, set()),
        ('COPY "catalog_product" (id) TO STDOUT', HERE, set()),
        ('COPY catalog_product FROM STDIN', HERE, {HERE}),
        (f'UPDATE "{THERE}"."catalog_product" SET title = %s', "public", {THERE}),
        (f'COPY "{THERE}"."catalog_product" ("id") FROM STDIN', "public", {THERE}),
        (f'INSERT INTO "{THERE}"."carts_cart" SELECT 1', "public", set()),
        ('UPDATE "tenants_tenant" SET name = %s', "public", set()),
        ('UPDATE "carts_cart" SET a = 1; UPDATE "catalog_product" SET b = 2', HERE, {HERE}),
        ('MERGE INTO catalog_product USING x ON true WHEN MATCHED THEN DELETE', HERE, {HERE}),
        ('UPDATE ONLY catalog_product SET a = 1', HERE, {HERE}),
        ('UPDATE something_nobody_declared SET a = 1', HERE, {HERE}),
    ],
)  # fmt: skip
def test_a_statement_tells_whose_pages_it_changes(sql: str, where: str, changed: set[str]) -> None:
    assert stores_changed_by(sql, schema_name=where, session=None) == changed
    long = sql + " -- " + "x" * 5000
    assert stores_changed_by(long, schema_name=where, session=None) == changed


def test_tables_that_are_declared_unseen_are_there() -> None:
    """A misspelled name would do no harm but to be believed."""
    from django.apps import apps

    for config in apps.get_app_configs():
        own = {model._meta.db_table for model in config.get_models(include_auto_created=True)}
        assert set(getattr(config, "not_on_pages", ())) <= own, config.label
