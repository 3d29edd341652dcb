"""The cart: what goes in, what is refused, and that a refusal changes nothing."""

from collections.abc import Callable
from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from core.tenancy import in_tenant
from storefront.carts.errors import (
    CartNotFound,
    LineNotFound,
    QuantityCapped,
    QuantityRefused,
    SoldOut,
    VariantUnavailable,
)
from storefront.carts.models import Cart, CartLine
from storefront.carts.quantities import parse_quantity
from storefront.carts.selectors import get_cart_view
from storefront.carts.services import add_to_cart, get_or_create_cart, mark_ordered, remove_line, set_quantity
from storefront.catalog.models import Product, ProductImage, ProductVariant
from tenants.models import Tenant
from tests.storefront.currencies import make_price_list
from tests.storefront.goods import make_variant

BOOKKEEPING = ("SAVEPOINT", "RELEASE SAVEPOINT", "SET search_path")
ShopperFactory = Callable[[Tenant], Client]


@pytest.fixture
def cart(in_acme: Tenant, now: datetime) -> Cart:
    return get_or_create_cart(token=None, customer=None, now=now)


def contents(cart: Cart) -> list[tuple[int, int]]:
    cart.refresh_from_db()
    rows = list(CartLine.objects.filter(cart=cart).order_by("pk").values_list("variant_id", "quantity"))
    assert cart.lines_count == sum(quantity for _, quantity in rows)
    return rows


def test_adding_twice_is_one_line_with_both(cart: Cart, now: datetime) -> None:
    variant = make_variant(stock=5)
    add_to_cart(cart=cart, variant_id=variant.pk, quantity=1, now=now)
    change = add_to_cart(cart=cart, variant_id=variant.pk, quantity=2, now=now)
    assert (change.quantity, change.was_capped) == (3, False)
    assert contents(cart) == [(variant.pk, 3)]


def test_adding_more_than_there_is_adds_what_there_is_and_says_so(cart: Cart, now: datetime) -> None:
    variant = make_variant(stock=3)
    change = add_to_cart(cart=cart, variant_id=variant.pk, quantity=7, now=now)
    assert (change.quantity, change.was_capped) == (3, True)
    with pytest.raises(QuantityCapped, match="only 3 left"):
        add_to_cart(cart=cart, variant_id=variant.pk, quantity=1, now=now)
    assert contents(cart) == [(variant.pk, 3)]


def test_sold_out_is_refused(cart: Cart, now: datetime) -> None:
    variant = make_variant(stock=0)
    with pytest.raises(SoldOut):
        add_to_cart(cart=cart, variant_id=variant.pk, quantity=1, now=now)
    assert contents(cart) == []


def test_a_draft_and_a_stranger_are_not_sold(cart: Cart, now: datetime) -> None:
    variant = make_variant(stock=5)
    Product.objects.update(status="draft")
    for variant_id in (variant.pk, 10**9):
        with pytest.raises(VariantUnavailable):
            add_to_cart(cart=cart, variant_id=variant_id, quantity=1, now=now)
    assert contents(cart) == []


@pytest.mark.parametrize(
    "text", ["0", "-1", "1000000000", "1e3", "1.5", "NaN", "", "two", "٣", "²", "10000", "0x2", "+1"]
)
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(QuantityRefused):
        parse_quantity(text)


@pytest.mark.parametrize("value", [0, -1, 10**9, 1.5, True, "3"])
def test_services_refuse_the_same(cart: Cart, now: datetime, value: int) -> None:
    variant = make_variant(stock=5)
    with pytest.raises(QuantityRefused):
        add_to_cart(cart=cart, variant_id=variant.pk, quantity=value, now=now)
    assert contents(cart) == []


def test_the_database_refuses_a_bad_quantity_even_if_the_code_forgets(cart: Cart, now: datetime) -> None:
    variant = make_variant(stock=5)
    for quantity in (0, -1, 10_000):
        with pytest.raises(IntegrityError), transaction.atomic():
            CartLine.objects.create(cart=cart, variant=variant, quantity=quantity, created_at=now)


def test_a_quantity_is_set_capped_and_removed(cart: Cart, now: datetime) -> None:
    variant = make_variant(stock=4)
    add_to_cart(cart=cart, variant_id=variant.pk, quantity=1, now=now)
    line_id = cart.lines.get().pk
    assert set_quantity(cart=cart, line_id=line_id, quantity=2, now=now).quantity == 2
    assert set_quantity(cart=cart, line_id=line_id, quantity=9, now=now).was_capped
    assert contents(cart) == [(variant.pk, 4)]
    assert remove_line(cart=cart, line_id=line_id, now=now).removed_quantity == 4
    assert contents(cart) == []
    with pytest.raises(LineNotFound):
        remove_line(cart=cart, line_id=line_id, now=now)


def test_another_carts_line_cannot_be_touched(cart: Cart, now: datetime) -> None:
    variant = make_variant(stock=4)
    other = get_or_create_cart(token=None, customer=None, now=now)
    add_to_cart(cart=other, variant_id=variant.pk, quantity=1, now=now)
    with pytest.raises(LineNotFound):
        set_quantity(cart=cart, line_id=other.lines.get().pk, quantity=2, now=now)
    assert contents(other) == [(variant.pk, 1)]


