"""The shopper's side: an order at its secret address, and the orders of an account."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from core.clock import utc_now
from core.tenancy import in_tenant
from storefront.customers.models import Customer, CustomerLoginLink
from storefront.customers.services import register_customer
from storefront.customers.services.links import login_code
from storefront.orders.enums import OrderStatus
from storefront.orders.services import expire_order, fulfill_order, mark_paid
from storefront.payments.models import PaymentState
from storefront.payments.services import create_payment
from tenants.models import Tenant
from tests.storefront.orders.making import make_order

ClientOf = Callable[[Tenant], Client]
PASSWORD = "two mugs and a kettle"


def page_of(client: Client, path: str, **headers: str) -> str:
    response = client.get(path, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_an_order_is_shown_to_whoever_knows_its_address(acme: Tenant, store_client: ClientOf, now: datetime) -> None:
    with in_tenant(acme):
        order = make_order(now)
    response = store_client(acme).get(f"/orders/{order.token}/")
    page = response.content.decode()
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]
    for words in (order.name, "Enamel mug", "$36.00", "$170.00", "2214 NW Quimby Street", f"?order={order.token}"):
        assert words in page
    assert "hx-trigger" not in page.split('id="order"')[1].split(">")[0]


def test_right_after_paying_it_says_thank_you(acme: Tenant, store_client: ClientOf, now: datetime) -> None:
    with in_tenant(acme):
        order = make_order(now - timedelta(days=3))
    assert "Thank you, Maya." in page_of(store_client(acme), f"/orders/{order.token}/?placed=1")
    assert "We are packing it" in page_of(store_client(acme), f"/orders/{order.token}/")


@pytest.mark.parametrize("token", ["a" * 26, "nothing", "%27"])
def test_an_unknown_address_is_not_found(acme: Tenant, store_client: ClientOf, token: str) -> None:
    assert store_client(acme).get(f"/orders/{token}/").status_code == 404


def test_another_stores_order_is_not_found_here(
    acme: Tenant, globex: Tenant, store_client: ClientOf, now: datetime
) -> None:
    with in_tenant(globex):
        order = make_order(now)
    assert store_client(globex).get(f"/orders/{order.token}/").status_code == 200
    assert store_client(acme).get(f"/orders/{order.token}/").status_code == 404


def test_a_waiting_order_asks_for_itself_until_it_is_paid(acme: Tenant, store_client: ClientOf) -> None:
    moment = utc_now()
    with in_tenant(acme):
        order = make_order(moment, status=OrderStatus.PENDING, is_paid=False)
        payment = create_payment(order=order, provider_name="stripe", account_id="acct_1", now=moment)
        payment.state, payment.redirect_url = PaymentState.WAITING, "https://checkout.stripe.example/c/1"
        payment.save()
    client, path = store_client(acme), f"/orders/{order.token}/"
    page = page_of(client, path)
    assert "Waiting for your payment" in page
    assert 'href="https://checkout.stripe.example/c/1"' in page
    assert f'hx-get="{path}"' in page
    fragment = page_of(client, path, **{"HX-Request": "true"})
    assert "<html" not in fragment
    with in_tenant(acme):
        mark_paid(order=order, paid_at=moment, actor="stripe")
    fragment = page_of(client, path, **{"HX-Request": "true"})
    assert "hx-get" not in fragment
    assert "Thank you, Maya." in fragment
    assert "checkout.stripe.example" not in fragment


def test_a_payment_page_that_has_closed_is_not_offered(acme: Tenant, store_client: ClientOf, now: datetime) -> None:
    with in_tenant(acme):
        order = make_order(now - timedelta(hours=2), status=OrderStatus.PENDING, is_paid=False)
        payment = create_payment(order=order, provider_name="stripe", account_id="acct_1", now=now - timedelta(hours=2))
        payment.state, payment.redirect_url = PaymentState.WAITING, "https://checkout.stripe.example/c/1"
        payment.save()
    assert "checkout.stripe.example" not in page_of(store_client(acme), f"/orders/{order.token}/")


def test_an_order_that_was_not_paid_in_time_says_that_nothing_was_charged(
    acme: Tenant, store_client: ClientOf, now: datetime
) -> None:
    with in_tenant(acme):
        order = make_order(now, status=OrderStatus.PENDING, is_paid=False)
        expire_order(order_id=order.pk, actor="system", now=now)
    assert "Nothing was charged" in page_of(store_client(acme), f"/orders/{order.token}/")


def test_a_parcel_can_be_followed(acme: Tenant, store_client: ClientOf, now: datetime) -> None:
    with in_tenant(acme):
        order = make_order(now)
        fulfill_order(order_id=order.pk, tracking_number="1Z999AA10123456784", actor="ruth", now=now)
    page = page_of(store_client(acme), f"/orders/{order.token}/")
    assert "https://www.ups.com/track?tracknum=1Z999AA10123456784" in page


def test_an_account_lists_its_own_orders_and_those_made_before_it_began(
    acme: Tenant, store_client: ClientOf, now: datetime
) -> None:
    with in_tenant(acme):
        own = [make_order(now + timedelta(seconds=number)) for number in range(3)]
        other = make_order(now + timedelta(seconds=9), email="other@example.com")
        waiting = make_order(now + timedelta(seconds=10), status=OrderStatus.PENDING, is_paid=False)
        register_customer(email="maya@example.com", password=PASSWORD, name="Maya", language="en", now=now)
    client = store_client(acme)
    client.post("/account/login/", {"email": "maya@example.com", "password": PASSWORD})
    for path in ("/account/", "/account/orders/"):
        page = page_of(client, path)
        assert all(order.token in page for order in own)
        assert other.token not in page
        assert waiting.token not in page


def test_one_password_right_after_buying_makes_an_account_that_has_the_order(
    acme: Tenant, store_client: ClientOf, now: datetime
) -> None:
    with in_tenant(acme):
        order = make_order(now - timedelta(days=3))
    client, path = store_client(acme), f"/orders/{order.token}/account/"
    assert 'name="password"' in page_of(client, f"/orders/{order.token}/?placed=1")
    assert 'name="password"' not in page_of(client, f"/orders/{order.token}/"), "later the page is somebody's link"
    weak = client.post(path, {"password": "12345678"})
    assert weak.status_code == 422
    assert 'aria-invalid="true"' in weak.content.decode()
    asked = client.post(path, {"password": PASSWORD})
    assert asked["Location"] == "/account/code/"
    assert client.get("/account/").status_code == 302, "nobody is in before the address is proven"
    with in_tenant(acme):
        assert not Customer.objects.get().has_account
        code = login_code(CustomerLoginLink.objects.get().nonce)
    assert client.post("/account/code/", {"code": code})["Location"] == f"/orders/{order.token}/"
    assert order.name in page_of(client, "/account/")
    with in_tenant(acme):
        assert Customer.objects.get().check_password(PASSWORD)
    assert 'name="password"' not in page_of(client, f"/orders/{order.token}/?placed=1")
    assert client.post(path, {"password": PASSWORD})["Location"] == f"/orders/{order.token}/"
    assert store_client(acme).post("/orders/unknown/account/", {"password": PASSWORD}).status_code == 404
