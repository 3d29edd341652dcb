"""Importing products."""

import io
from datetime import datetime

import pytest

from core.outbox.models import OutboxMessage
from storefront.catalog.models import Product, ProductImage, ProductVariant
from storefront.inventory.models import Stock, StockMovement
from storefront.transfer.results import ImportResult
from tenants.models import Tenant
from tests.storefront.transfer.conftest import CsvFile, import_products

CLASSIC = (
    "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,"
    "Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price,"
    "Variant Barcode,Image Src,Image Position,Image Alt Text,SEO Title,Status,Gift Card"
)
CURRENT = (
    "Title,URL handle,Description,Vendor,Type,Tags,Published on online store,Status,SKU,Option1 name,Option1 value,"
    "Price,Inventory tracker,Inventory quantity,"
    "Continue selling when out of stock,Weight value (grams),Product image URL"
)


def run(file: io.BytesIO, now: datetime, *, dry_run: bool = False, currency: str = "USD") -> ImportResult:
    return import_products(source=file, filename="products.csv", currency=currency, now=now, dry_run=dry_run)


def classic(**cells: str) -> list[str]:
    row = {"Handle": "mug", "Title": "Mug", "Variant Price": "12.90", "Variant Inventory Tracker": "shopify"}
    row |= {name.replace("_", " "): value for name, value in cells.items()}
    return [row.get(name, "") for name in CLASSIC.split(",")]


def test_a_classic_product_arrives_whole(in_acme: Tenant, now: datetime, csv_file: CsvFile) -> None:
    row = dict.fromkeys(CLASSIC.split(","), "") | {
        "Handle": "Red-Mug",
        "Title": "Red mug",
        "Body (HTML)": "<p>Holds <b>tea</b></p><script>alert(1)</script>",
        "Vendor": "Kiln",
        "Type": "Mugs",
        "Tags": "red, tea, red",
        "Published": "TRUE",
        "Option1 Name": "Title",
        "Option1 Value": "Default Title",
        "Variant SKU": "'0042",
        "Variant Grams": "350.5",
        "Variant Inventory Tracker": "shopify",
        "Variant Inventory Qty": "7",
        "Variant Inventory Policy": "deny",
        "Variant Price": "12.90",
        "Variant Compare At Price": "15",
        "Variant Barcode": "4006381333931",
        "Image Src": "https://cdn.example/mug.jpg",
        "Image Alt Text": "A red mug",
        "SEO Title": "Red mug for tea",
        "Status": "active",
    }
    result = run(csv_file(CLASSIC, list(row.values())), now)
    assert (result.created, result.updated, result.rejected, result.errors) == (1, 0, 0, [])
    assert result.unused_columns == ["Gift Card"]
    assert "fetched after the import" in result.notes[0]
    product = Product.objects.get()
    assert (product.handle, product.title, product.description_html) == (
        "red-mug",
        "Red mug",
        "<p>Holds <b>tea</b></p>",
    )
    assert (product.vendor, product.product_type, product.tags) == ("Kiln", "Mugs", ["red", "tea"])
    assert (product.status, product.published_at, product.seo_title) == ("active", now, "Red mug for tea")
    assert (product.min_price_amount, product.compare_at_amount, product.available_count) == (1290, 1500, 7)
    assert (product.is_available, product.option_names, product.cover) == (True, [], {})
    variant = ProductVariant.objects.get()
    assert (variant.title, variant.sku, variant.weight_grams, variant.barcode) == ("", "0042", 351, "4006381333931")
    assert (variant.tracks_stock, variant.sells_when_out, variant.available_count) == (True, False, 7)
    assert StockMovement.objects.get().reason == "import"
    image = ProductImage.objects.get()
    assert (image.source_url, image.alt, image.path) == ("https://cdn.example/mug.jpg", "A red mug", "")


