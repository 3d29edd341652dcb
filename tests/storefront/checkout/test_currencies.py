"""A cart, its order, its payment and the books: one currency from the first look to the last cent."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.test import Client

from analytics.merchant.models import DailyProductSales, DailySales
from analytics.merchant.services.rollups import refresh_rollups
from core.clock import utc_now
from core.tenancy import in_tenant
from storefront.carts.models import Cart
from storefront.catalog.conversion import convert_back
from storefront.catalog.enums import Rounding
from storefront.catalog.models import PriceList
from storefront.catalog.services.price_lists import switch_price_list
from storefront.catalog.shown import COOKIE
from storefront.customers.models import Customer
from storefront.orders.bulk import refresh_customer_totals
from storefront.orders.models import Order
from storefront.payments.models import Payment
from storefront.payments.services import open_account
from storefront.payments.services.completing import PaidFacts, complete_order
from tenants.models import Tenant
from tests.storefront.checkout.orders import open_store
from tests.storefront.checkout.test_pages import form, page
from tests.storefront.currencies import make_price_list
from tests.storefront.goods import make_variant
from tests.storefront.stripe_sandbox import Shopper, sandbox_server, shopper

__all__ = ["sandbox_server", "shopper"]


@pytest.fixture
def client(acme: Tenant, store_client: Callable[[Tenant], Client], shopper: Shopper) -> Client:
    """A shopper with a mug in the cart of a store that sells in three currencies."""
    with in_tenant(acme):
        open_account(tenant=acme, now=utc_now())
        open_store(acme, utc_now())
        variant = make_variant("Enamel mug", price=1800, stock=5)
        make_price_list("JPY", "150", rounding=Rounding.TENS)
        make_price_list("KWD", "0.305")
    client = store_client(acme)
    client.post("/cart/add/", {"variant_id": variant.pk, "quantity": "1"})
    return client


def text(client: Client, path: str) -> str:
    return BeautifulSoup(client.get(path).content, "html.parser").main.get_text(" ")


def test_changing_the_currency_prices_a_filled_cart_anew_and_says_so(client: Client, acme: Tenant) -> None:
    assert "$22.90" in text(client, "/cart/")
    client.post("/currency/", {"currency": "JPY", "next": "/cart/"})
    seen = BeautifulSoup(client.get("/cart/").content, "html.parser").get_text(" ")
    assert "Your cart is in JPY now" in seen
    # 18.00 and 4.90 dollars, each to the nearest ten yen.
    assert "¥2,700" in seen and "¥740" in seen and "¥3,440" in seen and "$" not in text(client, "/cart/")
    with in_tenant(acme):
        assert Cart.objects.get().currency == "JPY"
    client.post("/currency/", {"currency": "USD", "next": "/cart/"})
    assert "$22.90" in text(client, "/cart/")


def test_what_cannot_be_put_in_leaves_the_cart_in_its_currency(client: Client, acme: Tenant) -> None:
    with in_tenant(acme):
        sold_out, pot = make_variant("Sold out", stock=0), make_variant("Pot", price=1000, stock=3)
    client.cookies[COOKIE] = "JPY"
    client.post("/cart/add/", {"variant_id": sold_out.pk, "quantity": "1"})
    with in_tenant(acme):
        assert Cart.objects.get().currency == ""
    client.post("/cart/add/", {"variant_id": pot.pk, "quantity": "1"})
    assert "Your cart is in JPY now" in BeautifulSoup(client.get("/cart/").content, "html.parser").get_text(" ")
    with in_tenant(acme):
        assert Cart.objects.get().currency == "JPY"


def test_an_order_keeps_its_currency_and_rate_and_is_paid_in_it(client: Client, acme: Tenant, shopper: Shopper) -> None:
    client.post("/currency/", {"currency": "JPY", "next": "/"})
    assert client.post("/checkout/", form(client)).status_code == 303
    with in_tenant(acme):
        order, payment = Order.objects.get(), Payment.objects.get()
        assert (order.currency, order.store_currency, order.rate) == ("JPY", "USD", Decimal(150))
        assert (order.subtotal_amount, order.shipping_amount, order.total_amount) == (2700, 740, 3440)
        assert [line.total_amount for line in order.lines.all()] == [2700]
        assert order.store_total_amount == convert_back(3440, own="USD", other="JPY", rate=Decimal(150)) == 2293
        assert (payment.amount, payment.currency) == (3440, "JPY")
        session = shopper.sessions(payment.account_id)[0]
        assert (session["amount_total"], session["currency"]) == (3440, "jpy")
        facts = PaidFacts(amount=3440, currency="USD")
        complete_order(order_id=order.pk, payment_id=payment.pk, facts=facts, actor="t", now=utc_now())
        assert Order.objects.get().paid_at is None, "dollars do not pay for yen"


def test_three_decimals_are_charged_as_card_networks_take_them(client: Client, acme: Tenant, shopper: Shopper) -> None:
    client.post("/currency/", {"currency": "KWD", "next": "/"})
    assert client.post("/checkout/", form(client)).status_code == 303
    with in_tenant(acme):
        order, payment = Order.objects.get(), Payment.objects.get()
        assert (order.subtotal_amount, order.shipping_amount, order.total_amount) == (5490, 1490, 6980)
        assert shopper.sessions(payment.account_id)[0]["amount_total"] == 6980


def test_a_list_that_changes_or_goes_during_checkout_comes_back_to_be_confirmed(client: Client, acme: Tenant) -> None:
    client.post("/currency/", {"currency": "JPY", "next": "/"})
    sent = form(client)
    with in_tenant(acme):
        PriceList.objects.filter(currency="JPY").update(rate=Decimal(160))
    answer = client.post("/checkout/", sent)
    assert answer.status_code == 409 and "The total has changed" in answer.content.decode()
    assert "¥3,660" in answer.content.decode()
    sent = form(client)
    with in_tenant(acme):
        row = PriceList.objects.get(currency="JPY")
        switch_price_list(list_id=row.pk, is_enabled=False, actor="t", now=utc_now())
        # What costs as many cents as it cost yen would slip through by its number alone.
        assert not Order.objects.exists()
    sent["seen_subtotal"], sent["seen_rate_" + sent["shipping_method_id"]] = "1800", "490"
    answer = client.post("/checkout/", sent)
    assert answer.status_code == 409 and "Your total is in USD now. Nothing was charged." in answer.content.decode()
    assert "Prices in JPY are not offered any more. Your cart is in USD now." in text(client, "/cart/")
    assert client.post("/checkout/", form(client)).status_code == 303
    with in_tenant(acme):
        assert (Order.objects.get().currency, Order.objects.get().rate) == ("USD", None)


def test_coming_back_in_another_currency_closes_the_first_page(client: Client, acme: Tenant) -> None:
    first = client.post("/checkout/", form(client))["Location"]
    client.post("/currency/", {"currency": "JPY", "next": "/"})
    second = client.post("/checkout/", form(client))["Location"]
    assert first != second
    with in_tenant(acme):
        order = Order.objects.get()
        assert (order.currency, order.total_amount) == ("JPY", 3440)
        assert sorted(Payment.objects.values_list("currency", flat=True)) == ["JPY", "USD"]
        assert order.events.get(type="order.changed").data["from_currency"] == "USD"


def test_the_books_are_in_the_stores_own_currency(client: Client, acme: Tenant) -> None:
    client.post("/currency/", {"currency": "JPY", "next": "/"})
    client.post("/checkout/", form(client))
    now = utc_now()
    with in_tenant(acme):
        order, payment = Order.objects.get(), Payment.objects.get()
        facts = PaidFacts(amount=3440, currency="JPY")
        complete_order(order_id=order.pk, payment_id=payment.pk, facts=facts, actor="t", now=now)
        assert Customer.objects.get().spent_amount == 2293
        refresh_rollups(tenant=acme, now=now)
        assert DailySales.objects.get(orders_count=1).gross_amount == 2293
        assert DailyProductSales.objects.get().net_amount == 1800
        Order.objects.update(refunded_amount=1720)
        refresh_customer_totals(customer_ids=[order.customer_id or 0], currency="USD")
        assert Customer.objects.get().spent_amount == 1147
        refresh_rollups(tenant=acme, now=now)
        assert DailySales.objects.get(orders_count=1).refund_amount == 1147


@pytest.mark.parametrize(
    "wrong",
    [{"rate": None}, {"store_total_amount": None}, {"store_currency": ""}, {"store_currency": "JPY"}, {"rate": 0}],
)
def test_the_database_keeps_an_orders_rate_whole(client: Client, acme: Tenant, wrong: dict[str, object]) -> None:
    client.post("/currency/", {"currency": "JPY", "next": "/"})
    client.post("/checkout/", form(client))
    with in_tenant(acme):
        with pytest.raises(IntegrityError), transaction.atomic():
            Order.objects.update(**wrong)
        with pytest.raises(IntegrityError), transaction.atomic():
            Cart.objects.update(currency="yen")


def test_the_api_prices_a_cart_in_a_currency_that_the_store_has(client: Client, acme: Tenant) -> None:
    path = "/api/storefront/v1/carts"
    made = client.post(path, {"currency": "JPY"}, content_type="application/json", headers={"Idempotency-Key": "a1"})
    assert (made.status_code, made.json()["currency"]) == (201, "JPY")
    wrong = client.post(path, {"currency": "GBP"}, content_type="application/json", headers={"Idempotency-Key": "a2"})
    assert wrong.status_code in (400, 422)
    assert page(client, "/cart/") is not None
