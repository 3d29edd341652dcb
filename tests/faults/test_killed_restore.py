"""A restoration that is killed leaves the old store whole; one that runs beside sales takes one moment and loses nothing."""

import os
import random
import signal
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test import Client

from core.tenancy import in_tenant
from storefront.carts.models import Cart, CartLine
from storefront.catalog.models import ProductVariant
from storefront.customers.models import Customer
from storefront.orders.models import Order, OrderEvent
from storefront.search.models import SearchQuery
from tenants.archive.errors import RestoreRefused, RestoreStopped
from tenants.archive.models import Restoration
from tenants.archive.progress import no_report
from tenants.archive.reading import ArchiveReader
from tenants.archive.services import export_store, record_erasure, restore_in_place, sweep_restorations
from tenants.archive.services.restoring import Loading, _flip, begin_restoration, discard, fill_schema
from tenants.models import Tenant
from tenants.provisioning.schema import SchemaInUse
from tenants.provisioning.sweeping import list_orphans
from tests.faults.killing import kill_after
from tests.fixtures.archive import list_schemas
from tests.fixtures.sums import table_sums


def test_killed_at_any_instant_the_store_is_the_old_one_or_the_new_one(
    full_store: Tenant, folders: Path, now: datetime
) -> None:
    path = export_store(tenant=full_store, target=folders / "one.shopstead", now=now).path
    with in_tenant(full_store):
        Customer.objects.update(note="since then")
    old = table_sums(full_store.schema_name)
    luck = random.Random(3)
    for _kill in range(6):
        kill_after(
            luck.uniform(0.05, 1.2),
            lambda: restore_in_place(tenant=full_store, source=path, actor="test", now=now),
        )
        store = Tenant.objects.get(pk=full_store.pk)
        assert Client(headers={"host": f"{store.slug}.localhost"}).get("/").status_code == 200
        if store.schema_name != full_store.schema_name:
            break
        assert table_sums(store.schema_name) == old
    sweep_restorations(now=datetime.now(tz=now.tzinfo) + timedelta(minutes=10))
    assert not Restoration.objects.filter(state="loading").exists()
    store = Tenant.objects.get(pk=full_store.pk)
    mine = {store.schema_name, *Restoration.objects.values_list("idle_schema_name", flat=True)} - {""}
    assert not [name for name in list_orphans() if name not in mine]
    restore_in_place(tenant=store, source=path, actor="test", now=now)
    with in_tenant(Tenant.objects.get(pk=store.pk)):
        assert not Customer.objects.filter(note="since then").exists()


def test_killed_in_the_last_transaction_nothing_has_changed(full_store: Tenant, folders: Path, now: datetime) -> None:
    path = export_store(tenant=full_store, target=folders / "one.shopstead", now=now).path
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            import tenants.archive.services.restoring as restoring

            restoring.record_event = lambda **_words: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment]
            restore_in_place(tenant=full_store, source=path, actor="test", now=now)
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert Tenant.objects.get(pk=full_store.pk).schema_name == full_store.schema_name
    assert Restoration.objects.get().state == "loading"


def test_two_restorations_of_one_store_are_not_made_at_once(full_store: Tenant, folders: Path, now: datetime) -> None:
    path = export_store(tenant=full_store, target=folders / "one.shopstead", now=now).path
    before = set(list_schemas())
    with ArchiveReader(path) as reader:
        begin_restoration(
            manifest=reader.manifest, tenant=full_store, actor="a", now=datetime.now(tz=now.tzinfo), is_in_place=True
        )
    with pytest.raises(RestoreRefused):
        restore_in_place(tenant=full_store, source=path, actor="b", now=datetime.now(tz=now.tzinfo))
    assert set(list_schemas()) == before


@pytest.mark.guard("restoring-schema-is-claimed", found="belongs to nobody")
def test_a_schema_that_is_being_restored_is_nobody_s_orphan(full_store: Tenant, folders: Path, now: datetime) -> None:
    path = export_store(tenant=full_store, target=folders / "one.shopstead", now=now).path
    with ArchiveReader(path) as reader:
        restoration = begin_restoration(manifest=reader.manifest, tenant=None, actor="a", now=now)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {restoration.schema_name}")
    assert restoration.schema_name not in list_orphans(), "it belongs to nobody"


@pytest.mark.guard("given-up-is-marked-first", found="DID NOT RAISE")
def test_what_is_being_cleared_away_cannot_open_any_more(full_store: Tenant, folders: Path, now: datetime) -> None:
    """A process that was thought dead comes to its last step while the sweeper drops its schema."""
    path = export_store(tenant=full_store, target=folders / "one.shopstead", now=now).path
    with ArchiveReader(path) as reader:
        manifest = reader.manifest
        restoration = begin_restoration(manifest=manifest, tenant=full_store, actor="a", now=now, is_in_place=True)
        fill_schema(Loading(restoration, reader), report=no_report)
    held, done = threading.Event(), threading.Event()

    def look_at_it() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {restoration.schema_name}.customers_customer IN ACCESS SHARE MODE")
            held.set()
            done.wait(20)
        connection.close()

    def clear_away() -> None:
        try:
            discard(restoration)
        except SchemaInUse:
            pass
        finally:
            connection.close()

    reader_thread, sweeper = threading.Thread(target=look_at_it), threading.Thread(target=clear_away)
    reader_thread.start()
    assert held.wait(10)
    sweeper.start()
    try:
        wait_for_a_blocked_drop()
        with pytest.raises(RestoreStopped):
            _flip(restoration=restoration, manifest=manifest, actor="a", now=now)
    finally:
        done.set()
        reader_thread.join()
        sweeper.join()
    assert Tenant.objects.get(pk=full_store.pk).schema_name == full_store.schema_name
    assert restoration.schema_name not in list_schemas()
    assert not Restoration.objects.exists()