def test_a_current_product_with_versions_and_more_pictures_arrives(
    in_acme: Tenant, now: datetime, csv_file: CsvFile
) -> None:
    file = csv_file(
        CURRENT,
        ["Tee", "tee", "Soft", "", "", "", "true", "active", "T-S", "Size", "S", "20.00", "shopify", "3", "false",
         "200", "https://cdn.example/1.jpg"],
        ["", "tee", "", "", "", "", "", "", "T-M", "", "M", "22.50", "shopify", "0", "true", "210",
         "https://cdn.example/2.jpg"],
        ["", "tee", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "https://cdn.example/3.jpg"],
    )  # fmt: skip
    result = run(file, now)
    assert (result.created, result.rows_count, result.errors) == (1, 3, [])
    product = Product.objects.get()
    assert (product.option_names, product.min_price_amount, product.max_price_amount) == (["Size"], 2000, 2250)
    variants = list(product.variants.order_by("position").values_list("title", "sku", "available_count"))
    assert variants == [("S", "T-S", 3), ("M", "T-M", 0)]
    assert list(product.images.order_by("position").values_list("position", flat=True)) == [1, 2, 3]
    assert list(Stock.objects.order_by("variant__position").values_list("may_go_negative", flat=True)) == [False, True]


def test_importing_again_updates_and_doubles_nothing(in_acme: Tenant, now: datetime, csv_file: CsvFile) -> None:
    first = classic(Vendor="Kiln", Variant_Inventory_Qty="7", Image_Src="https://cdn.example/mug.jpg")
    run(csv_file(CLASSIC, first), now)
    again = classic(Title="Better mug", Vendor="", Variant_Inventory_Qty="4", Variant_Price="13.00",
                    Image_Src="https://cdn.example/mug.jpg")  # fmt: skip
    result = run(csv_file(CLASSIC, again), now)
    assert (result.created, result.updated) == (0, 1)
    product = Product.objects.get()
    assert (product.title, product.vendor, product.min_price_amount) == ("Better mug", "", 1300)
    assert (product.available_count, ProductVariant.objects.count(), ProductImage.objects.count()) == (4, 1, 1)
    assert list(StockMovement.objects.order_by("pk").values_list("delta", flat=True)) == [7, -3]


def test_a_missing_column_leaves_what_is_there(in_acme: Tenant, now: datetime, csv_file: CsvFile) -> None:
    run(csv_file(CLASSIC, classic(Vendor="Kiln", Variant_Inventory_Qty="7", Status="draft")), now)
    result = run(csv_file("Handle,Title,Tags", ["mug", "Mug", "new"]), now)
    assert (result.updated, result.errors) == (1, [])
    product = Product.objects.get()
    assert (product.vendor, product.status, product.tags) == ("Kiln", "draft", ["new"])
    assert (product.min_price_amount, product.available_count) == (1290, 7)


def test_stock_held_for_orders_stays_held(in_acme: Tenant, now: datetime, csv_file: CsvFile) -> None:
    run(csv_file(CLASSIC, classic(Variant_Inventory_Qty="7")), now)
    Stock.objects.update(reserved_count=2)
    run(csv_file(CLASSIC, classic(Variant_Inventory_Qty="5")), now)
    stock = Stock.objects.get()
    assert (stock.on_hand_count, stock.reserved_count, Product.objects.get().available_count) == (7, 2, 5)
    run(csv_file(CLASSIC, classic(Variant_Inventory_Qty="-9")), now)
    stock.refresh_from_db()
    assert (stock.on_hand_count, stock.reserved_count, Product.objects.get().available_count) == (2, 2, 0)


def test_a_product_that_gains_options_keeps_no_ghost(in_acme: Tenant, now: datetime, csv_file: CsvFile) -> None:
    run(csv_file(CLASSIC, classic()), now)
    before = ProductVariant.objects.get().pk
    rows = [classic(Option1_Name="Color", Option1_Value="Red"), classic(Title="", Option1_Value="Blue")]
    assert run(csv_file(CLASSIC, *rows), now).errors == []
    assert dict(ProductVariant.objects.values_list("title", "pk"))["Red"] == before
    assert sorted(ProductVariant.objects.values_list("title", flat=True)) == ["Blue", "Red"]


