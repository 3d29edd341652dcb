"""Importing orders of the past."""

import csv
import gzip
import io
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.core import mail
from django.db.models import Sum

from core.outbox.models import OutboxMessage
from core.tenancy import in_tenant
from storefront.catalog.models import Product
from storefront.customers.models import Customer
from storefront.inventory.models import Stock
from storefront.orders.enums import OrderStatus
from storefront.orders.models import Order, OrderLine, OrderNumbers
from storefront.orders.services import NewLine, NewOrder, place_order
from storefront.pricing.totals import Totals
from storefront.transfer.results import ImportResult
from tenants.models import Tenant
from tests.storefront.transfer.conftest import CsvFile, import_customers, import_orders, import_products

REAL_DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "uci_online_retail"
HEADER = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Currency,Subtotal,Shipping,Taxes,Total,"
    "Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,"
    "Lineitem fulfillment status,Shipping Name,Shipping City,Shipping Country,Cancelled at,Refunded Amount"
)


def order(**cells: str) -> list[str]:
    row = {
        "Name": "#2001",
        "Email": "Ada@Example.com",
        "Financial Status": "paid",
        "Fulfillment Status": "fulfilled",
        "Currency": "USD",
        "Subtotal": "25.80",
        "Shipping": "5.00",
        "Taxes": "1.20",
        "Total": "32.00",
        "Created at": "2024-05-01 09:58:12 +0200",
        "Lineitem quantity": "2",
        "Lineitem name": "Mug",
        "Lineitem price": "12.90",
        "Lineitem sku": "M-1",
        "Shipping Name": "Ada Berg",
        "Shipping Country": "Norway",
    } | {name.replace("_", " "): value for name, value in cells.items()}
    return [row.get(name, "") for name in HEADER.split(",")]


def line(name: str, quantity: str, title: str, price: str, sku: str = "") -> list[str]:
    values = {
        "Name": name,
        "Lineitem quantity": quantity,
        "Lineitem name": title,
        "Lineitem price": price,
        "Lineitem sku": sku,
    }
    return [values.get(column, "") for column in HEADER.split(",")]


def run(file: io.BytesIO, now: datetime, *, dry_run: bool = False) -> ImportResult:
    return import_orders(source=file, filename="orders.csv", currency="USD", now=now, dry_run=dry_run)


@pytest.fixture
def goods(in_acme: Tenant, now: datetime, csv_file: CsvFile) -> None:
    header = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty"
    rows = [["mug", "Mug", "", "", "M-1", "12.90", "10"], ["tee", "Tee", "Color", "Red", "T-R", "20", "5"]]
    import_products(source=csv_file(header, *rows), filename="p.csv", currency="USD", now=now)
    OutboxMessage.objects.all().delete()


def test_an_order_arrives_with_its_dates_and_moves_no_stock(goods: None, now: datetime, csv_file: CsvFile) -> None:
    rows = [
        order(Subtotal="45.80", Total="52.00"),
        line("#2001", "1", "Tee - Red", "20.00", "T-R"),
    ]
    result = run(csv_file(HEADER, *rows), now)
    assert (result.created, result.lines_count, result.sums, result.errors) == (1, 2, {"USD": 5200}, [])
    made = Order.objects.get()
    placed = datetime(2024, 5, 1, 7, 58, 12, tzinfo=UTC)
    assert (made.name, made.source, made.status, made.placed_at, made.paid_at) == (
        "#2001", "import", "open", placed, placed)  # fmt: skip
    assert (made.subtotal_amount, made.shipping_amount, made.tax_amount, made.total_amount) == (4580, 500, 120, 5200)
    assert (made.payment_status, made.fulfillment_status, made.items_count) == ("paid", "fulfilled", 3)
    assert made.shipping_address == {"name": "Ada Berg", "country": "NO"}
    lines = list(made.lines.order_by("pk").values_list("title", "variant_title", "quantity", "fulfilled_count"))
    assert lines == [("Mug", "", 2, 2), ("Tee", "Red", 1, 1)]
    assert not made.lines.filter(variant=None).exists()
    assert list(Stock.objects.order_by("pk").values_list("on_hand_count", "reserved_count")) == [(10, 0), (5, 0)]
    assert mail.outbox == []
    assert [message.task for message in OutboxMessage.objects.all() if "send" in message.task] == []


def test_customers_and_products_are_counted_in(goods: None, now: datetime, csv_file: CsvFile) -> None:
    Customer.objects.create(email="ada@example.com", name="Ada", created_at=now, orders_count=9, spent_amount=9)
    rows = [order(), order(Name="#2002", Email="new@example.com"), order(Name="#2003", Email="")]
    run(csv_file(HEADER, *rows), now)
    ada = Customer.objects.get(email="ada@example.com")
    assert (ada.name, ada.orders_count, ada.spent_amount) == ("Ada", 1, 3200)
    assert ada.last_order_at == datetime(2024, 5, 1, 7, 58, 12, tzinfo=UTC)
    guest = Customer.objects.get(email="new@example.com")
    assert (guest.has_account, guest.orders_count, guest.country) == (False, 1, "NO")
    assert Order.objects.get(name="#2003").customer is None
    assert Product.objects.get(handle="mug").sold_count == 6


