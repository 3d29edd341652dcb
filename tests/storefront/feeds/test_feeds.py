import json
from collections.abc import Callable
from datetime import datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.tenancy import in_tenant
from storefront.catalog.models import Category, Product, ProductImage, ProductVariant
from storefront.catalog.services import create_product
from storefront.feeds.copies import quiet_copy
from storefront.feeds.items import Gap, iterate_items
from storefront.feeds.models import FeedSettings
from storefront.feeds.services import forget_files, save_settings, tell_indexnow
from tenants.events import StoreCopied
from tenants.models import Tenant
from tests.integrations.http.conftest import WebServer, sends
from tests.storefront.catalog.making import ACTOR, MADE_AT, make_product
from tests.storefront.feeds.test_linked_data import find_faults

S, X = "{http://www.sitemaps.org/schemas/sitemap/0.9}", "{http://www.w3.org/1999/xhtml}"
G = "{http://base.google.com/ns/1.0}"
NASTY = "Mug \x0b</item><script>alert(1)</script> & “tea” ]]>"

pytestmark = pytest.mark.usefixtures("private_root")

StoreClient = Callable[[Tenant], Client]


@pytest.fixture
def private_root(tmp_path: Path, settings: Any) -> Path:
    settings.PRIVATE_ROOT = tmp_path
    return tmp_path


def with_picture(product: Product, name: str = "a") -> Product:
    ProductImage.objects.create(product=product, path=f"products/{name}-800.webp", width=800, height=1000)
    return product


def furnish() -> Product:
    """A mug in two colors, reduced, in a category that Google knows; and one thing without a picture."""
    crockery = Category.objects.add_root({"title": "Crockery", "handle": "crockery", "google_category": 2169})
    cups = Category.objects.add_child(crockery, {"title": "Cups", "handle": "cups"})
    mug = make_product(NASTY, description_html="<p>Holds <b>tea</b></p>", vendor="Acme & Co")
    Product.objects.filter(pk=mug.pk).update(category=cups, option_names=["Color"])
    ProductVariant.objects.filter(product=mug).update(
        option_values=["Blue"], title="Blue", compare_at_amount=2400, barcode="4006381333931", weight_grams=350
    )
    ProductVariant.objects.create(product=mug, position=2, option_values=["Red"], title="Red", price_amount=1800)
    with_picture(mug)
    make_product("Bare", description_html="<p>No picture</p>")
    return mug


def read(client: Client, path: str) -> bytes:
    response = client.get(path)
    assert response.status_code == 200, response.content
    return b"".join(response) if response.streaming else bytes(response.content)


def test_google_s_file_lists_each_version_with_what_google_asks_for(acme: Tenant, store_client: StoreClient) -> None:
    with in_tenant(acme):
        mug = furnish()
    root = ET.fromstring(read(store_client(acme), "/feeds/google.xml"))
    items = root.findall("channel/item")
    assert [item.findtext(f"{G}color") for item in items] == ["Blue", "Red"]
    blue, red = items
    said = {each.tag.removeprefix(G): each.text for each in blue}
    assert str(said["title"]).split() == f"{NASTY} – Blue".split()
    assert said["description"] == "Holds tea"
    assert (said["price"], said["sale_price"]) == ("24.00 USD", "18.00 USD")
    assert (said["availability"], red.findtext(f"{G}availability")) == ("in_stock", "out_of_stock")
    assert said["gtin"] == "4006381333931"
    assert (said["product_type"], said["google_product_category"]) == ("Crockery > Cups", "2169")
    assert said["item_group_id"] == f"p{mug.pk}" != said["id"]
    assert said["link"].startswith("http://acme.localhost/products/") and "?variant=" in said["link"]
    assert said["image_link"] == "http://acme.localhost/media/products/a-800.webp"
    assert said["shipping_weight"] == "350 g"
    assert blue.findtext(f"{G}shipping/{G}country") == "US"


def test_chatgpt_s_file_is_a_line_of_json_for_each_version(acme: Tenant, store_client: StoreClient) -> None:
    with in_tenant(acme):
        furnish()
    lines = [json.loads(line) for line in read(store_client(acme), "/feeds/openai.jsonl").splitlines()]
    needed = {"item_id", "title", "description", "url", "brand", "seller_name", "image_url", "availability", "price"}
    assert len(lines) == 2
    for line in lines:
        assert needed <= set(line)
        assert line["is_eligible_checkout"] is False
    assert lines[0]["variant_dict"] == {"Color": "Blue"}
    assert lines[0]["price"], lines[0]["sale_price"] == ("24.00 USD", "18.00 USD")