def wait_for_a_blocked_drop() -> None:
    for _try in range(500):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'DROP SCHEMA%%'"
                " AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("the sweeper never came to its drop")


def test_an_archive_made_while_the_shop_sells_is_of_one_moment(
    full_store: Tenant, folders: Path, now: datetime
) -> None:
    """Carts and their lines are written together, again and again; no archive has one without the other."""
    stop, sold = threading.Event(), []

    def sell() -> None:
        with in_tenant(full_store):
            variant = ProductVariant.objects.earliest("pk")
            while not stop.is_set():
                token = f"sale{len(sold):022d}"
                with connection.cursor() as cursor:
                    cursor.execute("BEGIN")
                    cart = Cart.objects.create(token=token, created_at=now, updated_at=now)
                    CartLine.objects.create(cart=cart, variant=variant, quantity=1, created_at=now)
                    cursor.execute("COMMIT")
                sold.append(token)
        connection.close()

    shop = threading.Thread(target=sell)
    shop.start()
    try:
        counts = []
        for number in range(5):
            target = folders / f"{number}.shopstead"
            manifest = export_store(tenant=full_store, target=target, now=now).manifest
            rows = {member.table: member.rows for member in manifest.tables()}
            counts.append((rows["carts_cart"], rows["carts_cartline"]))
    finally:
        stop.set()
        shop.join()
    assert len(sold) > 20
    assert {carts - lines for carts, lines in counts} == {counts[0][0] - counts[0][1]}


def only_customer() -> Customer:
    """Return the store's customer, after the one of the same name is gone."""
    Customer.objects.filter(email__startswith="another-").delete()
    return Customer.objects.get()


@pytest.mark.guard("erased-stay-erased", found="==")
def test_an_erased_person_stays_erased_after_a_restore(full_store: Tenant, folders: Path, now: datetime) -> None:
    with in_tenant(full_store):
        person = only_customer()
        kept = Customer.objects.create(email="kept@example.com", name="Somebody Else", created_at=now)
        email, name = person.email, person.name
        # What names a person in the middle of a text is found by the part that keeps it, not by a column's kind.
        SearchQuery.objects.create(text=f"order of {email}", results_count=0, created_at=now)
        OrderEvent.objects.create(order=Order.objects.earliest("pk"), type="order.placed", actor=email, created_at=now)
        Order.objects.update(customer=person)
    path = export_store(tenant=full_store, target=folders / "one.shopstead", now=now).path
    erasure = record_erasure(tenant_id=full_store.pk, email=email.upper(), now=now)
    assert email not in erasure.subject_hash
    restore_in_place(tenant=full_store, source=path, actor="test", now=now)
    store = Tenant.objects.get(pk=full_store.pk)
    with in_tenant(store), connection.cursor() as cursor:
        again = Customer.objects.get(pk=person.pk)
        assert (again.name, again.phone, again.password) == ("", "", "")
        assert again.email.endswith("@erased.invalid")
        assert Customer.objects.get(pk=kept.pk).name == "Somebody Else"
        cursor.execute("SELECT name, line1 FROM customers_address")
        assert cursor.fetchall() == []
        for table in (
            "customers_customer",
            "customers_address",
            "orders_order",
            "support_conversation",
            "support_message",
            "search_searchquery",
            "orders_orderevent",
        ):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s OR t::text LIKE %s",
                           [f"%{email}%", f"%{name}%"])  # fmt: skip
            assert cursor.fetchone() == (0,), table


def test_a_restored_person_is_there_where_nobody_was_erased(full_store: Tenant, folders: Path, now: datetime) -> None:
    """The control of the test above."""
    with in_tenant(full_store):
        email = only_customer().email
    path = export_store(tenant=full_store, target=folders / "one.shopstead", now=now).path
    restore_in_place(tenant=full_store, source=path, actor="test", now=now)
    with in_tenant(Tenant.objects.get(pk=full_store.pk)):
        assert Customer.objects.get().email == email


def test_work_on_its_way_follows_the_store(full_store: Tenant, folders: Path, now: datetime, settings: Any) -> None:
    from core.jobs.models import Job
    from core.outbox.models import OutboxMessage

    OutboxMessage.objects.create(task="x", schema_name=full_store.schema_name, created_at=now, available_at=now)
    path = export_store(tenant=full_store, target=folders / "one.shopstead", now=now).path
    restore_in_place(tenant=full_store, source=path, actor="test", now=now)
    store = Tenant.objects.get(pk=full_store.pk)
    assert OutboxMessage.objects.filter(task="x").get().schema_name == store.schema_name
    assert not Job.objects.filter(schema_name=full_store.schema_name).exists()
    assert Job.objects.filter(schema_name=store.schema_name).exists()
