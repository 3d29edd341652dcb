"""Ways of delivery: what a new store has, what a shopper is offered, what a merchant may change."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from core.tenancy import in_tenant
from storefront.shipping.countries import is_country, list_countries
from storefront.shipping.errors import MethodNotFound, RateRefused
from storefront.shipping.models import ShippingMethod, ShippingZone
from storefront.shipping.seeding import choose_prices
from storefront.shipping.selectors import list_rates
from storefront.shipping.services import remove_method, save_method
from tenants.models import Tenant

FRIDAY = date(2026, 11, 20)
GOOD: dict[str, Any] = {
    "name": "Next day",
    "price_amount": 1400,
    "free_over_amount": None,
    "minimum_days": 1,
    "maximum_days": 1,
}


def test_a_new_store_delivers_everywhere(in_acme: Tenant) -> None:
    (rate,) = list_rates(country="PT", subtotal_amount=1000, today=FRIDAY)
    assert (rate.name, rate.amount, rate.free_over_amount) == ("Standard delivery", 490, 6000)
    assert (rate.from_date, rate.to_date) == (date(2026, 11, 24), date(2026, 11, 27)), "weekends do not count"


@pytest.mark.parametrize(("zone", "first"), [("UTC", date(2026, 11, 25)), ("America/New_York", date(2026, 11, 24))])
def test_days_are_counted_from_the_stores_own_day_as_on_the_product_page(
    in_acme: Tenant, monkeypatch: pytest.MonkeyPatch, zone: str, first: date
) -> None:
    monkeypatch.setattr("storefront.shipping.selectors.utc_now", lambda: datetime(2026, 11, 23, 1, tzinfo=UTC))
    with timezone.override(zone):
        (rate,) = list_rates(country="US", subtotal_amount=1000)
    assert rate.from_date == first


@pytest.mark.parametrize(("subtotal", "amount"), [(5999, 490), (6000, 0), (6001, 0)])
def test_delivery_is_free_from_the_threshold_on(in_acme: Tenant, subtotal: int, amount: int) -> None:
    assert list_rates(country="US", subtotal_amount=subtotal)[0].amount == amount


@pytest.mark.parametrize(
    ("currency", "price", "free"),
    [("USD", 490, 6000), ("CNY", 1000, 9900), ("EUR", 500, 5000), ("JPY", 600, 6000), ("KWD", 2000, 20_000)],
)
def test_the_first_price_fits_the_currency(currency: str, price: int, free: int) -> None:
    assert choose_prices(currency) == (price, free)
    assert choose_prices("AED") == (500, 6000)  # one that nobody thought of


def test_a_zone_that_names_the_country_goes_first(in_acme: Tenant) -> None:
    canada = ShippingZone.objects.create(name="Canada", countries=["CA"], position=9)
    ShippingMethod.objects.create(zone=canada, name="Parcel", price_amount=900)
    assert [rate.name for rate in list_rates(country="CA", subtotal_amount=0)] == ["Parcel"]
    assert [rate.name for rate in list_rates(country="US", subtotal_amount=0)] == ["Standard delivery"]


def test_where_nothing_goes_nothing_is_offered(in_acme: Tenant) -> None:
    ShippingZone.objects.update(countries=["CA"])
    assert list_rates(country="US", subtotal_amount=0) == []
    ShippingZone.objects.all().delete()
    assert list_rates(country="CA", subtotal_amount=0) == []


def test_a_way_of_delivery_is_added_changed_and_removed(in_acme: Tenant) -> None:
    method = save_method(method_id=None, **GOOD)
    save_method(method_id=method.pk, **{**GOOD, "price_amount": 1500})
    assert [rate.amount for rate in list_rates(country="US", subtotal_amount=0)] == [490, 1500]
    remove_method(method_id=method.pk)
    assert [rate.amount for rate in list_rates(country="US", subtotal_amount=0)] == [490]


def test_the_last_way_of_delivery_stays(in_acme: Tenant) -> None:
    with pytest.raises(RateRefused, match="only way"):
        remove_method(method_id=ShippingMethod.objects.get().pk)


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "},
        {"price_amount": -1},
        {"free_over_amount": -1},
        {"minimum_days": 5},
        {"maximum_days": 121},
        {"minimum_days": -1},
        {"price_amount": 10**13},
    ],
)
def test_what_makes_no_sense_is_refused(in_acme: Tenant, change: dict[str, Any]) -> None:
    with pytest.raises(RateRefused):
        save_method(method_id=None, **{**GOOD, **change})
    assert ShippingMethod.objects.count() == 1


def test_a_way_that_is_gone_cannot_be_changed(in_acme: Tenant) -> None:
    for action in (lambda: save_method(method_id=10**9, **GOOD), lambda: remove_method(method_id=10**9)):
        with pytest.raises(MethodNotFound):
            action()


def test_the_database_refuses_a_negative_price(in_acme: Tenant) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ShippingMethod.objects.update(price_amount=-1)


def test_countries_are_places_that_mail_reaches() -> None:
    assert is_country("HK")
    assert not any(is_country(code) for code in ("EU", "UN", "ZZ", "XX", "us", ""))
    assert ("DE", "德国") in list_countries("zh-hans")


def test_the_merchant_changes_a_price_on_the_page(acme: Tenant, merchant_client: Client) -> None:
    with in_tenant(acme):
        method = ShippingMethod.objects.get()
    prefix = f"m{method.pk}-"
    form = {
        "method": method.pk,
        f"{prefix}name": "Parcel",
        f"{prefix}price_amount": "7.50",
        f"{prefix}free_over_amount": "",
        f"{prefix}minimum_days": "1",
        f"{prefix}maximum_days": "3",
    }
    assert merchant_client.post("/dashboard/settings/shipping/", form).status_code == 302
    with in_tenant(acme):
        method.refresh_from_db()
        assert (method.name, method.price_amount, method.free_over_amount) == ("Parcel", 750, None)
    refused = merchant_client.post("/dashboard/settings/shipping/", {**form, f"{prefix}price_amount": "7.505"})
    assert refused.status_code == 422
    assert "too many decimals" in refused.content.decode()
    with in_tenant(acme):
        method.refresh_from_db()
        assert method.price_amount == 750
