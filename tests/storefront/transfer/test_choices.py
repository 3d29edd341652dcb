"""How a merchant wants a file to be taken: asked before the check, told by it, and kept to by the import."""

import csv
import io
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.storage import storages
from django.test import Client

from core.clock import utc_now
from core.tenancy import in_tenant
from storefront.catalog.models import Product, ProductImage, ProductVariant
from storefront.customers.models import Customer
from storefront.inventory.models import Stock, Warehouse
from storefront.transfer.choices import Arrival, Choices, Existing, Pictures, Sign, guess_sign
from storefront.transfer.enums import ImportKind
from storefront.transfer.models import ImportRun
from storefront.transfer.results import ImportResult
from storefront.transfer.services import import_file
from tenants.models import Tenant
from tests.storefront.transfer.test_import_pages import upload, work_off

HEADER = ("Handle", "Title", "Price", "Stock", "Image Src", "Status")
OLD = ("mug", "Mug", "12.90", "5", "", "active")


def take(
    *rows: tuple[str, ...], header: tuple[str, ...] = HEADER, dry_run: bool = False, **choices: Any
) -> ImportResult:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    return import_file(
        kind=ImportKind.PRODUCTS,
        source=io.BytesIO(text.getvalue().encode()),
        filename="x.csv",
        currency="USD",
        now=utc_now(),
        dry_run=dry_run,
        choices=Choices(**choices),
    )


def counts(result: ImportResult) -> tuple[int, int, int, int, int]:
    return result.created, result.updated, result.unchanged, result.skipped, result.rejected


@pytest.fixture
def shop(in_acme: Tenant) -> Tenant:
    take(OLD, ("cup", "Cup", "8", "1", "", "active"))
    return in_acme


def test_a_check_counts_what_will_happen_and_shows_some_of_it(shop: Tenant) -> None:
    rows = [
        ("mug", "Big mug", "14", "7", "https://cdn.example/m.jpg", "active"),
        ("cup", "Cup", "8", "1", "", "active"),
        ("bowl", "Bowl", "20", "3", "", "active"),
        ("jar", "Jar", "2.345", "3", "", "active"),
    ]
    result = take(*rows, dry_run=True)
    assert counts(result) == (1, 1, 1, 0, 1)
    assert Product.objects.filter(handle="bowl").count() == 0
    samples = {one.name: one for one in result.samples}
    assert (samples["Bowl"].is_new, samples["Bowl"].lines) == (
        True,
        [("Status", "", "Active"), ("Price", "", "$20.00")],
    )
    assert not samples["Big mug"].is_new
    assert samples["Big mug"].lines == [
        ("Title", "Mug", "Big mug"),
        ("Price", "$12.90", "$14.00"),
        ("Stock", "5", "7"),
        ("Pictures", "", "1 more"),
    ]
    assert set(samples) == {"Bowl", "Big mug"}
    # The import does what the check has counted.
    assert counts(take(*rows)) == counts(result)


def test_what_is_here_can_be_left_as_it_is(shop: Tenant) -> None:
    rows = [("mug", "Other", "1", "9", "", "draft"), ("bowl", "Bowl", "20", "3", "", "active")]
    for dry_run in (True, False):
        assert counts(take(*rows, dry_run=dry_run, existing=Existing.SKIP)) == (1, 0, 0, 1, 0)
    assert (Product.objects.get(handle="mug").title, Product.objects.get(handle="mug").status) == ("Mug", "active")


@pytest.mark.parametrize("header", [HEADER, HEADER[:5]], ids=["status", "no-status"])
def test_new_products_can_come_as_drafts_and_the_others_stay_what_they_are(
    shop: Tenant, header: tuple[str, ...]
) -> None:
    Product.objects.filter(handle="cup").update(status="archived")
    rows = [
        one[: len(header)]
        for one in (OLD, ("cup", "Cup", "8", "1", "", "archived"), ("bowl", "Bowl", "20", "3", "", "active"))
    ]
    take(*rows, header=header, arrival=Arrival.DRAFT)
    assert dict(Product.objects.values_list("handle", "status")) == {
        "mug": "active",
        "cup": "archived",
        "bowl": "draft",
    }


def test_pictures_can_stay_out(shop: Tenant) -> None:
    take(("mug", "Mug", "12.90", "5", "https://cdn.example/m.jpg", "active"), pictures=Pictures.LEAVE)
    assert ProductImage.objects.count() == 0


def test_counts_go_to_the_warehouse_that_was_chosen(shop: Tenant) -> None:
    south = Warehouse.objects.create(name="South")
    take(("mug", "Mug", "12.90", "8", "", "active"), ("bowl", "Bowl", "20", "3", "", "active"), warehouse_id=south.pk)
    lie = {
        (handle, name): count
        for handle, name, count in Stock.objects.values_list(
            "variant__product__handle", "warehouse__name", "on_hand_count"
        )
    }
    main = Warehouse.objects.get(is_default=True).name
    assert (lie["mug", main], lie["mug", "South"]) == (5, 3)
    assert (lie["bowl", main], lie["bowl", "South"]) == (0, 3)


