"""GET /api/storefront/v1/recommendations."""

from collections.abc import Callable

import pytest
from django.test import Client

from core.tenancy import in_tenant
from recsys.serving.models import ActiveModel, CustomerRecommendation, TrainedModel
from tenants.models import Tenant
from tests.recsys.serving.shop import NOW, add_customers, add_products, sign_in_shopper

URL = "/api/storefront/v1/recommendations"
Clients = Callable[[Tenant], Client]


def test_a_product_is_answered_with_products_reasons_and_sources(acme: Tenant, store_client: Clients) -> None:
    with in_tenant(acme):
        add_products(3)

    response = store_client(acme).get(URL, {"product": "mug-3", "limit": "2"})

    assert response.status_code == 200
    body = response.json()
    assert [(row["product"]["handle"], row["reason"], row["source"]) for row in body["data"]] == [
        ("mug-2", "New in the shop", "newest"),
        ("mug-1", "New in the shop", "newest"),
    ]
    assert body["data"][0]["product"]["url"].endswith("/products/mug-2/")
    assert body["next_cursor"] is None
    assert response["Cache-Control"] == "public, max-age=60"


def test_for_me_answers_the_signed_in_customer_and_nobody_else(acme: Tenant, store_client: Clients) -> None:
    with in_tenant(acme):
        first, second = add_products(2)
        (anna,) = add_customers(1)
        model = TrainedModel.objects.create(started_at=NOW)
        ActiveModel.objects.create(model=model)
        CustomerRecommendation.objects.create(
            model=model, customer_id=anna.pk, slot="for_you", product_ids=[first.pk], scores=[1.0],
            reasons=[[0, second.pk]],
        )  # fmt: skip
    client = store_client(acme)

    anonymous = client.get(URL, {"for": "me", "limit": "1"})
    with in_tenant(acme):
        sign_in_shopper(client, anna)
    known = client.get(URL, {"for": "me", "limit": "1"})

    assert [row["product"]["handle"] for row in anonymous.json()["data"]] == ["mug-2"]
    assert [(row["product"]["handle"], row["reason"]) for row in known.json()["data"]] == [("mug-1", "Goes with Mug 2")]
    assert known["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({}, 422, "invalid"),
        ({"for": "you"}, 422, "invalid"),
        ({"product": "mug-1", "limit": "0"}, 422, "invalid"),
        ({"product": "mug-1", "limit": "-1"}, 422, "invalid"),
        ({"product": "mug-1", "limit": "1000000000"}, 422, "invalid"),
        ({"product": "mug-1", "limit": "²"}, 422, "invalid"),
        ({"product": "mug-1", "slot": "home"}, 422, "invalid"),
        ({"for": "me", "slot": "similar"}, 422, "invalid"),
        ({"product": "nothing"}, 404, "product_not_found"),
    ],
)
def test_a_wrong_question_is_told_what_is_wrong(
    acme: Tenant, store_client: Clients, query: dict[str, str], status: int, code: str
) -> None:
    with in_tenant(acme):
        add_products(1)

    response = store_client(acme).get(URL, query)

    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert response.json()["code"] in (code, "not_found")
