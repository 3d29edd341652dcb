"""What a cart, a checkout and the placing of an order ask of the database, pinned."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.clock import utc_now
from core.tenancy import in_tenant
from storefront.checkout.services import start_checkout
from storefront.inventory.services import Part, set_parts
from storefront.payments.services import open_account
from storefront.shipping.models import ShippingMethod
from tenants.models import Tenant
from tests.storefront.checkout.orders import BASE_URL, DETAILS, fill_cart, open_store
from tests.storefront.checkout.test_pages import ADDRESS, page
from tests.storefront.goods import make_variant
from tests.storefront.stripe_sandbox import Shopper, sandbox_server, shopper

__all__ = ["sandbox_server", "shopper"]
# Begin and end of transactions, and the look for changed hosts that a process takes every half second whatever it serves.
BOOKKEEPING = (
    "\nWITH now AS MATERIALIZED",
    "SAVEPOINT",
    "RELEASE SAVEPOINT",
    "ROLLBACK",
    "BEGIN",
    "COMMIT",
    "SET search_path",
)
MOST_OF_AN_ADD, MOST_OF_PLACING, MOST_OF_A_CHECKOUT = 4, 10, 40
MOST_OF_AN_ORDER_AT_ONCE = {"transfer": 32, "nothing": 42}


@contextmanager
def asked() -> Iterator[list[str]]:
    """Collect the statements of the block, without those that only begin and end things."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as queries:
        yield found
    found += [one["sql"] for one in queries.captured_queries if not one["sql"].startswith(BOOKKEEPING)]


def is_placing(statements: list[str]) -> list[str]:
    """Return the statements from the cart's lock to the order."""
    begin = next(n for n, sql in enumerate(statements) if "carts_cart" in sql and "FOR UPDATE" in sql)
    end = max(n for n, sql in enumerate(statements) if 'INSERT INTO "orders_order"' in sql)
    return statements[begin : end + 1]


@pytest.fixture
def client(acme: Tenant, store_client: Callable[[Tenant], Client], shopper: Shopper) -> Client:
    now = utc_now()
    with in_tenant(acme):
        open_account(tenant=acme, now=now)
        open_store(acme, now)
    return store_client(acme)


def test_three_adds_and_a_whole_checkout_by_forms_ask_little(client: Client, acme: Tenant) -> None:
    with in_tenant(acme):
        goods = [make_variant(title, stock=50) for title in ("Mug", "Pot", "Rug")]
    client.get("/products/")
    whole: list[str] = []
    for number, variant in enumerate(goods):
        with asked() as added:
            assert client.post("/cart/add/", {"variant_id": variant.pk, "quantity": "1"}).status_code == 303
        assert len(added) <= MOST_OF_AN_ADD + (number == 0), "\n".join(added)
        whole += added
    with asked() as looked:
        seen = page(client)
    fields = seen.select("#checkout-form input[type=hidden], #checkout-form input[checked]")
    form = {str(field["name"]): str(field["value"]) for field in fields} | ADDRESS
    with asked() as paid:
        assert client.post("/checkout/", form).status_code == 303
    whole += [*looked, *paid]
    assert len(is_placing(paid)) <= MOST_OF_PLACING, "\n".join(is_placing(paid))
    assert len(whole) <= MOST_OF_A_CHECKOUT, "\n".join(whole)


def test_placing_asks_as_much_for_twenty_lines_and_sets_as_for_one(in_acme: Tenant, shopper: Shopper) -> None:
    store, now = in_acme, utc_now()
    open_account(tenant=store, now=now)
    open_store(store, now)
    goods = [make_variant(f"Thing {number}", stock=50) for number in range(20)]
    box = make_variant("Box", stock=None)
    set_parts(variant_id=box.pk, parts=[Part(goods[0].pk, 2), Part(goods[1].pk, 1)])
    counts = []
    for number, lines in enumerate(([(goods[0], 1)], [(one, 2) for one in goods], [(box, 3), (goods[0], 1)])):
        cart = fill_cart(lines, now)
        details = replace(DETAILS, email=f"buyer{number}@example.com")
        with asked() as statements:
            start_checkout(tenant=store, cart=cart, details=details, now=now, base_url=BASE_URL)
        counts.append(len(is_placing(statements)))
    assert counts == [counts[0]] * 3
    assert counts[0] <= MOST_OF_PLACING


@pytest.mark.parametrize("paid_by", ["transfer", "nothing"])
def test_an_order_that_waits_for_no_payment_page_asks_little_too(
    in_acme: Tenant, shopper: Shopper, paid_by: str
) -> None:
    now = utc_now()
    open_account(tenant=in_acme, now=now)
    store = open_store(in_acme, now)
    details = replace(DETAILS, payment_method="manual") if paid_by == "transfer" else DETAILS
    is_free, counts = paid_by == "nothing", []
    ShippingMethod.objects.update(price_amount=0 if is_free else 500)
    for lines in (1, 8):
        goods = [make_variant(f"Thing {n}", price=0 if is_free else 900) for n in range(lines)]
        cart = fill_cart([(one, 1) for one in goods], now)
        with asked() as statements:
            started = start_checkout(tenant=store, cart=cart, details=details, now=now, base_url=BASE_URL)
        assert (started.redirect_url, started.order.status) == (None, "open")
        counts.append(len(statements))
    assert counts[0] == counts[1], "as much for eight kinds of goods as for one"
    assert counts[0] <= MOST_OF_AN_ORDER_AT_ONCE[paid_by]
