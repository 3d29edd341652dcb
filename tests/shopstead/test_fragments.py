"""What comes after a page: the visitor's own parts for themselves, the others for everybody."""

from collections.abc import Callable

import pytest
from django.test import Client

from core.tenancy import in_tenant
from shopstead.fragments import FRAGMENTS
from tenants.models import Tenant
from tests.shopstead.page_cache.visitor import visitor
from tests.storefront.goods import make_variant

OWN = sorted(name for name, fragment in FRAGMENTS.items() if fragment.is_own)


@pytest.mark.django_db
def test_the_cart_s_count_comes_to_its_owner_and_to_no_page_for_everybody(
    acme: Tenant, store_client: Callable[[Tenant], Client]
) -> None:
    with in_tenant(acme):
        variant = make_variant()
    shopper = store_client(acme)
    assert "shopstead_own" not in shopper.get("/products/").cookies
    added = shopper.post("/cart/add/", {"variant_id": variant.pk, "quantity": "3"})
    assert added.cookies["shopstead_own"].value == "1"
    answer = shopper.get("/fragments/own/?of=cart&of=messages&of=nothing")
    parts = answer.json()
    assert set(parts) == {"cart", "messages"}
    assert 'aria-label="Cart, 3 items"' in parts["cart"]
    assert "no-store" in answer.headers["Cache-Control"]
    cookies = "; ".join(f"{name}={value.value}" for name, value in shopper.cookies.items())
    page = visitor(acme).get("/products/", HTTP_COOKIE=cookies)
    assert 'aria-label="Cart, 0 items"' in page.text
    assert 'data-fragment="cart"' in page.text
    assert 'data-own="/fragments/own/"' in page.text
    # Whoever has nothing of their own any more is told to stop asking.
    shopper.cookies.pop("shopstead_session")
    assert shopper.get("/fragments/own/?of=cart").cookies["shopstead_own"].value == ""


@pytest.mark.django_db
def test_own_parts_are_not_to_be_had_where_everybody_asks(
    acme: Tenant, store_client: Callable[[Tenant], Client]
) -> None:
    asked = "&".join(f"of={name}" for name in OWN)
    assert store_client(acme).get(f"/fragments/shared/?{asked}").json() == {}
    assert set(store_client(acme).get(f"/fragments/own/?{asked}").json()) == set(OWN)


@pytest.mark.django_db
def test_what_goes_with_a_product_comes_as_cards_and_nonsense_as_nothing(acme: Tenant) -> None:
    with in_tenant(acme):
        variant, _other = make_variant("Enamel mug"), make_variant("Copper pan")
    asking = visitor(acme)
    answer = asking.get(f"/fragments/shared/?of=goes-with:{variant.product_id}")
    assert "Copper pan" in answer.text
    assert "Enamel mug" not in answer.text
    for about in ("", "x", "-1", "9" * 30, "1;2", "%00", "١"):
        assert asking.get(f"/fragments/shared/?of=goes-with:{about}").status == 200
