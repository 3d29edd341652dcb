"""One thing done to many products: what it writes, what it refuses, and that it can be taken back."""

import json
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from core.clock import utc_now
from core.jobs.models import Job
from core.tasks import SCHEMA_HEADER
from core.tenancy import in_tenant
from storefront.catalog.models import Category, ChangeSet, Collection, Product, ProductVariant
from storefront.catalog.repricing import How, Repricing
from storefront.catalog.services.mass import MassChange, change_products
from storefront.catalog.tasks import change_many
from tenants.models import Tenant
from tests.storefront.catalog.making import ACTOR, make_product, statements

LIST = "/dashboard/products/"


@pytest.mark.parametrize(
    ("how", "value", "ending", "amount", "digits", "new"),
    [
        (How.PERCENT, "-10", None, 1999, 2, 1799),
        (How.PERCENT, "-10", 99, 1999, 2, 1799),
        (How.PERCENT, "12.5", 99, 2000, 2, 2299),
        (How.PERCENT, "12.5", 0, 2000, 2, 2300),
        (How.AMOUNT, "-500", 95, 2000, 2, 1495),
        (How.SET, "2500", None, 1, 2, 2500),
        (How.PERCENT, "-10", 99, 1999, 0, 1799),
    ],
)
def test_a_price_is_reckoned_to_the_minor_unit(
    how: How, value: str, ending: int | None, amount: int, digits: int, new: int
) -> None:
    assert Repricing(how, Decimal(value), ending).price(amount, digits) == new


def test_what_it_cost_before_is_kept_where_it_gets_cheaper_and_no_false_saving_stays() -> None:
    cheaper = Repricing(How.PERCENT, Decimal(-20), None, keeps_old=True)
    assert cheaper.both(1000, None, 2) == (800, 1000)
    assert cheaper.both(1000, 1500, 2) == (800, 1500)
    dearer = Repricing(How.PERCENT, Decimal(50), None, keeps_old=True)
    assert dearer.both(1000, 1500, 2) == (1500, None)


@pytest.fixture
def pair(acme: Tenant) -> list[int]:
    with in_tenant(acme):
        return [make_product("Mug", price=1200, tags=["camp"]).pk, make_product("Kettle", price=6400).pk]


def picks(ids: list[int], **more: object) -> dict[str, object]:
    return {"pick": [str(pk) for pk in ids], "state": "status=active", **more}


def test_the_price_page_shows_examples_first_and_the_change_can_be_undone(
    acme: Tenant, pair: list[int], merchant_client: Client
) -> None:
    asked = BeautifulSoup(merchant_client.post(f"{LIST}bulk/", picks(pair, action="price")).content, "html.parser")
    assert asked.find("h1").get_text(strip=True) == "Change the price of 2 products"
    assert "Show five examples" in asked.get_text()
    assert not asked.find("button", string="Change the price of 2 products")
    sent = {"action": "price", "sent": "1", "ids": ",".join(map(str, pair)), "how": "percent", "value": "-10%"}
    shown = BeautifulSoup(
        merchant_client.post(f"{LIST}bulk/", {**sent, "ending": "99", "preview": "1"}).content, "html.parser"
    )
    assert [row.get_text(" ", strip=True) for row in shown.select("tbody tr")] == [
        "Mug $12.00 $10.99",
        "Kettle $64.00 $57.99",
    ]
    assert shown.find("button", string="Change the price of 2 products")
    answer = merchant_client.post(f"{LIST}bulk/", {**sent, "ending": "99", "state": "status=active"})
    assert answer["Location"] == f"{LIST}?status=active"
    with in_tenant(acme):
        assert list(Product.objects.order_by("pk").values_list("min_price_amount", flat=True)) == [1099, 5799]
    assert "Changed the price of 2 products." in merchant_client.get(answer["Location"]).content.decode()
    assert "Changed the price of 2 products." not in merchant_client.get(answer["Location"]).content.decode()
    back = merchant_client.post(f"{LIST}undo/")
    assert back["Location"] == f"{LIST}?status=active"
    with in_tenant(acme):
        assert list(Product.objects.order_by("pk").values_list("min_price_amount", flat=True)) == [1200, 6400]


