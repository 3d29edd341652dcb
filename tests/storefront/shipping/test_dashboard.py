"""The merchant's pages of delivery."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from core.tenancy import in_tenant
from storefront.shipping.models import ShippingBand, ShippingMethod, ShippingZone
from storefront.shipping.selectors import list_rates
from tenants.models import Tenant

HOME = "/dashboard/settings/shipping/"
FLAT = {
    "name": "Parcel", "text": "", "basis": "flat", "price_amount": "7.50", "free_over_amount": "", "minimum_days": "1",
    "maximum_days": "3", "is_active": "on",
}  # fmt: skip


def soup(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def test_a_price_is_changed_on_its_page(acme: Tenant, merchant_client: Client) -> None:
    with in_tenant(acme):
        method = ShippingMethod.objects.get()
    url = f"{HOME}rates/{method.pk}/"
    shown = soup(merchant_client.get(url))
    assert shown.select_one("[name=price_amount]")["value"] == "4.90"
    assert merchant_client.post(url, FLAT).status_code == 302
    with in_tenant(acme):
        method.refresh_from_db()
        assert (method.name, method.price_amount, method.free_over_amount) == ("Parcel", 750, None)
    for wrong, word in ({"price_amount": "7.505"}, "too many decimals"), ({"price_amount": "-1"}, "0 or more"):
        refused = merchant_client.post(url, FLAT | wrong)
        assert refused.status_code == 422
        assert word in refused.content.decode()
    with in_tenant(acme):
        method.refresh_from_db()
        assert method.price_amount == 750


def test_a_zone_is_made_with_provinces_and_a_price_by_weight(acme: Tenant, merchant_client: Client) -> None:
    new = f"{HOME}zones/new/"
    tried = merchant_client.post(new, {"name": "East", "countries": ["CA"], "more": "1"})
    assert tried.status_code == 422
    assert soup(tried).select_one('[name="regions_CA"][value="QC"]') is not None
    with in_tenant(acme):
        assert ShippingZone.objects.count() == 1, "looking at provinces saves nothing"
    made = merchant_client.post(new, {"name": "East", "countries": ["CA"], "regions_CA": ["QC", "ON"]})
    with in_tenant(acme):
        zone = ShippingZone.objects.get(name="East")
    assert made["Location"] == f"{HOME}zones/{zone.pk}/rates/new/"
    assert zone.regions == {"CA": ["ON", "QC"]}
    steps = {
        "basis": "weight", "kg_0": "1", "step_0_": "5", "kg_1": "2.5", "step_1_": "8.00", "kg_2": "", "step_2_": "12",
    }  # fmt: skip
    assert merchant_client.post(made["Location"], FLAT | steps | {"kg_1": "heavy"}).status_code == 422
    assert merchant_client.post(made["Location"], FLAT | steps | {"step_1_": ""}).status_code == 422
    assert merchant_client.post(made["Location"], FLAT | steps).status_code == 302
    with in_tenant(acme):
        kept = list(ShippingBand.objects.order_by("amount").values_list("up_to", "amount"))
        assert kept == [(1000, 500), (2500, 800), (None, 1200)]
        assert list_rates(country="CA", region="Ontario", subtotal_amount=0, weight_grams=2300)[0].amount == 800
    page = soup(merchant_client.get(HOME)).get_text(" ")
    assert "Canada (Ontario, Quebec)" in page
    assert "up to 1 kg: $5.00, up to 2.5 kg: $8.00, then $12.00" in page


def test_an_order_is_tried_before_a_shopper_does(acme: Tenant, merchant_client: Client) -> None:
    asked = {"try-country": "CA", "try-region": "quebec", "try-weight": "2.3", "try-amount": "80"}
    told = soup(merchant_client.get(HOME, asked)).select_one("#tried").get_text(" ")
    assert "To Quebec, Canada" in told
    assert "Standard delivery" in told
    assert "Free" in told
    with in_tenant(acme):
        ShippingZone.objects.update(countries=["US"])
    told = soup(merchant_client.get(HOME, asked)).select_one("#tried").get_text(" ")
    assert "does not deliver to this country" in told
    wrong = merchant_client.get(HOME, asked | {"try-weight": "<b>", "try-amount": "1e9"})
    assert wrong.status_code == 200
    assert "kilograms" in wrong.content.decode()


def test_what_is_left_out_is_said(acme: Tenant, merchant_client: Client) -> None:
    assert "by the one for everywhere else" in merchant_client.get(HOME).content.decode()
    with in_tenant(acme):
        ShippingZone.objects.update(countries=["AU"], regions={"AU": ["NSW", "VIC", "QLD", "SA", "WA"]})
    page = merchant_client.get(HOME).content.decode()
    assert "is not delivered to" in page
    assert "Australia: Australian Capital Territory, Jervis Bay Territory, Northern Territory, Tasmania" in page


@pytest.mark.parametrize("group", ["EU", "NA", "Asia", "nothing"])
def test_a_group_of_countries_is_chosen_at_once_and_saves_nothing(
    acme: Tenant, merchant_client: Client, group: str
) -> None:
    response = merchant_client.post(f"{HOME}zones/new/", {"name": "", "add": group})
    chosen = {box["value"] for box in soup(response).select('[name="countries"][checked]')}
    some = {"EU": {"DE", "IE"}, "NA": {"US", "CA", "MX"}, "Asia": {"CN", "JP", "IN"}, "nothing": set()}[group]
    assert some <= chosen
    assert bool(chosen) == bool(some)
    with in_tenant(acme):
        assert ShippingZone.objects.count() == 1


def test_a_zone_is_changed_moved_within_and_removed(acme: Tenant, merchant_client: Client) -> None:
    with in_tenant(acme):
        zone = ShippingZone.objects.get()
    merchant_client.post(f"{HOME}zones/{zone.pk}/rates/new/", FLAT)
    with in_tenant(acme):
        second = ShippingMethod.objects.get(name="Parcel")
    assert merchant_client.post(HOME, {"up": second.pk}).status_code == 302
    with in_tenant(acme):
        assert [rate.name for rate in list_rates(country="US", subtotal_amount=0)] == ["Parcel", "Standard delivery"]
    assert merchant_client.post(HOME, {"up": "¹²"}).status_code == 302
    refused = merchant_client.post(f"{HOME}zones/{zone.pk}/", {"remove": "1"}, follow=True)
    assert "only zone with a way of delivery" in refused.content.decode()
    assert merchant_client.post(f"{HOME}zones/{zone.pk}/", {"name": "World"}).status_code == 422
    assert merchant_client.post(f"{HOME}zones/{zone.pk}/", {"name": "World", "is_rest": "on"}).status_code == 302
    gone = merchant_client.post(f"{HOME}rates/{second.pk}/", {"remove": "1"}, follow=True)
    assert "Removed “Parcel”" in gone.content.decode()
    assert merchant_client.get(f"{HOME}rates/{second.pk}/").status_code == 404
    assert merchant_client.get(f"{HOME}zones/999999/").status_code == 404


def test_the_days_of_making_ready_are_set(acme: Tenant, merchant_client: Client) -> None:
    assert merchant_client.post(HOME, {"days": "3"}).status_code == 302
    assert soup(merchant_client.get(HOME)).select_one("[name=days]")["value"] == "3"
    assert merchant_client.post(HOME, {"days": "61"}).status_code == 422


def test_what_a_merchant_types_is_shown_as_text(acme: Tenant, merchant_client: Client) -> None:
    with in_tenant(acme):
        method = ShippingMethod.objects.get()
    trap = "<script>alert(1)</script>{{ 7*7 }}"
    merchant_client.post(f"{HOME}rates/{method.pk}/", FLAT | {"name": trap, "text": trap})
    page = merchant_client.get(HOME).content.decode()
    assert trap not in page
    assert "&lt;script&gt;" in page
