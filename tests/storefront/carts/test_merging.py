"""One cart for a person who signs in."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from core.tenancy import in_tenant
from storefront.carts.models import Cart
from storefront.carts.services import bring_cart
from storefront.catalog.models import Product, ProductVariant
from storefront.customers.models import Customer
from tenants.models import Tenant
from tests.storefront.checkout.orders import fill_cart
from tests.storefront.goods import make_variant

ShopperFactory = Callable[[Tenant], Client]


@pytest.fixture
def maya(in_acme: Tenant, now: datetime) -> Customer:
    return Customer.objects.create(email="maya@example.com", name="Maya", created_at=now)


def own(cart: Cart, customer: Customer, **changes: object) -> Cart:
    Cart.objects.filter(pk=cart.pk).update(customer=customer, **changes)
    return cart


def contents(cart: Cart) -> dict[int, int]:
    cart.refresh_from_db()
    found = dict(cart.lines.values_list("variant_id", "quantity"))
    assert cart.lines_count == sum(found.values())
    return found


def test_both_carts_become_one_capped_with_words_and_codes_stay(maya: Customer, now: datetime) -> None:
    mug, pot, rug, gone = (make_variant(title, stock=5) for title in ("Mug", "Pot", "Rug", "Gone"))
    kept = own(fill_cart([(mug, 3), (pot, 2), (gone, 1)], now), maya, codes=["OLD10", "BOTH"])
    here = fill_cart([(mug, 4), (rug, 1)], now)
    Cart.objects.filter(pk=here.pk).update(codes=["BOTH", "NEW5"])
    Product.objects.filter(pk=gone.product_id).update(status="draft")
    merged = bring_cart(token=here.token, customer_id=maya.pk, now=now)
    assert merged is not None
    assert merged.token == here.token
    assert contents(here) == {mug.pk: 5, pot.pk: 2, rug.pk: 1}
    assert contents(kept) == {}
    assert (here.customer_id, here.codes) == (maya.pk, ["BOTH", "NEW5", "OLD10"])
    assert merged.words == (
        "2 things from your last visit are in your cart as well. "
        "Of these there are no more left than your cart has now: Mug. "
        "Not to be had any more, and left out: Gone."
    )
    again = bring_cart(token=here.token, customer_id=maya.pk, now=now)
    assert again is not None
    assert (again.token, again.words) == (here.token, ""), "signing in once more adds nothing"


def test_an_account_s_cart_follows_its_owner_to_another_browser(maya: Customer, now: datetime) -> None:
    old = own(fill_cart([(make_variant("Old"), 1)], now), maya)
    new = own(fill_cart([(make_variant("New"), 1)], now), maya, updated_at=now + timedelta(minutes=1))
    merged = bring_cart(token=None, customer_id=maya.pk, now=now)
    assert merged is not None
    assert (merged.token, merged.words) == (new.token, "")
    assert contents(old)


def test_what_is_being_paid_for_elsewhere_or_is_somebody_else_s_is_left_alone(maya: Customer, now: datetime) -> None:
    mug = make_variant("Mug")
    paying = own(fill_cart([(mug, 1)], now), maya, order_token="o" * 26)
    stranger = Customer.objects.create(email="other@example.com", created_at=now)
    theirs = own(fill_cart([(mug, 1)], now), stranger)
    here = fill_cart([(mug, 1)], now)
    merged = bring_cart(token=here.token, customer_id=maya.pk, now=now)
    assert merged is not None
    assert (merged.words, contents(here)) == ("", {mug.pk: 1})
    assert contents(paying) == contents(theirs) == {mug.pk: 1}


def test_the_words_are_said_once_at_the_next_look(acme: Tenant, store_client: ShopperFactory, now: datetime) -> None:
    with in_tenant(acme):
        mug, pot = make_variant("Mug"), make_variant("Pot")
        maya = Customer(email="maya@example.com", name="Maya", created_at=now)
        maya.set_password("a long enough passphrase")
        maya.save()
        own(fill_cart([(pot, 1)], now), maya)
    client = store_client(acme)
    client.post("/cart/add/", {"variant_id": mug.pk, "quantity": "1"})
    answer = client.post("/account/login/", {"email": "maya@example.com", "password": "a long enough passphrase"})
    assert answer.status_code == 302
    page = BeautifulSoup(client.get("/cart/").content, "html.parser").get_text()
    assert "1 thing from your last visit is in your cart as well." in page
    assert "Pot" in page
    assert "last visit" not in client.get("/cart/").content.decode()
    with in_tenant(acme):
        assert ProductVariant.objects.filter(cartline__cart__customer__email="maya@example.com").count() == 2
