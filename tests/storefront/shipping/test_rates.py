"""Ways of delivery: what a new store has, what a shopper is offered, what a merchant may change."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st

from core.tenancy import in_tenant
from storefront.catalog.conversion import make_conversion
from storefront.catalog.enums import Rounding
from storefront.catalog.shown import Prices
from storefront.customers.postal.regions import find_region, list_regions, region_name
from storefront.inventory.models import Warehouse
from storefront.shipping.countries import is_country, list_countries
from storefront.shipping.enums import Basis, Refusal
from storefront.shipping.errors import MethodNotFound, RateRefused, ZoneNotFound, ZoneRefused
from storefront.shipping.models import ShippingBand, ShippingMethod, ShippingZone
from storefront.shipping.rates import Parcel, Row, find_zone, make_offer, price_way, price_ways
from storefront.shipping.seeding import choose_prices
from storefront.shipping.selectors import delivers_to, get_delivery, get_offer, list_rates
from storefront.shipping.services import (
    MethodDraft,
    Step,
    move_method,
    remove_method,
    remove_zone,
    save_method,
    save_zone,
    set_handling_days,
)
from tenants.models import Tenant

FRIDAY = date(2026, 11, 20)
NEXT_DAY = MethodDraft(name="Next day", price_amount=1400, minimum_days=1, maximum_days=1)
BY_WEIGHT = (Step(1000, 500), Step(5000, 800), Step(None, 1200))


def names(country: str, region: str = "", **more: Any) -> list[str]:
    return [rate.name for rate in list_rates(country=country, region=region, subtotal_amount=0, **more)]


def zone(name: str, countries: list[str], regions: dict[str, list[str]] | None = None) -> ShippingZone:
    made = save_zone(zone_id=None, name=name, countries=countries, regions=regions or {})
    save_method(method_id=None, draft=replace(NEXT_DAY, name=f"To {name}", zone_id=made.pk))
    return made


def only_zone() -> int:
    return ShippingZone.objects.get().pk


def test_a_new_store_delivers_everywhere_in_both_languages(in_acme: Tenant) -> None:
    (rate,) = list_rates(country="PT", subtotal_amount=1000, today=FRIDAY)
    assert (rate.name, rate.amount, rate.free_over_amount) == ("Standard delivery", 490, 6000)
    assert (rate.from_date, rate.to_date) == (date(2026, 11, 24), date(2026, 11, 27)), "weekends do not count"
    with translation.override("zh-hans"):
        (said,) = list_rates(country="PT", subtotal_amount=1000, today=FRIDAY)
    assert (said.name, said.own_name) == ("标准配送", "Standard delivery")


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


def test_days_of_making_ready_come_on_top(in_acme: Tenant) -> None:
    set_handling_days(days=2)
    (rate,) = list_rates(country="US", subtotal_amount=0, today=FRIDAY)
    assert (rate.from_date, rate.days) == (date(2026, 11, 26), (4, 7))
    with pytest.raises(RateRefused):
        set_handling_days(days=61)


def test_the_closest_zone_is_asked_province_before_country_before_everywhere_else(in_acme: Tenant) -> None:
    zone("Quebec", ["CA"], {"CA": ["QC"]})
    assert names("CA", "Québec") == ["To Quebec"]
    assert names("CA", "ON") == ["Standard delivery"], "the rest of the country is everywhere else"
    assert names("CA") == [], "which part it is has to be told first"
    zone("Canada", ["CA", "MX"])
    assert (names("CA", "quebec"), names("CA", "ON"), names("CA")) == (["To Quebec"], ["To Canada"], ["To Canada"])
    assert (names("MX"), names("US")) == (["To Canada"], ["Standard delivery"])


def test_why_nothing_is_delivered_is_told(in_acme: Tenant) -> None:
    save_zone(zone_id=only_zone(), name="Home", countries=["CN"], regions={"CN": ["浙江省", "上海市"]})
    told = {
        place: get_offer(Parcel(*place)).refusal
        for place in (("CN", "浙江"), ("CN", "西藏"), ("CN", ""), ("CN", "Atlantis"), ("US", "CA"))
    }
    assert list(told.values()) == [None, Refusal.PART, Refusal.REGION, Refusal.REGION, Refusal.NOWHERE]
    assert (delivers_to("CN"), delivers_to("US")) == (True, False)
    method = ShippingMethod.objects.get()
    save_method(method_id=method.pk, draft=MethodDraft(name="Post", basis=Basis.WEIGHT, steps=[Step(20_000, 500)]))
    assert get_offer(Parcel("CN", "浙江", weight_grams=20_001)).refusal == Refusal.LIMIT


def test_a_zone_without_a_way_that_is_on_delivers_nothing_there(in_acme: Tenant) -> None:
    save_zone(zone_id=None, name="Canada", countries=["CA"], regions={})
    assert names("CA") == []
    assert names("US") == ["Standard delivery"]


@pytest.mark.parametrize(
    ("grams", "amount"), [(0, 500), (1000, 500), (1001, 800), (5000, 800), (5001, 1200), (10**7, 1200)]
)
def test_a_price_by_weight_takes_the_last_gram_of_its_step(in_acme: Tenant, grams: int, amount: int) -> None:
    save_method(
        method_id=ShippingMethod.objects.get().pk,
        draft=MethodDraft(name="Post", basis=Basis.WEIGHT, steps=BY_WEIGHT, free_over_amount=10_000),
    )
    (rate,) = list_rates(country="US", subtotal_amount=9999, weight_grams=grams)
    assert (rate.amount, rate.is_stepped) == (amount, True)
    assert list_rates(country="US", subtotal_amount=10_000, weight_grams=grams)[0].amount == 0


@pytest.mark.parametrize(("subtotal", "amount"), [(0, 700), (2999, 700), (3000, 300), (4999, 300), (5000, 0)])
def test_a_price_by_value_begins_its_step_at_its_limit(in_acme: Tenant, subtotal: int, amount: int) -> None:
    steps = [Step(5000, 300), Step(3000, 700), Step(None, 0)]
    save_method(
        method_id=ShippingMethod.objects.get().pk, draft=MethodDraft(name="Post", basis=Basis.PRICE, steps=steps)
    )
    assert list_rates(country="US", subtotal_amount=subtotal)[0].amount == amount


@settings(max_examples=300, deadline=None)
@given(
    ends=st.lists(st.integers(1, 10**8), unique=True, max_size=19),
    basis=st.sampled_from([Basis.WEIGHT, Basis.PRICE]),
    at=st.integers(0, 10**8),
)
def test_steps_leave_no_gap_and_no_overlap(ends: list[int], basis: str, at: int) -> None:
    steps = [{"up_to": end, "amount": end, "amounts": {}} for end in sorted(ends)]
    last = {"up_to": None, "amount": 10**9, "amounts": {}}
    way: Row = {"basis": basis, "bands": [*steps, last], "free_over_amount": None}
    parcel = Parcel("US", weight_grams=at) if basis == Basis.WEIGHT else Parcel("US", subtotal_amount=at)
    beyond = [end for end in ends if (at <= end if basis == Basis.WEIGHT else at < end)]
    assert price_way(way, parcel, prices=Prices("USD")) == min(beyond, default=10**9)


def test_another_currency_takes_the_price_by_hand_else_the_converted_one(in_acme: Tenant) -> None:
    conversion = make_conversion(
        own="USD", other="EUR", rate=Decimal("0.9"), adjustment_percent=Decimal(0), rounding=Rounding.NONE
    )
    euros = Prices("EUR", rate=Decimal("0.9"), conversion=conversion)
    method = ShippingMethod.objects.get()
    draft = MethodDraft(name="Post", price_amount=1000, free_over_amount=6000)
    save_method(method_id=method.pk, draft=draft)
    (rate,) = list_rates(country="US", subtotal_amount=0, prices=euros)
    assert (rate.amount, rate.free_over_amount) == (900, 5400)
    save_method(method_id=method.pk, draft=replace(draft, amounts={"EUR": 850}, free_over_amounts={"EUR": 5000}))
    (rate,) = list_rates(country="US", subtotal_amount=4999, prices=euros)
    assert (rate.amount, rate.free_over_amount) == (850, 5000)
    assert list_rates(country="US", subtotal_amount=5000, prices=euros)[0].amount == 0
    assert list_rates(country="US", subtotal_amount=5000)[0].amount == 1000, "the store's own stays what it is"


def test_what_a_checkout_asks_is_one_query_however_many_zones(in_acme: Tenant) -> None:
    zone("Canada", ["CA"])
    zone("Quebec", ["CA"], {"CA": ["QC"]})
    with CaptureQueriesContext(connection) as counted:
        list_rates(country="CA", region="QC", subtotal_amount=100, weight_grams=5)
    assert len(counted) == 1


def test_no_two_zones_take_the_same_place(in_acme: Tenant) -> None:
    zone("East", ["CA"], {"CA": ["QC", "ON"]})
    with pytest.raises(ZoneRefused, match="Quebec is in the zone “East” already"):
        zone("French", ["CA"], {"CA": ["QC"]})
    zone("West", ["CA", "US"], {"CA": ["BC"]})
    with pytest.raises(ZoneRefused, match="United States is in the zone “West” already"):
        zone("America", ["US"])
    with pytest.raises(ZoneRefused, match="everywhere else already"):
        save_zone(zone_id=None, name="World", countries=[], regions={})
    assert ShippingZone.objects.count() == 3


def test_all_provinces_are_the_country_as_a_whole(in_acme: Tenant) -> None:
    every = [region.code for region in list_regions("CA")]
    assert zone("Canada", ["CA"], {"CA": every, "US": ["NY"]}).regions == {}
    for regions, countries in (({"CA": ["Bavaria"]}, ["CA"]), ({}, ["XX"]), ({}, ["ca"])):
        with pytest.raises(ZoneRefused):
            save_zone(zone_id=None, name="Wrong", countries=countries, regions=regions)


def test_regions_are_known_however_they_are_written() -> None:
    known = {
        ("CA", "Québec"): "QC", ("CA", " quebec "): "QC", ("CA", "CA-QC"): "QC",
        ("CN", "浙江"): "浙江省", ("CN", "Zhejiang"): "浙江省",
        ("CN", "广西"): "广西壮族自治区", ("AU", "new south wales"): "NSW", ("JP", "東京"): "東京都", ("US", "D.C."): "DC",
        ("US", "Kalifornien"): "", ("DE", "Bayern"): "", ("XX", "A"): "", ("../cn", "浙江"): "", ("US", ""): "",
    }  # fmt: skip
    assert {key: find_region(*key) for key in known} == known
    assert (region_name("CN", "浙江省", "en"), region_name("CN", "浙江省", "zh-hans")) == ("Zhejiang", "浙江省")


def test_a_way_of_delivery_is_added_changed_moved_and_removed(in_acme: Tenant) -> None:
    method = save_method(method_id=None, draft=replace(NEXT_DAY, zone_id=only_zone()))
    said = {"zh-hans": {"name": " 次日达 ", "text": "", "color": "x"}}
    save_method(method_id=method.pk, draft=replace(NEXT_DAY, price_amount=1500, translations=said))
    assert [rate.amount for rate in list_rates(country="US", subtotal_amount=0)] == [490, 1500]
    move_method(method_id=method.pk)
    assert [rate.amount for rate in list_rates(country="US", subtotal_amount=0)] == [1500, 490]
    method.refresh_from_db()
    assert method.translations == {"zh-hans": {"name": "次日达"}}
    remove_method(method_id=method.pk)
    assert [rate.amount for rate in list_rates(country="US", subtotal_amount=0)] == [490]


def test_the_last_way_of_delivery_stays(in_acme: Tenant) -> None:
    method = ShippingMethod.objects.get()
    with pytest.raises(RateRefused, match="only way"):
        remove_method(method_id=method.pk)
    with pytest.raises(RateRefused, match="only way"):
        save_method(method_id=method.pk, draft=replace(NEXT_DAY, is_active=False))
    with pytest.raises(RateRefused, match="only zone"):
        remove_zone(zone_id=only_zone())
    zone("Canada", ["CA"])
    remove_zone(zone_id=ShippingZone.objects.get(countries=[]).pk)
    assert names("US") == []


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "},
        {"name": "x" * 121},
        {"text": "x" * 201},
        {"basis": "moon"},
        {"price_amount": -1},
        {"price_amount": 10**13},
        {"amounts": {"EUR": -1}},
        {"amounts": {"XYZ": 1}},
        {"free_over_amount": -1},
        {"minimum_days": 5},
        {"maximum_days": 121},
        {"minimum_days": -1},
        {"basis": Basis.WEIGHT},
        {"basis": Basis.WEIGHT, "steps": [Step(None, 1), Step(None, 2)]},
        {"basis": Basis.WEIGHT, "steps": [Step(5, 1), Step(5, 2)]},
        {"basis": Basis.WEIGHT, "steps": [Step(0, 1)]},
        {"basis": Basis.PRICE, "steps": [Step(5, -1)]},
        {"basis": Basis.PRICE, "steps": [Step(number, 1) for number in range(1, 22)]},
    ],
)
def test_what_makes_no_sense_is_refused(in_acme: Tenant, change: dict[str, Any]) -> None:
    with pytest.raises(RateRefused):
        save_method(method_id=None, draft=replace(NEXT_DAY, zone_id=only_zone(), **change))
    assert ShippingMethod.objects.count() == 1


def test_what_is_gone_cannot_be_changed(in_acme: Tenant) -> None:
    for action in (
        lambda: save_method(method_id=10**9, draft=NEXT_DAY),
        lambda: remove_method(method_id=10**9),
        lambda: move_method(method_id=10**9),
    ):
        with pytest.raises(MethodNotFound):
            action()
    with pytest.raises(ZoneNotFound):
        remove_zone(zone_id=10**9)
    with pytest.raises(ZoneNotFound):
        save_method(method_id=None, draft=replace(NEXT_DAY, zone_id=10**9))


def test_the_database_refuses_what_must_never_be(in_acme: Tenant) -> None:
    method = ShippingMethod.objects.get()
    save_method(method_id=method.pk, draft=MethodDraft(name="Post", basis=Basis.WEIGHT, steps=BY_WEIGHT))
    for change in (
        lambda: ShippingMethod.objects.update(price_amount=-1),
        lambda: ShippingMethod.objects.update(zone=None),
        lambda: ShippingMethod.objects.update(kind="pickup"),
        lambda: ShippingBand.objects.update(amount=-1),
        lambda: ShippingBand.objects.update(up_to=0),
        lambda: ShippingBand.objects.create(method=method, up_to=1000, amount=1),
        lambda: ShippingBand.objects.create(method=method, up_to=None, amount=1),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_an_order_is_picked_up_where_a_warehouse_is(in_acme: Tenant) -> None:
    shop = Warehouse.objects.get()
    Warehouse.objects.update(address={"line1": "1 Main St", "city": "Portland"})
    draft = MethodDraft(name="At our shop", hours="9 to 5", warehouse_id=shop.pk, minimum_days=0, maximum_days=1)
    save_method(method_id=None, draft=draft)
    (rate,) = price_ways(get_delivery()["pickups"], Parcel(""), prices=Prices("USD"), today=FRIDAY)
    assert rate.place is not None
    assert (rate.amount, rate.place.hours, rate.place.address["city"], rate.from_date) == (
        0,
        "9 to 5",
        "Portland",
        FRIDAY,
    )
    assert names("US") == ["Standard delivery"], "what is picked up is not sent"
    with pytest.raises(RateRefused, match="warehouse"):
        save_method(method_id=None, draft=replace(draft, warehouse_id=10**9))


def test_countries_are_places_that_mail_reaches() -> None:
    assert is_country("HK")
    assert not any(is_country(code) for code in ("EU", "UN", "ZZ", "XX", "us", ""))
    assert ("DE", "德国") in list_countries("zh-hans")


def test_nothing_that_was_read_delivers_nowhere() -> None:
    assert find_zone(None, country="US") is None
    assert make_offer({"zones": None, "pickups": None}, Parcel("US"), prices=Prices("USD"), today=FRIDAY).rates == ()


def test_another_store_has_its_own(acme: Tenant, globex: Tenant) -> None:
    with in_tenant(acme):
        zone("Canada", ["CA"])
    with in_tenant(globex):
        assert len(names("CA")) == 1
        assert names("CA") != ["To Canada"]
