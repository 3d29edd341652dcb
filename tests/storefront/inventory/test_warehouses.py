"""Several warehouses: one order takes from the one that has everything, and nothing is lost when one goes."""

from datetime import datetime, timedelta

import pytest
from django.db.models import Sum
from django.urls import reverse

from storefront.catalog.models import BundleItem, Product, ProductVariant
from storefront.inventory.errors import BundleRefused, InsufficientStock, StockRefused, WarehouseRefused
from storefront.inventory.models import Reservation, Stock, StockMovement, Warehouse
from storefront.inventory.selectors import count_counted, count_low, list_counted, sets_from_units
from storefront.inventory.services import (
    CountChange,
    Part,
    adjust_stock,
    allocate,
    change_counts,
    make_default,
    release,
    remove_warehouse,
    reserve,
    save_warehouse,
    set_available,
    set_parts,
    set_stock,
)
from tenants.models import Tenant
from tests.storefront.goods import make_variant

HALF_AN_HOUR = timedelta(minutes=30)
ORDER, OTHER = "a" * 26, "b" * 26


@pytest.fixture
def shop(in_acme: Tenant) -> Warehouse:
    return save_warehouse(warehouse_id=None, name="Shop", address={"city": "Portland", "unknown": "x"})


def lying(variant: ProductVariant) -> dict[str, tuple[int, int]]:
    rows = Stock.objects.filter(variant=variant).select_related("warehouse")
    return {row.warehouse.name: (row.on_hand_count, row.reserved_count) for row in rows}


def put(variant: ProductVariant, warehouse: Warehouse, count: int, now: datetime) -> None:
    set_stock(variant_id=variant.pk, on_hand_count=count, actor="x", now=now, warehouse_id=warehouse.pk)
    variant.refresh_from_db()


def hold(now: datetime, *lines: tuple[int, int], order: str = ORDER) -> None:
    reserve(order_token=order, lines=lines, now=now, expires_at=now + HALF_AN_HOUR)


def test_what_can_be_sold_is_what_lies_in_all_of_them(shop: Warehouse, now: datetime) -> None:
    variant = make_variant(stock=2)
    put(variant, shop, 3, now)
    assert variant.available_count == 5
    assert Product.objects.get(pk=variant.product_id).available_count == 5


def test_an_order_takes_from_one_that_has_it_all_before_several(shop: Warehouse, now: datetime) -> None:
    variant = make_variant(stock=2)
    put(variant, shop, 3, now)
    hold(now, (variant.pk, 3))
    assert lying(variant) == {"Main warehouse": (2, 0), "Shop": (3, 3)}
    hold(now, (variant.pk, 5))
    assert lying(variant) == {"Main warehouse": (2, 2), "Shop": (3, 3)}
    with pytest.raises(InsufficientStock):
        hold(now, (variant.pk, 1), order=OTHER)
    allocate(order_token=ORDER, now=now, actor="x")
    assert lying(variant) == {"Main warehouse": (0, 0), "Shop": (0, 0)}
    release(order_token=ORDER, now=now, actor="x")
    assert lying(variant) == {"Main warehouse": (2, 0), "Shop": (3, 0)}


def test_a_late_payment_takes_from_where_goods_are_now(shop: Warehouse, now: datetime) -> None:
    variant = make_variant(stock=2)
    hold(now, (variant.pk, 2))
    release(order_token=ORDER, now=now, actor="x")
    put(variant, shop, 2, now)
    set_stock(variant_id=variant.pk, on_hand_count=1, actor="x", now=now)
    allocate(order_token=ORDER, now=now, actor="x")
    assert lying(variant) == {"Main warehouse": (1, 0), "Shop": (0, 0)}
    assert Reservation.objects.get().state == Reservation.ALLOCATED


def test_a_count_for_all_is_kept_by_the_default_one_and_the_others_give_the_rest(
    shop: Warehouse, now: datetime
) -> None:
    variant = make_variant(stock=2)
    put(variant, shop, 3, now)
    set_available(variant_id=variant.pk, quantity=9, actor="x", now=now)
    assert lying(variant) == {"Main warehouse": (6, 0), "Shop": (3, 0)}
    set_available(variant_id=variant.pk, quantity=1, actor="x", now=now)
    assert lying(variant) == {"Main warehouse": (0, 0), "Shop": (1, 0)}
    for name, (count, _held) in lying(variant).items():
        log = StockMovement.objects.filter(stock__variant=variant, stock__warehouse__name=name)
        assert log.aggregate(total=Sum("delta"))["total"] == count


def test_a_number_typed_in_the_list_leaves_what_was_sold_meanwhile(shop: Warehouse, now: datetime) -> None:
    variant = make_variant(stock=10)
    main = Warehouse.objects.get(is_default=True)
    adjust_stock(variant_id=variant.pk, warehouse_id=main.pk, delta=-1, reason="damaged", actor="x", now=now)
    changes = [CountChange(variant.pk, 2, 4)]
    assert change_counts(changes=changes, warehouse_id=main.pk, actor="x", now=now) == 1
    assert change_counts(changes=[CountChange(variant.pk, 0, 4)], warehouse_id=main.pk, actor="x", now=now) == 0
    row = Stock.objects.get(variant=variant)
    assert (row.on_hand_count, row.low_threshold) == (11, 4)
    with pytest.raises(StockRefused):
        change_counts(changes=[CountChange(variant.pk, -12, 4)], warehouse_id=main.pk, actor="x", now=now)


