from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client

from core.jobs.services import QUEUE
from core.outbox.models import OutboxMessage
from core.tenancy import in_public, in_tenant
from storefront.catalog.models import Collection, Product
from storefront.catalog.services import set_status, update_product
from storefront.search.asking import Asked
from storefront.search.models import SearchClick, SearchDocument, SearchQuery
from storefront.search.selectors import Listed, search_goods, suggest
from storefront.search.services import follow_changes, index_all, index_products, tidy_words
from storefront.search.words import all_of, index_text, query_words, vector_literal
from tenants.models import Tenant
from tests.storefront.catalog.making import ACTOR, MADE_AT, make_product, statements


def found_by(text: str, **more: Any) -> Listed:
    return search_goods(Asked(text=text, **more))


def titles(text: str, **more: Any) -> list[str]:
    return [card["title"] for card in found_by(text, **more).cards]


@pytest.fixture
def shelf(in_acme: Tenant) -> None:
    make_product("Ridgeline enamel mug", price=1800, tags=["camp"], vendor="Acme", sku="MUG-12")
    make_product("Enamel kettle", price=5200, description_html="<p>Pours into any mug</p>")
    make_product("Ragg wool socks", price=2200, product_type="Wool")
    make_product("紫砂壶 西施", price=128000, description_html="<p>宜兴原矿</p>")
    make_product("影青手绘缠枝盖碗", price=26800)


@pytest.mark.usefixtures("shelf")
def test_a_title_weighs_more_than_a_description() -> None:
    assert titles("mug") == ["Ridgeline enamel mug", "Enamel kettle"]


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ENAMEL  mug", ["Ridgeline enamel mug", "Enamel kettle"]),
        ("mugs", ["Ridgeline enamel mug", "Enamel kettle"]),
        ("sock", ["Ragg wool socks"]),
        ("ket", ["Enamel kettle"]),
        ("camp", ["Ridgeline enamel mug"]),
        ("MUG-12", ["Ridgeline enamel mug"]),
        ("壶", ["紫砂壶 西施"]),
        ("砂壶", ["紫砂壶 西施"]),
        ("紫砂", ["紫砂壶 西施"]),
        ("紫砂壶", ["紫砂壶 西施"]),
        ("盖碗", ["影青手绘缠枝盖碗"]),
        ("宜兴 壶", ["紫砂壶 西施"]),
        ("ＭＵＧ", ["Ridgeline enamel mug", "Enamel kettle"]),
        ("kayak", []),
    ],
)
def test_words_find_what_has_all_of_them(text: str, found: list[str]) -> None:
    assert titles(text) == found


@pytest.mark.usefixtures("shelf")
def test_where_nothing_has_all_words_some_are_enough_and_it_is_said() -> None:
    found = found_by("壶 mug")
    assert found.is_loose
    assert {card["title"] for card in found.cards} == {"紫砂壶 西施", "Ridgeline enamel mug", "Enamel kettle"}


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    "text", ["'", "\\", "a' | 'b", "!mug & (", ":*", "%_", "<->", "'; DROP TABLE x; --", "😀", "x" * 5000, "'" * 300]
)
def test_no_text_breaks_the_search(text: str) -> None:
    assert found_by(text).number == 1
    suggest(text=text)


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("typed", "meant"), [("kettel", "kettle"), ("ridgline", "ridgeline"), ("enamle mug", "enamel mug")]
)
def test_a_misspelled_word_is_searched_for_as_it_was_meant(typed: str, meant: str) -> None:
    tidy_words(now=MADE_AT)
    found = found_by(typed)
    assert found.correction == meant
    assert found.total > 0


@pytest.mark.usefixtures("shelf")
def test_filters_pass_what_was_meant_and_what_has_some_of_the_words() -> None:
    tidy_words(now=MADE_AT)
    found = search_goods(Asked(text="kettel", in_stock=True))
    assert found.correction == "kettle"
    assert [card["title"] for card in found.cards] == ["Enamel kettle"]
    nothing = search_goods(Asked(text="kettel", price_from=10**8))
    assert (nothing.correction, nothing.total) == ("kettle", 0)
    loose = search_goods(Asked(text="壶 mug", in_stock=True))
    assert loose.is_loose
    assert loose.total > 0
    assert not search_goods(Asked(text="kettle", price_from=10**8)).correction


@pytest.mark.usefixtures("shelf")
def test_a_search_is_sorted_and_cut_in_one_statement() -> None:
    with statements() as seen:
        found = found_by("enamel", sort="-price")
    assert [card["title"] for card in found.cards] == ["Enamel kettle", "Ridgeline enamel mug"]
    assert len(seen) == 1
    second = search_goods(Asked(text="enamel", sort="price", page=2), per_page=1)
    assert [card["title"] for card in second.cards] == ["Enamel kettle"]


@pytest.mark.usefixtures("shelf")
def test_a_change_of_a_product_changes_what_finds_it() -> None:
    mug = Product.objects.get(handle="ridgeline-enamel-mug")
    update_product(product_id=mug.pk, title="Copper cup", status="active", actor=ACTOR, now=MADE_AT)
    assert titles("copper") == ["Copper cup"]
    assert titles("ridgeline") == []
    set_status(product_ids=[mug.pk], status="archived", actor=ACTOR, now=MADE_AT)
    assert titles("copper") == []


