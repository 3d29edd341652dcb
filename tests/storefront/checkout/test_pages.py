"""The checkout page: one page, few fields, and words for everything that can go wrong."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from core.clock import utc_now
from core.tenancy import in_tenant
from storefront.carts.models import Cart, CartLine
from storefront.catalog.models import ProductVariant
from storefront.customers.enums import ConsentKind
from storefront.customers.models import Customer
from storefront.customers.services import set_consent
from storefront.orders.models import Order
from storefront.payments.models import Payment, WayToPay
from storefront.payments.services import open_account
from storefront.recovery.enums import Rule
from storefront.recovery.services import save_settings
from tenants.models import Tenant
from tests.storefront.checkout.orders import open_store
from tests.storefront.goods import make_variant
from tests.storefront.reviews.shop import PASSWORD, make_customer
from tests.storefront.stripe_sandbox import Shopper, sandbox_server, shopper

__all__ = ["sandbox_server", "shopper"]
ADDRESS = {
    "email": "maya@example.com",
    "name": "Maya Lindqvist",
    "country": "US",
    "line1": "2214 NW Quimby Street",
    "line2": "",
    "city": "Portland",
    "province": "Oregon",
    "postcode": "97210",
}


@pytest.fixture
def client(acme: Tenant, store_client: Callable[[Tenant], Client], shopper: Shopper) -> Client:
    """A shopper with one mug in the cart of a store that sells."""
    now = utc_now()
    with in_tenant(acme):
        open_account(tenant=acme, now=now)
        open_store(acme, now)
        variant = make_variant("Enamel mug", price=1800, stock=1)
    client = store_client(acme)
    client.post("/cart/add/", {"variant_id": variant.pk, "quantity": "1"})
    return client


def page(client: Client, path: str = "/checkout/") -> BeautifulSoup:
    return BeautifulSoup(client.get(path).content, "html.parser")


def form(client: Client, **changes: str) -> dict[str, str]:
    """Return what a browser would send: the page's hidden fields and chosen radio, and an address."""
    fields = page(client).select("#checkout-form input[type=hidden], #checkout-form input[checked]")
    return {**{field["name"]: field["value"] for field in fields}, **ADDRESS, **changes}  # type: ignore[misc]


def test_the_countries_are_in_the_language_of_the_page_and_one_of_them_is_chosen(client: Client) -> None:
    for path, name in (("/checkout/", "Côte d’Ivoire"), ("/zh-hans/checkout/", "科特迪瓦")):
        box = page(client, path).select_one("#id_country")
        assert box is not None
        assert box.select_one("[value=CI]").get_text() == name
        assert [one["value"] for one in box.select("[selected]")] == ["US"]
        assert len({one["value"] for one in box.select("option")}) == len(box.select("option")) > 200


def test_the_form_is_short_and_says_where_money_moves(client: Client, acme: Tenant) -> None:
    seen = page(client)
    every = "#checkout-form input:not([type=hidden]), #checkout-form select, #checkout-form button:not([hidden])"
    for without in seen.select("noscript"):
        without.decompose()
    folded = [one for fold in seen.select("#checkout-form details") for one in fold.select("input, button")]
    fields = seen.select(every)
    assert len(fields) - len(folded) <= 12, "what is folded away is not in the way"
    assert {field.get("autocomplete") for field in fields if field.get("autocomplete", "off") != "off"} == {
        "email",
        "name",
        "country",
        "address-line1",
        "address-line2",
        "address-level2",
        "address-level1",
        "postal-code",
    }
    assert "Continue to payment · $22.90" in seen.select_one("#checkout-form button.wide").get_text()


def test_a_good_form_leads_to_the_payment_page_and_back_leads_there_again(client: Client, acme: Tenant) -> None:
    first = client.post("/checkout/", form(client))
    assert first.status_code == 303
    with in_tenant(acme):
        payment = Payment.objects.get()
    assert first["Location"] == payment.redirect_url
    back = page(client, "/checkout/?canceled=1")
    assert "Payment was not finished. Nothing was charged." in back.get_text()
    assert back.select_one("[name=line1]")["value"] == "2214 NW Quimby Street"
    assert "sold out" not in page(client, "/cart/").get_text(), "the last one is held for this very cart"
    assert client.post("/checkout/", form(client))["Location"] == first["Location"]
    with in_tenant(acme):
        assert Order.objects.count() == 1


def test_a_typed_address_turns_nobodys_no_to_reminders_into_a_yes(client: Client, acme: Tenant) -> None:
    now = utc_now()
    with in_tenant(acme):
        save_settings(is_on=True, rule=Rule.CONSENT, after_hours=4, code="", now=now)
        maya, ben = make_customer(), Customer.objects.create(email="ben@example.com", created_at=now)
        set_consent(customer_id=maya.pk, kind=ConsentKind.REMINDERS, is_given=False, words="No", place="link", now=now)

    def say_yes(email: str) -> dict[str, bool | None]:
        assert client.post("/checkout/", form(client, email=email, reminder="on")).status_code == 303
        with in_tenant(acme):
            return dict(Customer.objects.order_by("email").values_list("email", "wants_reminders"))

    assert say_yes(maya.email) == {ben.email: None, maya.email: False}, "anybody can type an address"
    assert say_yes(ben.email) == {ben.email: True, maya.email: False}, "who said nothing may say yes"
    client.post("/account/login/", {"email": maya.email, "password": PASSWORD})
    assert say_yes(maya.email) == {ben.email: True, maya.email: True}, "who is signed in speaks for themselves"


