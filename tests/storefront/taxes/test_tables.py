"""Which tax a delivery owes: by place, by class of goods, by who buys."""

from datetime import datetime
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from core.tenancy import current_tenant
from integrations.vat.register import VatState, read_answer
from storefront.catalog.models import TaxClass
from storefront.customers.postal import regions
from storefront.pricing.basket import NO_TAXES, Basket, BasketLine, Taxing, TaxRate
from storefront.pricing.quote import price_basket
from storefront.taxes.errors import TaxRefused, VatIdRefused
from storefront.taxes.models import TaxRate as Row
from storefront.taxes.models import TaxRegion, VatCheck
from storefront.taxes.presets import CHECKED_ON, COUNTRIES, PROVINCES, SOURCES, preset_rates
from storefront.taxes.selectors import find_tax_terms, is_vat_id_accepted, line_class, list_regions
from storefront.taxes.services import (
    RateFacts,
    SettingsFacts,
    add_region,
    check_vat_id,
    remove_region,
    save_rates,
    save_settings,
)
from storefront.taxes.vat_ids import EUROPEAN_UNION, clean_vat_id
from tenants.models import Tenant

pytestmark = pytest.mark.usefixtures("in_acme")
GERMAN, FRENCH = "DE136695976", "FR40303265045"


@pytest.fixture
def german(in_acme: Tenant, now: datetime) -> None:
    """A store in Germany that charges in Germany and France."""
    Tenant.objects.filter(pk=in_acme.pk).update(country="DE")
    current_tenant().country = "DE"
    switch_on(now)
    for country in ("DE", "FR"):
        add_region(country=country)


def switch_on(now: datetime, **facts: object) -> None:
    save_settings(facts=SettingsFacts(**{"is_on": True, "prices_include_tax": True, **facts}), now=now)  # type: ignore[arg-type]


