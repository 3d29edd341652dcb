"""What keeps a shopper from buying: each finding alone, where it is shown, and what looking costs."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from core.clock import utc_now
from core.outbox.models import OutboxMessage
from core.tasks import SCHEMA_HEADER
from core.tenancy import in_tenant
from storefront.catalog.models import Category, DigitalFile, Product, ProductVariant
from storefront.doctor.findings import ProductFacts, StoreFacts, diagnose
from storefront.doctor.services import TASK, write_all_issues
from storefront.doctor.tasks import check_all
from tenants.models import Tenant
from tests.storefront.catalog.making import make_product, statements

OPEN = StoreFacts(is_open=True, takes_payments=True, has_rate=True, languages=("zh-hans",))
WELL: dict[str, Any] = {
    "is_for_sale": True,
    "is_available": True,
    "has_photo": True,
    "is_category_hidden": False,
    "languages": frozenset({"zh-hans"}),
    "prices": [100],
    "barcodes": ["4006381333931", "OWN-1"],
    "needs_delivery": True,
}


def test_a_sound_product_has_no_finding() -> None:
    assert diagnose(OPEN, ProductFacts(**WELL)) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"is_for_sale": False}, "not_for_sale"),
        ({"is_planned": True}, "planned"),
        ({"is_available": False}, "no_stock"),
        ({"is_below_cost": True}, "below_cost"),
        ({"lacks_file": True}, "no_file"),
        ({"has_photo": False}, "no_photo"),
        ({"is_category_hidden": True}, "hidden_category"),
        ({"languages": frozenset()}, "no_text"),
        ({"prices": [100, 0]}, "free"),
        ({"barcodes": ["4006381333932"]}, "wrong_gtin"),
    ],
)
def test_each_fault_of_a_product_is_one_finding(change: dict[str, Any], code: str) -> None:
    assert diagnose(OPEN, ProductFacts(**{**WELL, **change})) == [code]


@pytest.mark.parametrize(
    ("change", "code"),
    [({"is_open": False}, "store_closed"), ({"takes_payments": False}, "no_payment"), ({"has_rate": False}, "no_rate")],
)
def test_each_fault_of_the_store_is_one_finding(change: dict[str, Any], code: str) -> None:
    assert diagnose(replace(OPEN, **change), ProductFacts(**WELL)) == [code]
    if code == "no_rate":
        assert diagnose(replace(OPEN, **change), ProductFacts(**{**WELL, "needs_delivery": False})) == []


def test_the_page_names_what_is_wrong_and_leads_to_where_it_is_mended(acme: Tenant, merchant_client: Client) -> None:
    with in_tenant(acme):
        mug = make_product("Mug", stock=0)
        variant = ProductVariant.objects.get()
    page = BeautifulSoup(merchant_client.get(f"/dashboard/products/{mug.pk}/").content, "html.parser")
    found = {one.find(class_="m").get_text(): one.find("a")["href"] for one in page.select("#doctor li")}
    assert found["It is sold out"] == f"#id_quantity_{variant.pk}"
    assert found["Payments are not connected"] == "/dashboard/settings/payments/"
    assert found["It has no picture"] == "#pictures"
    assert found["The store takes no orders now"] == "/dashboard/settings/billing/"
    # What only makes a sale less likely is not counted among what stops it.
    stops = len(page.select("#doctor li .badc"))
    assert 0 < stops < len(found)
    assert f"{stops} things to see to." in page.select_one("#doctor").get_text()
    assert page.select_one(f"#id_quantity_{variant.pk}")
    assert page.select_one("#pictures")
    for address in found.values():
        if address.startswith("/"):
            assert merchant_client.get(address).status_code == 200


def test_the_night_writes_what_is_the_products_own_and_the_list_finds_it(acme: Tenant, merchant_client: Client) -> None:
    with in_tenant(acme):
        hidden = Category.objects.add_root({"title": "Attic", "handle": "attic", "is_visible": False})
        mug, well, draft = make_product("Mug"), make_product("Well"), make_product("Sketch", status="draft")
        Product.objects.filter(pk=mug.pk).update(category=hidden)
        Product.objects.filter(pk=well.pk).update(cover={"path": "a-800.webp"}, issue_codes=["no_photo"])
    check_all.apply(headers={SCHEMA_HEADER: acme.schema_name}, throw=True)
    with in_tenant(acme):
        codes = dict(Product.objects.values_list("pk", "issue_codes"))
        assert codes == {mug.pk: ["no_photo", "hidden_category"], well.pk: [], draft.pk: []}
    page = merchant_client.get("/dashboard/products/", {"attention": "1"}).content.decode()
    assert "Mug" in page
    assert "Sketch" not in page


def test_what_is_planned_costs_more_than_it_brings_and_lacks_its_file_is_told(
    acme: Tenant, merchant_client: Client
) -> None:
    now = utc_now()
    with in_tenant(acme):
        book = make_product("Book")
        Product.objects.update(status="scheduled", published_at=now + timedelta(days=1))
        ProductVariant.objects.update(requires_shipping=False, cost_amount=10_000, price_amount=100)
    page = BeautifulSoup(merchant_client.get(f"/dashboard/products/{book.pk}/").content, "html.parser")
    found = {one.find(class_="m").get_text(): one.find("a")["href"] for one in page.select("#doctor li")}
    assert "It is not published" not in found
    assert page.select_one(found["It is planned"])
    assert found["It costs you more than it brings"].startswith("#id_price_")
    assert page.select_one(found["There is nothing to send"])
    with in_tenant(acme):
        DigitalFile.objects.create(
            variant=ProductVariant.objects.get(), path="a.pdf", filename="a.pdf", bytes_count=1, created_at=now
        )
        ProductVariant.objects.update(cost_amount=99)
    said = BeautifulSoup(merchant_client.get(f"/dashboard/products/{book.pk}/").content, "html.parser").text
    assert "There is nothing to send" not in said
    assert "It costs you more" not in said


def test_a_change_asks_for_a_look_when_it_is_written(acme: Tenant) -> None:
    with in_tenant(acme):
        mug = make_product("Mug")
    assert OutboxMessage.objects.filter(task=TASK, kwargs={"product_ids": [mug.pk]}).exists()


def test_looking_at_many_costs_as_much_as_looking_at_one(acme: Tenant) -> None:
    def count(rows: int) -> int:
        with in_tenant(acme):
            for number in range(rows):
                make_product(f"Mug {rows} {number}")
            with statements() as seen:
                write_all_issues(now=utc_now())
        return len(seen)

    few = count(1)
    assert count(40) <= few
