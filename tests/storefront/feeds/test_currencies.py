"""Feeds and the storefront's API in the currencies of the price lists, and in no other."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from pytest_django import Settings

from core.tenancy import in_tenant
from storefront.catalog.models import ListPrice, ProductVariant
from storefront.feeds.services import save_settings
from tenants.models import Tenant
from tests.storefront.catalog.making import make_product
from tests.storefront.currencies import make_price_list
from tests.storefront.feeds.test_feeds import read, with_picture

API = "/api/storefront/v1/products"


@pytest.fixture
def shop(
    acme: Tenant, now: datetime, settings: Settings, tmp_path: Path, store_client: Callable[[Tenant], Client]
) -> Client:
    """A store in dollars with a list in euro at 0.9 and one in yen that is switched off."""
    settings.PRIVATE_ROOT = tmp_path / "private"
    with in_tenant(acme):
        with_picture(make_product("Enamel mug", price=1800, stock=3, description_html="<p>Two coats</p>"))
        with_picture(make_product("Kettle", price=5200, stock=1, description_html="<p>Boils</p>"))
        euro = make_price_list("EUR", "0.9")
        make_price_list("JPY", "150", is_enabled=False)
        kettle = ProductVariant.objects.get(product__handle="kettle")
        ListPrice.objects.create(price_list=euro, variant=kettle, price_amount=4444, compare_at_amount=5555)
        save_settings(is_indexed=True, has_google=True, has_openai=True, has_indexnow=False, now=now)
    return store_client(acme)


def rows_of(client: Client, address: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in read(client, address).decode().splitlines()]


def test_files_for_engines_speak_the_currency_that_is_asked_for(acme: Tenant, shop: Client) -> None:
    own, euro = (rows_of(shop, f"/feeds/openai.jsonl{query}") for query in ("", "?currency=eur"))
    assert [row["price"] for row in own] == ["18.00 USD", "52.00 USD"]
    assert [(row["price"], row.get("sale_price")) for row in euro] == [("16.20 EUR", None), ("55.55 EUR", "44.44 EUR")]
    google = read(shop, "/feeds/google.xml?currency=EUR").decode()
    assert "<g:price>16.20 EUR</g:price>" in google
    assert "<g:sale_price>44.44 EUR</g:sale_price>" in google
    assert "USD" not in google
    # Whoever follows the link sees what the line says, on this page and on the next.
    link = euro[0]["url"].removeprefix("http://acme.localhost")
    assert link == "/products/enamel-mug/?currency=EUR"
    page = BeautifulSoup(shop.get(link).content, "html.parser")
    assert "16.20" in page.select_one("main").text  # type: ignore[union-attr]
    assert "currency" not in page.select_one("link[rel=canonical]")["href"]  # type: ignore[index]
    assert shop.cookies["shopstead_currency"].value == "EUR"
    assert "16.20" in shop.get("/products/enamel-mug/").content.decode()
    # A file in one currency is no file in the other.
    assert [row["price"] for row in rows_of(shop, "/feeds/openai.jsonl")] == ["18.00 USD", "52.00 USD"]


def test_the_api_speaks_the_currency_that_is_asked_for(acme: Tenant, shop: Client) -> None:
    def prices(address: str) -> list[tuple[int, str]]:
        data = shop.get(address).json()
        products = data.get("data", [data])
        return [(one["price"]["amount"], one["price"]["currency"]) for row in products for one in row["variants"]]

    assert prices(f"{API}?sort=price") == [(1800, "USD"), (5200, "USD")]
    assert prices(f"{API}?sort=price&currency=EUR") == [(1620, "EUR"), (4444, "EUR")]
    assert prices(f"{API}/kettle?currency=eur") == [(4444, "EUR")]
    kettle = shop.get(f"{API}/kettle?currency=EUR").json()["variants"][0]
    assert kettle["compare_at_price"] == {"amount": 5555, "currency": "EUR"}
    # What a visitor has chosen on the pages is nothing to a program.
    shop.cookies["shopstead_currency"] = "EUR"
    assert prices(f"{API}/kettle") == [(5200, "USD")]
    shown = shop.get("/api/storefront/v1/recommendations?product=kettle&currency=EUR").json()["data"]
    assert {one["price"]["currency"] for row in shown for one in row["product"]["variants"]} <= {"EUR"}


@pytest.mark.parametrize("code", ["JPY", "XXX", "EURO", "€", "../etc", "E\0", "<b>"])
def test_what_the_store_does_not_offer_is_400_with_a_sentence(acme: Tenant, shop: Client, code: str) -> None:
    for address in ("/feeds/google.xml", "/feeds/openai.jsonl"):
        answer = shop.get(address, {"currency": code})
        assert (answer.status_code, answer["Content-Type"]) == (400, "text/plain; charset=utf-8")
        assert "It has: USD, EUR." in answer.content.decode()
    for address, more in (
        (API, {}),
        (f"{API}/kettle", {}),
        ("/api/storefront/v1/recommendations", {"product": "kettle"}),
    ):
        answer = shop.get(address, {**more, "currency": code})
        body = answer.json()
        assert (answer.status_code, body["code"]) == (400, "currency_not_offered"), address
    # A page is a page all the same.
    assert shop.get("/products/kettle/", {"currency": code}).status_code == 200
    assert "shopstead_currency" not in shop.cookies


def test_the_merchant_finds_the_addresses_of_further_currencies(
    acme: Tenant, shop: Client, merchant_client: Client
) -> None:
    page = merchant_client.get("/dashboard/settings/feeds/").content.decode()
    assert "/feeds/google.xml?currency=EUR" in page
    assert "currency=JPY" not in page
