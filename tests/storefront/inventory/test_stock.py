"""Stock: held, taken, given back, and never oversold."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from storefront.catalog.models import Product, ProductVariant
from storefront.inventory.errors import InsufficientStock, StockRefused, VariantNotFound
from storefront.inventory.models import Reservation, Stock, StockMovement, Warehouse
from storefront.inventory.selectors import find_stock, list_held
from storefront.inventory.services import (
    allocate,
    release,
    release_expired,
    reserve,
    set_available,
    set_stock,
    set_stock_bulk,
)
from tenants.models import Tenant
from tests.storefront.goods import make_variant

HALF_AN_HOUR = timedelta(minutes=30)
ORDER = "a" * 26
OTHER = "b" * 26


def counts(variant: ProductVariant) -> tuple[int, int, int, bool]:
    """Return on hand, reserved, what the product says is available, and whether it can be bought."""
    stock = Stock.objects.get(variant=variant)
    product = Product.objects.get(pk=variant.product_id)
    variant.refresh_from_db()
    assert variant.available_count == stock.on_hand_count - stock.reserved_count
    return stock.on_hand_count, stock.reserved_count, product.available_count, product.is_available


def test_a_new_store_has_one_default_warehouse(in_acme: Tenant) -> None:
    assert Warehouse.objects.filter(is_default=True).count() == 1


def test_setting_stock_writes_the_log_and_the_product(in_acme: Tenant, now: datetime) -> None:
    variant = make_variant(stock=5)
    set_stock(variant_id=variant.pk, on_hand_count=3, actor="owner@example.com", now=now)
    assert counts(variant) == (3, 0, 3, True)
    assert list(StockMovement.objects.order_by("pk").values_list("delta", "reason", "actor")) == [
        (5, "adjustment", "tests"),
        (-2, "adjustment", "owner@example.com"),
    ]


def test_setting_the_same_stock_twice_logs_once(in_acme: Tenant, now: datetime) -> None:
    variant = make_variant(stock=5)
    set_stock(variant_id=variant.pk, on_hand_count=5, actor="x", now=now)
    assert StockMovement.objects.count() == 1


@pytest.mark.parametrize("count", [-1, 10_000_001])
def test_a_count_out_of_range_is_refused(in_acme: Tenant, now: datetime, count: int) -> None:
    variant = make_variant(stock=5)
    with pytest.raises(StockRefused):
        set_stock(variant_id=variant.pk, on_hand_count=count, actor="x", now=now)
    assert counts(variant)[0] == 5


def test_bulk_is_all_or_none(in_acme: Tenant, now: datetime) -> None:
    one, two = make_variant("One"), make_variant("Two")
    with pytest.raises(StockRefused):
        set_stock_bulk(rows=[(one.pk, 9), (two.pk, -1)], actor="x", now=now)
    assert counts(one)[0] == 5


def test_an_unknown_variant_is_not_found(in_acme: Tenant, now: datetime) -> None:
    with pytest.raises(VariantNotFound):
        set_stock(variant_id=10**9, on_hand_count=1, actor="x", now=now)


def test_an_uncounted_variant_has_no_stock_and_is_never_short(in_acme: Tenant, now: datetime) -> None:
    variant = make_variant(stock=None)
    ProductVariant.objects.filter(pk=variant.pk).update(tracks_stock=False)
    assert set_stock(variant_id=variant.pk, on_hand_count=3, actor="x", now=now) is None
    reserve(order_token=ORDER, lines=[(variant.pk, 500)], now=now, expires_at=now + HALF_AN_HOUR)
    allocate(order_token=ORDER, now=now, actor="x")
    assert find_stock(variant.pk) is None


def test_holding_takes_from_what_is_available_and_not_from_what_is_there(in_acme: Tenant, now: datetime) -> None:
    variant = make_variant(stock=5)
    reserve(order_token=ORDER, lines=[(variant.pk, 5)], now=now, expires_at=now + HALF_AN_HOUR)
    assert counts(variant) == (5, 5, 0, False)
    assert list_held(ORDER) == {variant.pk: 5}


def test_one_more_than_there_is_is_refused_and_names_the_variant(in_acme: Tenant, now: datetime) -> None:
    plenty, scarce = make_variant("Plenty", stock=50), make_variant("Scarce", stock=1)
    with pytest.raises(InsufficientStock) as caught:
        reserve(order_token=ORDER, lines=[(plenty.pk, 2), (scarce.pk, 2)], now=now, expires_at=now + HALF_AN_HOUR)
    assert caught.value.variant_ids == (scarce.pk,)
    assert counts(plenty) == (50, 0, 50, True)
    assert not Reservation.objects.exists()


def test_two_lines_of_one_variant_count_together(in_acme: Tenant, now: datetime) -> None:
    variant = make_variant(stock=3)
    with pytest.raises(InsufficientStock):
        reserve(order_token=ORDER, lines=[(variant.pk, 2), (variant.pk, 2)], now=now, expires_at=now + HALF_AN_HOUR)


def test_holding_anew_replaces_what_was_held(in_acme: Tenant, now: datetime) -> None:
    one, two = make_variant("One", stock=2), make_variant("Two", stock=2)
    reserve(order_token=ORDER, lines=[(one.pk, 2)], now=now, expires_at=now + HALF_AN_HOUR)
    reserve(order_token=ORDER, lines=[(one.pk, 1), (two.pk, 2)], now=now, expires_at=now + HALF_AN_HOUR)
    assert counts(one) == (2, 1, 1, True)
    assert counts(two) == (2, 2, 0, False)
    reserve(order_token=ORDER, lines=[(two.pk, 1)], now=now, expires_at=now + HALF_AN_HOUR)
    assert counts(one) == (2, 0, 2, True)
    assert counts(two) == (2, 1, 1, True)


def test_a_refused_new_hold_keeps_the_old_one(in_acme: Tenant, now: datetime) -> None:
    variant = make_variant(stock=2)
    reserve(order_token=ORDER, lines=[(variant.pk, 2)], now=now, expires_at=now + HALF_AN_HOUR)
    with pytest.raises(InsufficientStock):
        reserve(order_token=ORDER, lines=[(variant.pk, 3)], now=now, expires_at=now + HALF_AN_HOUR)
    assert counts(variant) == (2, 2, 0, False)


def test_allocating_takes_the_goods_once(in_acme: Tenant, now: datetime) -> None:
    variant = make_variant(stock=5)
    reserve(order_token=ORDER, lines=[(variant.pk, 2)], now=now, expires_at=now + HALF_AN_HOUR)
    for _time in range(2):
        allocate(order_token=ORDER, now=now, actor="stripe")
    assert counts(variant) == (3, 0, 3, True)
    assert list(StockMovement.objects.filter(reason="sale").values_list("delta", "reference")) == [(-2, ORDER)]


def test_what_was_paid_for_cannot_be_held_anew(in_acme: Tenant, now: datetime) -> None:
    variant = make_variant(stock=5)
    reserve(order_token=ORDER, lines=[(variant.pk, 2)], now=now, expires_at=now + HALF_AN_HOUR)
    allocate(order_token=ORDER, now=now, actor="stripe")
    with pytest.raises(StockRefused):
        reserve(order_token=ORDER, lines=[(variant.pk, 1)], now=now, expires_at=now + HALF_AN_HOUR)
    assert counts(variant) == (3, 0, 3, True)


def test_releasing_gives_back_once(in_acme: Tenant, now: datetime) -> None:
    variant = make_variant(stock=5)
    reserve(order_token=ORDER, lines=[(variant.pk, 2)], now=now, expires_at=now + HALF_AN_HOUR)
    for _time in range(2):
        release(order_token=ORDER, now=now, actor="x")
    assert counts(variant) == (5, 0, 5, True)


def test_releasing_what_was_taken_puts_it_back_once(in_acme: Tenant, now: datetime) -> None:
    variant = make_variant(stock=5)
    reserve(order_token=ORDER, lines=[(variant.pk, 2)], now=now, expires_at=now + HALF_AN_HOUR)
    allocate(order_token=ORDER, now=now, actor="x")
    for _time in range(2):
        release(order_token=ORDER, now=now, actor="x")
    assert counts(variant) == (5, 0, 5, True)
    assert StockMovement.objects.aggregate(total=Sum("delta"))["total"] == 5


def test_only_holds_whose_time_is_up_are_given_back(in_acme: Tenant, now: datetime) -> None:
    variant = make_variant(stock=5)
    reserve(order_token=ORDER, lines=[(variant.pk, 2)], now=now, expires_at=now + HALF_AN_HOUR)
    reserve(order_token=OTHER, lines=[(variant.pk, 1)], now=now, expires_at=now + 2 * HALF_AN_HOUR)
    assert release_expired(now=now + HALF_AN_HOUR - timedelta(seconds=1)) == 0
    assert release_expired(now=now + HALF_AN_HOUR) == 1
    assert release_expired(now=now + HALF_AN_HOUR) == 0
    assert counts(variant) == (5, 1, 4, True)


def test_a_late_payment_gets_the_goods_if_they_are_still_there(in_acme: Tenant, now: datetime) -> None:
    variant = make_variant(stock=2)
    reserve(order_token=ORDER, lines=[(variant.pk, 2)], now=now, expires_at=now + HALF_AN_HOUR)
    release_expired(now=now + HALF_AN_HOUR)
    allocate(order_token=ORDER, now=now + HALF_AN_HOUR, actor="x")
    assert counts(variant) == (0, 0, 0, False)


def test_a_late_payment_finds_them_sold_and_takes_nothing(in_acme: Tenant, now: datetime) -> None:
    there, gone = make_variant("There", stock=2), make_variant("Gone", stock=2)
    reserve(order_token=ORDER, lines=[(there.pk, 1), (gone.pk, 2)], now=now, expires_at=now + HALF_AN_HOUR)
    release_expired(now=now + HALF_AN_HOUR)
    reserve(order_token=OTHER, lines=[(gone.pk, 1)], now=now, expires_at=now + 2 * HALF_AN_HOUR)
    with pytest.raises(InsufficientStock) as caught:
        allocate(order_token=ORDER, now=now + HALF_AN_HOUR, actor="x")
    assert caught.value.variant_ids == (gone.pk,)
    assert counts(there) == (2, 0, 2, True)


def test_a_variant_that_sells_when_out_goes_below_zero(in_acme: Tenant, now: datetime) -> None:
    variant = make_variant(stock=1)
    ProductVariant.objects.filter(pk=variant.pk).update(sells_when_out=True)
    reserve(order_token=ORDER, lines=[(variant.pk, 4)], now=now, expires_at=now + HALF_AN_HOUR)
    allocate(order_token=ORDER, now=now, actor="x")
    assert Stock.objects.get(variant=variant).on_hand_count == -3


def test_stock_cannot_be_set_below_what_is_held(in_acme: Tenant, now: datetime) -> None:
    variant = make_variant(stock=5)
    reserve(order_token=ORDER, lines=[(variant.pk, 3)], now=now, expires_at=now + HALF_AN_HOUR)
    with pytest.raises(StockRefused, match="3 of these are held"):
        set_stock(variant_id=variant.pk, on_hand_count=2, actor="x", now=now)


def test_a_merchants_count_does_not_include_what_is_held(in_acme: Tenant, now: datetime) -> None:
    variant = make_variant(stock=5)
    reserve(order_token=ORDER, lines=[(variant.pk, 3)], now=now, expires_at=now + HALF_AN_HOUR)
    set_available(variant_id=variant.pk, quantity=10, actor="x", now=now)
    assert counts(variant) == (13, 3, 10, True)


def test_the_database_refuses_to_oversell_even_if_the_code_forgets(in_acme: Tenant) -> None:
    variant = make_variant(stock=1)
    for change in ({"reserved_count": 2}, {"on_hand_count": -1}, {"reserved_count": -1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Stock.objects.filter(variant=variant).update(**change)


def test_the_database_refuses_an_empty_hold_and_a_second_one(in_acme: Tenant, now: datetime) -> None:
    stock = find_stock(make_variant(stock=5).pk)
    assert stock is not None
    row = {"order_token": ORDER, "stock": stock, "expires_at": now, "created_at": now}
    with pytest.raises(IntegrityError), transaction.atomic():
        Reservation.objects.create(quantity=0, **row)
    Reservation.objects.create(quantity=1, **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reservation.objects.create(quantity=1, **row)
