"""The merchant's screens for menus, and what shoppers see of them."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from core.tenancy import in_tenant
from storefront.catalog.enums import ProductStatus
from storefront.catalog.models import Collection, Product
from storefront.content.enums import Place
from storefront.content.models import Menu, Page
from storefront.content.services import save_menu
from tenants.models import Tenant
from tests.storefront.catalog.making import MADE_AT, make_product
from tests.storefront.content.test_dashboard_pages import sent, soup

LIST = "/dashboard/menus/"
HEADER = f"{LIST}header/"


def item(
    label: str, target: str, value: str = "", items: list[dict[str, Any]] | None = None, zh: str = ""
) -> dict[str, Any]:
    words = {"zh-hans": {"label": zh}} if zh else {}
    return {"label": label, "target": target, "value": value, "items": items or [], "translations": words}


@pytest.fixture
def kitchen(acme: Tenant) -> Collection:
    with in_tenant(acme):
        return Collection.objects.create(title="Kitchen", handle="kitchen", translations={"zh-hans": {"title": "厨房"}})


def drawn(
    client: Client, values: dict[str, Any], deed: str, path: str = HEADER
) -> tuple[BeautifulSoup, dict[str, Any]]:
    """Press a button of the editor; return the page and what its form would send next."""
    page = soup(client.post(path, {**values, "do": deed}))
    rows = [one["value"] for one in page.select("input[name=row]")]
    fields = {
        one["name"]: one.get("value", "") for one in page.select("#menu [name]") if one["name"] not in ("do", "row")
    }
    return page, {**fields, "row": rows}


def labels(page: BeautifulSoup) -> list[tuple[str, str]]:
    return [(row["data-depth"], row.select_one("input.in")["value"]) for row in page.select(".link-row")]


def test_a_menu_begins_with_what_stands_there_and_is_changed_by_buttons_alone(
    acme: Tenant, merchant_client: Client, store_client: Callable[[Tenant], Client], kitchen: Collection
) -> None:
    values = sent(merchant_client, HEADER, "menu") | {
        "row": [one["value"] for one in soup(merchant_client.get(HEADER)).select("input[name=row]")]
    }
    page, values = drawn(merchant_client, values, "find")
    assert labels(page) == [("0", "All goods"), ("0", "Kitchen")]
    page, values = drawn(merchant_client, values, "add:page:about")
    page, values = drawn(merchant_client, values, "add:address")
    key = values["row"][-1]
    values |= {f"{key}-label": "Journal", f"{key}-value": "https://journal.example/"}
    page, values = drawn(merchant_client, values, f"up:{key}")
    page, values = drawn(merchant_client, values, f"in:{key}")
    assert labels(page) == [("0", "All goods"), ("0", "Kitchen"), ("1", "Journal"), ("0", "About us")]
    page, values = drawn(merchant_client, values, f"drop:{values['row'][1]}")
    assert labels(page) == [("0", "All goods"), ("0", "Journal"), ("0", "About us")]
    page, values = drawn(merchant_client, values, f"in:{values['row'][2]}")
    page, values = drawn(merchant_client, values, f"out:{values['row'][2]}")
    with in_tenant(acme):
        assert not Menu.objects.exists(), "nothing is kept before it is saved"
    assert merchant_client.post(HEADER, values).status_code == 302
    links = soup(store_client(acme).get("/")).select("header nav.nav a")
    assert [(one.get_text(), one["href"]) for one in links] == [
        ("All goods", "/products/"),
        ("Journal", "https://journal.example/"),
        ("About us", "/pages/about/"),
    ]
    said = soup(store_client(acme).get("/zh-hans/")).select("header nav.nav a")
    assert said[0].get_text() == "全部商品"
    merchant_client.post(f"{HEADER}forget/")
    assert "Kitchen" in soup(store_client(acme).get("/")).select_one("header nav.nav").get_text()


def test_a_link_to_what_is_hidden_or_deleted_is_marked_here_and_not_shown_to_shoppers(
    acme: Tenant, merchant_client: Client, store_client: Callable[[Tenant], Client], kitchen: Collection
) -> None:
    with in_tenant(acme):
        mug = make_product("Enamel mug")
        save_menu(
            place=Place.HEADER,
            items=[
                item("Kitchen", "collection", "kitchen", [item("Mug", "product", mug.handle)]),
                item("About", "page", "about"),
                item("Gone", "category", "never-was"),
                item("Blog", "blog"),
            ],
            now=MADE_AT,
        )
    assert "Gone" not in soup(store_client(acme).get("/")).select_one("header").get_text()
    assert "1 link leads nowhere" in soup(merchant_client.get(LIST)).get_text()
    with in_tenant(acme):
        Product.objects.update(status=ProductStatus.ARCHIVED)
        Page.objects.filter(handle="about").update(is_published=False)
        Collection.objects.update(is_visible=False)
    page = soup(merchant_client.get(HEADER))
    assert [row.select_one(".errtxt") is not None for row in page.select(".link-row")] == [
        True,
        True,
        True,
        True,
        False,
    ]
    assert "was deleted" in page.select(".link-row")[3].get_text()
    assert [one.get_text() for one in soup(store_client(acme).get("/")).select("header nav.nav > *")] == ["Blog"]


def test_a_link_is_called_as_what_it_leads_to_in_each_language_unless_it_has_words_of_its_own(
    acme: Tenant, store_client: Callable[[Tenant], Client], kitchen: Collection
) -> None:
    with in_tenant(acme):
        save_menu(
            place=Place.HEADER,
            items=[item("Kitchen", "collection", "kitchen"), item("For cooks", "collection", "kitchen", zh="给厨师")],
            now=MADE_AT,
        )
    told = soup(store_client(acme).get("/zh-hans/")).select("header nav.nav a")
    assert [one.get_text() for one in told] == ["厨房", "给厨师"]


def test_the_picker_finds_goods_by_a_word_and_an_enter_in_its_box_saves_nothing(
    acme: Tenant, merchant_client: Client, kitchen: Collection
) -> None:
    with in_tenant(acme):
        make_product("Enamel mug")
    assert not soup(merchant_client.get(HEADER)).select("button[value^='add:product:']")
    page, _values = drawn(merchant_client, {"find": "enamel"}, "enter")
    assert [one["value"] for one in page.select("button[value^='add:product:']")] == ["add:product:enamel-mug"]
    page, _values = drawn(merchant_client, {"find": "zzz\0"}, "find")
    assert "Nothing of that name" in page.get_text()
    with in_tenant(acme):
        assert not Menu.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"r1-target": "address", "r1-value": "javascript:alert(1)"},
        {"r1-target": "address", "r1-value": "//evil.example"},
        {"r1-target": "nowhere"},
        {"r1-label": "  "},
        {"r1-target": "page", "r1-value": ""},
    ],
)
def test_what_cannot_be_a_link_is_refused_with_what_was_typed(
    acme: Tenant, merchant_client: Client, wrong: dict[str, str]
) -> None:
    values = {"row": ["r1"], "r1-label": "<b>Mine</b>", "r1-target": "home", "r1-depth": "1"}
    answer = merchant_client.post(HEADER, {**values, **wrong})
    assert answer.status_code == 422
    assert "Nothing you typed is lost" in answer.content.decode()
    assert "<b>Mine" not in answer.content.decode()
    with in_tenant(acme):
        assert not Menu.objects.exists()
    assert merchant_client.get(f"{LIST}left/").status_code == 404
