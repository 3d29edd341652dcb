import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from storefront.catalog.copies import sanitize_copy
from storefront.catalog.models import Category, Product
from storefront.catalog.selectors import list_cards
from storefront.catalog.translations import say
from tenants.events import StoreCopied
from tests.storefront.catalog.making import MADE_AT, make_product

pytestmark = pytest.mark.usefixtures("in_acme")


def test_a_text_is_said_in_the_readers_language_and_else_in_the_stores_own() -> None:
    product = make_product("Tent")
    product.translations = {"zh-hans": {"title": "帐篷"}}
    for language, title in (("en", "Tent"), ("zh-hans", "帐篷")):
        with translation.override(language):
            assert say(product, "title") == title
            assert say({"title": "Tent", "translations": product.translations}, "title") == title
            assert say(product, "description_html") == product.description_html


def test_html_of_every_language_is_cleaned_in_a_copy() -> None:
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


def test_a_tree_keeps_its_order_and_its_counts() -> None:
    camp = Category.objects.add_root({"title": "Camp", "handle": "camp"})
    tents = Category.objects.add_child(camp, {"title": "Tents", "handle": "tents"})
    Category.objects.add_child(camp, {"title": "Mats", "handle": "mats"})
    assert [branch.handle for branch in Category.objects.all()] == ["camp", "tents", "mats"]
    tents.refresh_from_db()
    Category.objects.move(tents, Category.objects.get(handle="mats"), "right")
    assert [branch.handle for branch in Category.objects.get_tree()] == ["camp", "mats", "tents"]
    Category.objects.filter(handle="camp").delete()
    assert not Category.objects.exists()


def test_a_scheduled_product_has_a_time_and_is_not_seen() -> None:
    product = make_product("Tent")
    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.filter(pk=product.pk).update(status="scheduled", published_at=None)
    Product.objects.filter(pk=product.pk).update(status="scheduled", published_at=MADE_AT)
    assert list_cards().cards == []
