"""Quantities, prices and tokens that nobody should send: refused, and nothing is stored."""

import random
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from core.tenancy import in_tenant
from storefront.carts.errors import CartFull, QuantityRefused
from storefront.carts.models import MAXIMUM_LINES, MAXIMUM_QUANTITY, Cart, CartLine
from storefront.carts.quantities import check_quantity, parse_quantity
from storefront.carts.services import add_to_cart, get_or_create_cart
from storefront.orders.models import Order
from tenants.models import Tenant
from tests.storefront.goods import make_variant

HOW_MANY = 2_000
MARKS = "+-.,eE_ \t\n\x00x%"
# Digits of other scripts, halves, full-width ones: Python reads most of them as numbers.
DIGITS = "0123456789٠١٢٣४५६１２３½²ⅣⅨ〇一二三"
ODD = ["NaN", "Infinity", "-0", "0x10", "1_000", "1e3", "null", "true", "", " ", "1 2", "99999999999999999999", "10000"]


def make_odd(chance: random.Random) -> str:
    """Return something that a form could be made to send."""
    kind = chance.randrange(4)
    if kind == 0:
        return chance.choice(ODD)
    if kind == 1:
        return str(chance.choice([chance.randint(-(10**9), 10**12), chance.randint(-3, 12), chance.uniform(-9, 9)]))
    letters = DIGITS + MARKS if kind == 2 else DIGITS[:10] + MARKS
    return "".join(chance.choice(letters) for _sign in range(chance.randint(1, 8)))


@pytest.mark.guard("plain-digits", found="DID NOT RAISE")
def test_only_plain_digits_from_one_to_the_most_are_a_quantity() -> None:
    chance, taken = random.Random(5), 0
    for _turn in range(HOW_MANY):
        text = make_odd(chance)
        is_plain = re.fullmatch("[0-9]{1,9}", text.strip()) is not None
        if is_plain and 1 <= int(text) <= MAXIMUM_QUANTITY:
            assert parse_quantity(text) == int(text)
            taken += 1
        else:
            with pytest.raises(QuantityRefused):
                parse_quantity(text)
    assert 0 < taken < HOW_MANY / 2


def test_services_take_whole_numbers_alone() -> None:
    chance = random.Random(6)
    for _turn in range(HOW_MANY):
        number = chance.choice([chance.randint(-5, 10_005), chance.randint(-(10**18), 10**18)])
        value: Any = chance.choice([number, float(number), str(number), bool(number % 2), None, [number], float("nan")])
        if type(value) is int and 1 <= value <= MAXIMUM_QUANTITY:
            assert check_quantity(value) == value
        else:
            with pytest.raises(QuantityRefused):
                check_quantity(value)


def test_a_cart_ends_at_its_most_lines(in_acme: Tenant, now: datetime) -> None:
    cart = get_or_create_cart(token=None, customer=None, now=now)
    first = make_variant("First", stock=5)
    add_to_cart(cart=cart, variant_id=first.pk, quantity=1, now=now)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH goods AS (
                INSERT INTO catalog_productvariant
                SELECT (jsonb_populate_record(v, jsonb_build_object('id', 100000 + n, 'sku', 'S' || n, 'position', 1000 + n,
                       'title', 'T' || n, 'option_values', jsonb_build_array(n)))).*
                  FROM catalog_productvariant AS v, generate_series(1, %s) AS n WHERE v.id = %s RETURNING id)
            INSERT INTO carts_cartline (cart_id, variant_id, quantity, created_at) SELECT %s, id, 1, now() FROM goods
            """,
            [MAXIMUM_LINES - 1, first.pk, cart.pk],
        )
        cursor.execute("UPDATE carts_cart SET lines_count = %s WHERE id = %s", [MAXIMUM_LINES, cart.pk])
    with pytest.raises(CartFull):
        add_to_cart(cart=cart, variant_id=make_variant("One more").pk, quantity=1, now=now)
    add_to_cart(cart=cart, variant_id=first.pk, quantity=1, now=now)
    assert cart.lines.count() == MAXIMUM_LINES


TAMPERED = {
    "price": "1",
    "unit_amount": "1",
    "total": "0",
    "total_amount": "0",
    "subtotal": "0",
    "currency": "JPY",
    "discount": "999999",
    "tax": "-5",
    "shipping_amount": "0",
    "cart": "1",
    "token": "x" * 26,
    "customer": "1",
    "lines_count": "-1",
    "id": "1",
}


def test_what_a_form_sends_besides_changes_neither_price_nor_cart(
    acme: Tenant, store_client: Callable[[Tenant], Client]
) -> None:
    client = store_client(acme)
    with in_tenant(acme):
        mug = make_variant("Mug", price=1800, stock=5)
    client.post("/cart/add/", {"variant_id": mug.pk, "quantity": "2", **TAMPERED})
    page = client.get("/cart/").content.decode()
    assert "$36.00" in page
    with in_tenant(acme):
        line = CartLine.objects.get()
        assert (line.quantity, line.cart.currency, line.cart.customer_id) == (2, "", None)
    client.post("/cart/update/", {"line": line.pk, "action": "set", "quantity": "3", **TAMPERED})
    assert "$54.00" in client.get("/cart/").content.decode()
    with in_tenant(acme):
        assert (Cart.objects.count(), Order.objects.count()) == (1, 0)