def test_what_shopping_engines_refuse_is_left_out_and_named(acme: Tenant, merchant_client: Client) -> None:
    with in_tenant(acme):
        furnish()
        free = with_picture(make_product("Free", price=0, description_html="<p>x</p>"), "free")
        mute = with_picture(make_product("Mute"), "mute")
        gaps = {item.product_title: item.gap for item in iterate_items()}
    assert gaps["Bare"] is Gap.NO_PICTURE
    assert gaps[free.title] is Gap.NO_PRICE
    assert gaps[mute.title] is Gap.NO_DESCRIPTION
    page = BeautifulSoup(merchant_client.get("/dashboard/settings/feeds/").content, "html.parser").get_text(" ")
    assert "2 versions listed" in page
    for name in ("Bare", "Free", "Mute"):
        assert name in page


def test_a_file_is_kept_for_a_quarter_of_an_hour_and_none_is_shared(
    acme: Tenant, globex: Tenant, store_client: StoreClient
) -> None:
    with in_tenant(acme):
        furnish()
    client = store_client(acme)
    first = read(client, "/feeds/google.xml")
    with in_tenant(acme):
        Product.objects.update(vendor="Changed")
    assert read(client, "/feeds/google.xml") == first
    with in_tenant(acme):
        forget_files()
    assert b"Changed" in read(client, "/feeds/google.xml")
    assert b"<item>" not in read(store_client(globex), "/feeds/google.xml")


def test_the_files_cost_three_questions_for_five_hundred_products(in_acme: Tenant) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            list(iterate_items())
        return sum("set search_path" not in each["sql"].lower() for each in asked)

    with_picture(make_product("One"))
    at_one = count()
    for number in range(30):
        with_picture(make_product(f"More {number}"), str(number))
    assert count() == at_one


def test_the_sitemap_names_every_page_in_every_language(acme: Tenant, store_client: StoreClient) -> None:
    Tenant.objects.filter(pk=acme.pk).update(languages=["zh-hans"])
    with in_tenant(acme):
        furnish()
        create_product(title="Hidden", price_amount=1, actor=ACTOR, now=MADE_AT, status="draft")
        handles = set(Product.objects.filter(status="active").values_list("handle", flat=True))
    client = store_client(acme)
    places = set()
    for part in ET.fromstring(read(client, "/sitemap.xml")).iter(f"{S}loc"):
        pages = ET.fromstring(read(client, str(part.text).removeprefix("http://acme.localhost")))
        for page in pages.iter(f"{S}url"):
            places.add(str(page.findtext(f"{S}loc")))
            assert [link.get("hreflang") for link in page.iter(f"{X}link")] == ["en", "zh-Hans", "x-default"]
    for handle in handles:
        assert f"http://acme.localhost/products/{handle}/" in places
        assert f"http://acme.localhost/zh-hans/products/{handle}/" in places
    assert not any("hidden" in place for place in places)
    for place in places:
        assert client.get(place.removeprefix("http://acme.localhost")).status_code == 200, place
    assert client.get("/sitemaps/products-2.xml").status_code == 404
    assert client.get("/sitemaps/secrets-1.xml").status_code == 404


def test_robots_stay_away_from_persons_pages_and_from_a_store_that_says_so(
    acme: Tenant, store_client: StoreClient, merchant_client: Client
) -> None:
    client = store_client(acme)
    text = read(client, "/robots.txt").decode()
    for closed in ("/cart/", "/checkout/", "/account/", "/search/", "/dashboard/"):
        assert f"Disallow: {closed}\n" in text
    assert "Sitemap: http://acme.localhost/sitemap.xml" in text
    assert merchant_client.post("/dashboard/settings/feeds/", {"has_google": "on"}).status_code == 302
    assert read(client, "/robots.txt").decode() == "User-agent: *\nDisallow: /\n"
    assert client.get("/sitemap.xml").status_code == 404
    assert client.get("/feeds/openai.jsonl").status_code == 404
    assert client.get("/feeds/google.xml").status_code == 200


