"""Two people in one page, post, policy or menu: each keeps what they typed, and both are asked where they typed the same."""

import html
import json
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client

from accounts.selectors import find_user_by_email
from core.clock import utc_now
from core.tenancy import in_public, in_tenant
from storefront.content.enums import Place
from storefront.content.forms.menu_merging import merge_menus
from storefront.content.menus import Item
from storefront.content.models import Menu, Page, Post
from storefront.content.services import PageDraft, PostDraft, create_page, create_post, save_menu
from tenants.models import Tenant
from tenants.selectors import default_host
from tests.fixtures.people import sign_in
from tests.storefront.content.test_dashboard_pages import sent

MENU = "/dashboard/menus/header/"


@pytest.fixture
def addresses(acme: Tenant, merchant_client: Client) -> dict[str, str]:
    with in_tenant(acme):
        page = create_page(draft=PageDraft("Mugs", "<p>We make mugs.</p>"), now=utc_now())
        post = create_post(draft=PostDraft("News", "<p>A kiln.</p>", published_at=utc_now()), now=utc_now())
    policy = "/dashboard/policies/contact/"
    merchant_client.post(policy, {**sent(merchant_client, policy, "policy"), "body": "<p>Acme, 1 Quay</p>"})
    return {"page": f"/dashboard/pages/{page.pk}/", "post": f"/dashboard/blog/{post.pk}/", "policy": policy}


@pytest.mark.parametrize("kind", ["page", "post", "policy"])
def test_two_who_typed_in_different_boxes_both_have_what_they_typed(
    acme: Tenant, merchant_client: Client, addresses: dict[str, str], kind: str
) -> None:
    address = addresses[kind]
    ada, bob = (sent(merchant_client, address, kind) for _one in range(2))
    assert merchant_client.post(address, {**ada, "title": "Ada’s title", "zh-hans-title": "标题"}).status_code == 302
    assert merchant_client.post(address, {**bob, "body": "<p>Bob’s text</p>"}).status_code == 302
    with in_tenant(acme):
        row = (Post if kind == "post" else Page).objects.latest("updated_at")
    assert (row.title, row.body_html) == ("Ada’s title", "<p>Bob’s text</p>")
    assert row.translations["zh-hans"]["title"] == "标题"


@pytest.mark.parametrize("kind", ["page", "post", "policy"])
def test_who_comes_second_is_shown_both_and_nothing_is_lost(
    acme: Tenant, merchant_client: Client, addresses: dict[str, str], kind: str
) -> None:
    address = addresses[kind]
    ada, bob = (sent(merchant_client, address, kind) for _one in range(2))
    merchant_client.post(address, {**ada, "title": "Ada’s <i>", "seo_title": "By Ada"})
    answer = merchant_client.post(address, {**bob, "title": "Bob’s", "body": "<p>Bob’s text</p>"})
    assert answer.status_code == 422
    page = BeautifulSoup(answer.content, "html.parser")
    clashes = page.select("ul.clashes li")
    assert [[one.text for one in clash.select("dd")] for clash in clashes] == [["Bob’s", "Ada’s <i>"]]
    assert page.select_one("input[name=title]")["value"] == "Bob’s"  # type: ignore[index]
    assert "Bob’s text" in page.select_one("textarea[name=body]").text  # type: ignore[union-attr]
    with in_tenant(acme):
        row = (Post if kind == "post" else Page).objects.latest("updated_at")
    assert (row.title, "Bob" in row.body_html) == ("Ada’s <i>", False)
    # Saved once more: it was asked, so it is meant.
    again = {**bob, "title": "Bob’s", "body": "<p>Bob’s text</p>", "seo_title": "By Ada"}
    was = page.select_one("input[name=was]")["value"]  # type: ignore[index]
    assert merchant_client.post(address, {**again, "was": was}).status_code == 302
    with in_tenant(acme):
        row = (Post if kind == "post" else Page).objects.get(pk=row.pk)
    assert (row.title, row.body_html, row.seo_title) == ("Bob’s", "<p>Bob’s text</p>", "By Ada")


def link(value: str, label: str = "", *inside: Item, zh: str = "") -> Item:
    words = {"zh-hans": {"label": zh}} if zh else {}
    return {"label": label or value, "target": "page", "value": value, "items": list(inside), "translations": words}


def shape(items: list[Item]) -> list[object]:
    return [
        (one["label"], [inside["label"] for inside in one["items"]]) if one["items"] else one["label"] for one in items
    ]


BASE = [link("a"), link("b", "b", link("c")), link("d")]


