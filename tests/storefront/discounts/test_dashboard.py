"""The merchant makes discounts, tries them on a cart before saving, and hands out codes."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from core.clock import utc_now
from core.tenancy import in_tenant
from storefront.customers.buyers import find_or_create_buyer
from storefront.discounts.models import DiscountCode, Promotion
from storefront.discounts.services import WantedUse, take_uses
from tenants.models import Tenant
from tests.storefront.discounts.making import make_promotion
from tests.storefront.goods import make_variant

HOME = "/dashboard/discounts/"
HOSTILE = "</script><b>x</b>"


def sent(**changes: object) -> dict[str, object]:
    """What a browser sends of a percentage by code."""
    return {
        "title": "Welcome", "is_automatic": "", "code": "welcome10", "points": "12.5", "applies_to": "all",
        "audience": "everybody", "starts_on": "2026-11-20", "do": "save", **changes,
    }  # fmt: skip


def live(html: str) -> str:
    text = html[html.index('id="live"') :]
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_a_discount_is_made_with_its_code_and_changed(merchant_client: Client, acme: Tenant) -> None:
    assert "No discounts yet" in merchant_client.get(HOME).content.decode()
    assert merchant_client.get(f"{HOME}new/").content.decode().count(f'href="{HOME}new/') == 5
    answer = merchant_client.post(f"{HOME}new/percent/", sent(minimum_amount="50", limit_per_customer="1"))
    assert answer.status_code == 302
    with in_tenant(acme):
        made = Promotion.objects.get()
        assert (made.points, made.minimum_amount, made.limit_per_customer, made.is_automatic) == (1250, 5000, 1, False)
        assert DiscountCode.objects.get().code == "WELCOME10"
    page = merchant_client.get(answer["Location"]).content.decode()
    assert "12.5% off orders of $50.00 or more, from November 20, 2026, once per customer, cannot be combined." in live(
        page
    )
    merchant_client.post(answer["Location"], sent(title="Hello", points="5", combines_with_delivery="on"))
    with in_tenant(acme):
        made.refresh_from_db()
        assert (made.title, made.points, made.combines_with_delivery, made.minimum_amount) == ("Hello", 500, True, 0)
    listed = merchant_client.get(f"{HOME}?q=welcome").content.decode()
    assert (
        "Hello" in listed
        and "WELCOME10" in listed
        and "Hello" not in merchant_client.get(f"{HOME}?q=zzz").content.decode()
    )


@pytest.mark.parametrize(
    ("kind", "changes", "said"),
    [
        ("amount", {"amount": "3", "is_each": "on"}, "$3.00 off each of all products"),
        ("tiers", {"tiers_by": "amount", "tiers_off": "amount", "start_0": "100", "off_0": "10", "start_1": "200", "off_1": "30"},
         "$10.00 off from $100.00, $30.00 off from $200.00"),
        ("tiers", {"tiers_by": "quantity", "tiers_off": "points", "start_0": "3", "off_0": "20"}, "20% off from 3 items"),
        ("buy_get", {"buy_quantity": "2", "get_quantity": "1", "points": "100", "get_applies_to": "all"},
         "Buy 2 of all products, get 1 of all products free"),
        ("free_delivery", {"minimum_amount": "60", "most_delivery_amount": "9.90"},
         "Free delivery where it costs up to $9.90 from $60.00 on"),
    ],
)  # fmt: skip
def test_every_kind_is_said_in_a_sentence_and_tried_before_it_is_saved(
    merchant_client: Client, acme: Tenant, kind: str, changes: dict[str, object], said: str
) -> None:
    with in_tenant(acme):
        mug = make_variant("Mug", price=6000)
    trial = {"do": "look", "try_product_0": mug.product_id, "try_quantity_0": "4", "try_delivery": "9.90"}
    page = merchant_client.post(f"{HOME}new/{kind}/", sent(**changes, **trial, code=""))
    assert page.status_code == 200
    look = merchant_client.post(f"{HOME}new/{kind}/", sent(**changes, **trial)).content.decode()
    assert said in live(look) and "4 × Mug" in live(look) and "takes nothing off" not in live(look)
    assert re.search(r"Discount [−-]\$\d", live(look))
    with in_tenant(acme):
        assert not Promotion.objects.exists()
    assert merchant_client.post(f"{HOME}new/{kind}/", sent(**changes)).status_code == 302
    with in_tenant(acme):
        made = Promotion.objects.get()
    again = merchant_client.get(f"{HOME}{made.pk}/").content.decode()
    assert said in live(again)


def test_a_cart_that_gets_nothing_says_why(merchant_client: Client, acme: Tenant) -> None:
    with in_tenant(acme):
        mug = make_variant("Mug", price=4000)
    trial = {"do": "look", "try_product_0": mug.product_id, "try_quantity_0": "1", "minimum_amount": "50"}
    look = merchant_client.post(f"{HOME}new/percent/", sent(**trial)).content.decode()
    assert "Add $10.00 more for" in live(look)


def test_goods_are_found_and_chosen_without_a_script(merchant_client: Client, acme: Tenant) -> None:
    with in_tenant(acme):
        mug, blanket = make_variant("Enamel mug"), make_variant("Blanket")
    asked = sent(applies_to="products", find="enamel", do="find", product_ids=[blanket.product_id])
    page = merchant_client.post(f"{HOME}new/percent/", asked).content.decode()
    boxes = re.findall(r'name="product_ids" value="(\d+)"( checked)?', page)
    assert boxes == [(str(blanket.product_id), " checked"), (str(mug.product_id), "")]
    both = [blanket.product_id, mug.product_id, "x", "9" * 30]
    merchant_client.post(f"{HOME}new/percent/", sent(applies_to="products", product_ids=both))
    with in_tenant(acme):
        assert Promotion.objects.get().product_ids == sorted([mug.product_id, blanket.product_id])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "id_title"),
        ({"points": "0"}, "id_points"),
        ({"points": "101"}, "id_points"),
        ({"code": ""}, "id_code"),
        ({"code": HOSTILE}, "id_code"),
        ({"ends_on": "2026-11-01"}, ""),
        ({"applies_to": "collections"}, ""),
        ({"audience": "customers", "customers": "nobody@example.com"}, "id_customers"),
        ({"minimum_amount": "٣"}, "id_minimum_amount"),
        ({"limit_count": "0"}, "id_limit_count"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(
    merchant_client: Client, acme: Tenant, changes: dict[str, object], field: str
) -> None:
    answer = merchant_client.post(f"{HOME}new/percent/", sent(**changes))
    page = answer.content.decode()
    assert answer.status_code == 422 and HOSTILE not in page
    assert not field or f'id="{field}_error"' in page
    with in_tenant(acme):
        assert not Promotion.objects.exists() and not DiscountCode.objects.exists()


def test_codes_are_added_made_loaded_down_and_taken_away(merchant_client: Client, acme: Tenant, now: datetime) -> None:
    with in_tenant(acme):
        promotion = make_promotion(now, code="FIRST")
    address = f"{HOME}{promotion.pk}/codes/"
    merchant_client.post(address, {"do": "add", "code": "second"})
    answer = merchant_client.post(address, {"do": "make", "count": "500", "prefix": "vip"})
    rows = answer.content.decode("utf-8-sig").split()
    assert answer["Content-Type"].startswith("text/csv") and len(set(rows)) == 501
    everything = merchant_client.get(f"{HOME}{promotion.pk}/codes.csv").content.decode("utf-8-sig").split()
    assert len(everything) == 503 and everything[:3] == ["Code", "FIRST", "SECOND"]
    with in_tenant(acme):
        first = DiscountCode.objects.get(code="FIRST")
    merchant_client.post(address, {"do": f"remove:{first.pk}"})
    for wrong in (
        {"do": "make", "count": "-1"},
        {"do": "make", "count": "９"},
        {"do": "remove:"},
        {"do": "remove:x"},
        {"do": ""},
    ):
        assert merchant_client.post(address, wrong).status_code == 302
    with in_tenant(acme):
        assert DiscountCode.objects.count() == 501


def test_many_are_switched_and_extended_and_a_used_one_stays(
    merchant_client: Client, acme: Tenant, now: datetime
) -> None:
    with in_tenant(acme):
        pks = [make_promotion(now, ends_at=utc_now() + timedelta(days=2)).pk for _ in range(2)]
        maya = find_or_create_buyer(email="maya@example.com", name="Maya", language="en", country="US", now=now)
        take_uses(
            order_token="x", customer_id=maya.pk, uses=[WantedUse(pks[0], 500)], currency="USD", order_amount=8000, now=utc_now()
        )  # fmt: skip
    merchant_client.post(f"{HOME}bulk/", {"action": "off", "pick": pks})
    with in_tenant(acme):
        assert not Promotion.objects.filter(is_active=True).exists()
    merchant_client.post(f"{HOME}bulk/", {"action": "on", "pick": pks})
    day = utc_now() + timedelta(days=30)
    merchant_client.post(f"{HOME}bulk/", {"action": "extend", "pick": pks, "until": f"{day:%Y-%m-%d}"})
    with in_tenant(acme):
        assert {row.ends_at.date() for row in Promotion.objects.all() if row.ends_at} == {day.date()}
    for wrong in ("", "2020-01-01", "x", "2026-13-45"):
        assert (
            merchant_client.post(f"{HOME}bulk/", {"action": "extend", "pick": pks, "until": wrong}).status_code == 302
        )
    page = merchant_client.get(HOME).content.decode()
    assert "$80.00" in page
    merchant_client.post(f"{HOME}{pks[0]}/codes/", {"do": "delete"})
    merchant_client.post(f"{HOME}{pks[1]}/codes/", {"do": "delete"})
    with in_tenant(acme):
        assert [row.pk for row in Promotion.objects.all()] == [pks[0]]


def test_the_list_costs_the_same_however_many_there_are(
    merchant_client: Client, acme: Tenant, now: datetime, django_assert_max_num_queries: object
) -> None:
    with in_tenant(acme):
        for number in range(12):
            make_promotion(now, code=f"CODE{number}")
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        assert merchant_client.get(HOME).status_code == 200
