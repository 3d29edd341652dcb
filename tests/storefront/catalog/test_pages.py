import json
import re
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from core.tenancy import in_tenant
from storefront.catalog import pages
from storefront.catalog.models import Collection, CollectionProduct, Product, ProductVariant
from storefront.catalog.services import add_variant, refresh_product_summary
from tenants.models import Tenant
from tests.storefront.catalog.making import ACTOR, MADE_AT, make_product, statements

StoreClient = Callable[[Tenant], Client]


def soup(response: HttpResponse) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def queries_of(view: Callable[..., HttpResponse], tenant: Tenant, **kwargs: str) -> list[str]:
    """Return the statements of a view without those of the frame around it, which are counted once by an empty page."""
    request: HttpRequest = RequestFactory().get("/", headers={"host": "acme.localhost"})
    request.tenant, request.customer, request.session, request.is_sandbox = tenant, None, {}, False
    with statements() as seen:
        assert view(request, **kwargs).status_code == 200
    frame = re.compile(
        r'FROM "(theme_themesettings|content_page|carts_cart|public"?\.?"?tenants_domain|tenants_domain)"'
    )
    return [
        sql for sql in seen if not frame.search(sql) and not ('FROM "catalog_collection"' in sql and "LIMIT 5" in sql)
    ]


@pytest.fixture
def goods(in_acme: Tenant) -> Collection:
    collection = Collection.objects.create(title="Kitchen", handle="kitchen")
    product = make_product("Enamel mug", price=1800, stock=4, vendor="Acme", description_html="<p>Steel & glass</p>")
    CollectionProduct.objects.create(collection=collection, product=product)
    return collection


@pytest.mark.parametrize("count", [1, 50])
def test_a_product_page_takes_two_queries_beside_its_frame_whatever_it_holds(
    in_acme: Tenant, goods: Collection, count: int
) -> None:
    product = Product.objects.get(handle="enamel-mug")
    for number in range(count):
        add_variant(
            product_id=product.pk,
            option_names=["N"],
            option_values=[str(number)],
            price_amount=5,
            actor=ACTOR,
            now=MADE_AT,
        )
        product.images.create(position=number, path=f"{number}.webp", width=4, height=5)
        make_product(f"Other {number}")
    assert len(queries_of(pages.product, in_acme, handle="enamel-mug")) == 2


def test_the_list_shows_count_sort_cards_and_pages(acme: Tenant, store_client: StoreClient) -> None:
    with in_tenant(acme):
        for number in range(25):
            make_product(f"Mug {number:02}", price=1000 + number)
    page = soup(store_client(acme).get("/products/?sort=-price"))
    assert page.find(class_="cnt").get_text() == "25 products"
    assert page.find("option", selected=True)["value"] == "-price"
    assert [head.get_text() for head in page.select("li.c h3")][:2] == ["Mug 24", "Mug 23"]
    assert page.find("a", rel="next", class_=False)["href"] == "/products/?sort=-price&page=2"
    second = soup(store_client(acme).get("/products/?sort=-price&page=2"))
    assert [head.get_text() for head in second.select("li.c h3")] == ["Mug 00"]


@pytest.mark.parametrize("query", ["?page=0", "?page=-3", "?page=abc", "?page=999999", "?page=²", "?sort=drop table"])
def test_a_nonsense_page_or_sort_is_answered_with_a_list(
    acme: Tenant, goods: Collection, store_client: StoreClient, query: str
) -> None:
    assert store_client(acme).get(f"/products/{query}").status_code == 200


def test_an_empty_store_says_so_in_words(acme: Tenant, store_client: StoreClient) -> None:
    page = soup(store_client(acme).get("/products/"))
    assert page.find("h1").get_text() == "All goods"
    assert "Nothing here yet" in page.get_text()


def test_a_product_page_sells_without_javascript(acme: Tenant, goods: Collection, store_client: StoreClient) -> None:
    page = soup(store_client(acme).get("/products/enamel-mug/"))
    form = page.find("form", id="buy")
    with in_tenant(acme):
        variant = ProductVariant.objects.get(product__handle="enamel-mug")
    assert (form["method"], form["action"]) == ("post", "/cart/add/")
    assert form.find("input", attrs={"name": "variant_id"})["value"] == str(variant.pk)
    assert form.find("input", attrs={"name": "csrfmiddlewaretoken"})
    assert form.find("input", attrs={"name": "quantity"})["data-max"] == "4"
    assert "In stock, 4 ready to send" in page.get_text()
    assert page.find("link", rel="canonical")["href"] == "http://acme.localhost/products/enamel-mug/"
    assert page.find("meta", property="og:title")["content"] == "Enamel mug"


