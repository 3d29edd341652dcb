"""Orders of files alone: no address is asked for, and paying is all that has to be done."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from core.clock import utc_now
from core.tenancy import in_tenant
from storefront.carts.models import Cart
from storefront.catalog.models import ProductVariant
from storefront.checkout.details import parse_details
from storefront.checkout.errors import DetailsRefused
from storefront.checkout.services import start_checkout
from storefront.downloads.selectors import list_downloads
from storefront.downloads.services import add_file
from storefront.orders.enums import FulfillmentStatus
from storefront.orders.errors import OrderStateRefused
from storefront.orders.models import Fulfillment, Order
from storefront.orders.selectors import get_order_page, list_orders
from storefront.orders.services import mail_confirmation, mark_paid, unfulfill_order
from storefront.payments.services import open_account
from tenants.models import Tenant
from tests.storefront.checkout.orders import open_store
from tests.storefront.goods import make_variant
from tests.storefront.orders.making import make_order
from tests.storefront.stripe_sandbox import Shopper, sandbox_server, shopper

__all__ = ["sandbox_server", "shopper"]
ADDRESS = ("country", "line1", "line2", "city", "province", "postcode")


@pytest.fixture(autouse=True)
def folders(tmp_path: Path) -> Iterator[None]:
    with override_settings(MEDIA_ROOT=tmp_path / "media", PRIVATE_ROOT=tmp_path / "private"):
        yield


def make_file(title: str, now: datetime, **kwargs: object) -> ProductVariant:
    variant = make_variant(title, stock=None, **kwargs)  # type: ignore[arg-type]
    add_file(variant_id=variant.pk, file=SimpleUploadedFile("Guide.pdf", b"%PDF"), now=now)
    variant.refresh_from_db()
    return variant


def buy_mixed(now: datetime, files: int) -> Order:
    """Return an unpaid order of two lines, of which the first `files` are nothing but a file."""
    order = make_order(now, is_paid=False)
    for line in list(order.lines.order_by("pk"))[:files]:
        line.variant, line.requires_shipping = make_file(line.title, now), False
        line.save(update_fields=["variant", "requires_shipping"])
    return order


def test_files_count_as_sent_when_they_are_paid_for_and_parcels_wait(in_acme: Tenant, now: datetime) -> None:
    order = mark_paid(order=buy_mixed(now, 2), paid_at=now, actor="stripe")
    assert order.fulfillment_status == FulfillmentStatus.FULFILLED
    assert len(list_downloads(order.pk, now=now)) == 2
    assert not list_orders(view="unfulfilled").filter(pk=order.pk).exists()
    mark_paid(order=order, paid_at=now, actor="stripe")
    opened = Fulfillment.objects.get(order=order)
    assert opened.is_digital
    assert [event.type for event in get_order_page(order.pk, now=now).events].count("order.files_opened") == 1
    with pytest.raises(OrderStateRefused):
        unfulfill_order(fulfillment_id=opened.pk, actor="ada", now=now)

    mixed = mark_paid(order=buy_mixed(now, 1), paid_at=now, actor="stripe")
    assert mixed.fulfillment_status == FulfillmentStatus.PARTLY_FULFILLED
    assert [line.requires_shipping for line, _count in get_order_page(mixed.pk, now=now).left] == [True]


def test_what_is_no_file_and_no_parcel_waits_for_the_merchant(in_acme: Tenant, now: datetime) -> None:
    order = buy_mixed(now, 1)
    order.lines.filter(requires_shipping=True).update(requires_shipping=False)  # a lesson, say
    assert mark_paid(order=order, paid_at=now, actor="stripe").fulfillment_status == FulfillmentStatus.PARTLY_FULFILLED
    parcel = buy_mixed(now, 1)
    parcel.lines.update(requires_shipping=True)  # a book that comes with its file
    assert mark_paid(order=parcel, paid_at=now, actor="stripe").fulfillment_status == FulfillmentStatus.UNFULFILLED
    assert len(list_downloads(parcel.pk, now=now)) == 1


@pytest.fixture
def shop(acme: Tenant, store_client: Callable[[Tenant], Client], shopper: Shopper) -> tuple[Client, int, int]:
    """A shopper in a store that sells a guide to download and a mug: the client and both versions."""
    now = utc_now()
    with in_tenant(acme):
        open_account(tenant=acme, now=now)
        open_store(acme, now)
        guide, mug = make_file("Guide", now, price=900), make_variant("Enamel mug", price=1800, stock=1)
    client = store_client(acme)
    client.post("/cart/add/", {"variant_id": guide.pk, "quantity": "1"})
    return client, guide.pk, mug.pk


def sent(client: Client, **typed: str) -> dict[str, str]:
    form = BeautifulSoup(client.get("/checkout/").content, "html.parser").select_one("#checkout-form")
    assert form is not None
    return {str(one["name"]): str(one.get("value", "")) for one in form.select("input[type=hidden]")} | typed


def test_checkout_asks_for_no_address_where_nothing_is_sent(acme: Tenant, shop: tuple[Client, int, int]) -> None:
    client, _guide, _mug = shop
    page = BeautifulSoup(client.get("/checkout/").content, "html.parser")
    assert [one["name"] for one in page.select("#checkout-form input:not([type=hidden]), #checkout-form select")] == [
        "email",
        "name",
        "payment_method",
        "payment_method",
        "code",
    ]
    nameless = client.post("/checkout/", sent(client, email="maya@example.com", payment_method="stripe"))
    assert nameless.status_code == 422
    typed = {"email": "maya@example.com", "name": "Maya", "line1": "kept by nobody", "payment_method": "stripe"}
    done = client.post("/checkout/", sent(client, **typed))
    assert done.status_code == 303
    with in_tenant(acme):
        order = Order.objects.get()
        assert order.shipping_address["name"] == "Maya"
        assert not any(order.shipping_address[key] for key in ADDRESS)
        mark_paid(order=order, paid_at=utc_now(), actor="stripe")
        assert mail_confirmation(order_id=order.pk, now=utc_now())
        assert "your files are ready" in mail.outbox[-1].body
        assert "Sent to" not in mail.outbox[-1].body
    seen = client.get(f"/orders/{order.token}/").content.decode()
    assert "Thank you. Your files are ready." in seen
    assert "Goes to" not in seen


def test_goods_that_come_into_the_cart_ask_for_the_address_again(acme: Tenant, shop: tuple[Client, int, int]) -> None:
    client, _guide, mug = shop
    fields = sent(client, email="maya@example.com", name="Maya")
    client.post("/cart/add/", {"variant_id": mug, "quantity": "1"})
    answer = client.post("/checkout/", fields)
    assert answer.status_code == 422
    assert "Write the street and number." in answer.content.decode()
    with in_tenant(acme):
        assert not Order.objects.exists()


def test_nobody_gets_around_the_address_by_asking_early(acme: Tenant, shop: tuple[Client, int, int]) -> None:
    """Whoever was asked when the cart held files alone is asked again where the order is written."""
    client, _guide, mug = shop
    client.post("/cart/add/", {"variant_id": mug, "quantity": "1"})
    with in_tenant(acme), pytest.raises(DetailsRefused) as refused:
        start_checkout(
            tenant=acme,
            cart=Cart.objects.get(),
            details=parse_details({"email": "maya@example.com", "name": "Maya"}, needs_delivery=False),
            now=utc_now(),
            base_url="http://acme.localhost",
        )
    assert set(refused.value.errors) >= {"country", "line1", "city"}
