from datetime import datetime

import pytest

from core.errors import InvalidInput
from core.events import _handlers, subscribe
from storefront.catalog.errors import HandleTaken, PriceRefused, ProductNotFound, VariantRefused
from storefront.catalog.events import ProductChanged, StockAsked
from storefront.catalog.models import Product, ProductVariant
from storefront.catalog.selectors import (
    get_product_page,
    list_cards,
    list_cards_by_ids,
)
from storefront.catalog.selectors.filtering import ProductFilter, filter_products
from storefront.catalog.services import (
    add_variant,
    ask_for_stock,
    create_product,
    refresh_product_summary,
    remove_variant,
    restore_statuses,
    sanitize_html,
    set_status,
    unique_handle,
    update_product,
    update_variant,
)
from tests.storefront.catalog.making import ACTOR, MADE_AT, make_product, statements

pytestmark = pytest.mark.usefixtures("in_acme")


def test_a_product_is_made_with_one_variant_and_its_summary() -> None:
    product = create_product(title="  Enamel mug ", price_amount=1800, actor=ACTOR, now=MADE_AT, sku=" M-1 ")
    assert (product.title, product.handle, product.status) == ("Enamel mug", "enamel-mug", "active")
    assert (product.min_price_amount, product.max_price_amount, product.variants_count) == (1800, 1800, 1)
    assert product.published_at == MADE_AT
    assert product.is_available is False
    assert ProductVariant.objects.get(product=product).sku == "M-1"


def test_a_draft_is_not_published_until_it_is_active(now: datetime) -> None:
    product = create_product(title="Mug", price_amount=1, actor=ACTOR, now=MADE_AT, status="draft")
    assert product.published_at is None
    set_status(product_ids=[product.pk], status="active", actor=ACTOR, now=now)
    product.refresh_from_db()
    assert product.published_at == now


@pytest.mark.parametrize(
    ("title", "handle"),
    [
        ("Ridgeline Enamel Mug, 12 oz", "ridgeline-enamel-mug-12-oz"),
        ("紫砂壶", "zi-sha-hu"),
        ("影青 Gaiwan 150ml", "ying-qing-gaiwan-150ml"),
        ("Crème brûlée", "creme-brulee"),
        ("Maria's mug", "marias-mug"),
    ],
)
def test_a_handle_is_spelled_from_the_title(title: str, handle: str) -> None:
    assert unique_handle(title) == handle


def test_a_second_product_of_the_same_title_gets_a_number() -> None:
    assert [make_product("Mug").handle for _ in range(3)] == ["mug", "mug-2", "mug-3"]


def test_a_title_without_letters_still_gets_an_address() -> None:
    assert unique_handle("☕☕").startswith("product-")


def test_a_handle_of_another_product_is_refused() -> None:
    make_product("Mug")
    other = make_product("Cup")
    with pytest.raises(HandleTaken) as caught:
        update_product(product_id=other.pk, title="Cup", handle="mug", status="active", actor=ACTOR, now=MADE_AT)
    assert caught.value.field == "handle"


@pytest.mark.parametrize("title", ["", "   ", "x" * 256])
def test_a_title_that_is_empty_or_too_long_is_refused(title: str) -> None:
    with pytest.raises(InvalidInput):
        create_product(title=title, price_amount=100, actor=ACTOR, now=MADE_AT)
    assert Product.objects.count() == 0


@pytest.mark.parametrize(("price", "compare_at"), [(-1, None), (10**13, None), (1000, 1000), (1000, 900)])
def test_a_price_that_makes_no_sense_is_refused(price: int, compare_at: int | None) -> None:
    variant = ProductVariant.objects.get(product=make_product())
    with pytest.raises(PriceRefused):
        update_variant(
            variant_id=variant.pk, price_amount=price, compare_at_amount=compare_at, sku="", actor=ACTOR, now=MADE_AT
        )
    variant.refresh_from_db()
    assert variant.price_amount == 1800


def test_markup_that_could_run_is_taken_out() -> None:
    dirty = (
        "<p onclick='x()'>Hello <b>you</b><script>alert(1)</script></p><img src=x onerror=y>"
        "<a href='javascript:z'>no</a><a href='https://example.com'>yes</a><iframe></iframe><style>p{}</style>"
    )
    assert sanitize_html(dirty) == (
        '<p>Hello <b>you</b></p><a rel="noopener nofollow">no</a>'
        '<a href="https://example.com" rel="noopener nofollow">yes</a>'
    )


def test_the_description_is_cleaned_when_it_is_kept() -> None:
    product = make_product(description_html="<p>Fine<script>bad()</script></p>")
    assert product.description_html == "<p>Fine</p>"


def test_the_summary_follows_variants_and_pictures_in_one_statement() -> None:
    product = make_product(price=1800)
    for size, price in (("S", 1500), ("L", 2500)):
        add_variant(
            product_id=product.pk,
            option_names=["Size"],
            option_values=[size],
            price_amount=price,
            actor=ACTOR,
            now=MADE_AT,
        )
    ProductVariant.objects.filter(product=product, title="S").update(available_count=3, compare_at_amount=2000)
    ProductVariant.objects.filter(product=product, title="L").update(available_count=-2)
    product.images.create(position=2, path="b.webp", width=8, height=9, alt="b")
    product.images.create(position=1, path="a.webp", width=4, height=5, alt="a")
    others = [make_product(f"Other {number}").pk for number in range(3)]
    with statements() as seen:
        refresh_product_summary([product.pk, *others])
    assert len(seen) == 1
    product.refresh_from_db()
    assert (product.min_price_amount, product.max_price_amount, product.compare_at_amount) == (1500, 2500, 2000)
    assert (product.available_count, product.is_available, product.variants_count) == (3, True, 2)
    assert product.cover == {"path": "a.webp", "width": 4, "height": 5, "alt": "a", "formats": {}}