def test_the_manifest_says_how_the_store_looks_among_apps(acme: Tenant, store_client: StoreClient) -> None:
    facts = json.loads(read(store_client(acme), "/manifest.webmanifest"))
    assert facts["name"] == acme.name
    assert facts["start_url"] == "/" and facts["display"] == "standalone" and facts["icons"]
    chinese = json.loads(read(store_client(acme), "/zh-hans/manifest.webmanifest"))
    assert (chinese["start_url"], chinese["lang"]) == ("/zh-hans/", "zh-Hans")


def test_search_engines_are_told_once_what_changed_and_again_what_they_did_not_take(
    acme: Tenant, store_client: StoreClient, web: WebServer, settings: Any, now: datetime
) -> None:
    settings.INDEXNOW_URL = web.url("/indexnow")
    settings.FETCH_ALLOWED_NETWORKS = [ip_network("127.0.0.1/32")]
    settings.FETCH_ALLOWED_PORTS = {web.port}
    with in_tenant(acme):
        make_product("Old")
        key = save_settings(is_indexed=True, has_google=True, has_openai=True, has_indexnow=True, now=now).indexnow_key
        mug = make_product("Mug")
        Product.objects.filter(pk=mug.pk).update(updated_at=now + timedelta(minutes=1))
        later = now + timedelta(minutes=5)
        web.pages["/indexnow"] = sends(b"", status=503)
        assert tell_indexnow(now=later) == 0
        assert FeedSettings.objects.get().indexnow_said
        web.pages["/indexnow"] = sends(b"", status=202)
        assert tell_indexnow(now=later) == 1
        assert tell_indexnow(now=later) == 0
    assert f"key={key}" in web.seen[-1]["path"] and "products%2Fmug%2F" in web.seen[-1]["path"]
    assert len(web.seen) == 2
    client = store_client(acme)
    assert read(client, f"/{key}.txt").decode() == key
    assert client.get(f"/{'0' * 32}.txt").status_code == 404


def test_a_page_names_itself_in_every_language_and_the_first_page_the_store(
    acme: Tenant, store_client: StoreClient
) -> None:
    Tenant.objects.filter(pk=acme.pk).update(languages=["zh-hans"])
    with in_tenant(acme):
        mug = furnish()
    client = store_client(acme)
    for head in ("", "/zh-hans"):
        page = BeautifulSoup(read(client, f"{head}/products/{mug.handle}/"), "html.parser")
        links = {str(link["hreflang"]): str(link["href"]) for link in page.find_all("link", hreflang=True)}
        own = f"http://acme.localhost/products/{mug.handle}/"
        assert links == {"en": own, "zh-Hans": own.replace("/products/", "/zh-hans/products/"), "x-default": own}
        assert page.find("link", rel="manifest")
    home = BeautifulSoup(read(client, "/"), "html.parser")
    said = json.loads(home.find("script", type="application/ld+json").get_text())["@graph"][0]
    assert (said["@type"], said["name"]) == ("OnlineStore", acme.name)


def test_a_sandbox_tells_search_engines_nothing(in_acme: Tenant, now: datetime) -> None:
    for is_sandbox in (False, True):
        save_settings(is_indexed=True, has_google=True, has_openai=True, has_indexnow=True, now=now)
        quiet_copy(StoreCopied(is_sandbox=is_sandbox, now=now))
        assert FeedSettings.objects.get().has_indexnow is not is_sandbox


def test_a_list_names_its_goods_in_order_where_it_may_be_indexed(acme: Tenant, store_client: StoreClient) -> None:
    with in_tenant(acme):
        handles = [make_product(f"Mug {number}").handle for number in range(3)]
    client = store_client(acme)
    page = BeautifulSoup(read(client, "/products/"), "html.parser")
    goods, trail = json.loads(page.find("script", type="application/ld+json").get_text())["@graph"]
    places = [each["url"] for each in goods["mainEntity"]["itemListElement"]]
    assert sorted(places) == [f"http://acme.localhost/products/{handle}/" for handle in handles]
    assert find_faults(goods) == find_faults(trail) == []
    sorted_anew = BeautifulSoup(read(client, "/products/?sort=newest"), "html.parser")
    assert sorted_anew.find("meta", attrs={"name": "robots", "content": "noindex,follow"})
    assert sorted_anew.find("script", type="application/ld+json") is None
