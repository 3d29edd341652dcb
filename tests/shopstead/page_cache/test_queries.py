"""How many questions each page for everybody asks, made anew, at one product and at ten thousand: the same few."""

from typing import Any

import pytest
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

from core.shared_pages import find_shared_page
from core.tenancy import in_tenant
from storefront.catalog.models import Category, Collection, CollectionProduct, Product, ProductVariant
from storefront.content.enums import Policy
from storefront.content.models import Post
from storefront.content.services import write_policy
from storefront.search.services import write_down
from tenants.models import Tenant
from tests.fixtures.tenancy import MADE_AT
from tests.shopstead.page_cache.visitor import Visitor, visitor
from tests.storefront.goods import make_variant

MANY = 10_000
# What fills the places in a route, and how many questions its page may ask beside what all pages of an edition share.
PAGES: dict[str, tuple[str, int]] = {
    "home": ("/", 1),
    "products": ("/products/", 1),
    "product": ("/products/enamel-mug/", 1),
    "product_reviews": ("/products/enamel-mug/reviews/", 3),
    "collection": ("/collections/kitchen/", 1),
    "category": ("/categories/cooking/", 1),
    "page": ("/pages/about/", 1),
    "policy": ("/policies/privacy/", 1),
    "blog": ("/blog/", 2),
    "blog_tag": ("/blog/tags/notes/", 2),
    "blog_feed": ("/blog/feed.xml", 1),
    "post": ("/blog/first/", 1),
    "fragments_shared": ("/fragments/shared/?of=goes-with:1", 3),
}


def count(asking: Visitor, path: str) -> list[str]:
    """Return what is asked for a page that is not kept, when another page of the edition has been made before."""
    asked: list[str] = []
    asking.get(path)  # what it has in common with others of its kind
    asking.process.memory.clear()

    def note(execute: Any, sql: str, *told: Any) -> Any:
        asked.append(sql)
        return execute(sql, *told)

    with connection.execute_wrapper(note):
        assert asking.get(path).status == 200, path
    return [sql for sql in asked if "freshness_storemark" not in sql and "domains_hostchange" not in sql]


# Made anew for whoever asks: the log of searches is written later.
NOT_KEPT = {
    "search": ("/search/?q=mug", 1),
    "search that is filtered": ("/search/?q=mug&stock=1&sort=price", 1),
    "list that is filtered": ("/products/?stock=1&from=1", 1),
    "page after the last": ("/products/?page=9999", 1),
}


@pytest.mark.django_db
def test_a_page_asks_the_same_few_questions_of_one_product_and_of_ten_thousand(acme: Tenant, settings: Any) -> None:
    settings.SEARCH_LOG_SECONDS = 3600
    with in_tenant(acme):
        kitchen = furnish(acme)
    asking, pages = visitor(acme), PAGES | NOT_KEPT
    few = {name: count(asking, path) for name, (path, _most) in pages.items()}
    with in_tenant(acme):
        _multiply(kitchen)
    many = {name: count(asking, path) for name, (path, _most) in pages.items()}
    assert write_down() == 4, "each search twice at one product and twice at ten thousand"
    for name, (_path, most) in pages.items():
        assert len(few[name]) <= most, (name, few[name])
        assert len(many[name]) <= most, (name, many[name])


def test_every_page_for_everybody_is_counted() -> None:
    def marked(patterns: list[URLPattern | URLResolver]) -> set[str]:
        found: set[str] = set()
        for one in patterns:
            if isinstance(one, URLResolver):
                found |= marked(one.url_patterns)
            elif find_shared_page(one.callback) is not None:
                found.add(str(one.name))
        return found

    assert marked(get_resolver("shopstead.urls_store").url_patterns) == set(PAGES)


def furnish(tenant: Tenant) -> Collection:
    """Give the store one of each that `PAGES` names, and return its collection."""
    first = make_variant("Enamel mug")
    kitchen = Collection.objects.create(title="Kitchen", handle="kitchen")
    CollectionProduct.objects.create(collection=kitchen, product_id=first.product_id)
    cooking = Category.objects.add_root({"title": "Cooking", "handle": "cooking"})
    Product.objects.update(category=cooking)
    write_policy(policy=Policy.PRIVACY, tenant=tenant, now=MADE_AT, is_published=True)
    Post.objects.create(
        handle="first", title="First", tags=["notes"], published_at=MADE_AT, created_at=MADE_AT, updated_at=MADE_AT
    )
    return kitchen


def _multiply(kitchen: Collection) -> None:
    """Put ten thousand products of two versions each on the shelves."""
    products = Product.objects.bulk_create(
        [
            Product(title=f"Good {number}", handle=f"good-{number}", status="active", min_price_amount=number,
                    max_price_amount=number, variants_count=1, is_available=True, available_count=3, published_at=MADE_AT,
                    created_at=MADE_AT, updated_at=MADE_AT)
            for number in range(MANY)
        ]
    )  # fmt: skip
    ProductVariant.objects.bulk_create(
        [ProductVariant(product=one, price_amount=5, available_count=3, position=1) for one in products]
    )
    CollectionProduct.objects.bulk_create([CollectionProduct(collection=kitchen, product=one) for one in products])
