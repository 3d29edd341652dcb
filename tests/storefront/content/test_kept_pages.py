"""Each edit of content empties the pages that are kept for everybody, and only its own store's."""

from collections.abc import Callable

import pytest

from core.freshness.marks import marks
from core.tenancy import in_tenant
from storefront.content.models import Page
from storefront.content.services import PageDraft, create_page, delete_page, set_page_published, update_page
from tenants.models import Tenant
from tests.shopstead.page_cache.visitor import visitor
from tests.storefront.catalog.making import MADE_AT


def _about() -> int:
    return Page.objects.get(handle="about").pk


# What is done, and what every page of the store says afterwards and did not say before.
EDITS: dict[str, tuple[Callable[[], object], str]] = {
    "a page is made": (lambda: create_page(draft=PageDraft("Care of enamel", ""), now=MADE_AT), "Care of enamel"),
    "a page is changed": (lambda: update_page(page_id=_about(), draft=PageDraft("Who we are", ""), now=MADE_AT), "Who we are"),
}  # fmt: skip


@pytest.fixture
def shop(committed_store: Tenant) -> Tenant:
    return committed_store


def test_every_edit_is_seen_by_the_next_visitor(shop: Tenant) -> None:
    asking = visitor(shop)
    for name, (edit, words) in EDITS.items():
        before = asking.get("/pages/delivery/").text
        assert words not in before, name
        renders = asking.renders.count
        asking.get("/pages/delivery/")
        assert asking.renders.count == renders, f"{name}: the page was not kept before"
        with in_tenant(shop):
            edit()
        marks.expire()
        assert words in asking.get("/pages/delivery/").text, name


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
