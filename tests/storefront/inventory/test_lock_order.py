"""Buyers, merchants and imports that want the same goods at once wait in a line and never in a ring."""

import csv
import io
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.selectors import find_user_by_email
from core.clock import utc_now
from core.ids import new_token
from core.jobs.services import JobHandle
from core.tenancy import in_public, in_tenant
from storefront.catalog.errors import GoodsBusy
from storefront.catalog.locks import hold_products, lock_products
from storefront.catalog.models import Product, ProductVariant
from storefront.inventory.models import Reservation, Stock, StockMovement
from storefront.inventory.services import Part, allocate, reserve, set_parts
from storefront.transfer.enums import ImportKind
from storefront.transfer.models import ImportRun
from storefront.transfer.services import carry_out_undo, conclude_run, import_file, start_undoing
from tenants.models import Tenant
from tenants.selectors import default_host
from tests.fixtures.people import sign_in
from tests.storefront.catalog.test_dashboard import form_values
from tests.storefront.goods import make_variant

ROUNDS = 6
HEADER = ["Handle", "Location", "On hand (new)"]


def make_sets(store: Tenant) -> tuple[ProductVariant, ProductVariant, ProductVariant, ProductVariant]:
    """Return an old set, two parts, and a set that is younger than its parts: no order of keys suits both sets."""
    with in_tenant(store):
        old = make_variant("Old box", stock=None, sku="OLD")
        cup, lid = (make_variant(title, stock=500, sku=title.upper()) for title in ("Cup", "Lid"))
        young = make_variant("Young box", stock=None, sku="YOUNG")
        for box in (old, young):
            set_parts(variant_id=box.pk, parts=[Part(cup.pk, 1), Part(lid.pk, 2)])
    return old, cup, lid, young


def at_once(store: Tenant, *deeds: Callable[[int], object]) -> list[str]:
    """Do all deeds side by side, some rounds of each, and return what went wrong."""
    barrier = threading.Barrier(len(deeds), timeout=60)
    troubles: list[str] = []

    def work(deed: Callable[[int], object]) -> None:
        try:
            barrier.wait()
            for step in range(ROUNDS):
                with in_tenant(store):
                    deed(step)
        except Exception as error:
            troubles.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return troubles


def test_buyers_of_sets_their_pages_an_import_and_its_undo_never_wait_in_a_ring(
    committed_store: Tenant, now: datetime
) -> None:
    old, cup, lid, young = make_sets(committed_store)
    with in_public():
        owner = find_user_by_email(f"{committed_store.slug}@example.com")
        assert owner is not None
        client = sign_in(Client(headers={"host": default_host(committed_store.slug)}), committed_store, owner)
    pages = {pk: form_values(client, pk) for pk in (young.product_id, old.product_id, cup.product_id)}
    with in_tenant(committed_store):
        place = Stock.objects.filter(variant=cup).get().warehouse.name

    def buy(first: ProductVariant, second: ProductVariant) -> Callable[[int], None]:
        def deed(_step: int) -> None:
            token = new_token()
            with transaction.atomic():
                lines = [(first.pk, 1), (second.pk, 1)]
                reserve(order_token=token, lines=lines, now=now, expires_at=now + timedelta(hours=1))
                allocate(order_token=token, now=now, actor="shopper")

        return deed

    def save(box: ProductVariant, part: ProductVariant) -> Callable[[int], None]:
        browser = Client(headers={"host": default_host(committed_store.slug)})
        browser.cookies = client.cookies

        def deed(step: int) -> None:
            typed = {**pages[box.product_id], "was": "", f"part_{box.pk}_0": part.sku, f"part_{box.pk}_1": ""}
            answer = browser.post(
                f"/dashboard/products/{box.product_id}/", typed | {f"units_{box.pk}_0": f"{step + 1}"}
            )
            assert answer.status_code == 302, answer.content.decode()

        return deed

    def save_part(step: int) -> None:
        browser = Client(headers={"host": default_host(committed_store.slug)})
        browser.cookies = client.cookies
        typed = {**pages[cup.product_id], "was": "", "quantity": f"{300 + step}"}
        answer = browser.post(f"/dashboard/products/{cup.product_id}/", typed)
        assert answer.status_code == 302, answer.content.decode()

    def bring_and_take_back(step: int) -> None:
        run = ImportRun.objects.create(
            token=new_token(), kind=ImportKind.INVENTORY, filename="f.csv", created_by="x", created_at=now
        )
        text = io.StringIO(newline="")
        csv.writer(text).writerows([HEADER, ["lid", place, f"{600 + step}"], ["cup", place, f"{600 + step}"]])
        source = io.BytesIO(text.getvalue().encode())
        result = import_file(
            kind=ImportKind.INVENTORY, source=source, filename="f.csv", currency="USD", now=utc_now(), run=run
        )
        assert result.rejected == 0
        conclude_run(run=run, result=result, actor="x", now=utc_now())
        handle = JobHandle(start_undoing(token=run.token, actor="x", now=utc_now()))
        cast("Any", handle).report = lambda **_told: None
        carry_out_undo(handle=handle, currency="USD", now=utc_now())

    troubles = at_once(
        committed_store,
        buy(young, lid),
        buy(cup, old),
        save(young, lid),
        save(old, cup),
        save_part,
        bring_and_take_back,
    )
    assert troubles == []
    with in_tenant(committed_store):
        for variant in ProductVariant.objects.filter(pk__in=[cup.pk, lid.pk]):
            stock = Stock.objects.get(variant=variant)
            assert stock.on_hand_count == StockMovement.objects.filter(stock=stock).aggregate(n=Sum("delta"))["n"]
            assert (stock.reserved_count, variant.available_count) == (0, stock.on_hand_count)
        taken = Reservation.objects.filter(state=Reservation.ALLOCATED).aggregate(n=Sum("quantity"))["n"]
        assert -taken == StockMovement.objects.filter(reason="sale").aggregate(n=Sum("delta"))["n"]
        for box, part in ((young, lid), (old, cup)):
            box.refresh_from_db()
            part.refresh_from_db()
            assert box.available_count == part.available_count // ROUNDS
            assert Product.objects.get(pk=box.product_id).available_count == box.available_count