@pytest.mark.parametrize("value", ["", "ten", "-100", "1e3", "99999", "١٠"])
def test_a_change_that_makes_no_sense_is_asked_again(
    acme: Tenant, pair: list[int], merchant_client: Client, value: str
) -> None:
    sent = {"action": "price", "sent": "1", "ids": ",".join(map(str, pair)), "how": "percent", "value": value}
    assert merchant_client.post(f"{LIST}bulk/", sent).status_code == 422
    with in_tenant(acme):
        assert not ChangeSet.objects.exists()


def test_no_price_falls_to_nothing(acme: Tenant, pair: list[int], merchant_client: Client) -> None:
    sent = {"action": "price", "sent": "1", "ids": ",".join(map(str, pair)), "how": "amount", "value": "-15"}
    answer = merchant_client.post(f"{LIST}bulk/", sent)
    assert answer.status_code == 422
    assert "“Mug” would cost nothing." in answer.content.decode()
    with in_tenant(acme):
        assert list(Product.objects.order_by("pk").values_list("min_price_amount", flat=True)) == [1200, 6400]


def test_category_tags_brand_and_collection_are_set_and_taken_back(
    acme: Tenant, pair: list[int], merchant_client: Client
) -> None:
    with in_tenant(acme):
        category = Category.objects.add_root({"title": "Kitchen", "handle": "kitchen"})
        shelf = Collection.objects.create(title="Shelf", handle="shelf")
    for action, values in (
        ("category", {"category": category.pk}),
        ("tag", {"tags": "new, Camp，gift"}),
        ("vendor", {"vendor": "Kiln"}),
        ("collection", {"collection": shelf.pk}),
    ):
        answer = merchant_client.post(f"{LIST}bulk/", picks(pair, action=action, sent="1", **values))
        assert answer.status_code == 302, action
    with in_tenant(acme):
        mug, kettle = Product.objects.order_by("pk")
        assert (mug.category_id, mug.tags, mug.vendor) == (category.pk, ["camp", "new", "gift"], "Kiln")
        assert kettle.tags == ["new", "Camp", "gift"]
        assert set(shelf.products.values_list("pk", flat=True)) == set(pair)
        sets = list(ChangeSet.objects.order_by("-pk").values_list("pk", flat=True))
    for pk in sets:
        merchant_client.post(f"{LIST}undo/", {"change_set": pk})
    with in_tenant(acme):
        mug, kettle = Product.objects.order_by("pk")
        assert (mug.category_id, mug.tags, mug.vendor) == (None, ["camp"], "")
        assert kettle.tags == []
        assert not shelf.products.exists()


def test_deleting_asks_first(acme: Tenant, pair: list[int], merchant_client: Client) -> None:
    asked = merchant_client.post(f"{LIST}bulk/", picks(pair, action="delete"))
    assert "Deleted products do not come back." in asked.content.decode()
    with in_tenant(acme):
        assert Product.objects.count() == 2
    merchant_client.post(f"{LIST}bulk/", picks(pair, action="delete", sent="1"))
    with in_tenant(acme):
        assert not Product.objects.exists()


def test_hundreds_are_changed_by_a_job_that_says_how_to_undo_it(acme: Tenant, merchant_client: Client) -> None:
    with in_tenant(acme):
        now = utc_now()
        Product.objects.bulk_create(
            Product(title=f"Mug {n}", handle=f"mug-{n}", created_at=now, updated_at=now) for n in range(201)
        )
    merchant_client.post(f"{LIST}bulk/", {"action": "archive", "all": "1", "state": "status=draft"})
    job = Job.objects.get(schema_name=acme.schema_name, kind="product_change")
    with in_tenant(acme):
        assert not Product.objects.filter(status="archived").exists()
    change_many.apply(kwargs={"job_id": job.pk}, headers={SCHEMA_HEADER: acme.schema_name}, throw=True)
    with in_tenant(acme):
        assert Product.objects.filter(status="archived").count() == 201
        change_set = ChangeSet.objects.get()
    job.refresh_from_db()
    assert (job.state, job.result["message"]) == ("succeeded", "Archived 201 products.")
    assert job.result["url"] == f"{LIST}changes/{change_set.pk}/"
    assert "Archived 201 products." in merchant_client.get(job.result["url"]).content.decode()


