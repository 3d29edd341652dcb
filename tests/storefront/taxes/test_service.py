"""Who counts taxes is the merchant's choice; what a service is asked is the same for the same basket alone."""

from dataclasses import replace

import pytest
from django.test import Client

from core.clock import utc_now
from core.tenancy import in_tenant
from storefront.catalog.models import TaxClass
from storefront.inventory.models import Warehouse
from storefront.pricing.assessing import Assessed, Taxable
from storefront.pricing.basket import TaxRate
from storefront.pricing.taxes import TaxShare
from storefront.taxes.asking import TaxPlace, TaxQuestion, TaxService, read_answer, write_answer
from storefront.taxes.enums import TaxProviderName
from storefront.taxes.models import TaxSettings
from tenants.models import Tenant
from tests.storefront.checkout.orders import open_store
from tests.storefront.taxes.test_dashboard import HOME

ON = {"do": "save", "is_on": "on", "prices_include_tax": "", "delivery_taxing": "standard", "provider": "stripe"}
QUESTION = TaxQuestion(
    currency="USD",
    lines=(Taxable(1, 1000, 2, "standard"),),
    codes=("txcd_99999999",),
    shipping_amount=490,
    place=TaxPlace("US", "CA", "South San Francisco", "94080", "354 Oyster Point Blvd"),
    is_included=False,
)


@pytest.mark.parametrize(
    "other",
    [
        replace(QUESTION, currency="EUR"),
        replace(QUESTION, lines=(Taxable(1, 1001, 2, "standard"),)),
        replace(QUESTION, lines=(Taxable(1, 1000, 1, "standard"),)),
        replace(QUESTION, lines=(Taxable(2, 1000, 2, "standard"),)),
        replace(QUESTION, codes=("txcd_35010000",)),
        replace(QUESTION, shipping_amount=None),
        replace(QUESTION, place=replace(QUESTION.place, postcode="94105")),
        replace(QUESTION, place=replace(QUESTION.place, line1="355 Oyster Point Blvd")),
        replace(QUESTION, is_included=True),
        replace(QUESTION, vat_id="FR40303265045"),
    ],
)
def test_whatever_decides_a_tax_makes_another_question(other: TaxQuestion) -> None:
    assert other.fingerprint != QUESTION.fingerprint == replace(QUESTION).fingerprint


def test_places_are_spelled_in_one_way_and_known_well_enough() -> None:
    typed = TaxPlace.from_address({"country": "us", "province": "california", "postcode": " 94080 ", "name": "Maya"})
    assert (typed.country, typed.province, typed.postcode, typed.is_enough) == ("US", "CA", "94080", True)
    assert not TaxPlace("US", "CA").is_enough and not TaxPlace("US", "CA", postcode="9408").is_enough
    assert TaxPlace("CA", "ON").is_enough and not TaxPlace("CA").is_enough
    assert TaxPlace("DE").is_enough and not TaxPlace("").is_enough


def test_goods_are_named_by_their_class_else_as_the_store_s_usual_ones() -> None:
    service = TaxService(TaxProviderName.STRIPE, {"7": "txcd_35010000"}, is_included=False, falls_back=False)
    codes = [service.code_of(one) for one in ("7", "8", "standard", "untaxed")]
    assert codes == ["txcd_35010000", "txcd_99999999", "txcd_99999999", "txcd_00000000"]
    assert replace(service, tax_codes={"standard": "txcd_10000000"}).code_of("8") == "txcd_10000000"


def test_an_answer_is_read_as_it_was_written() -> None:
    share = TaxShare(TaxRate("VAT", 190_000), 1000, 190)
    answer = Assessed({1: (share, share), 2: ()}, (share,), is_included=True, is_reverse_charge=False)
    assert read_answer(write_answer(answer)) == answer


def test_stripe_tax_is_chosen_with_an_account_and_codes(merchant_client: Client, acme: Tenant) -> None:
    with in_tenant(acme):
        books = TaxClass.objects.create(code="books", name="Books")
    refused = merchant_client.post(HOME, ON)
    assert refused.status_code == 422 and "needs your Stripe account" in refused.content.decode()
    open_store(acme, utc_now(), account_id="acct_1")
    wrong = merchant_client.post(HOME, {**ON, f"code_{books.pk}": "books"})
    assert wrong.status_code == 422 and "looks like txcd_99999999" in wrong.content.decode()
    codes = {f"code_{books.pk}": "txcd_35010000", "code_standard": ""}
    assert merchant_client.post(HOME, {**ON, **codes, "falls_back": "1"}).status_code == 302
    page = merchant_client.get(HOME).content.decode()
    assert "txcd_35010000" in page and "Stripe charges you for counting" in page
    assert "nobody pays any until you add a country" not in page
    assert "Your default warehouse has no full address." in page
    with in_tenant(acme):
        Warehouse.objects.filter(is_default=True).update(address={"country": "US", "postcode": "97210"})
    assert "has no full address" not in merchant_client.get(HOME).content.decode()
    with in_tenant(acme):
        kept = TaxSettings.objects.get()
        assert (kept.provider, kept.falls_back, kept.tax_codes) == ("stripe", True, {str(books.pk): "txcd_35010000"})


def test_a_provider_that_is_none_is_refused(merchant_client: Client) -> None:
    assert merchant_client.post(HOME, {**ON, "provider": "guess"}).status_code == 422
