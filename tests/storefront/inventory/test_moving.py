"""Goods go from one warehouse to another in one deed, and each warehouse has its box on the product's page."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from core.tenancy import in_tenant
from storefront.catalog.models import ProductVariant
from storefront.inventory.errors import StockRefused, VariantNotFound, WarehouseNotFound
from storefront.inventory.models import Stock, StockMovement, Warehouse
from storefront.inventory.selectors import list_sources
from storefront.inventory.services import (
    Part,
    move_stock,
    release,
    reserve,
    save_warehouse,
    set_parts,
    set_stock,
    set_threshold,
)
from tenants.models import Tenant
from tests.storefront.catalog.test_dashboard import form_values
from tests.storefront.goods import make_variant


@pytest.fixture
def shop(in_acme: Tenant) -> Warehouse:
    return save_warehouse(warehouse_id=None, name="Shop", address={})


def lying(variant: ProductVariant) -> dict[str, int]:
    rows = Stock.objects.filter(variant=variant).select_related("warehouse")
    return {row.warehouse.name: row.on_hand_count for row in rows}


def first() -> Warehouse:
    return Warehouse.objects.get(is_default=True)


def test_goods_leave_one_warehouse_and_arrive_in_the_other(shop: Warehouse, now: datetime) -> None:
    mug, pot = make_variant("Mug", stock=9), make_variant("Pot", stock=2)
    move_stock(units={mug.pk: 4, pot.pk: 2}, from_id=first().pk, to_id=shop.pk, actor="ada", now=now, note="van")
    assert (lying(mug), lying(pot)) == ({first().name: 5, "Shop": 4}, {first().name: 0, "Shop": 2})
    mug.refresh_from_db()
    assert mug.available_count == 9
    log = StockMovement.objects.filter(stock__variant=mug, reason="moved").order_by("delta")
    assert [(row.delta, row.reference, row.actor) for row in log] == [(-4, "van", "ada"), (4, "van", "ada")]


def test_what_is_held_or_not_there_stays_and_nothing_else_goes_either(shop: Warehouse, now: datetime) -> None:
    mug, pot = make_variant("Mug", stock=5), make_variant("Pot", stock=5)
    reserve(order_token="a" * 26, lines=[(pot.pk, 3)], now=now, expires_at=now + timedelta(minutes=30))
    with pytest.raises(StockRefused, match="Only 2"):
        move_stock(units={mug.pk: 1, pot.pk: 3}, from_id=first().pk, to_id=shop.pk, actor="x", now=now)
    assert lying(mug) == {first().name: 5}
    assert not StockMovement.objects.filter(reason="moved").exists()
    lesson = make_variant("Lesson", stock=None)
    ProductVariant.objects.filter(pk=lesson.pk).update(tracks_stock=False)
    for units, source, target, refusal in (
        ({mug.pk: 1}, shop.pk, first().pk, StockRefused),
        ({mug.pk: 1}, shop.pk, shop.pk, StockRefused),
        ({mug.pk: -1}, first().pk, shop.pk, StockRefused),
        ({}, first().pk, shop.pk, StockRefused),
        ({mug.pk: 1}, first().pk, 999_999, WarehouseNotFound),
        ({lesson.pk: 1}, first().pk, shop.pk, VariantNotFound),
    ):
        with pytest.raises(refusal):
            move_stock(units=units, from_id=source, to_id=target, actor="x", now=now)


def test_the_item_page_moves_and_says_what_is_in_the_way(acme: Tenant, merchant_client: Client, now: datetime) -> None:
    with in_tenant(acme):
        variant = make_variant(stock=5)
    client, page = merchant_client, f"/dashboard/products/inventory/{variant.pk}/"
    assert 'id="move"' not in client.get(page).content.decode()
    with in_tenant(acme):
        shop = save_warehouse(warehouse_id=None, name="Shop", address={})
        home = first().pk
    typed = {"do": "move", "move-source": home, "move-target": shop.pk, "move-count": "9", "move-note": ""}
    refused = client.post(page, typed)
    assert refused.status_code == 422
    assert "Only 5 can go" in refused.content.decode()
    assert client.post(page, {**typed, "move-count": "2"}).status_code == 302
    with in_tenant(acme):
        assert lying(variant)["Shop"] == 2


def test_many_kinds_go_at_once_and_looking_further_keeps_what_was_typed(
    acme: Tenant, merchant_client: Client, now: datetime
) -> None:
    client, page = merchant_client, "/dashboard/products/inventory/move/"
    with in_tenant(acme):
        mug, pot = make_variant("Mug", stock=9), make_variant("Pot", stock=2)
    assert "units_" not in client.get(page).content.decode()  # one warehouse only
    with in_tenant(acme):
        shop, home = save_warehouse(warehouse_id=None, name="Shop", address={}), first().pk
    typed = {"from": home, "shown": home, "to": shop.pk, f"units_{mug.pk}": "4", f"units_{pot.pk}": "3", "note": "van"}
    further = client.post(page, {**typed, "do": "find", "q": "Pot"}).content.decode()
    assert f'name="units_{mug.pk}" value="4"' in further
    assert f'name="units_{pot.pk}" value="3"' in further
    refused = client.post(page, {**typed, "do": "move"})
    assert refused.status_code == 422
    assert "Only 2 of “Pot” can go" in refused.content.decode()
    for wrong in ({f"units_{pot.pk}": "two"}, {"from": shop.pk, "to": home}, {"to": home}):
        assert client.post(page, {**typed, f"units_{pot.pk}": "", "do": "move", **wrong}).status_code == 422
    with in_tenant(acme):
        assert "Shop" not in lying(mug) | lying(pot)
    assert client.post(page, {**typed, "do": "move", f"units_{pot.pk}": "2"}).status_code == 302
    with in_tenant(acme):
        assert (lying(mug)["Shop"], lying(pot)["Shop"]) == (4, 2)


def test_the_products_page_has_a_box_for_each_warehouse(acme: Tenant, merchant_client: Client, now: datetime) -> None:
    with in_tenant(acme):
        variant = make_variant(stock=5)
    client, page = merchant_client, f"/dashboard/products/{variant.product_id}/"
    assert 'id="places"' not in client.get(page).content.decode()
    with in_tenant(acme):
        shop = save_warehouse(warehouse_id=None, name="Shop", address={})
        set_stock(variant_id=variant.pk, on_hand_count=3, actor="x", now=now, warehouse_id=shop.pk)
        set_threshold(variant_id=variant.pk, warehouse_id=shop.pk, low_threshold=2)
    typed = form_values(client, variant.product_id)
    key = f"{variant.pk}_{shop.pk}"
    assert (typed[f"lies_{key}"], typed[f"low_{key}"]) == ("3", "2")
    answer = client.post(page, {**typed, f"lies_{key}": "13", f"low_{key}": "4"})
    assert answer.status_code == 302
    with in_tenant(acme):
        row = Stock.objects.get(variant=variant, warehouse=shop)
        assert (row.on_hand_count, row.low_threshold) == (13, 4)
        assert StockMovement.objects.get(stock=row, reason="count").delta == 10
    typed = form_values(client, variant.product_id)
    with in_tenant(acme):  # one is sold at the counter while the page is open
        set_stock(variant_id=variant.pk, on_hand_count=12, actor="x", now=now, warehouse_id=shop.pk)
    clash = client.post(page, {**typed, f"lies_{key}": "20"})
    assert clash.status_code == 422
    assert "On hand, Shop" in clash.content.decode()
    with in_tenant(acme):
        assert Stock.objects.get(pk=row.pk).on_hand_count == 12
    without = {name: value for name, value in typed.items() if not name.startswith(("was", "lies_", "lay_", "low_"))}
    assert client.post(page, without).status_code == 302
    with in_tenant(acme):
        row = Stock.objects.get(variant=variant, warehouse=shop)
        assert row.low_threshold == 4


def test_an_order_says_which_warehouse_it_takes_from(shop: Warehouse, now: datetime) -> None:
    cup, box = make_variant("Cup", stock=1), make_variant("Box", stock=None)
    set_stock(variant_id=cup.pk, on_hand_count=4, actor="x", now=now, warehouse_id=shop.pk)
    set_parts(variant_id=box.pk, parts=[Part(cup.pk, 2)])
    reserve(order_token="a" * 26, lines=[(cup.pk, 5)], now=now, expires_at=now + timedelta(minutes=30))
    assert list_sources("a" * 26, [cup.pk, box.pk])[cup.pk] == [("Shop", 4), (first().name, 1)]
    assert list_sources("a" * 26, [box.pk])[box.pk] == [("Shop", 4), (first().name, 1)]
    release(order_token="a" * 26, now=now, actor="x")
    assert list_sources("a" * 26, [cup.pk]) == {}


def test_a_store_with_one_warehouse_has_nothing_to_say(in_acme: Tenant, now: datetime) -> None:
    cup = make_variant("Cup", stock=1)
    reserve(order_token="a" * 26, lines=[(cup.pk, 1)], now=now, expires_at=now + timedelta(minutes=30))
    assert list_sources("a" * 26, [cup.pk]) == {}