def test_importing_again_writes_nothing_twice(goods: None, now: datetime, csv_file: CsvFile) -> None:
    run(csv_file(HEADER, order()), now)
    result = run(csv_file(HEADER, order(), order(Name="#2002")), now)
    assert (result.created, result.skipped, result.rejected) == (1, 1, 0)
    assert (Order.objects.count(), OrderLine.objects.count()) == (2, 2)
    assert Product.objects.get(handle="mug").sold_count == 4
    assert Customer.objects.get().orders_count == 2


def test_a_dry_run_of_orders_writes_nothing(goods: None, now: datetime, csv_file: CsvFile) -> None:
    result = run(csv_file(HEADER, order()), now, dry_run=True)
    assert (result.created, result.sums) == (1, {"USD": 3200})
    assert (Order.objects.count(), Customer.objects.count(), OrderNumbers.objects.count()) == (0, 0, 0)


def test_the_stores_own_numbers_go_on_after_the_imported_ones(goods: None, now: datetime, csv_file: CsvFile) -> None:
    run(csv_file(HEADER, order(Name="#536365")), now)
    variant = Product.objects.get(handle="mug").variants.get()
    made = place_order(
        new=NewOrder(
            email="a@example.com",
            currency="USD",
            lines=[
                NewLine(variant_id=variant.pk, product_id=variant.product_id, title="Mug", unit_amount=100, quantity=1)
            ],
            totals=Totals(subtotal=100, discount=0, shipping=0, tax=0, total=100),
            shipping_address={},
        ),
        status=OrderStatus.OPEN,
        actor="me",
        now=now,
    )
    assert made.name == "#536366"


def test_an_order_of_the_stores_own_is_never_taken_for_an_imported_one(
    goods: None, now: datetime, csv_file: CsvFile
) -> None:
    run(csv_file(HEADER, order()), now)
    Order.objects.update(source="web")
    result = run(csv_file(HEADER, order(Total="32.00")), now)
    assert (result.created, result.skipped, result.rejected, result.errors[0].column) == (0, 0, 1, "Name")


def test_orders_in_another_currency_keep_it_and_add_nothing_to_what_was_spent(
    goods: None, now: datetime, csv_file: CsvFile
) -> None:
    result = run(csv_file(HEADER, order(Currency="GBP")), now)
    assert (Order.objects.get().currency, result.sums) == ("GBP", {"GBP": 3200})
    assert (Customer.objects.get().orders_count, Customer.objects.get().spent_amount) == (1, 0)
    assert "GBP" in result.notes[-1]


@pytest.mark.parametrize(
    ("cells", "kept"),
    [
        ({"Discount_Amount": "5.80", "Subtotal": "25.80", "Total": "26.20"}, (2580, 580, 500, 120, 2620)),
        ({"Discount_Amount": "5.80", "Subtotal": "20.00", "Total": "26.20"}, (2580, 580, 500, 120, 2620)),
        ({"Taxes": "4.30", "Total": "30.80"}, (2580, 0, 500, 430, 3080)),
    ],
    ids=["discount after the subtotal", "discount inside the subtotal", "tax inside the prices"],
)
def test_totals_add_up_in_each_way_shops_write_them(
    goods: None, now: datetime, csv_file: CsvFile, cells: dict[str, str], kept: tuple[int, ...]
) -> None:
    assert run(csv_file(HEADER, order(**cells)), now).errors == []
    made = Order.objects.get()
    parts = (made.subtotal_amount, made.discount_amount, made.shipping_amount, made.tax_amount, made.total_amount)
    assert parts == kept
    assert made.taxes_included is (made.total_amount == 3080)
    lines = [(line.discount_amount, line.tax_amount) for line in made.lines.order_by("pk")]
    assert [sum(shares) for shares in zip(*lines, strict=True)] == [made.discount_amount, made.tax_amount]


@pytest.mark.parametrize(
    ("financial", "fulfillment", "expected"),
    [
        ("pending", "", ("pending", "unfulfilled", "open")),
        ("partially_refunded", "partial", ("partly_refunded", "partly_fulfilled", "open")),
        ("refunded", "fulfilled", ("refunded", "fulfilled", "open")),
    ],
)
def test_states_are_mapped(
    goods: None, now: datetime, csv_file: CsvFile, financial: str, fulfillment: str, expected: tuple[str, ...]
) -> None:
    run(csv_file(HEADER, order(Financial_Status=financial, Fulfillment_Status=fulfillment)), now)
    made = Order.objects.get()
    assert (made.payment_status, made.fulfillment_status, made.status) == expected