def test_a_file_in_another_language_brings_words_alone_for_what_is_here(shop: Tenant) -> None:
    rows = [("mug", "马克杯", "99", "0", "", "draft"), ("teapot", "茶壶", "5", "1", "", "active")]
    result = take(*rows, language="zh-hans")
    assert counts(result) == (0, 1, 0, 0, 1)
    assert "not in your store" in result.errors[0].message
    mug = Product.objects.get(handle="mug")
    assert (mug.title, mug.status, mug.translations["zh-hans"]["title"]) == ("Mug", "active", "马克杯")
    version = ProductVariant.objects.get(product=mug)
    assert (version.price_amount, version.available_count) == (1290, 5)


def test_a_comma_before_the_cents_is_read_where_it_was_chosen_and_nothing_else_then(shop: Tenant) -> None:
    rows = [
        ("a", "A", "1.299,90", "1", "", "active"),
        ("b", "B", "1 299,9", "1", "", "active"),
        ("c", "C", "12", "1", "", "active"),
        ("d", "D", "12.90", "1", "", "active"),
    ]
    result = take(*rows, sign=Sign.COMMA)
    prices = dict(ProductVariant.objects.values_list("product__handle", "price_amount"))
    assert (prices["a"], prices["b"], prices["c"]) == (129990, 129990, 1200)
    assert [(error.value, error.column) for error in result.errors] == [("12.90", "Price")]
    # What was left out is handed back as it was written.
    assert b"d,D,12.90" in storages["private"].open(result.error_file).read()
    assert take(rows[0]).rejected == 1


@pytest.mark.parametrize(
    ("values", "sign"),
    [(["12,90", "5"], Sign.COMMA), (["1,299.90"], Sign.POINT), (["5"], Sign.POINT), ([], Sign.POINT)],
)
def test_the_sign_is_guessed_from_the_first_rows(values: list[str], sign: Sign) -> None:
    assert guess_sign(["Preis", "Text"], [values, ["1,50"]], {"Preis": "price", "Text": "title"}) == sign


def test_customers_who_are_here_can_be_left_as_they_are(in_acme: Tenant) -> None:
    Customer.objects.create(email="ada@example.com", name="Ada", created_at=utc_now())
    data = b"Email,First Name,Note\nada@example.com,Eve,x\nbob@example.com,Bob,\n"
    for existing, expected in ((Existing.UPDATE, (1, 1, 0, 0, 0)), (Existing.SKIP, (1, 0, 0, 1, 0))):
        result = import_file(
            kind=ImportKind.CUSTOMERS, source=io.BytesIO(data), filename="x.csv", currency="USD", now=utc_now(),
            dry_run=True, choices=Choices(existing=existing),
        )  # fmt: skip
        assert counts(result) == expected
        if existing == Existing.UPDATE:
            lines = {one.name: one.lines for one in result.samples}
            assert lines["ada@example.com"] == [("Name", "Ada", "Eve"), ("Note", "", "x")]
            assert lines["bob@example.com"] == [("Name", "", "Bob")]


def test_the_page_asks_the_check_repeats_it_and_the_import_keeps_to_it(merchant_client: Client, acme: Tenant) -> None:
    with in_tenant(acme):
        take(OLD)
    columns = upload(merchant_client, b"Handle;Title;Price\nmug;Mug;15,50\nbowl;<b>Bowl</b>;20,00\n")["Location"]
    page = BeautifulSoup(merchant_client.get(columns).content, "html.parser")
    assert page.select_one("input[name=sign][value=comma][checked]")
    assert page.select_one("input[name=existing][value=update][checked]")
    assert page.select_one("#import-columns [name=language] option[value=zh-hans]")
    assert not page.select_one("#import-columns [name=warehouse]")
    sent = {
        "column-0": "handle",
        "column-1": "title",
        "column-2": "price",
        "existing": "skip",
        "arrival": "draft",
        "sign": "comma",
    }
    assert merchant_client.post(columns, {**sent, "sign": "stars"}).status_code == 422
    check = merchant_client.post(columns, sent)["Location"]
    work_off(acme)
    shown = BeautifulSoup(merchant_client.get(check).content, "html.parser")
    told = shown.select_one("#import-page").get_text(" ", strip=True)  # type: ignore[union-attr]
    assert "1 will be created" in told
    assert "1 stay as they are" in told
    assert "What is in your store already: Leave them as they are" in told
    assert "<b>Bowl</b>" in told
    assert "$20.00" in told
    # Changed one's mind: the page still knows what was chosen, and a second check counts anew.
    again = BeautifulSoup(merchant_client.get(columns).content, "html.parser")
    assert again.select_one("input[name=existing][value=skip][checked]")
    check = merchant_client.post(columns, {**sent, "existing": "update"})["Location"]
    work_off(acme)
    assert "$12.90" in merchant_client.get(check).content.decode()
    merchant_client.post(f"{check}start/")
    work_off(acme)
    with in_tenant(acme):
        assert ProductVariant.objects.get(product__handle="mug").price_amount == 1550
        assert Product.objects.get(handle="bowl").status == "draft"
        assert ImportRun.objects.get().choices["existing"] == "update"
