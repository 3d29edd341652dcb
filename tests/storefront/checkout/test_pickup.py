"""Orders that are picked up: no address, the place's tax, its shelves, and words for when and where."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.test import Client

from core.clock import utc_now
from core.tenancy import in_tenant
from storefront.checkout.errors import DetailsRefused, NoDelivery
from storefront.checkout.services import start_checkout
from storefront.documents.models import Letterhead
from storefront.documents.papers import packing_slip
from storefront.inventory.models import Stock, Warehouse
from storefront.inventory.services import save_warehouse, set_stock
from storefront.orders.models import Fulfillment, Order
from storefront.orders.services import fulfill_order, mark_delivered
from storefront.orders.services.mailing import mail_confirmation, mail_shipped
from storefront.orders.timeline import list_moments
from storefront.payments.models import Payment
from storefront.payments.services import open_account
from storefront.payments.services.settling import settle_payment
from storefront.payments.services.ways import WayDraft, save_way
from storefront.shipping.models import ShippingMethod
from storefront.shipping.services import MethodDraft, save_method
from storefront.taxes.services import RateFacts, SettingsFacts, add_region, save_rates, save_settings
from tenants.models import Tenant
from tests.storefront.checkout.orders import BASE_URL, BY_TRANSFER, fill_cart, open_store
from tests.storefront.checkout.test_pages import page
from tests.storefront.goods import make_variant
from tests.storefront.stripe_sandbox import Shopper, sandbox_server, shopper

__all__ = ["sandbox_server", "shopper"]
SHOP = {"line1": "5 Quay Street", "city": "Astoria", "province": "OR", "postcode": "97103", "country": "US"}
WHO = {"email": "maya@example.com", "name": "Maya Lindqvist", "phone": "555 0100"}


def make_place(*, price_amount: int = 0) -> tuple[ShippingMethod, Warehouse]:
    """Return a place for pickup at a second warehouse, taxed with ten percent where home and elsewhere have none."""
    shop = save_warehouse(warehouse_id=None, name="Shop", address=SHOP)
    draft = MethodDraft(
        name="Our shop", price_amount=price_amount, minimum_days=0, maximum_days=0, warehouse_id=shop.pk,
        hours="Monday to Friday, 10 am to 6 pm", text="Ring at the side door",
    )  # fmt: skip
    save_settings(facts=SettingsFacts(is_on=True, prices_include_tax=False), now=utc_now())
    save_rates(region_id=add_region(country="US", province="OR").pk, rates=[RateFacts("State tax", Decimal(10))])
    return save_method(method_id=None, draft=draft), shop


@pytest.fixture
def client(acme: Tenant, store_client: Callable[[Tenant], Client], shopper: Shopper) -> Client:
    now = utc_now()
    with in_tenant(acme):
        open_account(tenant=acme, now=now)
        open_store(acme, now)
        mug = make_variant("Enamel mug", price=1800, stock=4)
        _method, shop = make_place()
        set_stock(variant_id=mug.pk, on_hand_count=4, warehouse_id=shop.pk, actor="tests", now=now)
    client = store_client(acme)
    client.post("/cart/add/", {"variant_id": mug.pk, "quantity": "1"})
    return client


def test_a_shopper_picks_it_up_without_an_address(client: Client, acme: Tenant, shopper: Shopper) -> None:
    seen = page(client)
    ways = {str(one["value"]): one for one in seen.select("[name=way]")}
    (place,) = set(ways) - {"send"}
    assert ways["send"].has_attr("checked")
    assert seen.select_one("[name=line1]") is not None
    chosen = BeautifulSoup(client.post("/checkout/", {**WHO, "way": place, "refresh": "1"}).content, "html.parser")
    text = chosen.select_one("#checkout-form").get_text(" ", strip=True)
    assert all(
        words in text for words in ("5 Quay Street", "Monday to Friday, 10 am", "Ring at the side door", "Ready")
    )
    assert [one for one in ("line1", "country", "city", "postcode") if chosen.select_one(f"[name={one}]")] == []
    assert chosen.select_one("[name=phone]")["value"] == "555 0100"
    sent = {
        **WHO, "way": place, "seen": chosen.select_one("[name=seen]")["value"],
        "csrfmiddlewaretoken": chosen.select_one("[name=csrfmiddlewaretoken]")["value"],
    }  # fmt: skip
    assert client.post("/checkout/", {**sent, "name": ""}).status_code == 422
    assert client.post("/checkout/", sent).status_code == 303
    with in_tenant(acme):
        order = Order.objects.get()
        held = Stock.objects.filter(reserved_count=1).values_list("warehouse__name", flat=True)
        assert list(held) == ["Shop"], "its own shelf goes before the others"
    assert (order.subtotal_amount, order.shipping_amount, order.tax_amount) == (1800, 0, 180)
    assert order.shipping_address["phone"] == "555 0100"
    assert not any(order.shipping_address[name] for name in ("line1", "city", "country"))
    assert (order.pickup["name"], order.pickup["address"]["city"]) == ("Our shop", "Astoria")
    again = page(client)
    assert again.select_one(f"[name=way][value='{place}']").has_attr("checked"), "Back shows what was chosen"
    with in_tenant(acme):
        payment = Payment.objects.get()
        shopper.pay(payment.account_id, payment.stripe_checkout_session_id or "")
        settle_payment(payment_id=payment.pk, actor="tests", now=utc_now())
    shown = client.get(f"/orders/{order.token}/").content.decode()
    assert "Pick it up here" in shown
    assert "Goes to" not in shown


def test_the_other_way_round_nothing_is_left_of_the_place(client: Client, acme: Tenant) -> None:
    place = str(page(client).select_one("[name=way]:not([checked])")["value"])
    picked = BeautifulSoup(client.post("/checkout/", {**WHO, "way": place, "refresh": "1"}).content, "html.parser")
    seen = picked.select_one("[name=seen]")["value"]
    back = client.post("/checkout/", {**WHO, "way": "send", "seen": str(seen), "refresh": "1"})
    shown = BeautifulSoup(back.content, "html.parser")
    assert shown.select_one("[name=line1]") is not None
    assert "The tax is $0.00 now instead of $1.80." in shown.get_text()


def test_the_api_takes_a_place_instead_of_an_address(acme: Tenant, client: Client) -> None:
    with in_tenant(acme):
        place = ShippingMethod.objects.get(kind="pickup").pk
        cart = fill_cart([(make_variant("Pot", price=900), 1)], utc_now())
    body = {"email": "maya@example.com", "shipping_address": {"name": "Maya"}, "payment": {"method": "manual"}}
    path = f"/api/storefront/v1/carts/{cart.token}/checkout"
    refused = client.post(path, json.dumps(body), content_type="application/json")
    assert refused.status_code == 422
    made = client.post(path, json.dumps({**body, "shipping_method_id": place}), content_type="application/json")
    assert made.status_code == 201, made.content
    order = client.get(f"/api/storefront/v1/orders/{made.json()['order']['token']}").json()
    assert order["pickup"]["hours"] == "Monday to Friday, 10 am to 6 pm"
    assert "warehouse_id" not in order["pickup"]


def test_a_place_that_is_gone_or_none_asks_again(in_acme: Tenant, now: datetime) -> None:
    store = open_store(in_acme, now)
    place, _shop = make_place()
    nowhere = replace(BY_TRANSFER, shipping_method_id=place.pk).without_address(keeps_phone=True)
    cart = fill_cart([(make_variant(), 1)], now)
    ShippingMethod.objects.filter(pk=place.pk).update(is_active=False)
    with pytest.raises(NoDelivery, match="not offered"):
        start_checkout(tenant=store, cart=cart, details=nowhere, now=now, base_url=BASE_URL)
    parcel = ShippingMethod.objects.get(kind="parcel").pk
    with pytest.raises((DetailsRefused, NoDelivery)):
        start_checkout(
            tenant=store, cart=cart, details=replace(nowhere, shipping_method_id=parcel), now=now, base_url=BASE_URL
        )
    assert Order.objects.count() == 0


def test_it_lies_ready_is_told_of_and_is_picked_up(acme: Tenant, merchant_client: Client, now: datetime) -> None:
    with in_tenant(acme):
        store = open_store(acme, now)
        place, _shop = make_place(price_amount=100)
        cart = fill_cart([(make_variant(price=1000), 1)], now)
        details = replace(BY_TRANSFER, shipping_method_id=place.pk)
        order = start_checkout(tenant=store, cart=cart, details=details, now=now, base_url=BASE_URL).order
        mail_confirmation(order_id=order.pk, now=now)
    url = f"/dashboard/orders/{order.pk}/"
    before = merchant_client.get(url).content.decode()
    assert "Put it aside where it is picked up" in before
    assert "Tracking number" not in before
    assert "5 Quay Street" in before
    listed = merchant_client.get("/dashboard/orders/?view=all&pickup=1").content.decode()
    assert order.name in listed
    with in_tenant(acme):
        Order.objects.filter(pk=order.pk).update(pickup={})
    assert order.name not in merchant_client.get("/dashboard/orders/?view=all&pickup=1").content.decode()
    with in_tenant(acme):
        Order.objects.filter(pk=order.pk).update(pickup=order.pickup)
        parcel = fulfill_order(order_id=order.pk, actor="ruth@acme.test", now=now)
        mail_shipped(order_id=order.pk, fulfillment_id=parcel.pk, now=now)
        slip = packing_slip(order, Letterhead())
    assert [one.subject for one in mail.outbox] == [
        f"Order {order.name} is confirmed",
        f"Order {order.name} is ready for pickup",
    ]
    for one in mail.outbox:
        assert "5 Quay Street" in one.body
        assert "Monday to Friday" in one.alternatives[0][0]  # type: ignore[attr-defined]
    assert "5 Quay Street" in dict(slip.blocks)["Picked up here"]
    shown = merchant_client.get(f"/orders/{order.token}/").content.decode()
    assert "It is ready for you" in shown
    assert "Ready for pickup" in merchant_client.get(url).content.decode()
    done = merchant_client.post(f"{url}parcels/{parcel.pk}/", {"delivered": "1"}, follow=True).content.decode()
    assert "Marked as picked up." in done
    assert "You have it" in merchant_client.get(f"/orders/{order.token}/").content.decode()
    with in_tenant(acme):
        mark_delivered(fulfillment_id=parcel.pk, actor="ruth@acme.test", now=now)
        assert Fulfillment.objects.get().delivered_at is not None
        titles = [one.title for one in list_moments(list(order.events.order_by("-pk")), currency="USD")]
    assert titles.count("Picked up") == 1
    assert "1 item ready for pickup" in titles


def test_the_merchant_makes_a_place_where_there_is_an_address(acme: Tenant, merchant_client: Client) -> None:
    home = "/dashboard/settings/shipping/"
    with in_tenant(acme):
        first = Warehouse.objects.get()
        shop = save_warehouse(warehouse_id=None, name="Shop", address=SHOP)
    words = {
        "name": "Our shop", "hours": "10 to 6", "text": "", "price_amount": "0", "minimum_days": "0", "maximum_days": "1",
        "is_active": "on", "hours_zh-hans": "10 点到 18 点",
    }  # fmt: skip
    refused = merchant_client.post(f"{home}pickup/new/", {**words, "warehouse_id": first.pk})
    assert refused.status_code == 422
    assert "This warehouse has no address" in refused.content.decode()
    assert merchant_client.post(f"{home}pickup/new/", {**words, "warehouse_id": shop.pk}).status_code == 302
    with in_tenant(acme):
        place = ShippingMethod.objects.get(kind="pickup")
    assert "Our shop" in merchant_client.get(home).content.decode()
    assert 'value="10 to 6"' in merchant_client.get(f"{home}rates/{place.pk}/").content.decode()
    changed = {**words, "hours": "9 to 5", "warehouse_id": shop.pk}
    assert merchant_client.post(f"{home}rates/{place.pk}/", changed).status_code == 302
    assert merchant_client.post(f"{home}rates/{place.pk}/", {"remove": "1"}).status_code == 302
    with in_tenant(acme):
        assert not ShippingMethod.objects.filter(kind="pickup").exists()


def test_what_is_picked_up_is_paid_at_the_counter_and_nothing_else_is(acme: Tenant, client: Client) -> None:
    with in_tenant(acme):
        save_way(kind="pay_at_pickup", draft=WayDraft(is_on=True, instructions="Cards too"))
        save_way(kind="cash_on_delivery", draft=WayDraft(is_on=True))
    sent_page = page(client)
    offered = {str(one["value"]) for one in sent_page.select("[name=payment_method]")}
    assert "cash_on_delivery" in offered and "pay_at_pickup" not in offered
    place = str(sent_page.select_one("[name=way]:not([checked])")["value"])
    chosen = BeautifulSoup(client.post("/checkout/", {**WHO, "way": place, "refresh": "1"}).content, "html.parser")
    offered = {str(one["value"]) for one in chosen.select("[name=payment_method]")}
    assert "pay_at_pickup" in offered and "cash_on_delivery" not in offered
    assert "You pay when you pick it up." in chosen.get_text()
    sent = {**WHO, "way": place, "seen": chosen.select_one("[name=seen]")["value"], "payment_method": "pay_at_pickup"}
    sent["csrfmiddlewaretoken"] = chosen.select_one("[name=csrfmiddlewaretoken]")["value"]
    assert client.post("/checkout/", {**sent, "payment_method": "cash_on_delivery"}).status_code == 422
    assert client.post("/checkout/", sent).status_code == 302
    with in_tenant(acme):
        order = Order.objects.get()
        assert (order.status, order.payment_status) == ("open", "pending")
        assert mail_confirmation(order_id=order.pk, now=utc_now())
        assert "when you pick it up" in mail.outbox[-1].body
    shown = BeautifulSoup(client.get(f"/orders/{order.token}/").content, "html.parser").get_text(" ", strip=True)
    assert "when you pick it up" in shown and "Cards too" in shown
    assert "brought to you" not in shown and "Waiting for it" not in shown
