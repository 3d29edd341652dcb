"""Prices in further currencies: rates that come and are held back, prices by hand, what shoppers see, who may change it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from ipaddress import ip_network
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.test import Client

from core.clock import utc_now
from core.tenancy import in_tenant
from storefront.catalog.enums import RateSource, Rounding
from storefront.catalog.errors import PriceListRefused, RatesFailed
from storefront.catalog.models import ListPrice, PriceChange, PriceList, ProductVariant
from storefront.catalog.rates import forget_quotes, read_quotes
from storefront.catalog.services import add_variant
from storefront.catalog.services.fixed_prices import set_fixed_prices
from storefront.catalog.services.price_lists import (
    PriceListDraft,
    add_price_list,
    answer_held_rate,
    refresh_rates,
    switch_price_list,
    update_price_list,
)
from storefront.catalog.shown import asking_for, find_prices
from storefront.search.asking import Asked
from storefront.search.selectors import find_goods
from tenants.models import Tenant
from tests.fixtures.tenancy import MADE_AT
from tests.integrations.http.conftest import WebServer, sends
from tests.storefront.catalog.making import make_product, statements
from tests.storefront.catalog.test_dashboard import soup
from tests.storefront.currencies import make_price_list
from tests.storefront.goods import make_variant

BANK = """<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<gesmes:subject>Reference rates</gesmes:subject><Cube><Cube time='{day}'><Cube currency='USD' rate='{usd}'/>
<Cube currency='JPY' rate='163.21'/></Cube></Cube></gesmes:Envelope>"""
PAGES = "/dashboard/settings/currencies/"


def bank(usd: str = "1.25", day: str = "2026-11-20") -> bytes:
    return BANK.format(day=day, usd=usd).encode()


@pytest.fixture
def web(settings: Any) -> Iterator[WebServer]:
    """A server that stands for the bank."""
    server = WebServer()
    settings.EXCHANGE_RATES_URL = server.url("/rates.xml")
    settings.FETCH_ALLOWED_NETWORKS = [ip_network("127.0.0.1/32")]
    settings.FETCH_ALLOWED_PORTS = {server.port}
    forget_quotes()
    yield server
    server.server.shutdown()
    forget_quotes()


def says(web: WebServer, body: bytes, status: int = 200) -> None:
    """Let the bank say this from now on."""
    web.pages["/rates.xml"] = sends(body, status=status)
    forget_quotes()


def about_goods(asked: list[str]) -> list[str]:
    """Return the statements that look for goods: not the one for the list, nor those that keep a plan."""
    return [sql for sql in asked if "FROM catalog_pricelist" not in sql and not sql.startswith("PREPARE")]


def test_rates_are_crossed_by_the_euro_and_anything_else_than_rates_is_refused_whole() -> None:
    quotes = read_quotes(bank())
    assert quotes.find(own="USD", other="EUR") == Decimal("0.8")
    assert quotes.find(own="EUR", other="USD") == Decimal("1.25")
    assert quotes.find(own="USD", other="JPY") == Decimal("130.568")
    assert quotes.find(own="USD", other="XOF") is None
    assert quotes.at.isoformat() == "2026-11-20T15:00:00+00:00"
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Cube time="2026-11-20">&b;</Cube>'
    for wrong in (b"", b"<html>", bomb, bank("NaN"), bank("-1"), bank("0"), bank("1e99"), bank(day="soon")):
        with pytest.raises(RatesFailed):
            read_quotes(wrong)


@pytest.mark.django_db
def test_a_rate_that_fails_or_jumps_leaves_the_prices_as_they_are_and_asks(acme: Tenant, web: WebServer) -> None:
    with in_tenant(acme):
        says(web, bank())
        row = add_price_list(currency="EUR", actor="tests", now=utc_now())
        assert (row.rate, row.rate_source, row.rounding) == (Decimal("0.8"), RateSource.ECB, Rounding.NINETY_NINE)
        says(web, b"busy", status=503)
        assert refresh_rates(now=utc_now()) == 0
        row.refresh_from_db()
        assert (row.rate, row.failure) == (Decimal("0.8"), "not_answered")
        says(web, bank("1.3", "2026-11-23"))
        assert refresh_rates(now=utc_now()) == 1
        row.refresh_from_db()
        assert (row.rate, row.failure, row.rated_at.day) == (Decimal("0.76923077"), "", 23)
        says(web, bank("2.6", "2026-11-24"))
        assert refresh_rates(now=utc_now()) == 0
        row.refresh_from_db()
        assert (row.rate, row.held_rate) == (Decimal("0.76923077"), Decimal("0.38461538"))
        answer_held_rate(list_id=row.pk, is_taken=True, actor="tests", now=utc_now())
        row.refresh_from_db()
        assert (row.rate, row.held_rate, row.rated_at.day) == (Decimal("0.38461538"), None, 24)
        says(web, bank("1.0", "2026-11-10"))
        refresh_rates(now=utc_now())
        answer_held_rate(list_id=row.pk, is_taken=False, actor="tests", now=utc_now())
        row.refresh_from_db()
        assert (row.rate, row.held_rate) == (Decimal("0.38461538"), None)


@pytest.mark.django_db
def test_rates_by_hand_ask_nobody(acme: Tenant, web: WebServer) -> None:
    with in_tenant(acme):
        make_price_list("EUR", "0.9")
        assert refresh_rates(now=utc_now()) == 0
    assert web.seen == []


@pytest.mark.django_db
def test_what_makes_no_prices_is_refused_in_words(acme: Tenant) -> None:
    with in_tenant(acme):
        for code in ("USD", "XYZ", "eur"):
            with pytest.raises(PriceListRefused):
                add_price_list(currency=code, rate=Decimal(1), actor="tests", now=MADE_AT)
        row = make_price_list("JPY", "150", rounding=Rounding.TENS)
        with pytest.raises(PriceListRefused):
            make_price_list("JPY", "151")
        wrong = [
            PriceListDraft(RateSource.MANUAL, None, Decimal(0), Rounding.NONE),
            PriceListDraft(RateSource.MANUAL, Decimal(0), Decimal(0), Rounding.NONE),
            PriceListDraft(RateSource.MANUAL, Decimal(10**7), Decimal(0), Rounding.NONE),
            PriceListDraft(RateSource.MANUAL, Decimal(150), Decimal(-100), Rounding.NONE),
            PriceListDraft(RateSource.MANUAL, Decimal(150), Decimal(0), Rounding.NINETY_NINE),
        ]
        for draft in wrong:
            with pytest.raises(PriceListRefused):
                update_price_list(list_id=row.pk, draft=draft, actor="tests", now=MADE_AT)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [{"base_currency": "EUR"}, {"rate": 0}, {"held_rate": 2}, {"held_at": MADE_AT}, {"adjustment_percent": -100}],
)
def test_the_database_keeps_price_lists_whole(acme: Tenant, wrong: dict[str, Any]) -> None:
    with in_tenant(acme):
        row = make_price_list("EUR")
        with pytest.raises(IntegrityError), transaction.atomic():
            PriceList.objects.filter(pk=row.pk).update(**wrong)


@pytest.mark.django_db
def test_a_store_whose_own_currency_changed_uses_no_old_rate(acme: Tenant) -> None:
    with in_tenant(acme):
        row = make_price_list("EUR")
        assert find_prices("EUR").currency == "EUR"
        PriceList.objects.update(base_currency="CNY")
        assert find_prices("EUR").currency == "USD"
        with pytest.raises(PriceListRefused):
            switch_price_list(list_id=row.pk, is_enabled=True, actor="tests", now=MADE_AT)


@pytest.mark.django_db
def test_lists_sort_and_filter_by_the_prices_that_are_shown_and_ask_no_more_for_it(acme: Tenant) -> None:
    with in_tenant(acme):
        mug, pan = make_variant("Enamel mug", price=1800), make_variant("Copper pan", price=9900)
        lamp = make_variant("Lamp", price=5000)
        _small, large = (
            add_variant(
                product_id=mug.product_id,
                option_names=["Size"],
                option_values=[size],
                price_amount=price,
                actor="tests",
                now=MADE_AT,
            )
            for size, price in (("Small", 1800), ("Large", 2400))
        )
        row = make_price_list("EUR", "0.9", rounding=Rounding.NINETY_NINE)
        with statements() as own:
            find_goods(Asked(sort="price"))
        with asking_for("EUR"), statements() as asked:
            found = find_goods(Asked(sort="price"))
        assert len(about_goods(asked)) == len(about_goods(own))
        assert [card["price_amount"] for card in found.cards] == [1599, 4499, 8899]
        assert found.prices == (1599, 8899)
        fixed: dict[int, tuple[int, int | None] | None] = {pan.pk: (1000, 1500), large.pk: (2500, None)}
        set_fixed_prices(product_id=pan.product_id, prices={row.pk: fixed}, actor="tests", now=MADE_AT)
        set_fixed_prices(product_id=mug.product_id, prices={row.pk: fixed}, actor="tests", now=MADE_AT)
        with asking_for("EUR"), statements() as asked:
            found = find_goods(Asked(sort="price"))
        assert len(about_goods(asked)) == len(about_goods(own))
        told = [(card["price_amount"], card["max_price_amount"], card["compare_at_amount"]) for card in found.cards]
        assert told == [(1000, 1000, 1500), (1599, 2500, None), (4499, 4499, None)]
        with asking_for("EUR"):
            found = find_goods(Asked(price_from=4499, price_to=4499))
            assert [card["id"] for card in found.cards] == [lamp.product_id]
        with asking_for("GBP"):
            assert [card["price_amount"] for card in find_goods(Asked(sort="price")).cards] == [1800, 5000, 9900]


@pytest.mark.django_db
def test_a_single_currency_store_asks_what_it_asked_before(acme: Tenant) -> None:
    with in_tenant(acme):
        make_variant("Enamel mug")
        with statements() as plain:
            find_goods(Asked())
        with asking_for(""), statements() as asked:
            find_goods(Asked())
        assert asked == plain
        assert "rate_up" not in "".join(plain) and "catalog_listprice" not in "".join(plain)


@pytest.mark.django_db
def test_a_price_by_hand_is_refused_where_it_makes_no_sense_and_the_history_follows(acme: Tenant) -> None:
    with in_tenant(acme):
        mug = make_variant("Enamel mug", price=1800)
        euro, dinar = make_price_list("EUR", "0.9"), make_price_list("KWD", "0.3")
        for row, price in ((euro, (-1, None)), (euro, (500, 500)), (euro, (10**13, None)), (dinar, (1234, None))):
            with pytest.raises(PriceListRefused) as refused:
                set_fixed_prices(product_id=mug.product_id, prices={row.pk: {mug.pk: price}}, actor="t", now=MADE_AT)
            assert refused.value.field == f"{row.pk}-{mug.pk}"
        assert not ListPrice.objects.exists()
        wanted: dict[int, Any] = {euro.pk: {mug.pk: (1500, None)}}
        assert set_fixed_prices(product_id=mug.product_id, prices=wanted, actor="t", now=MADE_AT) == 1
        assert set_fixed_prices(product_id=mug.product_id, prices=wanted, actor="t", now=MADE_AT) == 0
        later = MADE_AT + timedelta(days=3)
        wanted = {euro.pk: {mug.pk: (1200, 1500)}}
        set_fixed_prices(product_id=mug.product_id, prices=wanted, actor="t", now=later)
        told = list(
            PriceChange.objects.filter(currency="EUR").order_by("created_at").values_list("price_amount", flat=True)
        )
        assert told == [1620, 1500, 1200]
        set_fixed_prices(product_id=mug.product_id, prices={euro.pk: {mug.pk: None}}, actor="t", now=later)
        assert not ListPrice.objects.exists()


@pytest.mark.django_db
def test_a_page_shows_every_price_in_the_currency_that_was_chosen(
    acme: Tenant, store_client: Callable[[Tenant], Client]
) -> None:
    with in_tenant(acme):
        mug = make_variant("Enamel mug", price=2000)
        ProductVariant.objects.update(compare_at_amount=3000, unit_amount=500, unit="ml", base_amount=1, base_unit="l")
        row = make_price_list("EUR", "0.5")
    client = store_client(acme)
    answer = client.post("/currency/", {"currency": "EUR", "next": "/products/enamel-mug/?from=10&sort=price"})
    assert (answer.status_code, answer["Location"]) == (303, "/products/enamel-mug/?sort=price")
    page = client.get("/products/enamel-mug/").content.decode()
    assert "€10.00" in page and "€15.00" in page and "€20.00 per l" in page
    assert (
        '"priceCurrency":"EUR"' in page
        and 'content="EUR"' in page
        and "$" not in BeautifulSoup(page, "html.parser").main.get_text()
    )
    for path in ("/", "/products/", "/search/?q=mug"):
        shown = BeautifulSoup(client.get(path).content, "html.parser").main.get_text()
        assert "€10.00" in shown and "$" not in shown, path
    with in_tenant(acme):
        ProductVariant.objects.update(compare_at_amount=None)
        set_fixed_prices(product_id=mug.product_id, prices={row.pk: {mug.pk: (900, 1100)}}, actor="t", now=utc_now())
    page = client.get("/products/enamel-mug/").content.decode()
    assert "€9.00" in page and "€11.00" in page and "Lowest price in the 30 days before: €10.00" in page
    back = client.post("/currency/", {"currency": "USD", "next": "//evil.example/"})
    assert back["Location"] == "/"
    assert "$20.00" in client.get("/products/enamel-mug/").content.decode()


@pytest.mark.django_db
def test_a_merchant_adds_a_currency_sees_its_prices_and_offers_it(
    acme: Tenant, merchant_client: Client, settings: Any
) -> None:
    settings.EXCHANGE_RATES_URL = ""
    with in_tenant(acme):
        product = make_product("Enamel mug", price=1800)
    assert "Add a currency" in merchant_client.get(PAGES).content.decode()
    wrong = merchant_client.post(PAGES, {"currency": "EUR", "rate": "much"})
    assert wrong.status_code == 422 and "Write a number, such as 0.92." in wrong.content.decode()
    made = merchant_client.post(PAGES, {"currency": "EUR", "rate": "0.9"})
    page = made["Location"]
    assert "€15.99" in merchant_client.get(page).content.decode(), "with the usual rounding"
    tried = merchant_client.post(
        page, {"rate_source": "manual", "rate": "2", "adjustment_percent": "10", "rounding": "none", "preview": "1"}
    )
    assert "€39.60" in tried.content.decode()
    with in_tenant(acme):
        assert PriceList.objects.get().rate == Decimal("0.9")
    sent = {"rate_source": "manual", "rate": "0.8", "adjustment_percent": "", "rounding": "whole"}
    assert merchant_client.post(page, sent).status_code == 302
    assert merchant_client.post(page, {"switch": "on"}).status_code == 302
    with in_tenant(acme):
        row = PriceList.objects.get()
        assert (row.rate, row.rounding, row.is_enabled) == (Decimal("0.8"), "whole", True)
        variant = ProductVariant.objects.get()
    prices = f"/dashboard/products/{product.pk}/prices/"
    assert f'href="{prices}"' in merchant_client.get(f"/dashboard/products/{product.pk}/").content.decode()
    name = f"{row.pk}-{variant.pk}"
    assert 'placeholder="14.00"' in merchant_client.get(prices).content.decode()
    wrong = merchant_client.post(prices, {f"p-{name}": "9", f"b-{name}": "8"})
    assert wrong.status_code == 422 and "The price before has to be higher" in wrong.content.decode()
    assert merchant_client.post(prices, {f"p-{name}": "9", f"b-{name}": "12.50"}).status_code == 302
    with in_tenant(acme):
        assert ListPrice.objects.values_list("price_amount", "compare_at_amount").get() == (900, 1250)
    assert merchant_client.post(page, {"remove": "1"}).status_code == 302
    with in_tenant(acme):
        assert not PriceList.objects.exists() and not ListPrice.objects.exists()


@pytest.mark.django_db
def test_prices_by_hand_of_two_people_are_put_together_and_both_are_asked_where_both_changed_one(
    acme: Tenant, merchant_client: Client
) -> None:
    with in_tenant(acme):
        product = make_product("Enamel mug", price=1800)
        variant = ProductVariant.objects.get()
        euro, pound = make_price_list("EUR", "0.9"), make_price_list("GBP", "0.8")
    page = f"/dashboard/products/{product.pk}/prices/"
    was = soup(merchant_client.get(page)).find("input", attrs={"name": "was"})["value"]
    names = {code: f"{row.pk}-{variant.pk}" for code, row in (("EUR", euro), ("GBP", pound))}
    empty = {f"{kind}-{name}": "" for kind in "pb" for name in names.values()}

    def save(**typed: str) -> Any:
        return merchant_client.post(page, empty | {"was": was} | {f"p-{names[code]}": typed[code] for code in typed})

    def kept() -> dict[str, int]:
        with in_tenant(acme):
            return dict(ListPrice.objects.values_list("price_list__currency", "price_amount"))

    assert save(EUR="15").status_code == 302
    assert save(GBP="14").status_code == 302, "whoever had the page open as well typed into another box"
    assert kept() == {"EUR": 1500, "GBP": 1400}
    answer = save(EUR="16")
    shown = soup(answer)
    assert answer.status_code == 422 and kept() == {"EUR": 1500, "GBP": 1400}
    assert [dd.get_text() for dd in shown.find(class_="clashes").find_all("dd")] == ["16", "15.00"]
    assert shown.find("input", attrs={"name": f"p-{names['EUR']}"})["value"] == "16", "what was typed stands in the box"
    was = shown.find("input", attrs={"name": "was"})["value"]
    assert save(EUR="16", GBP="14.00").status_code == 302
    assert kept() == {"EUR": 1600, "GBP": 1400}