def test_what_a_set_is_made_of_is_read_again_when_its_goods_are_held(committed_store: Tenant, now: datetime) -> None:
    _old, cup, lid, young = make_sets(committed_store)
    is_held, may_end = threading.Event(), threading.Event()

    def change() -> None:
        try:
            with in_tenant(committed_store), transaction.atomic():
                set_parts(variant_id=young.pk, parts=[Part(lid.pk, 3)])
                is_held.set()
                may_end.wait(30)
        finally:
            connection.close()

    def buy() -> None:
        try:
            with in_tenant(committed_store):
                reserve(order_token="a" * 26, lines=[(young.pk, 1)], now=now, expires_at=now + timedelta(hours=1))
        finally:
            connection.close()

    merchant, buyer = threading.Thread(target=change), threading.Thread(target=buy)
    merchant.start()
    assert is_held.wait(30)
    buyer.start()
    wait_for_a_lock()
    may_end.set()
    merchant.join(30)
    buyer.join(30)
    with in_tenant(committed_store):
        held = Reservation.objects.values_list("stock__variant_id", "quantity")
        assert list(held) == [(lid.pk, 3)], "what was held is what the set is made of now"
        cup.refresh_from_db()
        assert cup.available_count == 500


def wait_for_a_lock() -> None:
    """Return when a session waits for a row of another one."""
    for _look in range(600):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            row = cursor.fetchone()
        if row and row[0]:
            return
        threading.Event().wait(0.05)
    raise AssertionError("nobody waits")


def test_goods_are_locked_in_key_order_with_the_sets_that_they_are_part_of(in_acme: Tenant) -> None:
    old, cup, lid, young = make_sets(in_acme)
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        assert [one.pk for one in lock_products([lid.product_id, cup.product_id])] == [cup.product_id, lid.product_id]
    (locking,) = [one["sql"] for one in asked if "FOR NO KEY UPDATE" in one["sql"]]
    keys = (old.product_id, cup.product_id, lid.product_id, young.product_id)
    assert all(str(key) in locking for key in keys)
    assert "ORDER BY 1 ASC FOR NO KEY UPDATE" in locking


def test_what_names_other_goods_each_time_is_given_up(in_acme: Tenant) -> None:
    named = iter(range(10_000))
    with pytest.raises(GoodsBusy), transaction.atomic():
        hold_products(lambda: {next(named)})


def test_locks_that_come_after_goods_are_taken_again_where_they_named_other_goods(in_acme: Tenant) -> None:
    _old, cup, lid, _young = make_sets(in_acme)
    found, taken = [cup.product_id], list[int]()

    def then() -> None:
        taken.append(len(found))
        found[1:] = [lid.product_id]

    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        hold_products(lambda: list(found), then=then)
    locking = [one["sql"] for one in asked if "FOR NO KEY UPDATE" in one["sql"]]
    assert (taken, len(locking)) == ([1, 2], 2)
    assert str(lid.product_id) in locking[-1]