def test_a_canceled_order_counts_for_nobody(goods: None, now: datetime, csv_file: CsvFile) -> None:
    run(csv_file(HEADER, order(Cancelled_at="2024-05-02 10:00:00 +0000", Financial_Status="voided")), now)
    assert Order.objects.get().status == "canceled"
    assert (Customer.objects.get().orders_count, Product.objects.get(handle="mug").sold_count) == (0, 0)


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"Total": "99.00"}, "Total", "25.80"),
        ({"Subtotal": "1.00"}, "Total", "subtotal says 1.00"),
        ({"Total": ""}, "Total", "total"),
        ({"Created at": ""}, "Created at", "time"),
        ({"Created at": "yesterday"}, "Created at", "2026-05-01"),
        ({"Created at": "0001-01-01 00:00:00 +0000"}, "Created at", "year"),
        ({"Lineitem quantity": "0"}, "Lineitem quantity", "1"),
        ({"Lineitem quantity": "-1"}, "Lineitem quantity", "1"),
        ({"Lineitem quantity": "1000000000"}, "Lineitem quantity", "1000000"),
        ({"Lineitem quantity": "1.5"}, "Lineitem quantity", "whole"),
        ({"Lineitem price": "12.905"}, "Lineitem price", "decimals"),
        ({"Lineitem name": ""}, "Lineitem name", "name"),
        ({"Currency": "XQQ"}, "Currency", "USD"),
        ({"Email": "nobody"}, "Email", "e-mail"),
        ({"Financial Status": "maybe"}, "Financial Status", "paid"),
        ({"Refunded Amount": "99.00"}, "Refunded Amount", "paid"),
        ({"Name": "x" * 41}, "Name", "40"),
    ],
)
def test_a_wrong_order_is_left_out_alone(
    goods: None, now: datetime, csv_file: CsvFile, cells: dict[str, str], column: str, words: str
) -> None:
    result = run(csv_file(HEADER, order(**cells), order(Name="#2002")), now)
    assert (result.created, result.rejected, result.errors[0].row, result.errors[0].column) == (1, 1, 2, column)
    assert words in result.errors[0].message
    assert list(Order.objects.values_list("name", flat=True)) == ["#2002"]


def test_a_killed_import_goes_on_without_doubling(goods: None, now: datetime, csv_file: CsvFile) -> None:
    rows = [order(Name=f"#{number}") for number in range(3001, 4200)]

    class Killed(Exception):
        pass

    def die(*, phase: str | None = None, done: int | None = None, total: int | None = None) -> None:
        if done and done >= 1000:
            raise Killed

    with pytest.raises(Killed):
        import_orders(source=csv_file(HEADER, *rows), filename="o.csv", currency="USD", now=now, report=die)
    assert Order.objects.count() == 1000
    assert Customer.objects.get().orders_count == 1000
    result = run(csv_file(HEADER, *rows), now)
    assert (result.created, result.skipped, Order.objects.count()) == (199, 1000, 1199)
    assert (Customer.objects.get().orders_count, Customer.objects.get().spent_amount) == (1199, 1199 * 3200)
    assert Product.objects.get(handle="mug").sold_count == 2398


@pytest.mark.skipif(not REAL_DATA.exists(), reason="../shared/data/uci_online_retail is not here")
def test_a_thousand_real_orders_agree_with_their_file_to_the_penny(in_acme: Tenant, now: datetime) -> None:
    for name, action in (("products", import_products), ("customers", import_customers)):
        done = action(source=REAL_DATA / f"{name}.csv.gz", filename=name, currency="GBP", now=now)
        assert (done.rejected, done.created) == (0, {"products": 3791, "customers": 4334}[name])
    text, names, total, lines = io.StringIO(newline=""), set(), Decimal(0), 0
    with gzip.open(REAL_DATA / "orders.csv.gz", "rt", newline="") as source:
        reader = csv.DictReader(source)
        writer = csv.DictWriter(text, reader.fieldnames or [])
        writer.writeheader()
        for row in reader:
            if row["Name"] not in names and len(names) == 1000:
                break
            names.add(row["Name"])
            total += Decimal(row["Total"] or 0)
            lines += 1
            writer.writerow(row)
    packed = io.BytesIO(gzip.compress(text.getvalue().encode()))
    result = import_orders(source=packed, filename="orders.csv.gz", currency="GBP", now=now)
    assert (result.created, result.rejected, result.lines_count) == (1000, 0, lines)
    assert Order.objects.aggregate(n=Sum("total_amount"))["n"] == int(total * 100)
    assert OrderLine.objects.aggregate(n=Sum("total_amount"))["n"] == int(total * 100)
    assert not OrderLine.objects.filter(variant=None).exists()


def test_an_import_into_one_store_leaves_the_other_as_it_was(
    acme: Tenant, globex: Tenant, now: datetime, csv_file: CsvFile
) -> None:
    with in_tenant(globex):
        assert Order.objects.count() == 0
        with in_tenant(acme):
            assert run(csv_file(HEADER, order()), now).created == 1
        assert (Order.objects.count(), OrderLine.objects.count(), Customer.objects.count()) == (0, 0, 0)
    with in_tenant(acme):
        assert (Order.objects.count(), OrderLine.objects.count(), Customer.objects.count()) == (1, 1, 1)