def test_a_store_that_counts_none_charges_none(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    add_region(country="DE")
    with django_assert_num_queries(1):
        assert find_tax_terms(country="DE").table is NO_TAXES


def test_goods_are_taxed_by_class_in_one_query(german: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    reduced = TaxClass.objects.get(code="reduced")
    with django_assert_num_queries(1):
        table = find_tax_terms(country="DE").table
    assert table.taxing is Taxing.INCLUDED and table.delivery_rates == (TaxRate("MwSt.", 190_000),)
    assert table.rates_of(line_class(is_taxable=True, tax_class_id=None)) == (TaxRate("MwSt.", 190_000),)
    assert table.rates_of(line_class(is_taxable=True, tax_class_id=reduced.pk)) == (TaxRate("MwSt.", 70_000),)
    assert table.rates_of(line_class(is_taxable=True, tax_class_id=10**9)) == (TaxRate("MwSt.", 190_000),)
    assert table.rates_of(line_class(is_taxable=False, tax_class_id=reduced.pk)) == ()


def test_in_the_union_a_parcel_is_taxed_as_at_home_or_by_choice_as_there(german: None, now: datetime) -> None:
    assert find_tax_terms(country="FR").table.rates["standard"] == (TaxRate("MwSt.", 190_000),)
    switch_on(now, charges_at_destination=True)
    assert find_tax_terms(country="FR").table.rates["standard"] == (TaxRate("TVA", 200_000),)
    assert find_tax_terms(country="").table.rates["standard"] == (TaxRate("MwSt.", 190_000),)


def test_elsewhere_nothing_is_charged_and_prices_are_lower_only_by_choice(german: None, now: datetime) -> None:
    assert find_tax_terms(country="US").table.taxing is Taxing.NONE
    switch_on(now, removes_elsewhere=True)
    table = find_tax_terms(country="US").table
    quote = price_basket(Basket("EUR", (BasketLine(key=1, unit_amount=11_900, quantity=1),), taxes=table))
    assert (quote.totals.total, quote.totals.tax, quote.is_reverse_charge) == (10_000, 0, False)


def test_a_province_has_rates_of_its_own_and_several_at_once(now: datetime) -> None:
    switch_on(now, prices_include_tax=False)
    add_region(country="CA", province="QC")
    for written in ("QC", "qc", "Quebec", " quebec "):
        table = find_tax_terms(country="CA", province=written).table
        assert table.rates["standard"] == (TaxRate("GST", 50_000), TaxRate("QST", 99_750))
    quote = price_basket(Basket("CAD", (BasketLine(key=1, unit_amount=9999, quantity=1),), taxes=table))
    assert [(tax.rate.name, tax.amount) for tax in quote.taxes] == [("QST", 997), ("GST", 500)]
    assert find_tax_terms(country="CA", province="Ontario").table.taxing is Taxing.NONE


def test_a_business_elsewhere_in_the_union_owes_the_tax_itself_only_once_the_register_says_so(
    german: None, now: datetime
) -> None:
    switch_on(now, takes_vat_ids=True)
    verdict = check_vat_id(text="fr 40 303 265 04５", country="FR", now=now)
    assert (verdict.vat_id, verdict.state) == (FRENCH, VatState.UNKNOWN)
    assert not is_vat_id_accepted(FRENCH) and not find_tax_terms(country="FR", vat_id=FRENCH).table.is_reverse_charge
    switch_on(now, takes_vat_ids=True, trusts_unchecked_ids=True)
    assert find_tax_terms(country="FR", vat_id=FRENCH).table.is_reverse_charge
    switch_on(now, takes_vat_ids=True)
    VatCheck.objects.update(state="valid")
    table = find_tax_terms(country="FR", vat_id=FRENCH).table
    assert table.is_reverse_charge and table.taxing is Taxing.REMOVED
    assert not find_tax_terms(country="DE", vat_id=GERMAN).table.is_reverse_charge
    assert not find_tax_terms(country="GB", vat_id=FRENCH).table.is_reverse_charge
    VatCheck.objects.update(state="invalid")
    assert not find_tax_terms(country="FR", vat_id=FRENCH).table.is_reverse_charge


@pytest.mark.parametrize("text", ["", "FR1", "FR40303265046", "DE136695976", "X" * 500])
def test_a_number_that_is_spelled_wrong_or_of_another_country_is_refused(text: str) -> None:
    with pytest.raises(VatIdRefused):
        clean_vat_id(text, country="FR")


def test_the_registers_answers_are_read_as_they_are() -> None:
    valid = {"isValid": True, "userError": "VALID", "name": "ACME SARL", "requestIdentifier": "WAPIAAAAX"}
    assert read_answer(valid).state is VatState.VALID and read_answer(valid).name == "ACME SARL"
    assert read_answer({"isValid": True, "name": "---"}).name == ""
    assert read_answer({"isValid": False, "userError": "INVALID"}).state is VatState.INVALID
    for unclear in ({"isValid": False, "userError": "MS_UNAVAILABLE"}, {}, [], None, {"isValid": "yes"}):
        assert read_answer(unclear).state is VatState.UNKNOWN


def test_rates_are_checked_and_written_whole(german: None) -> None:
    region = TaxRegion.objects.get(country="DE")
    save_rates(region_id=region.pk, rates=[RateFacts("VAT", Decimal("8.8750"))])
    assert [(row.name, row.percent) for row in list_regions()[0].rates.all()] == [("VAT", Decimal("8.8750"))]
    assert find_tax_terms(country="DE").table.rates["standard"] == (TaxRate("VAT", 88_750),)
    for wrong in (
        [RateFacts("", Decimal(1))],
        [RateFacts("A", Decimal(101))],
        [RateFacts("A", Decimal(-1))],
        [RateFacts("A", Decimal("1.00001"))],
        [RateFacts("A", Decimal(1)), RateFacts("A", Decimal(2))],
        [RateFacts("A", Decimal(1), 10**9)],
    ):
        with pytest.raises(TaxRefused):
            save_rates(region_id=region.pk, rates=wrong)
    assert Row.objects.filter(region=region).count() == 1
    with pytest.raises(TaxRefused):
        add_region(country="DE")
    with pytest.raises(TaxRefused):
        add_region(country="XX")
    assert remove_region(region_id=region.pk).country == "DE"
    assert find_tax_terms(country="DE").table.taxing is Taxing.NONE


def test_every_member_of_the_union_every_state_and_every_province_has_a_start() -> None:
    assert set(COUNTRIES) >= EUROPEAN_UNION | {"GB", "CN", "AU", "JP"}
    for country in COUNTRIES:
        for _name, percent, _is_reduced in preset_rates(country):
            assert 0 < percent <= 27
    known = {country: {one.code for one in regions.list_regions(country)} for country in PROVINCES}
    assert len(PROVINCES["US"]) == 46 and set(PROVINCES["CA"]) == known["CA"]
    assert not set(PROVINCES["US"]) - known["US"]
    assert {"AK", "DE", "MT", "NH", "OR"} <= known["US"] - set(PROVINCES["US"])


def test_every_preset_says_once_where_it_is_from_and_of_which_day() -> None:
    named = [country for source in SOURCES for country in source.countries]
    assert sorted(named) == sorted({*COUNTRIES, *PROVINCES})
    assert all(source.name and source.said_on <= CHECKED_ON for source in SOURCES)


@pytest.mark.parametrize(
    ("country", "province", "percents"),
    [
        ("EE", "", ["24", "9"]),
        ("RO", "", ["21", "11"]),
        ("SK", "", ["23", "5"]),
        ("FI", "", ["25.5", "13.5"]),
        ("SE", "", ["25", "6"]),
        ("CH", "", ["8.1", "2.6"]),
        ("SG", "", ["9"]),
        ("CA", "NS", ["14"]),
        ("CA", "QC", ["5", "9.975"]),
        ("US", "LA", ["5"]),
    ],
)
def test_rates_that_changed_lately_are_the_new_ones(country: str, province: str, percents: list[str]) -> None:
    assert [f"{percent.normalize():f}" for _name, percent, _is_reduced in preset_rates(country, province)] == percents
