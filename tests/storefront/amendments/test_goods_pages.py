"""The pages on which goods are added to an order: the merchant's with its sum, the customer's with its button."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bs4 import BeautifulSoup
from django.test import Client

from core.tenancy import in_tenant
from storefront.amendments.services import amend_order, close_expired
from storefront.amendments.services.adding import AmendmentRequest
from storefront.catalog.models import ProductVariant
from storefront.orders.additions import Additions
from storefront.orders.models import Amendment, Order
from tenants.models import Tenant
from tests.storefront.checkout.orders import open_store
from tests.storefront.goods import make_variant
from tests.storefront.orders.making import make_order


def add_later(order: Order, variant: ProductVariant, now: datetime) -> Amendment:
    asked = AmendmentRequest(Additions(variants={variant.pk: 2}), token="a" * 26)
    amend_order(order_id=order.pk, asked=asked, actor="ruth", now=now)
    return Amendment.objects.get()


def test_the_merchant_finds_goods_sees_what_they_cost_and_saves(
    acme: Tenant, merchant_client: Client, now: datetime
) -> None:
    with in_tenant(acme):
        order, tin = make_order(now), make_variant("Biscuit tin", price=700, stock=4)
        mugs = order.lines.earliest("pk")
    path = f"/dashboard/orders/{order.pk}/goods/"
    assert path in merchant_client.get(f"/dashboard/orders/{order.pk}/").content.decode()
    assert "Change a number or add goods" in merchant_client.get(path).content.decode()
    form = {f"line-{mugs.pk}": "3", "words": "biscuit"}
    found = merchant_client.post(path, {**form, "do": "find"}).content.decode()
    assert f'name="pick" value="{tin.pk}"' in found
    assert "$18.00" in found
    picked = merchant_client.post(path, {**form, "pick": str(tin.pk)}).content.decode()
    assert f'name="add-{tin.pk}"' in picked
    assert "Save and ask for $25.00" in picked
    assert 'name="seen" value="2500"' in picked
    whole = {**form, f"add-{tin.pk}": "1", "token": "b" * 26, "do": "save"}
    refused = merchant_client.post(path, {**whole, "seen": "2499"})
    assert refused.status_code == 422
    assert "another sum now" in refused.content.decode()
    assert "Save and ask for $25.00" in refused.content.decode()
    saved = merchant_client.post(path, {**whole, "seen": "2500"}, follow=True).content.decode()
    assert "The customer gets a mail with a link" in saved
    assert "Waits to be added" in saved
    with in_tenant(acme):
        assert Amendment.objects.get().lines[0]["title"] == "Biscuit tin"
    off = merchant_client.post(f"{path}call-off/", follow=True).content.decode()
    assert "Called off. The order stays as it was" in off
    assert "Waits to be added" not in off


def test_adding_up_swaps_the_sum_alone_which_says_what_is_wrong(
    acme: Tenant, merchant_client: Client, now: datetime
) -> None:
    with in_tenant(acme):
        order, tin = make_order(now), make_variant("Biscuit tin", price=700, stock=1)
    answer = merchant_client.post(
        f"/dashboard/orders/{order.pk}/goods/",
        {f"add-{tin.pk}": "1", "delivery": "many"},
        headers={"HX-Request": "true"},
    )
    page = BeautifulSoup(answer.content, "html.parser")
    form, swapped = page.select_one("#goods-form"), page.select_one("#goods-sum")
    assert form is not None and swapped is not None
    assert (form["hx-target"], form["hx-select"]) == ("#goods-sum", "#goods-sum")
    assert [one["name"] for one in swapped.select("input")] == ["seen"]
    assert "“many” is not an amount" in swapped.text


def test_what_is_typed_wrong_is_said_and_nothing_is_changed(
    acme: Tenant, merchant_client: Client, now: datetime
) -> None:
    with in_tenant(acme):
        order, tin = make_order(now), make_variant("Biscuit tin", price=700, stock=1)
        mugs = order.lines.earliest("pk")
    path = f"/dashboard/orders/{order.pk}/goods/"
    for form, words in (
        ({f"add-{tin.pk}": "2", "seen": "1400"}, "not enough in stock"),
        ({f"line-{mugs.pk}": "1", "seen": "0"}, "refund them"),
        ({f"add-{tin.pk}": "1", "delivery": "many"}, "Nothing was changed yet"),
        ({"add-999999": "1"}, "not in the store any more"),
        ({}, "Choose what is to be changed"),
    ):
        answer = merchant_client.post(path, {**form, "do": "save"})
        assert answer.status_code == 422, form
        assert words in answer.content.decode(), form
    odd = {f"line-{mugs.pk}": "²", f"add-{tin.pk}": "-1", "add-9" + "9" * 30: "1", "pick": "1e9", "words": "a\0b"}
    assert merchant_client.post(path, odd).status_code == 200
    with in_tenant(acme):
        assert not Amendment.objects.exists()


def test_the_money_may_have_come_elsewhere(acme: Tenant, merchant_client: Client, now: datetime) -> None:
    with in_tenant(acme):
        order = make_order(now)
        add_later(order, make_variant("Biscuit tin", price=700, stock=4), now)
    path = f"/dashboard/orders/{order.pk}/goods/paid/"
    assert "is in the order" in merchant_client.post(path, follow=True).content.decode()
    assert "Nothing waits to be added" in merchant_client.post(path, follow=True).content.decode()
    with in_tenant(acme):
        order.refresh_from_db()
        assert (order.items_count, order.lines.count()) == (5, 3)


def test_the_customer_sees_what_was_added_and_how_to_pay_for_it_while_it_is_held(
    acme: Tenant, store_client: Callable[[Tenant], Client], merchant_client: Client, now: datetime
) -> None:
    with in_tenant(acme):
        order = make_order(now)
        open_store(acme, now, account_id="acct_1")
        added = add_later(order, make_variant("Biscuit tin", price=700, stock=4), now)
        Amendment.objects.update(expires_at=datetime.now(tz=now.tzinfo) + timedelta(days=3))
    client = store_client(acme)
    page = client.get(f"/orders/{order.token}/").content.decode()
    assert "Added for you" in page
    assert "Pay now · $14.00" in page
    assert f'action="/orders/{order.token}/difference/"' in page
    assert "IBAN GB00 0000" in page
    with in_tenant(acme):
        Amendment.objects.filter(pk=added.pk).update(expires_at=now - timedelta(days=1))
    for _time in range(2):
        late = client.get(f"/orders/{order.token}/").content.decode()
        assert "Added for you" not in late
        assert "Not added to your order" in late
        assert f'href="/support/?order={order.token}">Write to us if you still want it' in late
        with in_tenant(acme):
            close_expired(now=now)
    assert "not paid in time" in merchant_client.get(f"/dashboard/orders/{order.pk}/").content.decode()
    gone = client.post(f"/orders/{order.token}/difference/")
    assert (gone.status_code, gone["Location"]) == (302, f"/orders/{order.token}/#added")
    assert client.post("/orders/nobody/difference/").status_code == 404
