"""Each edit of content empties the pages that are kept for everybody, and only its own store's."""

from collections.abc import Callable

import pytest

from core.freshness.marks import marks
from core.tenancy import current_tenant, in_tenant
from storefront.content.enums import Place, Policy
from storefront.content.models import Page, Post
from storefront.content.services import (
    PageDraft,
    PostDraft,
    add_redirect,
    create_page,
    create_post,
    delete_page,
    delete_redirects,
    forget_menu,
    save_menu,
    save_policy,
    set_page_published,
    update_page,
    update_post,
)
from tenants.models import Tenant
from tests.shopstead.page_cache.visitor import visitor
from tests.storefront.catalog.making import MADE_AT


def _about() -> int:
    return Page.objects.get(handle="about").pk


def _policy() -> object:
    draft = PageDraft("Who runs this shop", "<p>Acme Ltd</p>")
    return save_policy(policy=Policy.IMPRINT, draft=draft, tenant=current_tenant(), now=MADE_AT)


def _menu() -> object:
    items = [{"label": "Our journal", "target": "blog", "value": "", "items": [], "translations": {}}]
    return save_menu(place=Place.HEADER, items=items, now=MADE_AT)


# What is done, the page that shows it, and what it says afterwards and did not say before.
EDITS: dict[str, tuple[Callable[[], object], str, str]] = {
    "a page is made": (lambda: create_page(draft=PageDraft("Enamel", ""), now=MADE_AT), "/", "Enamel"),
    "a page is changed": (
        lambda: update_page(page_id=_about(), draft=PageDraft("Who we are", ""), now=MADE_AT), "/", "Who we are"
    ),
    "a menu is saved": (_menu, "/products/", "Our journal"),
    "a menu is given up": (lambda: forget_menu(place=Place.HEADER), "/pages/delivery/", 'aria-label="Main"><a href="/products/"'),
    "a policy is shown": (_policy, "/pages/delivery/", "Who runs this shop"),
    "a post is published": (
        lambda: create_post(draft=PostDraft("First snow", published_at=MADE_AT), now=MADE_AT), "/blog/", "First snow"
    ),
    "a post is changed": (
        lambda: update_post(
            post_id=Post.objects.get().pk, draft=PostDraft("Second snow", published_at=MADE_AT), now=MADE_AT
        ),
        "/blog/",
        "Second snow",
    ),
}  # fmt: skip


@pytest.fixture
def shop(committed_store: Tenant) -> Tenant:
    return committed_store


def test_every_edit_is_seen_by_the_next_visitor(shop: Tenant) -> None:
    asking = visitor(shop)
    for name, (edit, path, words) in EDITS.items():
        assert words not in asking.get(path).text, name
        renders = asking.renders.count
        asking.get(path)
        assert asking.renders.count == renders, f"{name}: the page was not kept before"
        with in_tenant(shop):
            edit()
        marks.expire()
        assert words in asking.get(path).text, name


def test_a_redirect_leads_on_at_once_and_is_gone_at_once(shop: Tenant) -> None:
    asking = visitor(shop)
    assert asking.get("/old/").status == 404
    with in_tenant(shop):
        made = add_redirect(from_path="/old/", to_path="/pages/about/", now=MADE_AT)
    assert asking.get("/old/").status == 301
    with in_tenant(shop):
        delete_redirects(ids=[made.pk])
    assert asking.get("/old/").status == 404


def test_what_is_hidden_or_deleted_is_gone_from_the_next_page(shop: Tenant) -> None:
    asking = visitor(shop)
    for edit in (
        lambda: set_page_published(page_id=_about(), is_published=False, now=MADE_AT),
        lambda: set_page_published(page_id=_about(), is_published=True, now=MADE_AT),
        lambda: delete_page(page_id=_about()),
    ):
        was_there = "/pages/about/" in asking.get("/").text
        with in_tenant(shop):
            edit()
        marks.expire()
        assert ("/pages/about/" in asking.get("/").text) is not was_there
