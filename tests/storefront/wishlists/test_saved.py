"""Things kept for later: by a browser, by a customer, brought along, carried to the cart, shared."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from core.tenancy import in_tenant
from storefront.carts.models import CartLine
from storefront.catalog.models import Product, ProductVariant
from storefront.customers.models import Customer
from storefront.wishlists.models import SavedItem, Wishlist
from storefront.wishlists.selectors import list_items
from storefront.wishlists.services import get_or_create_list, remove_old_lists, save_item
from tenants.models import Tenant
from tests.storefront.goods import make_variant
from tests.storefront.reviews.shop import NOW, PASSWORD, make_customer

ClientOf = Callable[[Tenant], Client]


@pytest.fixture
def mug(acme: Tenant) -> ProductVariant:
    with in_tenant(acme):
        variant = make_variant()
        return ProductVariant.objects.select_related("product").get(pk=variant.pk)


@pytest.fixture
def maya(acme: Tenant) -> Customer:
    with in_tenant(acme):
        return make_customer()


def sign_in(client: Client) -> None:
    client.post("/account/login/", {"email": "maya@example.com", "password": PASSWORD})


def test_a_browser_saves_and_takes_off_by_a_form(acme: Tenant, mug: ProductVariant, store_client: ClientOf) -> None:
    client = store_client(acme)
    assert "Nothing saved yet" in client.get("/saved/").content.decode()
    form = {"product_id": mug.product_id, "next": f"/products/{mug.product.handle}/"}
    assert client.post("/saved/toggle/", form)["Location"] == form["next"]
    assert mug.product.title in client.get("/saved/").content.decode()
    assert json.loads(client.get("/saved/ids/").content) == {"ids": [mug.product_id]}
    client.post("/saved/toggle/", form)
    assert "Nothing saved yet" in client.get("/saved/").content.decode()
    assert store_client(acme).get("/account/saved/").status_code == 302


def test_a_script_is_answered_in_json(acme: Tenant, mug: ProductVariant, store_client: ClientOf) -> None:
    client = store_client(acme)
    answer = client.post("/saved/toggle/", {"product_id": mug.product_id}, headers={"accept": "application/json"})
    assert json.loads(answer.content) == {"saved": True, "count": 1}
    wrong = client.post("/saved/toggle/", {"product_id": "9" * 17}, headers={"accept": "application/json"})
    assert wrong.status_code == 404


def test_a_neighbors_page_cannot_save_for_a_shopper(acme: Tenant, mug: ProductVariant) -> None:
    from tenants.selectors import default_host

    client = Client(enforce_csrf_checks=True, headers={"host": default_host(acme.slug)})
    form = {"product_id": mug.product_id}
    for site in ("cross-site", "same-site", "none"):
        assert client.post("/saved/toggle/", form, headers={"sec-fetch-site": site}).status_code == 403
    assert client.post("/saved/toggle/", form).status_code == 403
    assert client.post("/saved/toggle/", form, headers={"sec-fetch-site": "same-origin"}).status_code == 302


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_nobody_is_led_away_after_saving(
    acme: Tenant, mug: ProductVariant, store_client: ClientOf, target: str
) -> None:
    answer = store_client(acme).post("/saved/toggle/", {"product_id": mug.product_id, "next": target})
    assert answer["Location"] == "/saved/"


def test_what_a_stranger_saved_comes_along_when_they_sign_in(
    acme: Tenant, mug: ProductVariant, maya: Customer, store_client: ClientOf
) -> None:
    with in_tenant(acme):
        kettle = make_variant("Kettle")
        own = get_or_create_list(customer=maya, guest_token=None, now=NOW)
        save_item(wishlist=own, product_id=mug.product_id, variant_id=None, now=NOW)
    client = store_client(acme)
    for variant in (mug, kettle):
        client.post("/saved/toggle/", {"product_id": variant.product_id})
    sign_in(client)
    with in_tenant(acme):
        assert set(SavedItem.objects.values_list("wishlist_id", "product_id")) == {
            (own.pk, mug.product_id), (own.pk, kettle.product_id)
        }  # fmt: skip
        assert Wishlist.objects.count() == 1
    assert client.get("/saved/")["Location"] == "/account/saved/"


def test_a_saved_thing_goes_to_the_cart_and_off_the_list(
    acme: Tenant, mug: ProductVariant, store_client: ClientOf
) -> None:
    client = store_client(acme)
    client.post("/saved/toggle/", {"product_id": mug.product_id})
    with in_tenant(acme):
        item = SavedItem.objects.get()
    assert client.post("/saved/change/", {"item": item.pk, "action": "cart"}).status_code == 302
    with in_tenant(acme):
        assert CartLine.objects.get().variant_id == mug.pk
        assert not SavedItem.objects.exists()


def test_a_sold_out_thing_stays_on_the_list_and_says_so(acme: Tenant, store_client: ClientOf) -> None:
    with in_tenant(acme):
        gone = make_variant("Gone", stock=0)
    client = store_client(acme)
    client.post("/saved/toggle/", {"product_id": gone.product_id})
    assert "Sold out for now" in client.get("/saved/").content.decode()
    with in_tenant(acme):
        item = SavedItem.objects.get()
    client.post("/saved/change/", {"item": item.pk, "action": "cart"})
    with in_tenant(acme):
        assert SavedItem.objects.exists()


def test_nobody_changes_the_list_of_somebody_else(acme: Tenant, mug: ProductVariant, store_client: ClientOf) -> None:
    mine, theirs = store_client(acme), store_client(acme)
    for client in (mine, theirs):
        client.post("/saved/toggle/", {"product_id": mug.product_id})
    with in_tenant(acme):
        first = SavedItem.objects.order_by("pk")[0]
    theirs.post("/saved/change/", {"item": first.pk, "action": "remove"})
    with in_tenant(acme):
        assert SavedItem.objects.filter(pk=first.pk).exists()


def test_a_list_is_shared_by_its_address_until_it_is_closed(
    acme: Tenant, globex: Tenant, mug: ProductVariant, maya: Customer, store_client: ClientOf
) -> None:
    client = store_client(acme)
    sign_in(client)
    client.post("/saved/toggle/", {"product_id": mug.product_id})
    client.post("/account/saved/share/", {"action": "open"})
    with in_tenant(acme):
        token = Wishlist.objects.get().share_token
    page = store_client(acme).get(f"/saved/shared/{token}/").content.decode()
    assert mug.product.title in page
    assert "Maya L." in page
    assert "Lindqvist" not in page
    assert store_client(globex).get(f"/saved/shared/{token}/").status_code == 404
    client.post("/account/saved/share/", {"action": "close"})
    assert store_client(acme).get(f"/saved/shared/{token}/").status_code == 404


def test_what_was_seen_is_drawn_in_its_order_and_asks_nothing_of_anybody(
    acme: Tenant, mug: ProductVariant, store_client: ClientOf
) -> None:
    with in_tenant(acme):
        kettle, hidden = make_variant("Kettle"), make_variant("Hidden")
        Product.objects.filter(pk=hidden.product_id).update(status="draft")
    ids = f"{kettle.product_id},x,{hidden.product_id},{mug.product_id},{'9' * 30},{kettle.product_id}"
    answer = store_client(acme).get(f"/seen/?ids={ids}")
    page = answer.content.decode()
    assert page.index("Kettle") < page.index("Enamel mug")
    assert "Hidden" not in page
    assert "Set-Cookie" not in answer
    assert store_client(acme).get("/seen/").content.strip() == b""


def test_lists_are_drawn_in_as_many_queries_for_twenty_things_as_for_one(
    acme: Tenant, mug: ProductVariant, maya: Customer
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with in_tenant(acme):
        own = get_or_create_list(customer=maya, guest_token=None, now=NOW)
        save_item(wishlist=own, product_id=mug.product_id, variant_id=mug.pk, now=NOW)
        with CaptureQueriesContext(connection) as one:
            list_items(own)
        for number in range(20):
            save_item(wishlist=own, product_id=make_variant(f"Thing {number}").product_id, variant_id=None, now=NOW)
        with CaptureQueriesContext(connection) as many:
            assert len(list_items(own)) == 21
    assert len(many) == len(one)


def test_lists_of_browsers_that_never_came_back_go(acme: Tenant, mug: ProductVariant, maya: Customer) -> None:
    with in_tenant(acme):
        for customer in (None, maya):
            made = get_or_create_list(customer=customer, guest_token=None, now=NOW)
            save_item(wishlist=made, product_id=mug.product_id, variant_id=None, now=NOW)
        remove_old_lists(now=NOW + timedelta(days=61))
        assert [row.customer_id for row in Wishlist.objects.all()] == [maya.pk]
        assert Product.objects.exists()