def test_two_hundred_cost_as_many_statements_as_two(acme: Tenant) -> None:
    def count(rows: int) -> int:
        with in_tenant(acme):
            ids = [make_product(f"Mug {rows} {n}", price=1000 + n).pk for n in range(rows)]
            change = MassChange("price", {"how": "percent", "value": "-10", "ending": None})
            with statements() as seen:
                assert change_products(product_ids=ids, change=change, actor=ACTOR, now=utc_now()).count == rows
        return len(seen)

    count(1)
    few = count(2)
    assert count(60) <= few


def cells(client: Client, ids: list[int]) -> tuple[str, dict[str, str]]:
    address = f"{LIST}grid/?ids={','.join(map(str, ids))}&columns=price,compare_at,stock,sku"
    form = BeautifulSoup(client.get(address).content, "html.parser").find("form", id="grid")
    return address, {field["name"]: field.get("value", "") for field in form.find_all("input") if field.get("name")}


def test_the_grid_writes_what_was_typed_and_leaves_the_rest_to_others(
    acme: Tenant, pair: list[int], merchant_client: Client
) -> None:
    address, sent = cells(merchant_client, pair)
    with in_tenant(acme):
        first, second = ProductVariant.objects.order_by("pk")
        ProductVariant.objects.filter(pk=second.pk).update(sku="THEIRS")
    sent |= {f"c{first.pk}_price": "1,250.50", f"c{first.pk}_sku": " M-1 ", f"c{second.pk}_stock": "44"}
    answer = merchant_client.post(address, sent)
    assert answer.status_code == 302
    with in_tenant(acme):
        first, second = ProductVariant.objects.order_by("pk")
        assert (first.price_amount, first.sku, second.sku, second.available_count) == (125050, "M-1", "THEIRS", 44)
    assert "Saved 3 cells." in merchant_client.get(answer["Location"]).content.decode()
    assert merchant_client.post(f"{LIST}undo/")["Location"] == answer["Location"]
    with in_tenant(acme):
        first = ProductVariant.objects.order_by("pk").first()
        assert (first.price_amount, first.sku) == (1200, "")


def test_a_cell_that_is_refused_is_named_nothing_is_saved_and_nothing_typed_is_lost(
    acme: Tenant, pair: list[int], merchant_client: Client
) -> None:
    address, _sent = cells(merchant_client, pair)
    with in_tenant(acme):
        first, second = ProductVariant.objects.order_by("pk")
    shown = json.dumps({f"c{first.pk}_price": "12.00"})
    for bad, words in (
        ({f"c{first.pk}_price": "nine", f"c{second.pk}_sku": "K-1"}, "“nine” is not an amount."),
        ({f"c{first.pk}_compare_at": "9", f"c{second.pk}_sku": "K-1"}, "has to be above the price"),
        ({f"c{first.pk}_stock": "-4", f"c{second.pk}_sku": "K-1"}, "Write a whole number"),
        ({f"c{first.pk}_price": "", f"c{second.pk}_sku": "K-1"}, "Give a price."),
    ):
        answer = merchant_client.post(address, {"was": shown, **bad})
        page = BeautifulSoup(answer.content, "html.parser")
        assert answer.status_code == 422
        assert words in page.find(class_="form-errors").get_text()
        assert page.find("input", {"name": f"c{second.pk}_sku"})["value"] == "K-1"
    with in_tenant(acme):
        assert set(ProductVariant.objects.values_list("sku", flat=True)) == {""}


@pytest.mark.parametrize("query", ["", "?ids=x,²,99999999999999999999", "?ids=1&columns=nope", "?ids=1&page=x"])
def test_a_nonsense_grid_address_is_answered(acme: Tenant, merchant_client: Client, query: str) -> None:
    assert merchant_client.get(f"{LIST}grid/{query}").status_code == 200
    assert merchant_client.post(f"{LIST}grid/{query}", {"was": "[[[", "c1_price": "1"}).status_code == 302
