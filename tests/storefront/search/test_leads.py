"""Searches that lead to a page: what shoppers are sent to, and what nobody can be sent to."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from core.clock import utc_now
from core.tenancy import in_tenant
from storefront.search.models import SearchLead
from storefront.search.services import save_lead
from tenants.models import Tenant
from tests.shopstead.page_cache.visitor import visitor

PAGE = "/dashboard/search/shortcuts/"
HOSTS = frozenset({"acme.localhost"})


def lead(*texts: str, path: str = "/pages/returns/") -> int:
    return save_lead(texts=texts, path=path, hosts=HOSTS, actor="x", now=utc_now())


def test_words_lead_to_a_page_in_the_language_of_whoever_asks(
    acme: Tenant, merchant_client: Client, store_client: Callable[[Tenant], Client]
) -> None:
    sent = {"terms": "Returns, send back，退货", "path": "https://acme.localhost/zh-hans/pages/returns/"}
    assert merchant_client.post(PAGE, sent).status_code == 302
    shop = store_client(acme)
    for text in ("returns", " RETURNS ", "Send  Back", "退货"):
        answer = shop.get("/search/", {"q": text})
        assert (answer.status_code, answer["Location"]) == (302, "/pages/returns/"), text
    assert shop.get("/zh-hans/search/", {"q": "退货"})["Location"] == "/zh-hans/pages/returns/"
    # More words, a filter or a second page are searches.
    for asked in (
        {"q": "returns box"},
        {"q": "back send"},
        {"q": "returns", "page": "2"},
        {"q": "returns", "sort": "price"},
    ):
        assert shop.get("/search/", asked).status_code == 200, asked
    told = BeautifulSoup(merchant_client.get(PAGE).content, "html.parser")
    assert [one.text for one in told.select("ul.lines .m")] == ["Returns", "send back", "退货"]
    with in_tenant(acme):
        number = SearchLead.objects.get(text="Returns").pk
    merchant_client.post(PAGE, {"lead": number, "remove": "1"})
    assert shop.get("/search/", {"q": "returns"}).status_code == 200


def test_a_word_that_led_elsewhere_leads_to_the_new_page(in_acme: Tenant) -> None:
    lead("returns")
    lead("RETURNS", path="/pages/about/?from=search")
    assert list(SearchLead.objects.values_list("term", "path")) == [("return", "/pages/about/?from=search")]


@pytest.mark.parametrize(
    "path",
    [
        "", "pages/about/", "//evil.example/", "/\\evil.example", "/%5cevil.example", "/%2fevil.example", "/\tevil",
        "/a\nb", "/a b",
        "https://evil.example/pages/", "http://acme.localhost@evil.example/", "javascript:alert(1)", "data:text/html,x",
        "/search/?q=returns", "/zh-hans/search/", "/Search/", "/dashboard/", "/pages/../dashboard/", "/pages/%2e%2e/dashboard/",
        "/cart/", "/api/storefront/v1/products", "https://[", "/" + "a" * 600, "ftp://acme.localhost/pages/about/",
    ],
)  # fmt: skip
def test_nobody_is_led_away_in_circles_or_where_no_page_is(
    acme: Tenant, merchant_client: Client, store_client: Callable[[Tenant], Client], path: str
) -> None:
    answer = merchant_client.post(PAGE, {"terms": "returns", "path": path})
    assert answer.status_code == 422
    # Nor does a row that somebody put into the table in another way.
    with in_tenant(acme):
        assert not SearchLead.objects.exists()
        if path.startswith("/") and not path.startswith("//") and len(path) < 500:
            SearchLead.objects.create(term="return", text="returns", path=path, created_at=utc_now())
    assert store_client(acme).get("/search/", {"q": "returns"}).status_code == 200


@pytest.mark.parametrize("terms", ["", "!!!", "a" * 70, ",".join(f"w{n}" for n in range(21))])
def test_words_that_nobody_types_are_refused(acme: Tenant, merchant_client: Client, terms: str) -> None:
    assert merchant_client.post(PAGE, {"terms": terms, "path": "/pages/about/"}).status_code == 422


def test_it_is_known_to_the_next_visitor(committed_store: Tenant) -> None:
    asking = visitor(committed_store)
    assert asking.get("/search/?q=returns").status == 200
    with in_tenant(committed_store):
        lead("returns")
    assert asking.get("/search/?q=returns").status == 302
    with in_tenant(committed_store):
        SearchLead.objects.all().delete()
    assert asking.get("/search/?q=returns").status == 200
