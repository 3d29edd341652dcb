"""All that one version holds, on a page of its own and on the page of a product that comes in one."""

from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from core.tenancy import in_tenant
from storefront.catalog.enums import FieldOwner
from storefront.catalog.forms.options import find_renamed
from storefront.catalog.models import CustomField, Product, ProductImage, ProductVariant, TaxClass
from storefront.catalog.services import OptionDraft, set_options
from tenants.models import Tenant
from tests.storefront.catalog.making import ACTOR, MADE_AT, make_product
from tests.storefront.catalog.test_dashboard import LIST, form_values, soup


@pytest.fixture
def shirt(acme: Tenant) -> Product:
    with in_tenant(acme):
        made = make_product("Linen shirt", price=4000, stock=3)
        set_options(product_id=made.pk, options=[OptionDraft("Size", ["S", "M", "L"])], actor=ACTOR, now=MADE_AT)
        TaxClass.objects.create(code="clothes", name="Clothes")
        CustomField.objects.create(owner=FieldOwner.VARIANT, key="chest", name="Chest, cm", type="integer")
        return made


def facts(pk: int) -> dict[str, str]:
    """Return everything that the boxes of one version take."""
    return {
        f"cost_{pk}": "15.50",
        f"tax_class_{pk}": str(TaxClass.objects.get().pk),
        f"unit_amount_{pk}": "750",
        f"unit_{pk}": "ml",
        f"base_amount_{pk}": "1",
        f"base_unit_{pk}": "l",
        f"barcode_{pk}": "4 006381 333931",
        f"weight_{pk}": "320",
        f"hs_code_{pk}": "6205.20",
        f"origin_{pk}": "PT",
    }


def assert_holds_them(variant: ProductVariant) -> None:
    assert (variant.cost_amount, variant.barcode) == (1550, "4006381333931")
    assert (variant.weight_grams, variant.hs_code, variant.origin_country) == (320, "620520", "PT")
    assert (variant.unit_amount, variant.unit, variant.base_amount, variant.base_unit) == (750, "ml", 1, "l")
    assert variant.tax_class is not None


def test_the_page_of_a_product_in_one_version_takes_all_its_facts(
    acme: Tenant, shirt: Product, merchant_client: Client
) -> None:
    with in_tenant(acme):
        mug = make_product("Enamel mug", price=3000, stock=4)
        pk = mug.variants.get().pk
        sent = facts(pk)
    page = soup(merchant_client.get(f"{LIST}{mug.pk}/"))
    assert not [
        each for each in page.select("#price details, #delivery details, details.more") if each.has_attr("open")
    ]
    assert merchant_client.post(f"{LIST}{mug.pk}/", form_values(merchant_client, mug.pk) | sent).status_code == 302
    with in_tenant(acme):
        assert_holds_them(mug.variants.get())
    again = soup(merchant_client.get(f"{LIST}{mug.pk}/"))
    assert "You earn $14.50 on each: 48.3 % of the price." in again.find(attrs={"data-margin": True}).get_text()
    assert again.find(attrs={"data-margin": True}).find_parent("details").has_attr("open")
    assert form_values(merchant_client, mug.pk)[f"unit_amount_{pk}"] == "750"


