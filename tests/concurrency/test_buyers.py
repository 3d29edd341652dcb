"""Buyers at one moment: no unit is sold twice, one cart is one order, and nobody is shown a deadlock."""

import itertools
import threading
from collections import Counter
from dataclasses import replace
from datetime import datetime

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import Sum
from django.test import Client

from core.db.contention import TooManyAtOnce, refuse_contention, try_again
from core.errors import ShopsteadError
from core.tenancy import in_tenant
from storefront.carts.models import Cart
from storefront.catalog.locks import lock_products
from storefront.catalog.models import Product, ProductVariant
from storefront.checkout.services import start_checkout
from storefront.inventory.models import Reservation, Stock
from storefront.inventory.services import Part, set_parts
from storefront.orders.models import Order
from storefront.payments.models import Payment
from tenants.models import Tenant
from tenants.selectors import default_host
from tests.concurrency.together import run_together
from tests.storefront.checkout.orders import BASE_URL, BY_TRANSFER, fill_cart, open_store
from tests.storefront.goods import make_variant

BUYERS, ROUNDS = 12, 3
SOLD_OUT = {"insufficient_stock", "cart_not_buyable"}
API = "/api/storefront/v1"


def rush(store: Tenant, carts: list[Cart], now: datetime) -> Counter[str]:
    """Check out all carts at one moment and return how often each answer was given."""
    turn = itertools.count()

    def buy() -> str:
        number = next(turn)
        details = replace(BY_TRANSFER, email=f"buyer{number}@example.com")
        with in_tenant(store):
            try:
                start_checkout(tenant=store, cart=carts[number], details=details, now=now, base_url=BASE_URL)
            except ShopsteadError as error:
                return error.code
        return "bought"

    ended = run_together(buy, count=len(carts))
    return Counter(one if isinstance(one, str) else repr(one) for one in ended)


def check_books(goods: dict[ProductVariant, int]) -> None:
    """What was sold and what lies there is what there was, in every place that says so."""
    for variant, count in goods.items():
        stock = Stock.objects.get(variant=variant)
        sold = (
            Reservation.objects.filter(stock=stock, state=Reservation.ALLOCATED).aggregate(n=Sum("quantity"))["n"] or 0
        )
        variant.refresh_from_db()
        assert sold + stock.on_hand_count == count
        assert (stock.reserved_count, variant.available_count) == (0, stock.on_hand_count)
        assert stock.on_hand_count >= 0


@pytest.mark.guard("units-in-one-statement", found=r"== 1\b")
def test_the_last_units_are_sold_once_and_the_others_are_told(committed_store: Tenant, now: datetime) -> None:
    store = open_store(committed_store, now)
    for count in (1, 1, 5)[:ROUNDS]:
        with in_tenant(store):
            mug = make_variant(f"Mug {count}", stock=count)
            carts = [fill_cart([(mug, 1)], now) for _buyer in range(BUYERS)]
        answers = rush(store, carts, now)
        assert answers["bought"] == count
        assert set(answers) <= {"bought"} | SOLD_OUT
        with in_tenant(store):
            check_books({mug: count})


def test_carts_in_opposite_orders_sets_and_their_parts_end_without_a_ring(
    committed_store: Tenant, now: datetime
) -> None:
    store = open_store(committed_store, now)
    with in_tenant(store):
        box = make_variant("Box", stock=None)
        cup, pot = make_variant("Cup", stock=8), make_variant("Pot", stock=6)
        set_parts(variant_id=box.pk, parts=[Part(pot.pk, 1), Part(cup.pk, 2)])
        kinds = [[(cup, 1), (pot, 1)], [(pot, 1), (cup, 1)], [(box, 1)], [(cup, 1), (box, 1)], [(box, 1), (pot, 1)]]
        carts = [fill_cart(kinds[number % len(kinds)], now) for number in range(BUYERS)]
    answers = rush(store, carts, now)
    assert set(answers) <= {"bought"} | SOLD_OUT, answers
    assert answers["bought"]
    with in_tenant(store):
        check_books({cup: 8, pot: 6})
        assert Order.objects.count() == answers["bought"]


