"""Stripe Tax at checkout: asked before anything is locked, once for each question, and an order has no other tax."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from core.clock import utc_now
from core.tenancy import in_tenant
from integrations.stripe.client import silence
from storefront.carts.models import Cart
from storefront.carts.services import add_to_cart
from storefront.catalog.models import ProductVariant, TaxClass
from storefront.checkout.errors import TotalChanged
from storefront.checkout.services import starting
from storefront.orders.models import Order, OrderEvent
from storefront.payments.services import open_account
from storefront.taxes.errors import TaxUnavailable
from storefront.taxes.models import Assessment, TaxRate, TaxRegion, VatCheck
from storefront.taxes.services import SettingsFacts, save_settings
from tenants.models import PaymentAccount, Tenant
from tests.storefront.checkout.orders import BY_TRANSFER, fill_cart, open_store
from tests.storefront.checkout.test_counts import asked
from tests.storefront.checkout.test_pages import ADDRESS
from tests.storefront.checkout.test_start import start
from tests.storefront.goods import make_variant
from tests.storefront.stripe_sandbox import Shopper, sandbox_server, shopper

__all__ = ["sandbox_server", "shopper"]
THERE = replace(BY_TRANSFER, province="California", city="South San Francisco", postcode="94080")
BY_STRIPE = SettingsFacts(is_on=True, prices_include_tax=False, provider="stripe")
BOOKS = "txcd_35010000"
COUNTING = {"method": "POST", "path": "/v1/tax/calculations"}


def use_stripe_tax(tenant: Tenant, now: datetime, facts: SettingsFacts = BY_STRIPE) -> None:
    PaymentAccount.objects.filter(tenant=tenant).update(charges_enabled=True)
    save_settings(facts=facts, now=now)


@pytest.fixture
def store(in_acme: Tenant, shopper: Shopper, now: datetime) -> Tenant:
    open_account(tenant=in_acme, now=now)
    open_store(in_acme, now)
    use_stripe_tax(in_acme, now)
    return in_acme


def questions(shopper: Shopper) -> int:
    return sum(one["path"] == "/v1/tax/calculations" for one in shopper.requests())


def home_rate(percent: str) -> None:
    region = TaxRegion.objects.create(country="US", province="CA")
    TaxRate.objects.create(region=region, name="Sales tax", percent=percent)


def test_an_order_has_the_tax_that_stripe_counted_line_by_line(store: Tenant, now: datetime) -> None:
    mug, gift = make_variant("Mug", price=1499, stock=5), make_variant("Card", price=900, stock=5)
    ProductVariant.objects.filter(pk=gift.pk).update(is_taxable=False)
    order = start(store, fill_cart([(mug, 1), (gift, 2)], now), now, details=THERE).order
    assert [line.tax_amount for line in order.lines.order_by("pk")] == [141, 0]
    assert (order.tax_amount, order.shipping_tax_amount, order.taxes_included) == (141, 0, False)
    assert order.total_amount == 1499 + 1800 + 490 + 141
    assert [(one["name"], one["rate"], one["amount"]) for one in order.taxes] == [
        ("California Sales Tax", "6", 90),
        ("San Mateo County District Sales Tax", "3.125", 47),
        ("San Mateo County Sales Tax", "0.25", 4),
    ]
    assert order.tax_calculation_id == Assessment.objects.get().calculation_id


def test_goods_are_named_by_the_code_of_their_class_and_prices_may_hold_the_tax(store: Tenant, now: datetime) -> None:
    books = TaxClass.objects.create(code="books", name="Books")
    use_stripe_tax(store, now, replace(BY_STRIPE, prices_include_tax=True, tax_codes={str(books.pk): BOOKS}))
    mug, book = make_variant("Mug", price=11_900, stock=5), make_variant("Book", price=10_700, stock=5)
    ProductVariant.objects.filter(pk=book.pk).update(tax_class=books)
    berlin = replace(THERE, country="DE", province="", city="Berlin", postcode="10115")
    order = start(store, fill_cart([(mug, 1), (book, 1)], now), now, details=berlin).order
    assert [line.tax_amount for line in order.lines.order_by("pk")] == [1900, 700]
    assert order.taxes_included and order.total_amount == 11_900 + 10_700 + order.shipping_amount


def test_a_business_with_a_checked_number_settles_the_tax_itself(
    in_acme: Tenant, shopper: Shopper, now: datetime
) -> None:
    store = in_acme
    store.country = "DE"
    store.save(update_fields=["country"])
    open_account(tenant=store, now=now)
    open_store(store, now)
    use_stripe_tax(store, now, replace(BY_STRIPE, takes_vat_ids=True))
    paris = replace(THERE, country="FR", province="", city="Paris", postcode="75001", vat_id="FR40303265045")
    goods = make_variant(price=1000, stock=9)
    unknown = start(store, fill_cart([(goods, 1)], now), now, details=paris).order
    assert unknown.tax_amount and not unknown.is_reverse_charge
    VatCheck.objects.create(vat_id=paris.vat_id, state="valid", checked_at=now)
    known = start(store, fill_cart([(goods, 1)], now), now, details=paris).order
    assert (known.tax_amount, known.is_reverse_charge, known.vat_id) == (0, True, paris.vat_id)


def test_the_same_question_is_asked_once_and_another_one_anew(store: Tenant, shopper: Shopper, now: datetime) -> None:
    goods = make_variant(price=1000, stock=9)
    cart = fill_cart([(goods, 1)], now)
    with pytest.raises(TotalChanged):
        start(store, cart, now, details=THERE, expected_total=1490)
    assert start(store, cart, now, details=replace(THERE, note="By the door"), expected_total=1490 + 94).order
    assert questions(shopper) == 1
    other = fill_cart([(goods, 1)], now)
    for details in (THERE, replace(THERE, postcode="94105"), replace(THERE, postcode="94105")):
        with pytest.raises(TotalChanged):
            start(store, other, now, details=details, expected_total=1)
    add_to_cart(cart=other, variant_id=goods.pk, quantity=1, now=now)
    start(store, other, now + timedelta(days=2), details=replace(THERE, postcode="94105"))
    assert questions(shopper) == 4


@pytest.mark.guard("tax-of-this-very-basket", found="DID NOT RAISE")
def test_a_cart_that_changes_while_stripe_counts_is_not_ordered(
    store: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    goods = make_variant(price=1000, stock=9)
    cart = fill_cart([(goods, 1)], now)
    settle = starting.settle_taxes

    def settle_slowly(*args: object, **words: object) -> object:
        found = settle(*args, **words)  # type: ignore[arg-type]
        add_to_cart(cart=Cart.objects.get(pk=cart.pk), variant_id=goods.pk, quantity=1, now=now)
        return found

    monkeypatch.setattr(starting, "settle_taxes", settle_slowly)
    with pytest.raises(TotalChanged, match="changed in another window"):
        start(store, cart, now, details=THERE)
    assert not Order.objects.exists()


@pytest.mark.guard("no-order-without-its-tax", found="DID NOT RAISE")
@pytest.mark.parametrize("fault", ["reset", "error_500"])
def test_nobody_checks_out_while_stripe_does_not_count(
    store: Tenant, shopper: Shopper, now: datetime, fault: str
) -> None:
    home_rate("8")
    cart = fill_cart([(make_variant(price=1000, stock=9), 1)], now)
    shopper.plant(kind=fault, match=COUNTING, times=9)
    with pytest.raises(TaxUnavailable, match="cannot be counted"):
        start(store, cart, now, details=THERE)
    assert not Order.objects.exists()
    shopper.repair()
    silence.note_answer(shopper.server.url)
    assert start(store, cart, now, details=THERE).order.tax_amount == 94


def test_a_store_that_chose_so_goes_on_by_its_own_rates_and_the_order_says_it(
    store: Tenant, shopper: Shopper, now: datetime
) -> None:
    home_rate("8")
    use_stripe_tax(store, now, replace(BY_STRIPE, falls_back=True))
    shopper.plant(kind="reset", match=COUNTING, times=9)
    order = start(store, fill_cart([(make_variant(price=1000, stock=9), 1)], now), now, details=THERE).order
    assert (order.tax_amount, order.tax_calculation_id) == (80 + 39, "")
    assert OrderEvent.objects.filter(order=order, type="tax.own_rates").count() == 1


def test_a_store_without_an_account_at_stripe_sells_nothing_by_it(store: Tenant, now: datetime) -> None:
    PaymentAccount.objects.filter(tenant=store).delete()
    with pytest.raises(TaxUnavailable):
        start(store, fill_cart([(make_variant(price=1000, stock=9), 1)], now), now, details=THERE)


def test_what_costs_nothing_is_not_asked_about(store: Tenant, shopper: Shopper, now: datetime) -> None:
    variant = make_variant(price=0, stock=9)
    ProductVariant.objects.filter(pk=variant.pk).update(requires_shipping=False)
    order = start(store, fill_cart([(variant, 1)], now), now, details=THERE).order
    assert (order.total_amount, questions(shopper)) == (0, 0)


def test_own_rates_ask_nobody_and_nothing_more(store: Tenant, shopper: Shopper, now: datetime) -> None:
    use_stripe_tax(store, now, replace(BY_STRIPE, provider="own"))
    with asked() as own:
        start(store, fill_cart([(make_variant(price=1000, stock=9), 1)], now), now, details=THERE)
    assert questions(shopper) == 0
    assert not any("taxes_assessment" in one or "payments_taxreport" in one for one in own)


@pytest.fixture
def client(acme: Tenant, store_client: Callable[[Tenant], Client], shopper: Shopper) -> Client:
    now = utc_now()
    with in_tenant(acme):
        open_account(tenant=acme, now=now)
        open_store(acme, now)
        use_stripe_tax(acme, now)
        variant = make_variant("Enamel mug", price=1800, stock=5)
    client = store_client(acme)
    client.post("/cart/add/", {"variant_id": variant.pk, "quantity": "1"})
    return client


def test_pages_say_when_tax_is_counted_and_what_it_came_to(client: Client, acme: Tenant, shopper: Shopper) -> None:
    assert "Tax is counted at checkout." in client.get("/cart/").content.decode()
    page = BeautifulSoup(client.get("/checkout/").content, "html.parser")
    assert "counted for your address" in page.text and "$22.90 plus tax" in page.text
    assert questions(shopper) == 0  # to look asks nobody
    fields = {
        str(one["name"]): str(one["value"]) for one in page.select("#checkout-form input[type=hidden], input[checked]")
    }
    there = {**fields, **ADDRESS, "province": "California", "city": "South San Francisco", "postcode": "94080"}
    first = client.post("/checkout/", {**there, "payment_method": "bank_transfer"})
    seen = BeautifulSoup(first.content, "html.parser")
    assert first.status_code == 409 and "The tax for your address is $1.69." in seen.text
    assert "$24.59" in seen.text and "plus tax" not in seen.text
    again = {**there, "seen": str(seen.select_one("input[name=seen]")["value"]), "payment_method": "bank_transfer"}  # type: ignore[index]
    assert client.post("/checkout/", again).status_code == 302
    assert questions(shopper) == 1
    with in_tenant(acme):
        assert Order.objects.get().total_amount == 1800 + 490 + 169


def test_the_page_says_that_tax_cannot_be_counted(client: Client, shopper: Shopper) -> None:
    shopper.plant(kind="reset", match=COUNTING, times=20)
    form = {**ADDRESS, "province": "California", "postcode": "94080", "payment_method": "bank_transfer"}
    for more in ({}, {"refresh": "1"}):
        answer = client.post("/checkout/", {**form, **more})
        assert "Tax cannot be counted for this address right now" in answer.content.decode()
    assert client.post("/checkout/", form).status_code == 503