def test_a_version_has_a_page_and_shares_what_it_has_in_common_with_the_others(
    acme: Tenant, shirt: Product, merchant_client: Client
) -> None:
    with in_tenant(acme):
        small, middle, _large = shirt.variants.order_by("position")
        sent = facts(small.pk)
    listed = soup(merchant_client.get(f"{LIST}{shirt.pk}/"))
    address = f"{LIST}versions/{small.pk}/"
    assert listed.find("a", href=address)
    values = version_values(merchant_client, address) | sent | {"custom_chest": "96"}
    assert merchant_client.post(address, values).status_code == 302
    with in_tenant(acme):
        small.refresh_from_db()
        middle.refresh_from_db()
        assert_holds_them(small)
        assert small.custom_fields == {"chest": 96}
        assert (middle.weight_grams, middle.cost_amount) == (0, None)
    assert merchant_client.post(address, values | {"all": "1"}).status_code == 302
    with in_tenant(acme):
        middle.refresh_from_db()
        assert (middle.weight_grams, middle.hs_code, middle.base_unit) == (320, "620520", "l")
        assert (middle.cost_amount, middle.barcode, middle.custom_fields) == (None, "", {})


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({"barcode": "4006381333932"}, "barcode", "the last one would be 1"),
        ({"hs_code": "12"}, "hs_code", "6 to 13 digits"),
        ({"origin": "XX"}, "origin", "valid choice"),
        ({"weight": "heavy"}, "weight", "whole number"),
        ({"unit_amount": "750", "unit": "ml"}, "unit_amount", "both measures"),
        ({"cost": "free"}, "cost", "not an amount"),
    ],
)
def test_a_wrong_fact_is_said_beside_its_box(
    acme: Tenant, shirt: Product, merchant_client: Client, sent: dict[str, str], field: str, words: str
) -> None:
    with in_tenant(acme):
        pk = shirt.variants.order_by("position")[0].pk
    address = f"{LIST}versions/{pk}/"
    values = version_values(merchant_client, address) | {f"{name}_{pk}": text for name, text in sent.items()}
    answer = merchant_client.post(address, values)
    assert answer.status_code == 422
    assert words in soup(answer).find(id=f"id_{field}_{pk}_error").get_text()


def test_a_value_that_is_called_otherwise_keeps_its_version(
    acme: Tenant, shirt: Product, merchant_client: Client
) -> None:
    with in_tenant(acme):
        before = dict(shirt.variants.values_list("title", "pk"))
    sent = {"name_0": "Size", "values_0": "Small\r\nM\r\nL\r\nXL"}
    merchant_client.post(f"{LIST}{shirt.pk}/options/", sent)
    with in_tenant(acme):
        after = dict(shirt.variants.values_list("title", "pk"))
    assert {title: after[title] for title in ("Small", "M", "L")} == {
        "Small": before["S"],
        "M": before["M"],
        "L": before["L"],
    }
    assert set(after) == {"Small", "M", "L", "XL"}


@pytest.mark.parametrize(
    ("before", "after", "renamed"),
    [
        (["Red", "Blue"], ["Crimson", "Blue"], {"Crimson": "Red"}),
        (["Red", "Blue"], ["Blue", "Red"], {}),
        (["Red", "Blue"], ["Blue"], {}),
        (["Red", "Blue"], ["Red", "Green", "Blue"], {}),
        (["Red", "Blue"], ["Green", "Gold", "Blue"], {}),
        (["Red"], [" Red "], {}),
    ],
)
def test_only_as_many_others_in_the_same_place_are_new_names(
    before: list[str], after: list[str], renamed: dict[str, str]
) -> None:
    assert find_renamed(before, after) == renamed


def test_the_qr_code_is_a_drawing_without_anything_else(acme: Tenant, shirt: Product, merchant_client: Client) -> None:
    answer = merchant_client.get(f"{LIST}{shirt.pk}/qr.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    drawn = ET.fromstring(answer.content)
    assert {element.tag.rpartition("}")[2] for element in drawn.iter()} == {"svg", "rect", "path"}


def version_values(client: Client, address: str) -> dict[str, str]:
    """Return what the browser would send from a version's page."""
    form = soup(client.get(address)).find("form", id="version")
    values = {}
    for field in form.find_all(["input", "select"]):
        if field.name == "select":
            chosen = field.find("option", selected=True)
            values[field["name"]] = chosen["value"] if chosen else ""
        elif field.get("type") not in ("checkbox", "radio") or field.has_attr("checked"):
            values[field["name"]] = field.get("value", "on" if field.get("type") == "checkbox" else "")
    return values


def test_a_picture_that_nobody_described_has_a_name_where_it_is_chosen(
    acme: Tenant, shirt: Product, merchant_client: Client
) -> None:
    with in_tenant(acme):
        for alt in ("Front", ""):
            ProductImage.objects.create(product=shirt, path=f"{alt or 'back'}.webp", alt=alt, width=80, height=100)
        small = shirt.variants.order_by("position")[0]
    page = soup(merchant_client.get(f"{LIST}versions/{small.pk}/"))
    assert [one["alt"] for one in page.select(".pick-picture img")] == ["Front", "Picture 2"]
