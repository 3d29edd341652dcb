from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from core.tenancy import in_tenant
from storefront.catalog.copies import sanitize_copy
from storefront.catalog.models import Category, Product, ProductVariant
from storefront.catalog.selectors import list_cards
from storefront.catalog.services.translating import ProductTexts, translate_product
from storefront.catalog.translations import say
from tenants.events import StoreCopied
from tenants.models import Tenant
from tests.storefront.catalog.making import MADE_AT, make_product
from tests.storefront.catalog.test_dashboard import form_values


def test_a_text_is_said_in_the_readers_language_and_else_in_the_stores_own(in_acme: Tenant) -> None:
    product = make_product("Tent")
    product.translations = {"zh-hans": {"title": "帐篷"}}
    for language, title in (("en", "Tent"), ("zh-hans", "帐篷")):
        with translation.override(language):
            assert say(product, "title") == title
            assert say({"title": "Tent", "translations": product.translations}, "title") == title
            assert say(product, "description_html") == product.description_html


def test_html_of_every_language_is_cleaned_in_a_copy(in_acme: Tenant) -> None:
    product = make_product("Tent")
    bad = {"description_html": "<p>好</p><script>alert(1)</script>", "title": "帐篷"}
    Product.objects.filter(pk=product.pk).update(translations={"zh-hans": bad, "fr": "no mapping"})
    branch = Category.objects.add_root({"title": "Camp", "handle": "camp", "translations": {"zh-hans": bad}})
    sanitize_copy(StoreCopied(is_sandbox=False, now=MADE_AT))
    product.refresh_from_db()
    branch.refresh_from_db()
    assert (
        product.translations == branch.translations == {"zh-hans": {"description_html": "<p>好</p>", "title": "帐篷"}}
    )


def test_a_tree_keeps_its_order_and_its_counts(in_acme: Tenant) -> None:
    camp = Category.objects.add_root({"title": "Camp", "handle": "camp"})
    tents = Category.objects.add_child(camp, {"title": "Tents", "handle": "tents"})
    Category.objects.add_child(camp, {"title": "Mats", "handle": "mats"})
    assert [branch.handle for branch in Category.objects.all()] == ["camp", "tents", "mats"]
    tents.refresh_from_db()
    Category.objects.move(tents, Category.objects.get(handle="mats"), "right")
    assert [branch.handle for branch in Category.objects.get_tree()] == ["camp", "mats", "tents"]
    Category.objects.filter(handle="camp").delete()
    assert not Category.objects.exists()


def test_a_scheduled_product_has_a_time_and_is_not_seen(in_acme: Tenant) -> None:
    product = make_product("Tent")
    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.filter(pk=product.pk).update(status="scheduled", published_at=None)
    Product.objects.filter(pk=product.pk).update(status="scheduled", published_at=MADE_AT)
    assert list_cards().cards == []


def two_sizes() -> Product:
    product = make_product("Shirt", description_html="<p>Soft</p>")
    Product.objects.filter(pk=product.pk).update(option_names=["Size"])
    ProductVariant.objects.filter(product=product).update(option_values=["Small"], title="Small")
    ProductVariant.objects.create(product=product, position=2, option_values=["Large"], title="Large", price_amount=1)
    product.refresh_from_db()
    return product


def test_a_product_is_translated_on_its_page_and_read_in_the_other_language(
    acme: Tenant, merchant_client: Client, store_client: Callable[[Tenant], Client]
) -> None:
    with in_tenant(acme):
        product = two_sizes()
    address = f"/dashboard/products/{product.pk}/"
    sent = form_values(merchant_client, product.pk)
    assert sent["zh-hans-title"] == ""
    sent |= {
        "zh-hans-title": "衬衫",
        "zh-hans-description": "柔软<script>alert(1)</script>",
        "zh-hans-option-0": "尺码",
        "zh-hans-value-0": "小号",
    }
    assert merchant_client.post(address, sent).status_code == 302
    with in_tenant(acme):
        product.refresh_from_db()
        small, large = product.variants.order_by("position")
        said = product.translations["zh-hans"]
        assert (product.title, said["title"], said["option_names"]) == ("Shirt", "衬衫", ["尺码"])
        assert "script" not in said["description_html"]
        assert small.translations["zh-hans"]["option_values"] == ["小号"]
        assert large.translations == {}
        handle = product.handle
    shown = {
        head: BeautifulSoup(store_client(acme).get(f"{head}/products/{handle}/").content, "html.parser").get_text(" ")
        for head in ("", "/zh-hans")
    }
    for word in ("衬衫", "柔软", "尺码", "小号", "Large"):
        assert word in shown["/zh-hans"]
    for word in ("Shirt", "Soft", "Size", "Small", "Large"):
        assert word in shown[""]
    assert "衬衫" not in shown[""]


def test_emptied_words_are_the_store_s_own_again_and_unknown_ones_stay(in_acme: Tenant) -> None:
    product = two_sizes()
    product.translations = {"zh-hans": {"title": "衬衫", "later": "x"}, "fr": {"title": "Chemise"}}
    product.save()
    translate_product(product_id=product.pk, texts={"zh-hans": ProductTexts()}, now=MADE_AT)
    product.refresh_from_db()
    assert product.translations == {"zh-hans": {"later": "x"}, "fr": {"title": "Chemise"}}


def test_cards_outside_of_lists_speak_the_reader_s_language_too(
    acme: Tenant, store_client: Callable[[Tenant], Client]
) -> None:
    with in_tenant(acme):
        for title, said in (
            ("Shirt", {"zh-hans": {"title": "衬衫"}}),
            ("Hat", {}),
            ("Sock", {"zh-hans": {"title": ""}}),
        ):
            product = make_product(title)
            Product.objects.filter(pk=product.pk).update(translations=said)
    for path in ("/", "/nothing-here/", "/cart/"):
        for prefix, titles in (("/zh-hans", {"衬衫", "Hat", "Sock"}), ("", {"Shirt", "Hat", "Sock"})):
            page = BeautifulSoup(store_client(acme).get(f"{prefix}{path}").content, "html.parser")
            assert {one.get_text() for one in page.select("li.c h3")} == titles, prefix + path


def test_a_language_that_the_store_does_not_offer_has_no_pages(
    acme: Tenant, merchant_client: Client, store_client: Callable[[Tenant], Client]
) -> None:
    client = store_client(acme)
    assert client.get("/zh-hans/products/").status_code == 200
    facts = {"name": "Acme", "contact_email": "a@example.com", "language": "en", "time_zone": "Europe/Berlin"}
    assert merchant_client.post("/dashboard/settings/", facts).status_code == 302
    assert client.get("/zh-hans/products/").status_code == 404
    page = BeautifulSoup(client.get("/products/").content, "html.parser")
    assert not page.select("[hreflang]") and not page.select("nav.tongues")
    assert merchant_client.post("/dashboard/settings/", facts | {"languages": ["zh-hans"]}).status_code == 302
    assert client.get("/zh-hans/products/").status_code == 200


def test_a_store_that_takes_another_language_is_still_offered_in_the_former(
    acme: Tenant, merchant_client: Client
) -> None:
    facts = {"name": "Acme", "contact_email": "a@example.com", "language": "zh-hans", "time_zone": "Europe/Berlin"}
    assert merchant_client.post("/dashboard/settings/", facts).status_code == 302
    acme.refresh_from_db()
    assert (acme.language, acme.further_languages) == ("zh-hans", ["en"])