def test_a_cart_that_became_an_order_takes_nothing_more(cart: Cart, now: datetime) -> None:
    variant = make_variant(stock=4)
    mark_ordered(token=cart.token, now=now)
    with pytest.raises(CartNotFound):
        add_to_cart(cart=cart, variant_id=variant.pk, quantity=1, now=now)


def test_the_view_has_todays_prices_and_says_what_is_wrong(cart: Cart, now: datetime) -> None:
    mug, gone, few = make_variant("Mug", price=1800), make_variant("Gone"), make_variant("Few")
    for variant in (mug, gone, few):
        add_to_cart(cart=cart, variant_id=variant.pk, quantity=2, now=now)
    ProductVariant.objects.filter(pk=mug.pk).update(price_amount=2000)
    ProductVariant.objects.filter(pk=few.pk).update(available_count=1)
    Product.objects.filter(pk=gone.product_id).update(status="archived")
    view = get_cart_view(cart)
    assert [line.total_amount for line in view.lines] == [4000, 3600, 3600]
    assert view.subtotal_amount == 11200
    assert view.problems == (
        "“Gone” is no longer sold. Remove it to go on.",
        "Only 1 of “Few” is left. Lower the quantity to go on.",
    )


def test_an_add_is_three_queries_and_a_view_is_one(cart: Cart, now: datetime) -> None:
    variant = make_variant(stock=9)

    def count(action: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as queries:
            action()
        return sum(not query["sql"].startswith(BOOKKEEPING) for query in queries.captured_queries)

    assert count(lambda: add_to_cart(cart=cart, variant_id=variant.pk, quantity=1, now=now)) == 3
    assert count(lambda: add_to_cart(cart=cart, variant_id=variant.pk, quantity=1, now=now)) == 3
    assert count(lambda: get_cart_view(cart)) == 1


# ---- pages


def test_the_empty_cart_says_so(acme: Tenant, store_client: ShopperFactory) -> None:
    response = store_client(acme).get("/cart/")
    assert response.status_code == 200
    assert "Nothing in here yet" in response.content.decode()


def test_an_empty_cart_shows_what_others_buy(acme: Tenant, store_client: ShopperFactory) -> None:
    with in_tenant(acme):
        make_variant("Enamel mug", price=1800, stock=5)
    page = store_client(acme).get("/cart/").content.decode()
    assert "What others buy" not in page, "nothing was sold yet"
    assert "Enamel mug" in page
    with in_tenant(acme):
        Product.objects.update(sold_count=2)
    assert "What others buy" in store_client(acme).get("/cart/").content.decode()


def test_a_cart_speaks_the_shopper_s_language_and_shows_the_version(acme: Tenant, store_client: ShopperFactory) -> None:
    with in_tenant(acme):
        blue = make_variant("Enamel mug", price=1800, stock=5)
        image = ProductImage.objects.create(
            product=blue.product, path="demo/blue.svg", width=400, height=500, alt="", kind="image"
        )
        ProductVariant.objects.filter(pk=blue.pk).update(
            title="Blue", option_values=["Blue"], image=image, translations={"zh-hans": {"option_values": ["蓝色"]}}
        )
        Product.objects.update(translations={"zh-hans": {"title": "搪瓷杯"}})
    client = store_client(acme)
    client.post("/zh-hans/cart/add/", {"variant_id": blue.pk, "quantity": "1"})
    page = BeautifulSoup(client.get("/zh-hans/cart/").content, "html.parser")
    assert page.select_one("main h3").get_text() == "搪瓷杯"
    assert page.find(string="蓝色")
    assert page.find("img", src="/media/demo/blue.svg")
    own = BeautifulSoup(client.get("/cart/").content, "html.parser")
    assert own.select_one("main h3").get_text() == "Enamel mug"
    with in_tenant(acme), translation.override("zh-hans"):
        line = get_cart_view(Cart.objects.get()).lines[0]
    assert (line.title, line.variant_title) == ("搪瓷杯", "蓝色")
    assert (line.own_title, line.own_variant_title) == ("Enamel mug", "Blue"), "orders keep the store's words"


def test_without_a_script_an_add_leads_to_the_cart_and_the_badge_counts(
    acme: Tenant, store_client: ShopperFactory
) -> None:
    client = store_client(acme)
    with in_tenant(acme):
        variant = make_variant("Enamel mug", price=1800, stock=5)
    response = client.post("/cart/add/", {"variant_id": variant.pk, "quantity": "2"})
    assert (response.status_code, response["Location"]) == (303, "/cart/")
    page = BeautifulSoup(client.get("/cart/").content, "html.parser")
    assert "Added: Enamel mug. You have 2 in your cart." in page.get_text()
    assert page.select_one("#cart-badge b").get_text() == "2"
    assert "$36.00" in page.select_one(".sum").get_text()
    assert "Added" not in client.get("/cart/").content.decode(), "a notice is shown once"


@pytest.mark.parametrize("start", ["", "/zh-hans"])
def test_a_refusal_without_a_script_leads_on_to_the_cart_in_other_languages_and_currencies(
    acme: Tenant, store_client: ShopperFactory, start: str
) -> None:
    client = store_client(acme)
    with in_tenant(acme):
        make_price_list("EUR")
    refused = client.post(f"{start}/cart/add/", {"variant_id": "", "quantity": "2"})
    page = BeautifulSoup(refused.content, "html.parser")
    assert refused.status_code == 404
    assert {link["href"] for link in page.select("nav.tongues a")} == {"/cart/", "/zh-hans/cart/"}
    assert page.select_one("form.coins [name=next]")["value"] == f"{start}/cart/"


def test_removing_offers_undo_and_undo_puts_it_back(acme: Tenant, store_client: ShopperFactory) -> None:
    client = store_client(acme)
    with in_tenant(acme):
        variant = make_variant("Enamel mug", stock=5)
    client.post("/cart/add/", {"variant_id": variant.pk, "quantity": "2"})
    with in_tenant(acme):
        line = CartLine.objects.get()
    assert client.post("/cart/update/", {"line": line.pk, "action": "remove", "quantity": "2"}).status_code == 303
    page = BeautifulSoup(client.get("/cart/").content, "html.parser")
    undo = page.select_one(".note form")
    assert "Removed: Enamel mug." in page.get_text()
    client.post(undo["action"], {field["name"]: field["value"] for field in undo.select("input")})
    with in_tenant(acme):
        assert list(CartLine.objects.values_list("variant_id", "quantity")) == [(variant.pk, 2)]


@pytest.mark.parametrize("quantity", ["0", "-1", "1000000000", "two"])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true", "HX-Target": "div#cart"}])
def test_a_bad_quantity_is_a_422_that_says_what_to_do_and_changes_nothing(
    acme: Tenant, store_client: ShopperFactory, quantity: str, headers: dict[str, str]
) -> None:
    client = store_client(acme)
    with in_tenant(acme):
        variant = make_variant(stock=5)
    client.post("/cart/add/", {"variant_id": variant.pk, "quantity": "2"})
    with in_tenant(acme):
        line = CartLine.objects.get()
    answers = [
        client.post("/cart/add/", {"variant_id": variant.pk, "quantity": quantity}, headers=headers),
        client.post("/cart/update/", {"line": line.pk, "action": "set", "quantity": quantity}, headers=headers),
    ]
    for response in answers:
        assert response.status_code == 422
        assert "Choose a whole number from 1 to 9999. Your cart is unchanged." in response.content.decode()
    with in_tenant(acme):
        assert list(CartLine.objects.values_list("quantity", flat=True)) == [2]


def test_with_a_script_the_answer_is_the_part_that_changes(acme: Tenant, store_client: ShopperFactory) -> None:
    client = store_client(acme)
    with in_tenant(acme):
        variant = make_variant("Enamel mug", stock=5)
    script = {"HX-Request": "true"}
    added = client.post("/cart/add/", {"variant_id": variant.pk, "quantity": "1"}, headers=script).content.decode()
    assert "<html" not in added
    assert "hx-swap-oob" in added
    with in_tenant(acme):
        line = CartLine.objects.get()
    form = {"line": line.pk, "action": "more", "quantity": "1"}
    changed = client.post("/cart/update/", form, headers={**script, "HX-Target": "div#cart"}).content.decode()
    assert "<html" not in changed
    assert 'id="cart"' in changed
    assert 'value="2"' in changed


def test_a_sold_out_add_is_a_409_with_words(acme: Tenant, store_client: ShopperFactory) -> None:
    with in_tenant(acme):
        variant = make_variant("Enamel mug", stock=0)
    response = store_client(acme).post("/cart/add/", {"variant_id": variant.pk})
    assert response.status_code == 409
    assert "“Enamel mug” is sold out." in response.content.decode()


def test_a_cart_of_one_store_means_nothing_in_another(
    acme: Tenant, globex: Tenant, store_client: ShopperFactory
) -> None:
    client = store_client(acme)
    with in_tenant(acme):
        variant = make_variant(stock=5)
    client.post("/cart/add/", {"variant_id": variant.pk})
    stranger = store_client(globex)
    stranger.cookies = client.cookies
    assert "购物车" in stranger.get("/cart/").content.decode() or stranger.get("/cart/").status_code == 200
    with in_tenant(globex):
        assert not Cart.objects.exists()


def test_the_frame_of_a_page_counts_what_lies_in_the_cart(acme: Tenant, store_client: ShopperFactory) -> None:
    with in_tenant(acme):
        mug = make_variant("Mug", price=1800, stock=5)
    client = store_client(acme)
    for count, sign in ((0, ""), (2, "2")):
        if count:
            client.post("/cart/add/", {"variant_id": mug.pk, "quantity": str(count)})
        for path in ("/cart/", "/search/?q=mug"):
            badge = BeautifulSoup(client.get(path).content, "html.parser").select_one("header #cart-badge")
            assert badge is not None
            assert badge.get_text() == sign, path
            assert badge["aria-label"] == f"Cart, {count} items"
