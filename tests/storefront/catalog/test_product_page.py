"""What a product's page says of prices, measures, places, sets and facts, in the language of the reader."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from core.tenancy import in_tenant
from storefront.catalog.models import BundleItem, CustomField, PriceChange, Product, ProductVariant
from storefront.catalog.page_parts import add_store_part, store_statement
from storefront.catalog.services import add_variant, refresh_product_summary
from storefront.shipping.models import ShippingMethod, ShippingZone
from tenants.models import Tenant
from tests.storefront.catalog.making import ACTOR, MADE_AT, make_product

StoreClient = Callable[[Tenant], Client]
HOSTILE = "</script><script>alert(1)</script>\u2028\"'&<b>"


@pytest.fixture
def mug(acme: Tenant) -> Product:
    """A mug in two colors and two sizes; blue and large is sold out."""
    with in_tenant(acme):
        product = make_product("Enamel mug", price=1800, stock=4)
        for color, size in (("Red", "S"), ("Red", "L"), ("Blue", "S"), ("Blue", "L")):
            add_variant(product_id=product.pk, option_names=["Color", "Size"], option_values=[color, size],
                        price_amount=1000 if size == "S" else 1500, actor=ACTOR, now=MADE_AT)  # fmt: skip
        ProductVariant.objects.filter(product=product).update(available_count=3)
        ProductVariant.objects.filter(product=product, title="Blue / L").update(available_count=0)
        refresh_product_summary([product.pk])
    return product


def page_of(client: Client, path: str = "/products/enamel-mug/") -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_every_version_is_told_to_the_script_as_the_page_itself_would_show_it(
    acme: Tenant, mug: Product, store_client: StoreClient
) -> None:
    with in_tenant(acme):
        ProductVariant.objects.filter(title="Red / S").update(
            compare_at_amount=2000, unit_amount=Decimal("0.35"), unit="l", base_amount=Decimal(1), base_unit="l"
        )
    client = store_client(acme)
    told: dict[str, Any] = json.loads(page_of(client).find("script", id="versions").string)
    assert len(told["versions"]) == 4
    for version in told["versions"]:
        page = page_of(client, f"/products/enamel-mug/?variant={version['id']}")
        shown = {
            "price": page.select_one("[data-price]").get_text(),
            "compareAt": page.select_one("[data-compare-at]").get_text(),
            "saving": page.select_one("[data-saving]").get_text(),
            "unit": page.select_one("[data-unit]").get_text(),
            "stock": page.select_one("[data-stock]").get_text().strip(),
            "title": version["title"],
        }
        assert shown == {name: version.get(name, "") for name in shown}
        is_hidden = page.select_one(".add").has_attr("hidden")
        assert is_hidden != version.get("here", False)
    assert {one.get("unit") for one in told["versions"]} == {None, "$28.57 per l"}
    assert {one.get("saving") for one in told["versions"]} == {None, "50% off"}


def test_all_values_of_an_option_stay_and_say_whether_they_can_be_had(
    acme: Tenant, mug: Product, store_client: StoreClient
) -> None:
    with in_tenant(acme):
        blue = ProductVariant.objects.get(title="Blue / S")
        ProductVariant.objects.filter(title__startswith="Red").update(available_count=0)
    page = page_of(store_client(acme), f"/products/enamel-mug/?variant={blue.pk}")
    told = [(one.get_text(), "no" in one.get("class", [])) for one in page.select(".opt a, .opt label")]
    assert told == [("Red, sold out", True), ("Blue", False), ("S", False), ("L, sold out", True)]


def test_a_reduction_says_the_lowest_price_of_the_thirty_days_before(
    acme: Tenant, store_client: StoreClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    with in_tenant(acme):
        variant = ProductVariant.objects.get(product=make_product("Enamel mug", price=1800, stock=4))
        PriceChange.objects.filter(variant=variant)._raw_delete("default")
        for days, price, compare_at in ((60, 2500, None), (40, 1700, None), (10, 2000, None), (1, 1500, 2000)):
            PriceChange.objects.create(variant=variant, price_amount=price, compare_at_amount=compare_at, currency="USD",
                                       created_at=MADE_AT - timedelta(days=days), actor=ACTOR)  # fmt: skip
        ProductVariant.objects.filter(pk=variant.pk).update(price_amount=1500, compare_at_amount=2000)
    line = page_of(store_client(acme)).select_one("[data-lowest]")
    assert line.get_text() == "Lowest price in the 30 days before: $17.00"
    assert not line.has_attr("hidden")
    Tenant.objects.filter(pk=acme.pk).update(shows_lowest_price=False)
    assert page_of(store_client(acme)).select_one("[data-lowest]").get_text() == ""


def test_facts_and_texts_come_in_the_reader_s_language(acme: Tenant, mug: Product, store_client: StoreClient) -> None:
    with in_tenant(acme):
        CustomField.objects.create(key="made_of", name="Made of", type="choice", choices=["Steel", "Glass"],
                                   translations={"zh-hans": {"name": "材质", "choices": ["钢", "玻璃"]}})  # fmt: skip
        CustomField.objects.create(key="safe", name="Dishwasher", type="boolean")
        CustomField.objects.create(key="more", name="More", type="url")
        CustomField.objects.create(key="trap", name="Trap", type="url")
        CustomField.objects.create(key="since", name="Since", type="date")
        CustomField.objects.create(key="secret", name="Margin", type="text", is_shown=False)
        Product.objects.filter(pk=mug.pk).update(
            custom_fields={"made_of": "Glass", "safe": False, "more": "https://example.com/a", "since": "2014-05-01",
                           "trap": "javascript:alert(1)", "secret": "70 %"},
            translations={"zh-hans": {"title": "搪瓷杯", "option_names": ["颜色", "尺寸"]}},
        )  # fmt: skip
        ProductVariant.objects.filter(title="Red / S").update(translations={"zh-hans": {"option_values": ["红", "小"]}})
    english, chinese = (page_of(store_client(acme), f"{head}/products/enamel-mug/") for head in ("", "/zh-hans"))

    def facts(page: BeautifulSoup) -> dict[str, str]:
        return {row.th.get_text(): row.td.get_text() for row in page.select("table.spec tr")}

    told = facts(english)
    assert told | {"Made of": "Glass", "Dishwasher": "No", "More": "example.com/a", "Since": "May 1, 2014"} == told
    assert not {"Trap", "Margin"} & set(told)
    assert facts(chinese)["材质"] == "玻璃"
    assert chinese.h1.get_text() == "搪瓷杯"
    assert [one.get_text() for one in chinese.select("legend b")] == ["红", "小"]


def test_delivery_says_when_where_and_how_much(acme: Tenant, store_client: StoreClient) -> None:
    with in_tenant(acme):
        make_product("Enamel mug", price=1800, stock=4)
        ShippingZone.objects.all().delete()
        rest = ShippingZone.objects.create(name="Elsewhere", countries=[], position=0)
        ShippingMethod.objects.create(zone=rest, name="Ship", price_amount=9900, minimum_days=20, maximum_days=30)
    client = store_client(acme)
    assert "To United States · $99.00" in page_of(client).select_one(".dl").get_text()
    with in_tenant(acme):
        home = ShippingZone.objects.create(name="Home", countries=["US"], position=1)
        method = ShippingMethod.objects.create(zone=home, name="Post", price_amount=490, free_over_amount=6000)
    assert "To United States · $4.90, free over $60.00" in page_of(client).select_one(".dl").get_text()
    with in_tenant(acme):
        ShippingMethod.objects.filter(pk=method.pk).update(free_over_amount=1000)
    assert "To United States, free" in page_of(client).select_one(".dl").get_text()
    with in_tenant(acme):
        ShippingMethod.objects.all().delete()
    assert "Cost and date are shown before you pay." in page_of(client).select_one(".dl").get_text()
    with in_tenant(acme):
        ProductVariant.objects.update(requires_shipping=False)
    assert "Delivery" not in page_of(client).select_one(".dl").get_text()


def test_a_set_says_what_is_in_it(acme: Tenant, store_client: StoreClient) -> None:
    with in_tenant(acme):
        whole, part = (make_product(name, stock=4) for name in ("Enamel mug", "Copper pan"))
        BundleItem.objects.create(bundle=whole.variants.get(), component=part.variants.get(), quantity=2)
    section = page_of(store_client(acme)).select_one("section.fbt")
    assert section.a["href"] == "/products/copper-pan/"
    assert section.select_one(".n").get_text() == "× 2"


def test_hostile_words_stay_words_wherever_they_stand(acme: Tenant, mug: Product, store_client: StoreClient) -> None:
    with in_tenant(acme):
        Product.objects.filter(pk=mug.pk).update(title=HOSTILE, vendor=HOSTILE, option_names=[HOSTILE, "Size"],
                                                 tags=[HOSTILE], seo_description=HOSTILE)  # fmt: skip
        variants = ProductVariant.objects.filter(product=mug)
        for number, variant in enumerate(variants):
            variants.filter(pk=variant.pk).update(option_values=[f"{HOSTILE}{number}", HOSTILE], sku=HOSTILE,
                                                  title=f"{HOSTILE}{number}")  # fmt: skip
        CustomField.objects.create(key="fact", name=HOSTILE, type="text")
        Product.objects.filter(pk=mug.pk).update(custom_fields={"fact": HOSTILE})
    page = page_of(store_client(acme))
    assert all(script.has_attr("src") or script["type"].endswith("json") for script in page.find_all("script"))
    assert HOSTILE in json.loads(page.find("script", id="versions").string)["versions"][0]["values"][1]
    said = json.loads(page.find("script", type="application/ld+json").string)["@graph"]
    assert said[0]["name"] == said[1]["itemListElement"][-1]["name"] == HOSTILE
    assert page.h1.get_text() == HOSTILE


def test_a_part_s_name_belongs_to_who_named_it_first() -> None:
    statement = store_statement()
    with pytest.raises(ValueError, match="already"):
        add_store_part("fields", "SELECT 1")
    assert store_statement() == statement