def test_a_variant_that_sells_when_out_keeps_the_product_available() -> None:
    product = make_product(stock=0)
    assert product.is_available is False
    ProductVariant.objects.filter(product=product).update(sells_when_out=True)
    refresh_product_summary([product.pk])
    product.refresh_from_db()
    assert product.is_available is True


def test_the_only_variant_becomes_the_first_version() -> None:
    product = make_product()
    only = ProductVariant.objects.get(product=product)
    for color in ("Red", "Blue"):
        add_variant(
            product_id=product.pk,
            option_names=["Color"],
            option_values=[color],
            price_amount=900,
            actor=ACTOR,
            now=MADE_AT,
        )
    titles = list(ProductVariant.objects.filter(product=product).order_by("position").values_list("pk", "title"))
    assert titles[0] == (only.pk, "Red")
    assert [title for _, title in titles] == ["Red", "Blue"]


@pytest.mark.parametrize(
    ("names", "values"),
    [(["Color"], [""]), (["Color"], ["Red", "Large"]), ([], ["Red"]), (["A", "A"], ["1", "2"]), (["Color"], ["Blue"])],
)
def test_a_version_without_sense_or_a_second_time_is_refused(names: list[str], values: list[str]) -> None:
    product = make_product()
    if values == ["Blue"]:
        add_variant(
            product_id=product.pk,
            option_names=["Color"],
            option_values=["Blue"],
            price_amount=1,
            actor=ACTOR,
            now=MADE_AT,
        )
    with pytest.raises(VariantRefused):
        add_variant(
            product_id=product.pk, option_names=names, option_values=values, price_amount=1, actor=ACTOR, now=MADE_AT
        )
    assert ProductVariant.objects.filter(product=product).count() == 1


def test_the_last_version_stays() -> None:
    product = make_product()
    with pytest.raises(VariantRefused):
        remove_variant(variant_id=ProductVariant.objects.get(product=product).pk, actor=ACTOR, now=MADE_AT)


def test_stock_is_asked_for_by_an_event_with_sane_numbers_only() -> None:
    heard: list[StockAsked] = []
    before = list(_handlers[StockAsked])
    _handlers[StockAsked].clear()
    subscribe(StockAsked, heard.append)
    try:
        ask_for_stock(variant_id=7, quantity=12, actor=ACTOR, now=MADE_AT)
        for wrong in (-1, 10**9):
            with pytest.raises(VariantRefused):
                ask_for_stock(variant_id=7, quantity=wrong, actor=ACTOR, now=MADE_AT)
    finally:
        _handlers[StockAsked][:] = before
    assert heard == [StockAsked(variant_id=7, quantity=12, actor=ACTOR, now=MADE_AT)]


def test_every_change_is_told_in_the_same_transaction() -> None:
    heard: list[ProductChanged] = []
    subscribe(ProductChanged, heard.append)
    try:
        product = make_product()
        update_product(product_id=product.pk, title="New", status="active", actor=ACTOR, now=MADE_AT)
        set_status(product_ids=[product.pk], status="draft", actor=ACTOR, now=MADE_AT)
    finally:
        _handlers[ProductChanged].remove(heard.append)
    assert [event.product_ids for event in heard] == [(product.pk,)] * 3


def test_a_bulk_change_can_be_taken_back_exactly() -> None:
    active, draft = make_product("A"), make_product("B", status="draft")
    before = set_status(product_ids=[active.pk, draft.pk], status="archived", actor=ACTOR, now=MADE_AT)
    assert before == {active.pk: "active", draft.pk: "draft"}
    assert restore_statuses(statuses=before, actor=ACTOR, now=MADE_AT) == 2
    assert list(Product.objects.order_by("pk").values_list("status", flat=True)) == ["active", "draft"]


def test_cards_hold_only_what_is_for_sale_in_the_order_asked_for() -> None:
    cheap, dear = make_product("Cheap", price=100), make_product("Dear", price=900)
    make_product("Hidden", status="draft")
    gone = make_product("Gone", stock=0)
    page = list_cards(sort="price", page=1)
    assert [card["title"] for card in page.cards] == ["Cheap", "Dear", "Gone"]
    assert page.total == 3
    assert page.cards[0]["url"] == "/products/cheap/"
    assert page.cards[0]["price_amount"] == 100
    wanted = [dear.pk, gone.pk, 999_999, cheap.pk]
    assert [card["id"] for card in list_cards_by_ids(wanted)] == [dear.pk, cheap.pk]


def test_a_page_beyond_the_last_one_is_the_last_one() -> None:
    for number in range(5):
        make_product(f"Mug {number}")
    page = list_cards(page=99, per_page=2)
    assert (page.number, page.pages_count, len(page.cards)) == (3, 3, 1)


def test_a_product_page_takes_a_query_and_one_for_its_store_however_many_variants() -> None:
    product = make_product()
    for number in range(30):
        add_variant(
            product_id=product.pk,
            option_names=["N"],
            option_values=[str(number)],
            price_amount=5,
            actor=ACTOR,
            now=MADE_AT,
        )
    with statements() as seen:
        page = get_product_page("enamel-mug")
    assert len(seen) == 2
    assert len(page.variants) == 30


def test_what_is_not_active_has_no_page() -> None:
    make_product("Mug", status="draft")
    with pytest.raises(ProductNotFound):
        get_product_page("mug")


def test_the_merchant_finds_by_title_sku_and_tag() -> None:
    mug = make_product("Enamel mug", sku="MUG-7", tags=["camp"])
    make_product("Kettle")
    for words in ("enamel", "mug-7", "CAMP"):
        assert list(filter_products(ProductFilter(query=words))) == [mug]
