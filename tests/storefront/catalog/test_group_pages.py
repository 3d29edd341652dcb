"""The merchant's pages for categories, collections, labels, fields and tax classes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client

from core.tenancy import in_tenant
from storefront.catalog.models import Category, Collection, CustomField, Product, TaxClass
from storefront.catalog.services import create_category, create_collection
from tenants.models import Tenant
from tests.storefront.catalog.making import ACTOR, MADE_AT, make_product, picture_file, statements
from tests.storefront.catalog.test_dashboard import form_values

EVIL = "<script>alert('x')</script>"
PAGES = ["categories/", "collections/", "tags/", "settings/fields/", "settings/taxes/"]


def soup(response: HttpResponse) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


@pytest.fixture
def group(acme: Tenant) -> dict[str, Any]:
    with in_tenant(acme):
        return {
            "category": create_category(title="Cups", actor=ACTOR, now=MADE_AT),
            "hand": create_collection(title="Gifts", is_automatic=False, actor=ACTOR, now=MADE_AT),
            "rule": create_collection(title="Camp", is_automatic=True, actor=ACTOR, now=MADE_AT),
            "mug": make_product("Camp mug"),
            "kettle": make_product("Kettle"),
        }


@pytest.mark.parametrize("page", PAGES)
def test_nobody_but_the_merchant_gets_in(acme: Tenant, store_client: Callable[[Tenant], Client], page: str) -> None:
    assert store_client(acme).get(f"/dashboard/{page}").status_code == 302
    assert store_client(acme).post(f"/dashboard/{page}").status_code in (302, 405)


def test_categories_are_added_changed_moved_and_deleted_by_forms(
    acme: Tenant, merchant_client: Client, media_root: Path
) -> None:
    start = "/dashboard/categories/"
    assert "Sort your goods" in merchant_client.get(start).content.decode()
    assert merchant_client.post(f"{start}new/", {"title": ""}).status_code == 422
    for title in ("Kitchen", EVIL):
        assert merchant_client.post(f"{start}new/", {"title": title}).status_code == 302
    with in_tenant(acme):
        kitchen, evil = Category.objects.all()
    merchant_client.post(f"{start}{evil.pk}/move/", {"step": "into"})
    merchant_client.post(f"{start}{evil.pk}/move/", {"target": str(evil.pk), "place": "inside"})
    merchant_client.post(f"{start}{evil.pk}/move/", {"target": "²", "place": "anywhere"})
    page = merchant_client.get(start)
    assert EVIL not in page.content.decode()
    assert [row["class"][0] for row in soup(page).select(".tree li")] == ["lv1", "lv2"]
    values = {"title": "Cups", "handle": "cups", "is_visible": "on", "cover": picture_file()}
    assert merchant_client.post(f"{start}{evil.pk}/", values).status_code == 302
    with in_tenant(acme):
        row = Category.objects.get(pk=evil.pk)
    assert (row.title, row.handle, bool(row.cover)) == ("Cups", "cups", True)
    taken = merchant_client.post(f"{start}{evil.pk}/", {"title": "Cups", "handle": "kitchen", "uncover": "1"})
    assert taken.status_code == 422
    assert "address of another category" in soup(taken).find(id="id_handle_error").get_text()
    assert merchant_client.post(f"{start}{kitchen.pk}/delete/").status_code == 302
    assert merchant_client.get(f"{start}{kitchen.pk}/").status_code == 404
    assert merchant_client.get(f"{start}{evil.pk}/").status_code == 200


def test_a_collection_by_hand_is_filled_from_its_page(
    acme: Tenant, merchant_client: Client, group: dict[str, Any]
) -> None:
    page = f"/dashboard/collections/{group['hand'].pk}/"
    found = soup(merchant_client.get(f"{page}?find=mug")).select("button[name=add]")
    assert [one["value"] for one in found] == [str(group["mug"].pk)]
    merchant_client.post(f"{page}products/", {"add": [str(group["mug"].pk), str(group["kettle"].pk), "x"]})
    merchant_client.post(f"{page}products/", {"move": f"up:{group['kettle'].pk}"})
    merchant_client.post(f"{page}products/", {"move": "explode:1"})
    shown = soup(merchant_client.get(page)).select("#products .go")
    assert [one.get_text() for one in shown] == ["Kettle", "Camp mug"]
    merchant_client.post(f"{page}products/", {"remove": str(group["mug"].pk)})
    with in_tenant(acme):
        assert list(Product.objects.filter(collections=group["hand"]).values_list("title", flat=True)) == ["Kettle"]


def test_rules_are_tried_before_they_are_saved(acme: Tenant, merchant_client: Client, group: dict[str, Any]) -> None:
    page = f"/dashboard/collections/{group['rule'].pk}/"
    values = {
        "title": "Camp",
        "handle": "camp",
        "is_visible": "on",
        "sort": "best",
        "match": "all",
        "rule_field": ["title", "price"],
        "rule_relation": ["contains", "above"],
        "rule_value": ["camp", "1.00"],
    }
    tried = merchant_client.post(page, values | {"do": "preview"})
    assert "1 product fits." in tried.content.decode()
    assert len(soup(merchant_client.post(page, values | {"do": "add"})).select(".rule-row")) == 3
    assert len(soup(merchant_client.post(page, values | {"do": "drop:0"})).select(".rule-row")) == 1
    with in_tenant(acme):
        assert Collection.objects.get(pk=group["rule"].pk).rules == []
    wrong = merchant_client.post(page, values | {"rule_value": ["camp", "much"]})
    assert wrong.status_code == 422
    assert soup(wrong).select_one(".rule-row.wrong .errtxt") is not None
    assert merchant_client.post(page, values).status_code == 302
    with in_tenant(acme):
        row = Collection.objects.get(pk=group["rule"].pk)
        assert row.rules[1] == {"field": "price", "relation": "above", "value": 100}
        assert row.products.get() == group["mug"]
    assert soup(merchant_client.get(page)).select("[name=rule_value]")[1]["value"] == "1.00"


def test_lists_ask_the_same_number_of_questions_for_one_and_for_many(
    acme: Tenant, merchant_client: Client, group: dict[str, Any]
) -> None:
    def cost() -> list[int]:
        counts = []
        for page in ("categories/", "collections/", "tags/"):
            with statements() as seen:
                assert merchant_client.get(f"/dashboard/{page}").status_code == 200
            counts.append(len(seen))
        return counts

    cost()
    first = cost()
    with in_tenant(acme):
        for number in range(12):
            create_category(title=f"C {number}", parent_id=group["category"].pk, actor=ACTOR, now=MADE_AT)
            create_collection(title=f"C {number}", is_automatic=False, actor=ACTOR, now=MADE_AT)
            make_product(f"P {number}", tags=[f"tag {number}"])
    assert cost() == first


def test_labels_are_renamed_by_a_job_and_suggested(acme: Tenant, merchant_client: Client) -> None:
    with in_tenant(acme):
        make_product("A", tags=["camp", EVIL], vendor="Ridge")
    page = merchant_client.get("/dashboard/tags/")
    assert "camp" in page.content.decode()
    assert EVIL not in page.content.decode()
    answer = merchant_client.get("/dashboard/tags/suggest/", {"kind": "tag", "name": "tags", "tags": "gift, ca"})
    assert soup(answer).option["value"] == "gift, camp"
    sent = merchant_client.post("/dashboard/tags/rename/", {"kind": "tag", "before": "camp", "after": "camping"})
    assert sent.status_code == 302
    merchant_client.post("/dashboard/tags/rename/", {"kind": "tag", "before": "nothing", "after": "x"})
    merchant_client.post("/dashboard/tags/rename/", {"kind": "tag", "before": "camp", "after": " "})
    from core.jobs.models import Job

    assert Job.objects.filter(kind="catalog.label").count() == 1


def test_fields_and_tax_classes_are_kept_in_the_settings(acme: Tenant, merchant_client: Client) -> None:
    page = "/dashboard/settings/fields/"
    new = {"field": "new", "owner": "product", "new-name": "Wood", "new-type": "choice"}
    assert merchant_client.post(page, new).status_code == 422
    assert merchant_client.post(page, new | {"new-choices": "Oak\nAsh", "new-is_filter": "on"}).status_code == 302
    with in_tenant(acme):
        own = CustomField.objects.get()
    assert (own.key, own.choices, own.is_filter, own.is_shown) == ("wood", ["Oak", "Ash"], True, False)
    changed = {"field": str(own.pk), "owner": "product", f"f{own.pk}-name": "Timber", f"f{own.pk}-choices": "Oak"}
    assert merchant_client.post(page, changed).status_code == 302
    assert "Timber" in merchant_client.get(page).content.decode()
    assert merchant_client.post(page, {"field": str(own.pk), "owner": "product", "delete": "1"}).status_code == 302
    taxes = "/dashboard/settings/taxes/"
    assert merchant_client.post(taxes, {"class": "new", "new-name": ""}).status_code == 422
    assert merchant_client.post(taxes, {"class": "new", "new-name": "Books"}).status_code == 302
    with in_tenant(acme):
        books = TaxClass.objects.get()
        assert CustomField.objects.count() == 0
        Product.objects.all().delete()
        make_product().variants.update(tax_class=books)
    held = merchant_client.post(taxes, {"class": str(books.pk), "delete": "1"})
    assert held.status_code == 422
    assert "1 version is in “Books”." in held.content.decode()


def test_a_products_page_holds_its_category_fields_and_moment(
    acme: Tenant, merchant_client: Client, group: dict[str, Any]
) -> None:
    with in_tenant(acme):
        CustomField.objects.create(key="capacity", name="Capacity", type="integer")
    page = f"/dashboard/products/{group['mug'].pk}/"
    changed = {
        "category": str(group["category"].pk),
        "custom_capacity": "350",
        "status": "scheduled",
        "published_at": "2030-01-02T09:30",
    }
    refused = merchant_client.post(page, form_values(merchant_client, group["mug"].pk) | changed | {"published_at": ""})
    assert refused.status_code == 422
    wrong = merchant_client.post(page, form_values(merchant_client, group["mug"].pk) | {"custom_capacity": "much"})
    assert soup(wrong).find(id="id_custom_capacity_error") is not None
    assert merchant_client.post(page, form_values(merchant_client, group["mug"].pk) | changed).status_code == 302
    with in_tenant(acme):
        product = Product.objects.get(pk=group["mug"].pk)
    assert (product.category_id, product.custom_fields) == (group["category"].pk, {"capacity": 350})
    assert (product.status, product.published_at is not None) == ("scheduled", True)
    assert soup(merchant_client.get(page)).find(id="id_published_at")["value"] == "2030-01-02T09:30"
    again = form_values(merchant_client, group["mug"].pk) | {"status": "active"}
    assert merchant_client.post(page, again).status_code == 302
    with in_tenant(acme):
        product.refresh_from_db()
        assert product.status == "active"


def test_options_make_the_versions_of_a_product(acme: Tenant, merchant_client: Client, group: dict[str, Any]) -> None:
    page = f"/dashboard/products/{group['mug'].pk}/options/"
    sent = {"name_0": "Color", "values_0": f"Red\r\nBlue\r\n\r\n{EVIL}", "name_1": "Size", "values_1": "S\nL"}
    assert merchant_client.post(page, sent).status_code == 302
    with in_tenant(acme):
        titles = list(group["mug"].variants.order_by("position").values_list("title", flat=True))
    assert titles == ["Red / S", "Red / L", "Blue / S", "Blue / L", f"{EVIL} / S", f"{EVIL} / L"]
    for shown in (page, f"/dashboard/products/{group['mug'].pk}/"):
        assert EVIL not in merchant_client.get(shown).content.decode()
    many = merchant_client.post(page, sent | {"values_0": "\n".join(map(str, range(60)))})
    assert many.status_code == 422
    assert "120 versions" in many.content.decode()


def test_categories_and_collections_are_said_in_each_language(
    acme: Tenant, merchant_client: Client, store_client: Callable[[Tenant], Client], group: dict[str, Any]
) -> None:
    words = {
        "zh-hans-title": "杯子",
        "zh-hans-description_html": "好看\n\n<script>x</script>",
        "zh-hans-seo_title": "杯子专区",
    }
    for kind, key in (("categories", "category"), ("collections", "hand")):
        row = group[key]
        values = {"title": row.title, "handle": row.handle, "is_visible": "on", "sort": "best", **words}
        path = f"/dashboard/{kind}/{row.pk}/"
        assert soup(merchant_client.get(path)).find(id="id_zh-hans-title")["placeholder"] == row.title
        assert merchant_client.post(path, values).status_code == 302, kind
        told = soup(store_client(acme).get(f"/zh-hans/{kind}/{row.handle}/"))
        assert told.find("h1").get_text(strip=True) == "杯子"
        assert "杯子专区" in told.find("title").get_text()
        assert "<script>x" not in str(told)
        assert soup(store_client(acme).get(f"/{kind}/{row.handle}/")).find("h1").get_text(strip=True) == row.title
        merchant_client.post(path, {**values, **dict.fromkeys(words, "")})
        with in_tenant(acme):
            row.refresh_from_db()
        assert row.translations == {}
