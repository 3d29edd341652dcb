"""The merchant says where tax is charged and how."""

from decimal import Decimal

import pytest
from django.test import Client

from core.tenancy import in_tenant
from storefront.pricing.basket import Taxing
from storefront.taxes.models import TaxRegion, TaxSettings
from storefront.taxes.selectors import find_tax_terms
from tenants.models import Tenant

HOME = "/dashboard/settings/tax-rates/"


def test_taxes_are_switched_on_a_place_added_and_its_rates_changed(merchant_client: Client, acme: Tenant) -> None:
    assert "Nowhere yet" in merchant_client.get(HOME).content.decode()
    on = {"do": "save", "is_on": "on", "prices_include_tax": "", "delivery_taxing": "goods"}
    assert merchant_client.post(HOME, on).status_code == 302
    assert "nobody pays any until you add a country" in merchant_client.get(HOME).content.decode()
    added = merchant_client.post(HOME, {"do": "add", "country": "US", "province": "US-CA"})
    assert added.status_code == 302
    page = merchant_client.get(added["Location"]).content.decode()
    assert "United States, California" in page and 'value="7.25"' in page
    rates = {
        "name_0": "State",
        "percent_0": "7.25",
        "class_0": "",
        "name_1": "City",
        "percent_1": "1.125",
        "class_1": "",
    }
    assert merchant_client.post(added["Location"], rates).status_code == 302
    with in_tenant(acme):
        assert TaxSettings.objects.get().delivery_taxing == "goods"
        table = find_tax_terms(country="US", province="California").table
        assert table.taxing is Taxing.ADDED and [rate.parts for rate in table.rates["standard"]] == [72_500, 11_250]
    merchant_client.post(added["Location"], {**rates, "name_1": "", "percent_1": ""})
    with in_tenant(acme):
        assert [rate.percent for rate in TaxRegion.objects.get().rates.all()] == [Decimal("7.25")]
    assert "State 7.25%" in merchant_client.get(HOME).content.decode()
    assert merchant_client.post(added["Location"], {"do": "remove"}).status_code == 302
    with in_tenant(acme):
        assert not TaxRegion.objects.exists()
    assert merchant_client.get(added["Location"]).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"do": "add", "country": "XX"},
        {"do": "add", "country": ""},
        {"do": "add", "country": "US"},
        {"do": "add", "country": "DE", "province": "US-CA"},
        {"do": "add", "country": "US", "province": "US-ZZ"},
        {"do": "save", "delivery_taxing": "never"},
    ],
)
def test_what_cannot_be_is_refused(merchant_client: Client, acme: Tenant, wrong: dict[str, str]) -> None:
    assert merchant_client.post(HOME, wrong).status_code == 422
    with in_tenant(acme):
        assert not TaxRegion.objects.exists() and not TaxSettings.objects.exists()


def test_only_shops_in_the_union_are_asked_about_it(merchant_client: Client, acme: Tenant) -> None:
    assert "One Stop Shop" not in merchant_client.get(HOME).content.decode()
    Tenant.objects.filter(pk=acme.pk).update(country="DE")
    page = merchant_client.get(HOME).content.decode()
    assert "One Stop Shop" in page and "only the spelling of a number is checked" in page