@pytest.mark.usefixtures("in_acme")
def test_many_changes_at_once_are_left_to_a_task() -> None:
    products = [make_product(f"Mug {number}").pk for number in range(51)]
    SearchDocument.objects.all().delete()
    follow_changes(product_ids=products)
    assert SearchDocument.objects.count() == 0
    with in_public():
        message = OutboxMessage.objects.get(task="storefront.search.reindex")
    assert (message.kwargs, message.queue) == ({"product_ids": products}, QUEUE), "in no mail's way"
    assert index_products(**message.kwargs) == 51
    assert SearchDocument.objects.count() == 51


@pytest.mark.usefixtures("shelf")
def test_everything_can_be_indexed_anew() -> None:
    SearchDocument.objects.all().delete()
    assert index_all() == 5
    assert titles("socks") == ["Ragg wool socks"]


def test_words_are_folded_alike_on_both_sides() -> None:
    assert index_text("Crème Berries, glass").words == ["creme", "berry", "glass"]
    assert [word.text for word in query_words("creme berry GLASS creme")] == ["creme", "berry", "glass"]
    assert set(index_text("盖碗").hints) == {"盖碗", "盖", "碗"}


def test_a_vector_and_a_query_quote_what_they_hold() -> None:
    assert vector_literal([("A", ["mug"]), ("C", ["mug", "o'neil"])]) == "'mug':1A,2C 'o''neil':3C"
    assert all_of(query_words("ab")) == "'ab'"


def test_the_results_page_counts_sorts_and_remembers_the_question(
    acme: Tenant, shelf: None, store_client: Callable[[Tenant], Client]
) -> None:
    page = BeautifulSoup(store_client(acme).get("/search/?q=enamel").content, "html.parser")
    assert page.find("h1").get_text() == "2 results for enamel"
    assert page.find("input", id="q-top")["value"] == "enamel"
    assert page.find("meta", attrs={"name": "robots"})["content"] == "noindex,follow"
    with in_tenant(acme):
        assert SearchQuery.objects.values_list("text", "results_count").get() == ("enamel", 2)


def test_nothing_found_shows_what_others_buy(
    acme: Tenant, shelf: None, store_client: Callable[[Tenant], Client]
) -> None:
    page = BeautifulSoup(store_client(acme).get("/search/?q=%E6%9A%96%E6%B0%94<b>").content, "html.parser")
    assert page.find("h1").get_text() == "Nothing found for 暖气<b>"
    assert len(page.select("li.c")) == 4


@pytest.mark.parametrize("query", ["", "?q=", "?q=%00", "?q=%27&page=9&sort=x", "?q=" + "a" * 3000])
def test_any_question_is_answered(
    acme: Tenant, shelf: None, store_client: Callable[[Tenant], Client], query: str
) -> None:
    assert store_client(acme).get(f"/search/{query}").status_code == 200
    assert store_client(acme).get(f"/search/suggest/{query}").status_code == 200


def test_suggestions_come_for_two_latin_letters_or_one_chinese(
    acme: Tenant, shelf: None, store_client: Callable[[Tenant], Client]
) -> None:
    client = store_client(acme)
    with in_tenant(acme):
        Collection.objects.create(title="Enamel ware", handle="enamel-ware")
        tidy_words(now=MADE_AT)

    def offered(text: str) -> list[str]:
        page = BeautifulSoup(client.get("/search/suggest/", {"q": text}).content, "html.parser")
        return [option["data-url"] for option in page.select("[role=option]")]

    assert offered("en")[0] == "/collections/enamel-ware/"
    assert "/products/enamel-kettle/" in offered("en")
    assert offered("en")[-1] == "/search/?q=en"
    assert client.get("/search/suggest/?q=e").content.strip() == b""
    assert offered("壶")[0].startswith("/products/")
    assert offered("zisha")[0].startswith("/products/"), "by its sound"
    assert offered("kettel")[-1] == "/search/?q=kettle", "as it was meant"
    assert len(client.get("/search/suggest/?q=en").content) < 6144


def test_what_was_opened_is_remembered_without_who(
    acme: Tenant, shelf: None, store_client: Callable[[Tenant], Client]
) -> None:
    client = store_client(acme)
    sent = {"q": "enamel", "product": "/products/enamel-kettle/", "place": "2"}
    assert client.post("/search/clicked/", sent).status_code == 204
    client.post("/search/clicked/", sent, headers={"DNT": "1"})
    client.post("/search/clicked/", sent | {"product": "/products/none/"})
    with in_tenant(acme):
        assert SearchClick.objects.values_list("text", "position").get() == ("enamel", 2)


def test_one_store_never_finds_what_another_one_sells(
    acme: Tenant, globex: Tenant, shelf: None, store_client: Callable[[Tenant], Client]
) -> None:
    page = BeautifulSoup(store_client(globex).get("/search/?q=enamel").content, "html.parser")
    assert page.select("li.c") == []


def test_a_plan_that_the_server_keeps_is_made_anew_in_another_store(acme: Tenant, globex: Tenant, shelf: None) -> None:
    with in_tenant(globex):
        make_product("Enamel bowl")
        index_all()
    for _ in range(8):  # PostgreSQL settles on one plan for all values at the sixth
        with in_tenant(acme):
            assert set(titles("enamel")) == {"Enamel kettle", "Ridgeline enamel mug"}
        with in_tenant(globex):
            assert titles("enamel") == ["Enamel bowl"]
            with connection.cursor() as cursor:
                cursor.execute("SELECT max(generic_plans) FROM pg_prepared_statements")
                kept = cursor.fetchone()[0]
    assert kept, "the server kept a plan, or this proves nothing"
