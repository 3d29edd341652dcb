"""Sets that share parts, and their parts alone, sold at once: nothing is sold twice and nobody waits for ever."""

import itertools
from datetime import datetime, timedelta

import pytest

from core.ids import new_token
from core.tenancy import in_tenant
from storefront.catalog.models import ProductVariant
from storefront.inventory.errors import InsufficientStock, StockRefused
from storefront.inventory.models import Stock, StockMovement, Warehouse
from storefront.inventory.services import (
    Part,
    allocate,
    move_stock,
    release,
    reserve,
    save_warehouse,
    set_parts,
    set_stock,
)
from tenants.models import Tenant
from tests.concurrency.together import run_together
from tests.storefront.goods import make_variant

BUYERS = 8


@pytest.mark.usefixtures("committed_store")
def test_buyers_of_sets_and_of_parts_never_get_more_than_there_is(committed_store: Tenant, now: datetime) -> None:
    with in_tenant(committed_store):
        # Made so that the order of keys is not the order in which a set names its parts.
        box, pair = make_variant("Set", stock=None), make_variant("Pair", stock=None)
        cup, pot = make_variant("Cup", stock=6), make_variant("Pot", stock=4)
        shop = save_warehouse(warehouse_id=None, name="Shop", address={})
        set_stock(variant_id=cup.pk, on_hand_count=6, actor="x", now=now, warehouse_id=shop.pk)
        set_parts(variant_id=box.pk, parts=[Part(pot.pk, 1), Part(cup.pk, 2)])
        set_parts(variant_id=pair.pk, parts=[Part(cup.pk, 2)])
    kinds = itertools.cycle([[(box.pk, 1)], [(cup.pk, 2)], [(pair.pk, 1), (pot.pk, 1)], [(pot.pk, 1), (cup.pk, 1)]])
    waiting = iter([next(kinds) for _buyer in range(BUYERS)])

    def buy() -> tuple[str, list[tuple[int, int]]]:
        lines, token = next(waiting), new_token()
        with in_tenant(committed_store):
            try:
                reserve(order_token=token, lines=lines, now=now, expires_at=now + timedelta(minutes=30))
            except InsufficientStock:
                return "short", lines
            if lines[0][0] == box.pk:
                release(order_token=token, now=now, actor="x")
                return "released", lines
            allocate(order_token=token, now=now, actor="x", product_ids=[box.product_id, pair.product_id])
            return "bought", lines

    ended = run_together(buy, count=BUYERS)
    assert all(isinstance(one, tuple) for one in ended), ended
    bought = [lines for end, lines in ended if end == "bought"]
    assert bought
    with in_tenant(committed_store):
        for part in (cup, pot):
            rows = list(Stock.objects.filter(variant=part))
            assert all(row.on_hand_count >= row.reserved_count == 0 for row in rows)
            part.refresh_from_db()
            assert part.available_count == sum(row.on_hand_count for row in rows)
        assert 4 - pot.available_count == sum(1 for lines in bought if any(key == pot.pk for key, _n in lines))
        sets = ProductVariant.objects.get(pk=box.pk)
        assert sets.available_count == min(pot.available_count, cup.available_count // 2)


@pytest.mark.usefixtures("committed_store")
def test_goods_that_are_moved_to_and_fro_while_they_are_bought_are_neither_lost_nor_doubled(
    committed_store: Tenant, now: datetime
) -> None:
    with in_tenant(committed_store):
        cup = make_variant("Moved cup", stock=6)
        first = Warehouse.objects.get(is_default=True)
        other = save_warehouse(warehouse_id=None, name="Other place", address={})
    deeds = iter([(first.pk, other.pk), (other.pk, first.pk), None, (first.pk, other.pk)] * 2)

    def act() -> str:
        deed = next(deeds)
        with in_tenant(committed_store):
            try:
                if deed is None:
                    token = new_token()
                    reserve(order_token=token, lines=[(cup.pk, 1)], now=now, expires_at=now + timedelta(minutes=30))
                    allocate(order_token=token, now=now, actor="x")
                    return "bought"
                move_stock(units={cup.pk: 2}, from_id=deed[0], to_id=deed[1], actor="x", now=now)
            except StockRefused:
                return "refused"
        return "moved"

    ended = run_together(act, count=8)
    assert all(isinstance(one, str) for one in ended), ended
    assert ended.count("bought") == 2
    assert "moved" in ended
    with in_tenant(committed_store):
        rows = list(Stock.objects.filter(variant=cup))
        assert sum(row.on_hand_count for row in rows) == 4
        moved = StockMovement.objects.filter(stock__variant=cup, reason="moved")
        assert moved.count() == 2 * ended.count("moved")
        assert sum(row.delta for row in moved) == 0
