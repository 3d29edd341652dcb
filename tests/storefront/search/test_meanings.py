from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from core.tenancy import in_tenant
from storefront.search.asking import Asked
from storefront.search.errors import SynonymRefused
from storefront.search.filters import list_filters
from storefront.search.models import SearchDocument, SynonymTerm
from storefront.search.selectors import find_goods, get_arrangement, get_report, search_goods
from storefront.search.services import arrange_filters, index_all, log_click, log_query, remove_synonym, save_synonym
from tenants.models import Tenant
from tests.storefront.catalog.making import ACTOR, MADE_AT, make_product, statements


@pytest.fixture
def shelf(in_acme: Tenant) -> None:
    make_product("Linen sofa", vendor="Hearth", tags=["home"])
    make_product("Oak couch", vendor="Alder", tags=["home"])
    make_product("Enamel teapot", vendor="Alder", product_type="Pots")
    make_product("紫砂壶", vendor="云上", product_type="Pots")


def titles(text: str) -> set[str]:
    found = search_goods(Asked(text=text))
    return set() if found.is_loose or found.correction else {card["title"] for card in found.cards}


@pytest.mark.usefixtures("shelf")
def test_synonyms_work_both_ways_or_one_way_within_the_one_statement() -> None:
    assert titles("couch") == {"Oak couch"}
    both = save_synonym(terms=["Sofas", "couch"], meanings=[], actor=ACTOR, now=MADE_AT)
    save_synonym(terms=["tea pot", "茶具"], meanings=["teapot", "紫砂壶"], actor=ACTOR, now=MADE_AT)
    assert titles("couches") == titles("sofa") == {"Linen sofa", "Oak couch"}
    assert titles("tea pot") == titles("茶具") == {"Enamel teapot", "紫砂壶"}
    assert titles("teapot") == {"Enamel teapot"}, "one way only"
    assert titles("enamel tea pot") == {"Enamel teapot"}, "among other words"
    with statements() as seen:
        find_goods(Asked(text="enamel tea pot"))
    assert len(seen) == 1
    remove_synonym(synonym_id=both.pk, actor=ACTOR)
    assert titles("couch") == {"Oak couch"}
    assert set(SynonymTerm.objects.values_list("term", flat=True)) == {"tea pot", "茶具"}


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    "terms", [[], ["one"], ["one", " one "], ["!!", "two"], ["x" * 61, "two"], [f"word{n}" for n in range(21)]]
)
def test_what_is_no_synonym_is_refused(terms: list[str]) -> None:
    with pytest.raises(SynonymRefused):
        save_synonym(terms=terms, meanings=[], actor=ACTOR, now=MADE_AT)
    assert not SynonymTerm.objects.exists()


@pytest.mark.usefixtures("shelf")
def test_the_merchant_says_which_filters_are_shown_and_in_which_order() -> None:
    usual = [one.group for one in list_filters(find_goods(Asked()), get_arrangement(), "USD")]
    assert usual == ["brand"], "one value alone tells nothing apart"
    make_product("Sold out pot", product_type="Mugs", tags=["gift"], stock=0, price=900)
    usual = [one.group for one in list_filters(find_goods(Asked()), get_arrangement(), "USD")]
    assert usual == ["stock", "price", "type", "brand", "tag"]
    arrange_filters(layout=[("brand", True), ("tag", False), ("nonsense", True)], actor=ACTOR)
    shown = [one.group for one in list_filters(find_goods(Asked()), get_arrangement(), "USD")]
    assert "tag" not in shown
    assert shown == ["brand", "stock", "price", "type"]


@pytest.mark.usefixtures("shelf")
def test_the_report_counts_what_was_asked_and_what_was_missed() -> None:
    for text, count in (("sofa", 1), ("SOFA", 1), ("kayak", 0), ("old", 0)):
        log_query(text=text, results_count=count, now=MADE_AT - timedelta(days=90 * (text == "old")))
    log_click(text="sofa", handle="linen-sofa", position=3, now=MADE_AT)
    told = get_report(since=MADE_AT - timedelta(days=30))
    assert (told.searches_count, told.empty_count, told.clicks_count) == (3, 1, 1)
    assert [(term.text, term.times, term.clicks, term.place) for term in told.found] == [("SOFA", 2, 1, 3)]
    assert [term.text for term in told.empty] == ["kayak"]


@pytest.mark.usefixtures("shelf")
def test_what_changes_no_text_writes_no_words() -> None:
    before = dict(SearchDocument.objects.values_list("product_id", "digest"))
    SearchDocument.objects.update(names=None)
    index_all()
    assert not SearchDocument.objects.exclude(names=None).exists(), "the digests are the same, so nothing was made anew"
    assert dict(SearchDocument.objects.values_list("product_id", "digest")) == before


def test_a_merchant_makes_a_synonym_of_what_found_nothing(acme: Tenant, shelf: None, merchant_client: Client) -> None:
    client = merchant_client
    with in_tenant(acme):
        log_query(text="settee", results_count=0, now=MADE_AT + timedelta(days=3650))
    page = BeautifulSoup(client.get("/dashboard/search/").content, "html.parser")
    link = page.find("a", string="Create synonym")["href"]
    form = BeautifulSoup(client.get(link).content, "html.parser")
    assert form.find("input", attrs={"name": "terms"})["value"] == "settee"
    assert client.post("/dashboard/search/synonyms/", {"terms": "settee"}).status_code == 422
    assert client.post("/dashboard/search/synonyms/", {"terms": "settee，sofa"}).status_code == 302
    with in_tenant(acme):
        assert titles("settee") == {"Linen sofa"}
    shown = {"show-brand": "on", "place-brand": "1"}
    assert client.post("/dashboard/search/filters/", shown).status_code == 302
    assert client.get("/dashboard/search/filters/").status_code == 200
