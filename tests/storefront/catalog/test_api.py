from collections.abc import Callable

import pytest
from django.test import Client

from core.tenancy import in_tenant
from storefront.catalog.models import Collection, CollectionProduct, ProductVariant
from storefront.catalog.services import add_variant
from tenants.models import Tenant
from tests.storefront.catalog.making import ACTOR, MADE_AT, make_product, statements

PATH = "/api/storefront/v1/products"
StoreClient = Callable[[Tenant], Client]


@pytest.fixture
def goods(acme: Tenant) -> None:
    with in_tenant(acme):
        mug = make_product("Enamel mug", price=1800, stock=3, sku="M-1", description_html="<p>Two coats</p>")
        make_product("Kettle", price=5200, stock=0)
        make_product("Draft", status="draft")
        kitchen = Collection.objects.create(title="Kitchen", handle="kitchen")
        CollectionProduct.objects.create(collection=kitchen, product=mug)


def test_the_list_has_the_fields_of_the_contract(acme: Tenant, goods: None, store_client: StoreClient) -> None:
    body = store_client(acme).get(f"{PATH}?sort=price").json()
    assert body["next_cursor"] is None
    assert [row["handle"] for row in body["data"]] == ["enamel-mug", "kettle"]
    with in_tenant(acme):
        variant = ProductVariant.objects.get(sku="M-1")
    mug = body["data"][0]
    assert mug["url"] == "http://acme.localhost/products/enamel-mug/"
    assert mug["image"] is None
    assert mug["variants"] == [
        {
            "id": variant.pk,
            "sku": "M-1",
            "title": "",
            "option_values": [],
            "price": {"amount": 1800, "currency": "USD"},
            "compare_at_price": None,
            "available": True,
        }
    ]
    assert body["data"][1]["variants"][0]["available"] is False


@pytest.mark.parametrize(
    ("query", "handles"),
    [
        ("?q=kettle", ["kettle"]),
        ("?collection=kitchen", ["enamel-mug"]),
        ("?q=nothing", []),
        ("?q=%00", ["kettle", "enamel-mug"]),
        ("?limit=1", ["kettle"]),
    ],
)
def test_the_list_is_narrowed_by_text_collection_and_limit(
    acme: Tenant, goods: None, store_client: StoreClient, query: str, handles: list[str]
) -> None:
    assert [row["handle"] for row in store_client(acme).get(f"{PATH}{query}").json()["data"]] == handles


def test_cursors_lead_through_the_whole_list(acme: Tenant, store_client: StoreClient) -> None:
    with in_tenant(acme):
        for number in range(7):
            make_product(f"Mug {number}", price=100)
    client, seen, cursor = store_client(acme), [], ""
    while True:
        body = client.get(PATH, {"sort": "price", "limit": 3, **({"cursor": cursor} if cursor else {})}).json()
        seen += [row["title"] for row in body["data"]]
        cursor = body["next_cursor"]
        if cursor is None:
            break
    assert seen == [f"Mug {number}" for number in range(7)]


@pytest.mark.parametrize("count", [1, 50])
def test_the_list_takes_as_many_statements_for_fifty_products_as_for_one(
    acme: Tenant, store_client: StoreClient, count: int
) -> None:
    with in_tenant(acme):
        for number in range(count):
            product = make_product(f"Mug {number}")
            add_variant(
                product_id=product.pk, option_names=["N"], option_values=["1"], price_amount=5, actor=ACTOR, now=MADE_AT
            )
    client = store_client(acme)
    client.get(PATH)
    with statements() as seen:
        client.get(PATH)
    assert len([sql for sql in seen if "catalog_" in sql]) == 2


def test_one_product_has_its_description_and_pictures(acme: Tenant, goods: None, store_client: StoreClient) -> None:
    body = store_client(acme).get(f"{PATH}/enamel-mug").json()
    assert body["description_html"] == "<p>Two coats</p>"
    assert body["images"] == []


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/nothing", 404, "product_not_found"),
        ("/draft", 404, "product_not_found"),
        ("?sort=x", 422, "invalid"),
        ("?collection=x", 404, "collection_not_found"),
        ("?cursor=a", 404, "not_found"),
        ("?sort=price&cursor=cD1hYmM=", 404, "not_found"),
        ("?sort=newest&cursor=cD1hYmM=", 404, "not_found"),
    ],
)
def test_what_is_wrong_is_a_problem_document(
    acme: Tenant, goods: None, store_client: StoreClient, path: str, status: int, code: str
) -> None:
    answer = store_client(acme).get(f"{PATH}{path}")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == code


def test_writing_is_not_offered(acme: Tenant, store_client: StoreClient) -> None:
    assert store_client(acme).post(PATH, {}).status_code == 405
