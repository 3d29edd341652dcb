"""What a cart of the API says of how it can be paid, and who gets the gift cards that are put into it."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from core.clock import utc_now
from core.tenancy import in_tenant
from storefront.carts.models import Cart, CartLine
from storefront.carts.services import Typed, enter_code
from storefront.catalog.services import start_gift_card
from storefront.credits.services import issue_card
from storefront.payments.services import open_account
from storefront.payments.services.ways import WayDraft, save_way
from tenants.models import Tenant
from tenants.services import set_entitlement
from tests.storefront.checkout.orders import open_store
from tests.storefront.checkout.test_api import CARTS, post
from tests.storefront.checkout.test_pickup import make_place
from tests.storefront.goods import make_variant
from tests.storefront.stripe_sandbox import Shopper, sandbox_server, shopper

__all__ = ["sandbox_server", "shopper"]
ALL = ["stripe", "bank_transfer", "cash_on_delivery"]


@pytest.fixture
def client(acme: Tenant, store_client: Callable[[Tenant], Client], shopper: Shopper) -> Client:
    """A store with a Stripe account of the sandbox, a bank account, cash at home and a counter."""
    with in_tenant(acme):
        open_account(tenant=acme, now=utc_now())
        open_store(acme, utc_now())
        save_way(kind="cash_on_delivery", draft=WayDraft(is_on=True, most_amount=10_000, countries=["US"]))
        save_way(kind="pay_at_pickup", draft=WayDraft(is_on=True))
    return store_client(acme)


def filled(client: Client, variant_id: int, **more: Any) -> dict[str, Any]:
    cart = json.loads(post(client, CARTS).content)
    assert cart["payment_methods"] == []
    answer: dict[str, Any] = json.loads(
        post(client, f"{CARTS}/{cart['id']}/lines", {"variant_id": variant_id, **more}).content
    )
    return answer


def offered(client: Client, token: str, query: str = "") -> list[str]:
    return [one["method"] for one in client.get(f"{CARTS}/{token}{query}").json()["payment_methods"]]


def test_a_cart_lists_what_checkout_offers_for_it(client: Client, acme: Tenant) -> None:
    with in_tenant(acme):
        mug, chest = make_variant("Mug", price=1800, stock=9), make_variant("Chest", price=20_000, stock=9)
        place, _shop = make_place()
    cart = filled(client, mug.pk)
    assert [one["method"] for one in cart["payment_methods"]] == ALL
    assert cart["payment_methods"][1]["title"] == "Bank transfer"
    assert client.get(f"{CARTS}/{cart['id']}").json() == cart
    client.post("/cart/add/", {"variant_id": mug.pk, "quantity": "1"})
    forms = {"": {}, "?country=DE": {"country": "DE"}, f"?shipping_method_id={place.pk}": {"way": str(place.pk)}}
    for query, typed in forms.items():
        drawn = client.post("/checkout/", {"country": "US", **typed, "refresh": "1"}).content
        shown = [str(one["value"]) for one in BeautifulSoup(drawn, "html.parser").select("[name=payment_method]")]
        assert offered(client, cart["id"], query) == shown, query
    assert offered(client, cart["id"], "?country=de") == ["stripe", "bank_transfer"]
    assert offered(client, cart["id"], f"?shipping_method_id={place.pk}") == [*ALL[:2], "pay_at_pickup"]
    post(client, f"{CARTS}/{cart['id']}/lines", {"variant_id": chest.pk})
    assert offered(client, cart["id"]) == ALL[:2]


def test_whatever_is_listed_is_taken_and_what_is_not_is_refused(client: Client, acme: Tenant, shopper: Shopper) -> None:
    with in_tenant(acme):
        mug = make_variant("Mug", price=1800, stock=9)
    address = {"name": "Maya", "line1": "2214 NW Quimby Street", "city": "Portland", "province": "Oregon"}
    body = {"email": "maya@example.com", "shipping_address": {**address, "postcode": "97210", "country": "US"}}
    for method, status in (*((one, 201) for one in ALL), ("pay_at_pickup", 422)):
        token = filled(client, mug.pk)["id"]
        assert (method in offered(client, token)) == (status == 201)
        answer = post(client, f"{CARTS}/{token}/checkout", {**body, "payment": {"method": method}})
        assert answer.status_code == status, answer.content
        assert ("redirect_url" in answer.json()) == (method == "stripe")


def test_nothing_is_listed_where_nothing_is_left_to_pay_or_nobody_sells(
    client: Client, acme: Tenant, now: datetime
) -> None:
    with in_tenant(acme):
        mug = make_variant("Mug", price=1800, stock=9)
        card = issue_card(amount=50_000, currency="USD", actor="ada", now=now)
    token, other = filled(client, mug.pk)["id"], filled(client, mug.pk)["id"]
    with in_tenant(acme):
        enter_code(cart=Cart.objects.get(token=token), text=card.code, who=Typed("192.0.2.1", None), now=now)
    assert (offered(client, token), offered(client, other)) == ([], ALL)
    set_entitlement(tenant_id=acme.pk, key="checkout", value=0, valid_until=None)
    assert offered(client, other) == []


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("country=USA", "/country"),
        ("shipping_method_id=no", "/shipping_method_id"),
        ("shipping_method_id=٣", "/shipping_method_id"),
        ("shipping_method_id=0", "/shipping_method_id"),
    ],
)
def test_a_place_that_cannot_be_is_named(client: Client, query: str, pointer: str) -> None:
    token = json.loads(post(client, CARTS).content)["id"]
    answer = client.get(f"{CARTS}/{token}?{query}")
    assert answer.status_code == 422
    assert [row["pointer"] for row in answer.json()["errors"]] == [pointer]


def test_a_gift_card_is_for_whoever_is_named(client: Client, acme: Tenant, now: datetime) -> None:
    with in_tenant(acme):
        card = make_card(now)
    day = (utc_now() + timedelta(days=9)).date().isoformat()
    ana = {"email": " Ana@Example.com ", "name": "Ana", "message": "Happy birthday!", "send_on": day}
    token = filled(client, card, quantity=2, recipient=ana)["id"]
    again = post(client, f"{CARTS}/{token}/lines", {"variant_id": card, "recipient": {"email": "", "name": ""}})
    post(client, f"{CARTS}/{token}/lines", {"variant_id": card, "recipient": None})
    assert again.status_code == 201
    with in_tenant(acme):
        line = CartLine.objects.get()
        kept = {"email": "ana@example.com", "name": "Ana", "message": "Happy birthday!", "day": day, "count": 2}
        assert (line.quantity, line.presents) == (4, [kept])


@pytest.mark.parametrize(
    ("recipient", "pointer", "words"),
    [
        ({"name": "Ana"}, "email", "Write the e-mail of who gets the gift card, or leave all of it empty."),
        ({"email": "ana@"}, "email", "Look at the e-mail of who gets the gift card."),
        ({"email": "ana@example.com", "message": "x" * 501}, "message", "A name has at most 160 signs, a message 500."),
        ({"email": "ana@example.com", "send_on": "tomorrow"}, "send_on", "Choose the day again."),
        (
            {"email": "ana@example.com", "send_on": "2001-01-01"},
            "send_on",
            "Choose a day from today on, within a year.",
        ),
    ],
)
def test_what_is_wrong_with_them_is_said_as_on_the_page_and_nothing_is_added(
    client: Client, acme: Tenant, now: datetime, recipient: dict[str, str], pointer: str, words: str
) -> None:
    with in_tenant(acme):
        card = make_card(now)
    token = json.loads(post(client, CARTS).content)["id"]
    answer = post(client, f"{CARTS}/{token}/lines", {"variant_id": card, "recipient": recipient})
    assert answer.status_code == 422
    (row,) = answer.json()["errors"]
    assert (row["pointer"], row["detail"]) == (f"/recipient/{pointer}", words)
    with in_tenant(acme):
        assert not CartLine.objects.exists()
    names = {"email": "present_email", "name": "present_name", "message": "present_message", "send_on": "present_day"}
    typed = {names[name]: text for name, text in recipient.items()}
    page = client.post("/cart/add/", {"variant_id": card, "quantity": "1", **typed})
    assert page.status_code == 422 and words in page.content.decode()


def test_of_other_goods_a_recipient_says_nothing(client: Client, acme: Tenant) -> None:
    with in_tenant(acme):
        mug = make_variant("Mug", price=1800, stock=9)
    filled(client, mug.pk, recipient={"email": "ana@example.com"})
    with in_tenant(acme):
        assert CartLine.objects.get().presents == []


def test_the_description_says_what_a_cart_looks_like(client: Client) -> None:
    known = client.get("/api/openapi.json").json()["components"]["schemas"]
    token = json.loads(post(client, CARTS).content)["id"]
    assert set(known["CartAnswer"]["properties"]) == set(client.get(f"{CARTS}/{token}").json())
    assert set(known["PaymentMethodAnswer"]["properties"]) == {"method", "title", "text"}
    assert set(known["RecipientInput"]["properties"]) == {"email", "name", "message", "send_on"}


def make_card(now: datetime) -> int:
    product = start_gift_card(title="Gift card", amounts=[2500], pictures=[], status="active", actor="ada", now=now)
    return int(product.variants.get().pk)
