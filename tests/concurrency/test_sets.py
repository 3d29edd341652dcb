"""Sets that share parts, and their parts alone, sold at once: nothing is sold twice and nobody waits for ever."""

import itertools
from datetime import datetime, timedelta

import pytest

from core.ids import new_token
from core.tenancy import in_tenant
from storefront.catalog.models import ProductVariant
from storefront.inventory.errors import InsufficientStock
from storefront.inventory.models import Stock
from storefront.inventory.services import Part, allocate, release, reserve, save_warehouse, set_parts, set_stock
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