def test_options_are_radios_and_what_is_gone_stays_struck_and_disabled(
    acme: Tenant, goods: Collection, store_client: StoreClient
) -> None:
    with in_tenant(acme):
        product = Product.objects.get(handle="enamel-mug")
        for color in ("Red", "Blue"):
            for size in ("S", "L"):
                add_variant(
                    product_id=product.pk,
                    option_names=["Color", "Size"],
                    option_values=[color, size],
                    price_amount=1000 if size == "S" else 1500,
                    actor=ACTOR,
                    now=MADE_AT,
                )
        ProductVariant.objects.filter(product=product).update(available_count=3)
        ProductVariant.objects.filter(product=product, title="Blue / L").update(available_count=0)
        refresh_product_summary([product.pk])
        blue = ProductVariant.objects.get(product=product, title="Blue / S")
    page = soup(store_client(acme).get(f"/products/enamel-mug/?variant={blue.pk}"))
    colors = page.select(".opt a")
    assert [(one.get_text(), one.get("aria-current")) for one in colors] == [("Red", None), ("Blue", "true")]
    radios = page.select("input[name=variant_id]")
    assert [(one["data-label"], one.has_attr("disabled"), one.has_attr("checked")) for one in radios] == [
        ("S", False, True),
        ("L", True, False),
    ]
    assert "no" in radios[1].parent["class"]
    assert page.select_one("[data-price]").get_text() == "$10.00"


@pytest.mark.parametrize("wanted", ["abc", "-1", "999999999", "9" * 40, "²"])
def test_an_unknown_variant_in_the_address_shows_the_page_all_the_same(
    acme: Tenant, goods: Collection, store_client: StoreClient, wanted: str
) -> None:
    assert store_client(acme).get("/products/enamel-mug/", {"variant": wanted}).status_code == 200


def test_a_sold_out_product_keeps_its_page_without_a_button(
    acme: Tenant, goods: Collection, store_client: StoreClient
) -> None:
    with in_tenant(acme):
        ProductVariant.objects.update(available_count=0)
    page = soup(store_client(acme).get("/products/enamel-mug/"))
    assert "Sold out for now" in page.get_text()
    assert page.find("button", string="Add to cart") is None


def test_linked_data_cannot_end_its_script(acme: Tenant, store_client: StoreClient) -> None:
    with in_tenant(acme):
        product = make_product("</script><script>alert(1)</script>&", price=1999, stock=1)
    response = store_client(acme).get(f"/products/{product.handle}/")
    assert b"<script>alert" not in response.content
    data = json.loads(soup(response).find("script", type="application/ld+json").string)
    said = data["@graph"][0]
    assert said["name"] == "</script><script>alert(1)</script>&"
    assert (said["offers"]["price"], said["offers"]["availability"]) == ("19.99", "https://schema.org/InStock")


@pytest.mark.parametrize("path", ["/products/nothing/", "/collections/nothing/", "/pages/nothing/", "/nothing/"])
def test_what_is_not_there_is_404_in_the_store_s_own_look(acme: Tenant, store_client: StoreClient, path: str) -> None:
    client = store_client(acme)
    client.raise_request_exception = False
    response = client.get(path)
    assert response.status_code == 404
    assert soup(response).find("h1").get_text() == "Nothing at this address"


def test_a_hidden_product_of_one_store_is_in_no_other(
    acme: Tenant, globex: Tenant, goods: Collection, store_client: StoreClient
) -> None:
    assert store_client(globex).get("/products/enamel-mug/").status_code == 404


def test_an_address_without_the_slash_moves_once(acme: Tenant, goods: Collection, store_client: StoreClient) -> None:
    response = store_client(acme).get("/products/enamel-mug")
    assert (response.status_code, response["Location"]) == (301, "/products/enamel-mug/")