def test_a_dry_run_counts_the_same_and_writes_nothing(in_acme: Tenant, now: datetime, csv_file: CsvFile) -> None:
    run(csv_file(CLASSIC, classic(Variant_Inventory_Qty="7")), now)
    OutboxMessage.objects.all().delete()
    rows = [classic(Title="Changed"), classic(Handle="cup", Title="Cup"), classic(Handle="bad", Variant_Price="1.234")]
    dry = run(csv_file(CLASSIC, *rows), now, dry_run=True)
    assert (dry.created, dry.updated, dry.rejected) == (1, 1, 1)
    assert list(Product.objects.values_list("title", flat=True)) == ["Mug"]
    assert not OutboxMessage.objects.exists()
    wet = run(csv_file(CLASSIC, *rows), now)
    assert (wet.created, wet.updated, wet.rejected) == (1, 1, 1)


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"Variant_Price": "1.234"}, "Variant Price", "decimals"),
        ({"Variant_Price": "24,00 €"}, "Variant Price", "12.90"),
        ({"Variant_Price": "-1"}, "Variant Price", "below zero"),
        ({"Variant_Price": "1e5"}, "Variant Price", "12.90"),
        ({"Variant_Price": ""}, "Variant Price", "price"),
        ({"Variant_Price": "9" * 15}, "Variant Price", "too large"),
        ({"Variant_Compare_At_Price": "12.90"}, "Variant Compare At Price", "higher than the price"),
        ({"Variant_Barcode": "4006381333932"}, "Variant Barcode", "1"),
        ({"Variant_Inventory_Qty": "many"}, "Variant Inventory Qty", "whole number"),
        ({"Variant_Inventory_Qty": "1000000000"}, "Variant Inventory Qty", "10000000"),
        ({"Variant_Inventory_Policy": "perhaps"}, "Variant Inventory Policy", "yes or no"),
        ({"Variant_Grams": "heavy"}, "Variant Grams", "grams"),
        ({"Image_Src": "ftp://old-host/57.jpg"}, "Image Src", "http"),
        ({"Image_Src": "javascript:alert(1)"}, "Image Src", "http"),
        ({"Status": "sleeping"}, "Status", "active"),
        ({"Title": ""}, "Title", "title"),
        ({"Title": "x" * 256}, "Title", "255"),
    ],
)
def test_a_wrong_cell_is_named_and_the_rest_is_kept(
    in_acme: Tenant, now: datetime, csv_file: CsvFile, cells: dict[str, str], column: str, words: str
) -> None:
    result = run(csv_file(CLASSIC, classic(**cells), classic(Handle="cup", Title="Cup")), now)
    assert (result.created, result.rejected) == (1, 1)
    error = result.errors[0]
    assert (error.row, error.column) == (2, column)
    assert words in error.message
    assert list(Product.objects.values_list("handle", flat=True)) == ["cup"]


def test_prices_follow_the_currencys_decimals(in_acme: Tenant, now: datetime, csv_file: CsvFile) -> None:
    file = csv_file("Title,Price", ["Yen", "1200"], ["Sen", "1200.50"])
    result = run(file, now, currency="JPY")
    assert Product.objects.get().min_price_amount == 1200
    assert result.errors[0].value == "1200.50"


def test_a_bad_version_leaves_its_whole_product_out(in_acme: Tenant, now: datetime, csv_file: CsvFile) -> None:
    rows = [classic(Option1_Name="Color", Option1_Value="Red"), classic(Option1_Value="Blue", Variant_Price="x")]
    result = run(csv_file(CLASSIC, *rows), now)
    assert (result.created, result.rejected, result.errors[0].row) == (0, 1, 3)
    assert not Product.objects.exists()


def test_a_handle_used_twice_apart_is_refused_the_second_time(
    in_acme: Tenant, now: datetime, csv_file: CsvFile
) -> None:
    rows = [classic(), classic(Handle="cup", Title="Cup"), classic(Title="Other mug")]
    result = run(csv_file(CLASSIC, *rows), now)
    assert (result.created, result.rejected) == (2, 1)
    assert "rows 4 and 2" in result.errors[0].message
    assert Product.objects.get(handle="mug").title == "Mug"


def test_a_new_product_without_a_price_column_is_refused(in_acme: Tenant, now: datetime, csv_file: CsvFile) -> None:
    result = run(csv_file("Handle,Title", ["mug", "Mug"]), now)
    assert (result.created, result.rejected) == (0, 1)
    assert "price" in result.errors[0].message


def test_chinese_titles_get_spelled_handles(in_acme: Tenant, now: datetime, csv_file: CsvFile) -> None:
    result = run(csv_file("Title,Price", ["青瓷茶杯", "88"], encoding="gb18030"), now)
    assert (result.created, result.encoding) == (1, "GB18030")
    assert Product.objects.get().handle == "qing-ci-cha-bei"