@pytest.mark.parametrize(
    ("mine", "theirs", "merged"),
    [
        (BASE, [link("d"), link("a", "A", link("b"))], ["d", ("A", ["b"])]),
        ([*BASE, link("m")], [link("t"), *BASE], ["t", "a", ("b", ["c"]), "d", "m"]),
        ([link("a"), link("d")], [link("a", "A"), link("b", "b", link("c")), link("d")], ["A", "d"]),
        ([link("a"), link("d")], [link("a"), link("b", "B", link("c")), link("d")], ["a", "B", "d"]),
        ([link("d"), link("a")], [link("a"), link("b", "b", link("c")), link("d", "D")], ["D", "a"]),
        ([link("a", "A"), *BASE[1:]], [link("a", zh="甲"), *BASE[1:]], ["A", ("b", ["c"]), "d"]),
    ],
    ids=[
        "theirs-alone",
        "both-added",
        "dropped-and-renamed",
        "a-renamed-one-stays",
        "moved-and-renamed",
        "two-languages",
    ],
)
def test_two_menus_become_one(mine: list[Item], theirs: list[Item], merged: list[object]) -> None:
    items, clashes = merge_menus(BASE, mine, theirs, ids=[])
    assert (shape(items), clashes) == (merged, [])
    # Whoever comes second: the other way round holds the same links.
    other, clashes = merge_menus(BASE, theirs, mine, ids=[])
    assert (sorted(str(one) for one in shape(other)), clashes) == (sorted(str(one) for one in merged), [])


def test_a_link_that_both_renamed_and_an_order_that_both_changed_are_asked_about(
    acme: Tenant, merchant_client: Client
) -> None:
    with in_tenant(acme):
        items = [link("about", "About"), link("delivery", "Delivery"), link("returns", "Returns")]
        save_menu(place=Place.HEADER, items=items, now=utc_now())
    first = BeautifulSoup(merchant_client.get(MENU).content, "html.parser")
    rows = [row["value"] for row in first.select("input[name=row]")]
    fields = {one["name"]: one.get("value", "") for one in first.select("#menu input[name]") if one["name"] != "row"}
    ada = {**fields, f"{rows[0]}-label": "Ada’s", "row": [rows[1], rows[0], rows[2]], "do": "save"}
    bob = {
        **fields,
        f"{rows[0]}-label": "Bob’s",
        f"{rows[2]}-label": "Send back",
        "row": [*rows[:1], rows[2], rows[1]],
        "do": "save",
    }
    assert merchant_client.post(MENU, ada).status_code == 302
    answer = merchant_client.post(MENU, bob)
    assert answer.status_code == 422
    page = BeautifulSoup(answer.content, "html.parser")
    told = [[one.text for one in clash.select("dd")] for clash in page.select("ul.clashes li")]
    assert told == [["Bob’s · Send back · Delivery", "Delivery · Ada’s · Returns"], ["Bob’s", "Ada’s"]]
    was = page.select_one("input[name=was]")["value"]  # type: ignore[index]
    assert json.loads(html.unescape(str(was)))[0]["label"] == "Delivery"
    assert merchant_client.post(MENU, {**bob, "was": was}).status_code == 302
    with in_tenant(acme):
        assert [one["label"] for one in Menu.objects.get().items] == ["Bob’s", "Send back", "Delivery"]


@pytest.mark.parametrize("was", ["", "x", "[]", "[1]", '{"a": 1}', '[{"label": "x"}]', "[" * 5000])
def test_a_page_that_says_nothing_of_what_it_was_is_taken_as_it_is(
    acme: Tenant, merchant_client: Client, was: str
) -> None:
    with in_tenant(acme):
        save_menu(place=Place.HEADER, items=[link("about")], now=utc_now())
    sent = {"row": "r1", "r1-label": "Home", "r1-target": "home", "do": "save", "was": was}
    assert merchant_client.post(MENU, sent).status_code == 302
    with in_tenant(acme):
        assert [one["label"] for one in Menu.objects.get().items] == ["Home"]


def test_two_who_make_a_menu_for_the_first_time_at_once_both_have_what_they_typed(committed_store: Tenant) -> None:
    with in_public():
        owner = find_user_by_email(f"{committed_store.slug}@example.com")
        assert owner is not None
    host = default_host(committed_store.slug)
    ada, bob = (sign_in(Client(headers={"host": host}), committed_store, owner) for _one in range(2))
    first = BeautifulSoup(ada.get(MENU).content, "html.parser")
    row = str(first.select("#menu input[name=row]")[0]["value"])
    boxes = {str(one["name"]): str(one.get("value", "")) for one in first.select("#menu input[name]")}
    fields: dict[str, Any] = {**boxes, "row": row, "do": "save"}
    typed = {f"{row}-label": "Ada’s"}, {"row": [row, "r99"], "r99-label": "Bob’s", "r99-target": "blog"}
    answers: list[int] = []
    both_have_looked = threading.Barrier(2)

    def wait_for_the_other(execute: Any, statement: str, *rest: Any) -> Any:
        found = execute(statement, *rest)
        if 'FROM "content_menu"' in statement and "FOR UPDATE" in statement:
            with suppress(threading.BrokenBarrierError):
                both_have_looked.wait(1)
        return found

    def save(client: Client, changed: Mapping[str, Any]) -> None:
        try:
            with connection.execute_wrapper(wait_for_the_other):
                answers.append(client.post(MENU, {**fields, **changed}).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=one) for one in zip((ada, bob), typed, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers == [302, 302]
    with in_tenant(committed_store):
        assert {"Ada’s", "Bob’s"} <= {one["label"] for one in Menu.objects.get().items}