def test_three_errors_are_listed_and_what_was_typed_stays(client: Client, acme: Tenant) -> None:
    response = client.post("/checkout/", form(client, email="maya@", postcode="9720", name=""))
    seen = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 422
    links = [link["href"] for link in seen.select(".alert a")]
    assert links == ["#id_email", "#id_name", "#id_postcode"]
    assert all(seen.select_one(link) for link in links)
    assert "Nothing was charged, and what you typed is still here." in seen.get_text()
    assert seen.select_one("[name=line1]")["value"] == "2214 NW Quimby Street"
    with in_tenant(acme):
        assert not Order.objects.exists()


def test_a_sum_that_changed_is_shown_before_it_is_paid(client: Client, acme: Tenant) -> None:
    sent = form(client)
    with in_tenant(acme):
        ProductVariant.objects.update(price_amount=2000)
    response = client.post("/checkout/", sent)
    assert response.status_code == 409
    assert "The total has changed" in response.content.decode()
    assert "$24.90" in response.content.decode()
    assert client.post("/checkout/", form(client)).status_code == 303


@pytest.mark.parametrize("field", ["seen_subtotal", "total", "price", "currency", "shipping_amount"])
def test_a_tampered_sum_buys_nothing_cheaper(client: Client, acme: Tenant, field: str) -> None:
    client.post("/checkout/", form(client, **{field: "1"}))
    with in_tenant(acme):
        assert set(Order.objects.values_list("total_amount", flat=True)) <= {2290}


def test_a_service_that_is_down_says_that_nothing_was_charged_and_offers_to_try_again(
    client: Client, acme: Tenant, shopper: Shopper
) -> None:
    shopper.plant(kind="reset", match={"method": "POST", "path": "/v1/checkout/sessions"}, times=9)
    response = client.post("/checkout/", form(client))
    text = BeautifulSoup(response.content, "html.parser").get_text()
    assert response.status_code == 503
    assert "Nothing was charged. Your order and your cart are kept" in text
    assert "Try again · $22.90" in text
    shopper.repair()
    assert client.post("/checkout/", form(client)).status_code == 303
    with in_tenant(acme):
        assert (Order.objects.count(), CartLine.objects.count()) == (1, 1)


def test_the_return_page_completes_and_leads_to_the_order(client: Client, acme: Tenant, shopper: Shopper) -> None:
    client.post("/checkout/", form(client))
    with in_tenant(acme):
        payment = Payment.objects.select_related("order").get()
    shopper.pay(payment.account_id, str(payment.stripe_checkout_session_id))
    for _reload in range(2):
        response = client.get("/checkout/return/", {"session_id": payment.stripe_checkout_session_id})
        assert (response.status_code, response["Location"]) == (302, f"/orders/{payment.order.token}/")
    with in_tenant(acme):
        assert Order.objects.get().payment_status == "paid"
    assert client.get("/checkout/")["Location"] == f"/orders/{payment.order.token}/"
    assert "Nothing in here yet" in page(client, "/cart/").get_text()


def test_the_return_page_of_another_store_or_of_nobody_is_404(
    client: Client, acme: Tenant, globex: Tenant, store_client: Callable[[Tenant], Client]
) -> None:
    client.post("/checkout/", form(client))
    with in_tenant(acme):
        session_id = Payment.objects.get().stripe_checkout_session_id
    assert store_client(globex).get("/checkout/return/", {"session_id": session_id}).status_code == 404
    assert client.get("/checkout/return/", {"session_id": "cs_of_nobody"}).status_code == 404
    assert client.get("/checkout/return/").status_code == 404


def test_a_closed_store_says_so_and_keeps_the_cart(
    client: Client, acme: Tenant, now: datetime, shopper: Shopper
) -> None:
    acme.entitlements.update(valid_until=utc_now() - timedelta(minutes=1))
    for response in (client.get("/checkout/"), client.post("/checkout/", ADDRESS)):
        assert response.status_code == 409
        assert "not taking orders right now" in response.content.decode()
    with in_tenant(acme):
        assert (Cart.objects.get().lines_count, Order.objects.count()) == (1, 0)


def test_a_store_without_an_account_says_that_it_cannot_take_payments(client: Client, acme: Tenant) -> None:
    acme.payment_accounts.update(charges_enabled=False)
    with in_tenant(acme):
        WayToPay.objects.all().delete()
    response = client.get("/checkout/")
    assert response.status_code == 409
    assert "cannot take payments yet" in response.content.decode()


def test_what_sold_out_meanwhile_leads_back_to_the_cart(client: Client, acme: Tenant) -> None:
    sent = form(client)
    with in_tenant(acme):
        ProductVariant.objects.update(available_count=0)
    response = client.post("/checkout/", sent)
    assert (response.status_code, response["Location"]) == (303, "/cart/")
    assert "has just sold out" in page(client, "/cart/").get_text()


def test_an_empty_cart_leads_to_the_cart(
    acme: Tenant, client: Client, store_client: Callable[[Tenant], Client]
) -> None:
    assert store_client(acme).get("/checkout/")["Location"] == "/cart/"


def test_another_country_offers_its_own_delivery(client: Client, acme: Tenant) -> None:
    response = client.post("/checkout/", {**form(client), "country": "CN", "refresh": "1"})
    seen = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 200
    assert seen.select_one("[name=country] option[selected]")["value"] == "CN"
    with in_tenant(acme):
        assert not Order.objects.exists()
