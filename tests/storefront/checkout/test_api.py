"""Shoppers' API from an empty cart to an order, and its idempotency keys."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from core.tenancy import in_tenant
from storefront.carts.models import Cart, CartLine
from storefront.checkout.models import ApiIdempotencyKey
from storefront.orders.models import Order
from tenants.models import Tenant
from tests.storefront.checkout.orders import open_store
from tests.storefront.goods import make_variant

CARTS = "/api/storefront/v1/carts"
ADDRESS = {
    "name": "Maya Lindqvist",
    "line1": "2214 NW Quimby Street",
    "city": "Portland",
    "province": "Oregon",
    "postcode": "97210",
    "country": "US",
}
BY_TRANSFER = {"email": "maya@example.com", "shipping_address": ADDRESS, "payment": {"method": "manual"}}


@pytest.fixture
def client(acme: Tenant, store_client: Callable[[Tenant], Client], now: datetime) -> Client:
    open_store(acme, now)
    return store_client(acme)


def post(client: Client, path: str, body: Any = None, key: str = "") -> HttpResponse:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(path, json.dumps(body or {}), content_type="application/json", headers=headers)  # type: ignore[return-value]


def start_cart(client: Client, acme: Tenant, *, stock: int = 5) -> tuple[str, int]:
    with in_tenant(acme):
        variant = make_variant("Enamel mug", price=1800, stock=stock)
    return json.loads(post(client, CARTS).content)["id"], variant.pk


def test_from_an_empty_cart_to_an_order(client: Client, acme: Tenant) -> None:
    cart, variant_id = start_cart(client, acme)
    added = post(client, f"{CARTS}/{cart}/lines", {"variant_id": variant_id, "quantity": 2})
    assert added.status_code == 201
    seen = client.get(f"{CARTS}/{cart}").json()
    assert seen == json.loads(added.content)
    assert seen["lines"][0]["total"] == {"amount": 3600, "currency": "USD"}
    assert seen["subtotal"] == seen["total"] == {"amount": 3600, "currency": "USD"}
    placed = post(client, f"{CARTS}/{cart}/checkout", BY_TRANSFER)
    assert placed.status_code == 201, placed.content
    order = json.loads(placed.content)["order"]
    assert (order["status"], order["total"]) == ("open", {"amount": 4090, "currency": "USD"})
    assert "redirect_url" not in json.loads(placed.content)
    detail = client.get(f"/api/storefront/v1/orders/{order['token']}").json()
    assert (detail["number"], detail["lines"][0]["quantity"]) == (order["number"], 2)
    assert client.get(f"{CARTS}/{cart}").status_code == 404


@pytest.mark.parametrize("quantity", [0, -1, 10**9, "two", 1.5, None])
def test_a_bad_quantity_is_a_problem_and_changes_nothing(client: Client, acme: Tenant, quantity: Any) -> None:
    cart, variant_id = start_cart(client, acme)
    response = post(client, f"{CARTS}/{cart}/lines", {"variant_id": variant_id, "quantity": quantity})
    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    assert json.loads(response.content)["errors"][0]["pointer"] == "/quantity"
    with in_tenant(acme):
        assert not CartLine.objects.exists()


def test_wrong_details_are_named_by_pointer(client: Client, acme: Tenant) -> None:
    cart, variant_id = start_cart(client, acme)
    post(client, f"{CARTS}/{cart}/lines", {"variant_id": variant_id})
    body = {"email": "maya@", "shipping_address": {**ADDRESS, "postcode": "9720"}, "payment": {"method": "manual"}}
    response = post(client, f"{CARTS}/{cart}/checkout", body)
    assert response.status_code == 422
    assert {row["pointer"] for row in json.loads(response.content)["errors"]} == {
        "/email",
        "/shipping_address/postcode",
    }
    with in_tenant(acme):
        assert not Order.objects.exists()


@pytest.mark.parametrize("body", ["[]", "nonsense", '{"shipping_address": 3}', '{"shipping_address": {"name": {}}}'])
def test_a_body_that_is_no_checkout_is_a_4xx(client: Client, acme: Tenant, body: str) -> None:
    cart, _ = start_cart(client, acme)
    response = client.post(f"{CARTS}/{cart}/checkout", body, content_type="application/json")
    assert 400 <= response.status_code < 500


def test_a_discount_code_is_refused_and_not_ignored(client: Client, acme: Tenant) -> None:
    cart, variant_id = start_cart(client, acme)
    post(client, f"{CARTS}/{cart}/lines", {"variant_id": variant_id})
    response = post(client, f"{CARTS}/{cart}/checkout", {**BY_TRANSFER, "discount_codes": ["TEN"]})
    assert response.status_code == 422


def test_unknown_tokens_are_404_in_every_place(client: Client, acme: Tenant) -> None:
    nobody = "z" * 26
    assert client.get(f"{CARTS}/{nobody}").status_code == 404
    assert post(client, f"{CARTS}/{nobody}/lines", {"variant_id": 1}).status_code == 404
    assert post(client, f"{CARTS}/{nobody}/checkout", BY_TRANSFER).status_code == 404
    assert client.get(f"/api/storefront/v1/orders/{nobody}").status_code == 404


def test_another_stores_cart_and_order_are_404(
    client: Client, acme: Tenant, globex: Tenant, store_client: Callable[[Tenant], Client]
) -> None:
    cart, variant_id = start_cart(client, acme)
    post(client, f"{CARTS}/{cart}/lines", {"variant_id": variant_id})
    order = json.loads(post(client, f"{CARTS}/{cart}/checkout", BY_TRANSFER).content)["order"]["token"]
    stranger = store_client(globex)
    assert stranger.get(f"{CARTS}/{cart}").status_code == 404
    assert stranger.get(f"/api/storefront/v1/orders/{order}").status_code == 404


def test_a_closed_store_says_so(acme: Tenant, store_client: Callable[[Tenant], Client]) -> None:
    acme.entitlements.all().delete()
    client = store_client(acme)
    cart, variant_id = start_cart(client, acme)
    post(client, f"{CARTS}/{cart}/lines", {"variant_id": variant_id})
    response = post(client, f"{CARTS}/{cart}/checkout", BY_TRANSFER)
    assert (response.status_code, json.loads(response.content)["code"]) == (409, "checkout_closed")


# ---- idempotency keys


def test_the_same_key_and_body_get_the_same_answer_and_do_it_once(client: Client, acme: Tenant) -> None:
    first, second = post(client, CARTS, key="k-1"), post(client, CARTS, key="k-1")
    assert first.content == second.content
    assert (first.status_code, second.status_code) == (201, 201)
    assert (first.get("Idempotent-Replayed"), second["Idempotent-Replayed"]) == (None, "true")
    with in_tenant(acme):
        assert Cart.objects.count() == 1


def test_without_a_key_it_is_done_twice(client: Client, acme: Tenant) -> None:
    assert post(client, CARTS).content != post(client, CARTS).content


def test_the_same_key_for_another_body_or_place_is_a_422(client: Client, acme: Tenant) -> None:
    cart, variant_id = start_cart(client, acme)
    lines = f"{CARTS}/{cart}/lines"
    assert post(client, lines, {"variant_id": variant_id, "quantity": 1}, key="k").status_code == 201
    for path, body in ((lines, {"variant_id": variant_id, "quantity": 2}), (CARTS, {})):
        response = post(client, path, body, key="k")
        assert (response.status_code, json.loads(response.content)["code"]) == (422, "idempotency_key_reused")
    with in_tenant(acme):
        assert CartLine.objects.get().quantity == 1


def test_a_key_whose_first_request_still_runs_is_a_409(client: Client, acme: Tenant) -> None:
    post(client, CARTS, key="k")
    with in_tenant(acme):
        ApiIdempotencyKey.objects.update(status=None)
    response = post(client, CARTS, key="k")
    assert (response.status_code, json.loads(response.content)["code"]) == (409, "idempotency_key_running")


def test_an_error_of_the_client_is_replayed_too(client: Client, acme: Tenant) -> None:
    path = f"{CARTS}/{'z' * 26}/lines"
    first, second = (post(client, path, {"variant_id": 1}, key="k") for _ in range(2))
    assert first.status_code == second.status_code == 404
    assert second["Idempotent-Replayed"] == "true"


def test_a_key_is_not_shared_between_clients(client: Client, acme: Tenant) -> None:
    mine = post(client, CARTS, key="1")
    theirs = client.post(
        CARTS, "{}", content_type="application/json", headers={"Idempotency-Key": "1", "User-Agent": "another"}
    )
    assert mine.content != theirs.content
