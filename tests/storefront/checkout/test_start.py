"""From a cart to an order whose money the merchant sees arrive elsewhere; and everything that can stand in the way."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection

from core.tenancy import in_tenant
from storefront.carts.models import Cart
from storefront.carts.services import mark_ordered
from storefront.catalog.models import Product, ProductVariant
from storefront.checkout.details import parse_details
from storefront.checkout.errors import (
    CartNotBuyable,
    CheckoutClosed,
    DetailsRefused,
    EmptyCart,
    NoDelivery,
    TotalChanged,
    WayToPayRefused,
)
from storefront.checkout.services import StartedCheckout, start_checkout
from storefront.customers.models import Customer
from storefront.inventory.errors import InsufficientStock
from storefront.inventory.models import Stock
from storefront.orders.models import Order, OrderEvent
from storefront.payments.errors import PaymentsNotReady
from storefront.payments.models import Payment, WayToPay
from storefront.shipping.models import ShippingMethod, ShippingZone
from tenants.models import PaymentAccount, Tenant
from tenants.services import set_entitlement
from tests.storefront.checkout.orders import BASE_URL, BY_TRANSFER, DETAILS, fill_cart, open_store
from tests.storefront.goods import make_variant

BUYERS = 30


def start(tenant: Tenant, cart: Cart, now: datetime, **kwargs: object) -> StartedCheckout:
    values = {"details": BY_TRANSFER, "base_url": BASE_URL, **kwargs}
    return start_checkout(tenant=tenant, cart=cart, now=now, **values)  # type: ignore[arg-type]


@pytest.fixture
def store(in_acme: Tenant, now: datetime) -> Tenant:
    return open_store(in_acme, now)


def test_an_order_by_transfer_is_open_takes_the_goods_and_closes_the_cart(store: Tenant, now: datetime) -> None:
    variant = make_variant("Enamel mug", price=1800, stock=5)
    cart = fill_cart([(variant, 2)], now)
    started = start(store, cart, now)
    order = Order.objects.get()
    assert started.redirect_url is None
    assert (order.status, order.payment_status, order.total_amount) == ("open", "pending", 3600 + 490)
    assert (order.subtotal_amount, order.shipping_amount, order.shipping_method) == (3600, 490, "Standard delivery")
    assert order.customer is not None
    assert (order.customer.email, order.customer.orders_count, order.customer.spent_amount) == (
        "maya@example.com",
        1,
        0,  # spent once the money is here
    )
    line = order.lines.get()
    assert (line.title, line.quantity, line.unit_amount, line.total_amount) == ("Enamel mug", 2, 1800, 3600)
    stock = Stock.objects.get(variant=variant)
    assert (stock.on_hand_count, stock.reserved_count) == (3, 0)
    assert Product.objects.get(pk=variant.product_id).sold_count == 2
    assert Payment.objects.get().provider == "manual"
    cart.refresh_from_db()
    assert cart.ordered_at == now


def test_asking_again_for_an_ordered_cart_answers_the_same_order(store: Tenant, now: datetime) -> None:
    cart = fill_cart([(make_variant(stock=5), 1)], now)
    first, second = start(store, cart, now), start(store, cart, now)
    assert first.order.pk == second.order.pk
    assert Order.objects.count() == 1
    assert Customer.objects.get().orders_count == 1


def test_two_orders_have_two_numbers_and_an_imported_number_is_skipped(store: Tenant, now: datetime) -> None:
    variant = make_variant(stock=5)
    first = start(store, fill_cart([(variant, 1)], now), now).order
    Order.objects.filter(pk=first.pk).update(name=f"#{int(first.name[1:]) + 1}")
    second = start(store, fill_cart([(variant, 1)], now), now).order
    assert int(second.name[1:]) == int(first.name[1:]) + 2


def test_a_free_order_is_paid_at_once(store: Tenant, now: datetime) -> None:
    ShippingMethod.objects.update(price_amount=0)
    open_store(store, now, account_id="acct_free")
    cart = fill_cart([(make_variant(price=0, stock=5), 1)], now)
    started = start(store, cart, now, details=DETAILS)
    order = Order.objects.get()
    assert started.redirect_url is None
    assert (order.status, order.payment_status, order.paid_at) == ("open", "paid", now)


def test_delivery_is_free_from_the_threshold(store: Tenant, now: datetime) -> None:
    cart = fill_cart([(make_variant(price=3000, stock=5), 2)], now)
    assert start(store, cart, now).order.shipping_amount == 0


@pytest.mark.parametrize("limit", ["none", "zero", "over"])
def test_a_store_whose_plan_does_not_sell_keeps_the_cart(in_acme: Tenant, now: datetime, limit: str) -> None:
    in_acme.entitlements.all().delete()
    if limit != "none":
        value, until = (0, None) if limit == "zero" else (None, now)
        set_entitlement(tenant_id=in_acme.pk, key="checkout", value=value, valid_until=until)
    cart = fill_cart([(make_variant(stock=5), 1)], now)
    with pytest.raises(CheckoutClosed, match="your cart is kept"):
        start(in_acme, cart, now)
    assert not Order.objects.exists()
    assert cart.lines.count() == 1


@pytest.mark.parametrize("has_account", [False, True])
def test_a_store_without_a_working_account_takes_no_card_payment(
    store: Tenant, now: datetime, has_account: bool
) -> None:
    if has_account:
        open_store(store, now, account_id="acct_not_ready")
        PaymentAccount.objects.update(charges_enabled=False)
    cart = fill_cart([(make_variant(stock=5), 1)], now)
    with pytest.raises(WayToPayRefused):
        start(store, cart, now, details=DETAILS)
    WayToPay.objects.all().delete()
    with pytest.raises(PaymentsNotReady):
        start(store, cart, now, details=DETAILS)
    assert not Order.objects.exists()


def test_an_empty_cart_is_no_order(store: Tenant, now: datetime) -> None:
    cart = fill_cart([], now)
    with pytest.raises(EmptyCart):
        start(store, cart, now)
    mark_ordered(token=cart.token, now=now)
    with pytest.raises(EmptyCart):
        start(store, cart, now)


def test_what_sold_out_meanwhile_is_named_and_nothing_is_placed(store: Tenant, now: datetime) -> None:
    variant = make_variant("Enamel mug", stock=2)
    cart = fill_cart([(variant, 2)], now)
    start(store, fill_cart([(variant, 1)], now), now)
    with pytest.raises(CartNotBuyable, match="Only 1 of “Enamel mug” is left"):
        start(store, cart, now)
    assert Order.objects.count() == 1


def test_a_country_that_is_not_served_is_refused(store: Tenant, now: datetime) -> None:
    ShippingZone.objects.update(countries=["CA"])
    cart = fill_cart([(make_variant(stock=5), 1)], now)
    with pytest.raises(NoDelivery, match="does not deliver"):
        start(store, cart, now)
    assert not Order.objects.exists()


def test_a_way_of_delivery_that_is_not_offered_is_refused(store: Tenant, now: datetime) -> None:
    cart = fill_cart([(make_variant(stock=5), 1)], now)
    with pytest.raises(NoDelivery, match="not offered"):
        start(store, cart, now, details=replace(BY_TRANSFER, shipping_method_id=10**9))
    assert not Order.objects.exists()


@pytest.mark.guard("sum-that-was-seen", found="DID NOT RAISE")
def test_a_price_that_changed_is_seen_before_it_is_paid(store: Tenant, now: datetime) -> None:
    variant = make_variant(price=1800, stock=5)
    cart = fill_cart([(variant, 1)], now)
    ProductVariant.objects.filter(pk=variant.pk).update(price_amount=1900)
    with pytest.raises(TotalChanged):
        start(store, cart, now, expected_total=1800 + 490)
    assert not Order.objects.exists()
    assert start(store, cart, now, expected_total=1900 + 490).order.total_amount == 2390


def test_the_timeline_starts_with_the_order(store: Tenant, now: datetime) -> None:
    start(store, fill_cart([(make_variant(stock=5), 1)], now), now)
    assert list(OrderEvent.objects.order_by("pk").values_list("type", flat=True)) == ["order.placed", "order.opened"]


GOOD = {
    "email": " Maya@Example.com ",
    "name": "Maya",
    "country": "us",
    "line1": "1 Main St",
    "city": "Portland",
    "province": "Oregon",
    "postcode": "97210",
}


def test_details_are_tidied() -> None:
    details = parse_details(GOOD)
    assert (details.email, details.country, details.payment_method) == ("maya@example.com", "US", "stripe")


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"email": "maya.lindqvist@"}, "email", "The part after @ is missing. It should look like maya@example.com."),
        ({"email": "maya"}, "email", "The @ is missing. It should look like maya@example.com."),
        ({"email": "ma ya@example"}, "email", "This is not an e-mail address. It should look like maya@example.com."),
        ({"email": ""}, "email", "Where should the receipt go? Write your e-mail."),
        ({"postcode": "9720"}, "postcode", "A ZIP code has five digits, such as 97209."),
        ({"country": "XX", "postcode": "1"}, "country", "Choose a country from the list."),
        ({"province": "\x00 "}, "province", "Write the state."),
        ({"name": "x" * 161}, "name", "This is longer than 160 characters."),
        ({"shipping_method_id": "1e3"}, "shipping_method_id", "Choose one of the ways of delivery."),
        ({"payment_method": "cash"}, "payment_method", "Choose one of the ways to pay."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(change: dict[str, str], field: str, sentence: str) -> None:
    with pytest.raises(DetailsRefused) as caught:
        parse_details({**GOOD, **change})
    assert caught.value.errors == {field: sentence}


def test_hong_kong_needs_neither_province_nor_postcode() -> None:
    assert parse_details({**GOOD, "country": "HK", "province": "", "postcode": ""}).country == "HK"


def test_thirty_buyers_of_the_last_one_make_one_order(committed_store: Tenant, now: datetime) -> None:
    store = open_store(committed_store, now)
    with in_tenant(store):
        variant = make_variant("Last one", stock=1)
        carts = [fill_cart([(variant, 1)], now) for _ in range(BUYERS)]
    barrier = threading.Barrier(BUYERS, timeout=60)
    outcomes: list[str] = []

    def buy(cart: Cart, number: int) -> None:
        try:
            with in_tenant(store):
                barrier.wait()
                details = replace(BY_TRANSFER, email=f"buyer{number}@example.com")
                start(store, cart, now + timedelta(seconds=1), details=details)
            outcomes.append("bought")
        except (InsufficientStock, CartNotBuyable) as error:
            outcomes.append(error.code)
        except Exception as error:
            outcomes.append(f"{type(error).__name__}: {error}")
        finally:
            connection.close()

    threads = [threading.Thread(target=buy, args=(cart, number)) for number, cart in enumerate(carts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert outcomes.count("bought") == 1
    assert set(outcomes) <= {"bought", "insufficient_stock", "cart_not_buyable"}, outcomes
    with in_tenant(store):
        stock = Stock.objects.get(variant=variant)
        assert (Order.objects.count(), stock.on_hand_count, stock.reserved_count) == (1, 0, 0)