def click_twenty_times(committed_store: Tenant, now: datetime, *, keys: str) -> None:
    store = open_store(committed_store, now)
    with in_tenant(store):
        mug = make_variant("Mug", stock=50)
        cart = fill_cart([(mug, 2)], now)
    body = {
        "email": "maya@example.com",
        "shipping_address": {key: value for key, value in BY_TRANSFER.as_address().items() if value},
        "payment": {"method": "manual"},
    }
    turn = itertools.count()

    def click() -> tuple[int, str]:
        key = "one-key" if keys == "one" else f"key-{next(turn)}"
        client = Client(headers={"host": default_host(store.slug), "idempotency-key": key})
        answer = client.post(f"{API}/carts/{cart.token}/checkout", body, content_type="application/json")
        return answer.status_code, answer.json().get("order", {}).get("token", "")

    ended = run_together(click, count=20)
    assert all(isinstance(one, tuple) for one in ended), ended
    placed = {token for status, token in ended if status == 201}
    assert {status for status, _token in ended} <= ({201, 409} if keys == "one" else {201})
    assert len(placed) == 1
    with in_tenant(store):
        assert (Order.objects.count(), Payment.objects.count()) == (1, 1)
        check_books({mug: 50})


def test_twenty_clicks_with_one_key_are_one_order_and_one_payment(committed_store: Tenant, now: datetime) -> None:
    click_twenty_times(committed_store, now, keys="one")


@pytest.mark.guard("cart-of-one-order", found="== 1")
def test_twenty_tabs_on_one_cart_are_one_order_and_one_payment(committed_store: Tenant, now: datetime) -> None:
    click_twenty_times(committed_store, now, keys="many")


@pytest.mark.guard("tried-again", found="deadlock")
def test_two_that_wait_for_each_other_are_tried_again_and_then_told(committed_store: Tenant, now: datetime) -> None:
    """Products locked in no order make real deadlocks; each is tried again, and both deeds end."""
    store = committed_store
    with in_tenant(store):
        one, two = (make_variant(title).product_id for title in ("One", "Two"))
    turn, seen = itertools.count(), Counter[str]()
    gate = threading.Barrier(2, timeout=30)

    def lock(order: tuple[int, int], tries: list[int]) -> str:
        tries.append(1)
        seen["tries"] += 1
        with transaction.atomic():
            for number, key in enumerate(order):
                lock_products([key])
                if not number and len(tries) == 1:
                    gate.wait()
        return "done"

    def lock_in_any_order() -> str:
        order, tries = (one, two) if next(turn) % 2 else (two, one), list[int]()
        with in_tenant(store):
            return try_again(lambda: lock(order, tries))

    assert run_together(lock_in_any_order, count=2) == ["done", "done"]
    assert seen["tries"] > 2, "they never met, so this proves nothing"


def test_what_is_in_the_way_each_time_is_said_plainly_and_anything_else_is_raised(committed_store: Tenant) -> None:
    with in_tenant(committed_store), pytest.raises(OperationalError) as caught, connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40P01'; END $$")
    refuse_contention(caught.value, is_last=False)
    with pytest.raises(TooManyAtOnce):
        refuse_contention(caught.value, is_last=True)
    with pytest.raises(OperationalError), transaction.atomic():
        refuse_contention(caught.value, is_last=False)
    other = OperationalError("the disk is full")
    with pytest.raises(OperationalError, match="disk"):
        refuse_contention(other, is_last=False)


def test_adding_at_once_in_two_tabs_loses_nothing_and_stays_within_what_is_left(
    committed_store: Tenant, now: datetime
) -> None:
    with in_tenant(committed_store):
        mug = make_variant("Mug", stock=15)
    first = Client(headers={"host": default_host(committed_store.slug)})
    first.post("/cart/add/", {"variant_id": mug.pk, "quantity": "1"})

    def add() -> int:
        tab = Client(headers={"host": default_host(committed_store.slug)})
        tab.cookies = first.cookies
        return tab.post("/cart/add/", {"variant_id": mug.pk, "quantity": "2"}).status_code

    ended = run_together(add, count=10)
    assert set(ended) <= {303, 409}
    with in_tenant(committed_store):
        cart = Cart.objects.get()
        assert (cart.lines.get().quantity, cart.lines_count) == (15, 15)
        assert Product.objects.get().available_count == 15