def test_low_and_out_are_told_apart_and_a_shelf_that_was_never_filled_is_neither(
    shop: Warehouse, now: datetime
) -> None:
    plenty, low, out = make_variant("Plenty", stock=50), make_variant("Low", stock=5), make_variant("Out", stock=0)
    put(plenty, shop, 0, now)
    assert count_counted(low_at=5) == {"all": 3, "low": 2, "out": 1}
    assert [one.pk for one in list_counted(view="low", low_at=5)] == [out.pk, low.pk]
    assert count_low() == 2
    Stock.objects.filter(variant=plenty).update(low_threshold=60)
    assert count_low() == 3
    assert [one.pk for one in list_counted(view="out", warehouse_id=shop.pk)] == [out.pk, low.pk, plenty.pk]


def test_a_warehouse_with_goods_or_the_first_one_stays(shop: Warehouse, now: datetime) -> None:
    variant = make_variant(stock=0)
    put(variant, shop, 1, now)
    with pytest.raises(WarehouseRefused, match="Goods lie"):
        remove_warehouse(warehouse_id=shop.pk)
    make_default(warehouse_id=shop.pk)
    with pytest.raises(WarehouseRefused, match="first"):
        remove_warehouse(warehouse_id=shop.pk)
    assert Warehouse.objects.filter(is_default=True).count() == 1


def test_a_warehouse_that_goes_leaves_its_history_and_a_canceled_order_finds_a_place(
    shop: Warehouse, now: datetime
) -> None:
    variant = make_variant(stock=0)
    put(variant, shop, 2, now)
    hold(now, (variant.pk, 2))
    allocate(order_token=ORDER, now=now, actor="x")
    assert remove_warehouse(warehouse_id=shop.pk) == "Shop"
    release(order_token=ORDER, now=now, actor="x")
    assert lying(variant) == {"Main warehouse": (2, 0)}
    assert StockMovement.objects.aggregate(total=Sum("delta"))["total"] == 2


def test_a_name_is_needed_and_stands_once(shop: Warehouse) -> None:
    for name in ("", "  ", "Shop", "x" * 121):
        with pytest.raises(WarehouseRefused):
            save_warehouse(warehouse_id=None, name=name, address={})
    assert shop.address["city"] == "Portland"
    assert "unknown" not in shop.address


def test_a_set_has_what_its_parts_allow_and_holds_them(in_acme: Tenant, now: datetime) -> None:
    cup, pot, box = make_variant("Cup", stock=7), make_variant("Pot", stock=2), make_variant("Set", stock=None)
    set_parts(variant_id=box.pk, parts=[Part(cup.pk, 3), Part(pot.pk, 1)])
    box.refresh_from_db()
    assert (box.available_count, Product.objects.get(pk=box.product_id).is_available) == (2, True)
    hold(now, (box.pk, 1), (cup.pk, 2))
    assert (lying(cup)["Main warehouse"], lying(pot)["Main warehouse"]) == ((7, 5), (2, 1))
    assert not Stock.objects.filter(variant=box, on_hand_count__gt=0).exists()
    box.refresh_from_db()
    assert box.available_count == 0
    with pytest.raises(InsufficientStock) as caught:
        hold(now, (box.pk, 1), order=OTHER)
    assert caught.value.variant_ids == (box.pk,)
    allocate(order_token=ORDER, now=now, actor="x")
    assert (lying(cup)["Main warehouse"], lying(pot)["Main warehouse"]) == ((2, 0), (1, 0))
    release(order_token=ORDER, now=now, actor="x")
    box.refresh_from_db()
    assert box.available_count == 2
    assert sets_from_units({cup.pk: 7, pot.pk: 2}, [box.pk, cup.pk]) == {box.pk: 2}


def test_sets_are_refused_inside_sets_and_with_goods_of_their_own(in_acme: Tenant, now: datetime) -> None:
    cup, box, crate = make_variant("Cup", stock=7), make_variant("Set", stock=None), make_variant("Crate", stock=None)
    stocked = make_variant("Stocked", stock=1)
    set_parts(variant_id=box.pk, parts=[Part(cup.pk, 2)])
    for variant_id, parts in (
        (crate.pk, [Part(box.pk, 1)]),
        (cup.pk, [Part(crate.pk, 1)]),
        (crate.pk, [Part(crate.pk, 1)]),
        (crate.pk, [Part(cup.pk, 0)]),
        (crate.pk, [Part(cup.pk, 1), Part(cup.pk, 1)]),
        (crate.pk, [Part(number, 1) for number in range(21)]),
        (stocked.pk, [Part(cup.pk, 1)]),
    ):
        with pytest.raises(BundleRefused):
            set_parts(variant_id=variant_id, parts=parts)
    assert BundleItem.objects.count() == 1
    set_parts(variant_id=box.pk, parts=[])
    box.refresh_from_db()
    assert (BundleItem.objects.count(), box.available_count) == (0, 0)


@pytest.mark.parametrize("view", ["all", "low", "out"])
def test_the_list_asks_as_little_for_many_goods_as_for_few(
    in_acme: Tenant, view: str, django_assert_max_num_queries: object
) -> None:
    for number in range(12):
        make_variant(f"Mug {number}", stock=number)
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        assert len(list_counted(view=view)[:50]) >= 1
    assert reverse("dashboard_inventory") == "/dashboard/products/inventory/"
