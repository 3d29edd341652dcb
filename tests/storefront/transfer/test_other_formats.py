"""WooCommerce's products, Shopify's inventory and mall's tables, as those programs write them."""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from storefront.catalog.models import (
    Category,
    ChangeSet,
    CustomField,
    ListPrice,
    PriceChange,
    PriceList,
    Product,
    ProductVariant,
)
from storefront.catalog.services.changes import undo_change_set
from storefront.inventory.models import Stock, Warehouse
from storefront.transfer.columns import guess_fields, guess_format, guess_kind
from storefront.transfer.enums import FileFormat, ImportKind
from tenants.models import Tenant
from tests.storefront.transfer.conftest import CsvFile, import_inventory, import_products

ZH_MALL = Path(__file__).resolve().parents[4] / "shared" / "data" / "zh_mall"
WOO = (
    "ID,Type,SKU,Name,Published,Short description,Description,Date sale price starts,Date sale price ends,Tax status,In stock?,"
    "Stock,Backorders allowed?,Weight (lbs),Sale price,Regular price,Categories,Tags,Images,Parent,Attribute 1 name,"
    "Attribute 1 value(s),Attribute 2 name,Attribute 2 value(s),Meta: origin"
)
WOO_ZH = {"Type": "类型", "SKU": "货号", "Name": "名称", "Published": "已发布", "Regular price": "常规售价",
          "Sale price": "促销价格",
          "Categories": "分类", "Tags": "标签", "Stock": "库存", "Parent": "父级", "Images": "图片", "In stock?": "有货？",
          "Attribute 1 name": "属性 1 名称", "Attribute 1 value(s)": "属性 1 值"}  # fmt: skip


def woo(**cells: str) -> list[str]:
    names = {"kind": "Type", "id": "ID", "price": "Regular price", "sale": "Sale price", "until": "Date sale price ends",
             "weight": "Weight (lbs)", "option": "Attribute 1 name", "value": "Attribute 1 value(s)", "fact": "Attribute 2 name",
             "fact_value": "Attribute 2 value(s)", "meta": "Meta: origin", "sku": "SKU", "in_stock": "In stock?",
             "short": "Short description"}  # fmt: skip
    row = {names.get(name, name.capitalize()): value for name, value in cells.items()}
    return [row.get(name, "") for name in WOO.split(",")]


def test_woocommerce_products_arrive_with_variations_wherever_they_stand(
    in_acme: Tenant, now: datetime, csv_file: CsvFile
) -> None:
    file = csv_file(
        WOO,
        woo(id="12", kind="variation", sku="tee-m", parent="id:10", price="20", sale="15", value="M", option="Size", stock="3",
            images="https://cdn.example/m.jpg"),
        woo(id="10", kind="variable", sku="tee", name="Tee", published="1", short="Soft\\nand warm",
            categories="Clothing > Tees, Sale, Clothing", tags="cotton", images="https://cdn.example/a.jpg, https://cdn.example/b.jpg",
            option="Size", value="S, M", fact="Made\\, where", fact_value="Portugal", weight="1", meta="PT"),
        woo(id="11", kind="variation", sku="tee-s", parent="TEE", price="20", sale="15", until="2020-01-01", value="S",
            option="Size"),
        woo(id="13", kind="simple, virtual", name="Card", published="-1", price="5", in_stock="0"),
        woo(id="14", kind="variation", parent="id:99", price="1", value="S", option="Size"),
    )  # fmt: skip
    result = import_products(source=file, filename="woo.csv", currency="USD", now=now)
    assert (result.format_name, result.created, result.rejected) == ("WooCommerce format", 2, 1)
    assert "no product of this number" in result.errors[0].message
    tee = Product.objects.get(handle="tee")
    assert (tee.option_names, tee.tags, tee.status) == (["Size"], ["cotton"], "active")
    assert tee.description_html == "<p>Soft</p><p>and warm</p>"
    assert (tee.category.title, tee.category.get_parent().title) == ("Tees", "Clothing")  # type: ignore[union-attr]
    assert [one.title for one in tee.collections.all()] == ["Sale"]
    assert tee.custom_fields == {"made_where": "Portugal", "origin": "PT"}
    small, medium = (ProductVariant.objects.get(sku=f"tee-{size}") for size in "sm")
    assert (small.price_amount, small.compare_at_amount, small.tracks_stock) == (2000, None, False)
    assert (medium.price_amount, medium.compare_at_amount, medium.available_count) == (1500, 2000, 3)
    assert (medium.weight_grams, medium.image.source_url) == (454, "https://cdn.example/m.jpg")  # type: ignore[union-attr]
    assert tee.images.count() == 3
    card = Product.objects.get(handle="card")
    assert (card.status, card.is_available, card.variants.get().requires_shipping) == ("draft", False, False)


def test_chinese_headers_of_woocommerce_mean_the_same(in_acme: Tenant, now: datetime, csv_file: CsvFile) -> None:
    header = ",".join(WOO_ZH.get(name, name) for name in WOO.split(","))
    file = csv_file(header, woo(kind="simple", name="青瓷茶杯", published="1", price="12", categories="茶具 > 茶杯"))
    result = import_products(source=file, filename="woo.csv", currency="CNY", now=now)
    assert (result.created, result.format_name) == (1, "WooCommerce format")
    assert [one.title for one in Category.objects.all()] == ["茶具", "茶杯"]


def test_metafields_google_fields_and_market_prices_find_their_places(
    in_acme: Tenant, now: datetime, csv_file: CsvFile
) -> None:
    PriceList.objects.create(currency="GBP", rate=1, rated_at=now)
    header = (
        "Title,Price,Care (product.metafields.custom.care),Google Shopping / MPN,Price / United Kingdom,"
        "Compare At Price / United Kingdom,Price / International"
    )
    result = import_products(
        source=csv_file(header, ["Mug", "12", "=by hand", "0042", "9.5", "11", "10"]),
        filename="p",
        currency="USD",
        now=now,
    )
    assert Product.objects.get().custom_fields == {"care": "=by hand", "google_mpn": "0042"}
    assert CustomField.objects.get(key="care").name == "Care"
    price = ListPrice.objects.get()
    assert (price.price_amount, price.compare_at_amount, price.price_list.currency) == (950, 1100, "GBP")
    assert any("International" in note for note in result.notes)


def test_imported_market_prices_are_payable_and_write_down_what_goods_cost(
    in_acme: Tenant, now: datetime, csv_file: CsvFile
) -> None:
    for code, rate in (("JPY", 150), ("CNY", 7), ("KWD", "0.3")):
        PriceList.objects.create(currency=code, base_currency="USD", rate=rate, rated_at=now, rounding="none")
    bring = partial(import_products, filename="p", currency="USD")
    bring(source=csv_file("Handle,Title,Price", ["mug", "Mug", "10"]), now=now)
    header = "Handle,Title,Price,Price / JPY,Price / CNY,Price / KWD"
    for prices in (["1500.5", "", ""], ["", "70.123", ""], ["", "", "3.123"]):
        result = bring(source=csv_file(header, ["mug", "Mug", "12", *prices]), now=now)
        assert (result.rejected, result.updated) == (1, 0), prices
    assert not ListPrice.objects.exists() and Product.objects.get().min_price_amount == 1000
    later = now + timedelta(days=1)
    file = csv_file(header, ["mug", "Mug", "12", "1300", "", "3.120"], ["cup", "Cup", "5", "800", "", ""])
    assert bring(source=file, now=later).rejected == 0

    def told(title: str, currency: str) -> list[int]:
        rows = PriceChange.objects.filter(variant__product__title=title, currency=currency)
        return list(rows.order_by("created_at").values_list("price_amount", flat=True))

    assert told("Mug", "JPY") == [1500, 1300], "first what it came to until now, by the price before"
    assert told("Mug", "KWD") == [3000, 3120]
    assert (told("Cup", "JPY"), told("Mug", "CNY")) == ([800], [])
    bring(source=csv_file(header, ["mug", "Mug", "12", "", "", "3.120"]), now=later + timedelta(days=1))
    assert told("Mug", "JPY") == [1500, 1300, 1800]
    (undone,) = ChangeSet.objects.order_by("-pk")[:1]
    undo_change_set(change_set_id=undone.pk, actor="x", now=later + timedelta(days=1))
    assert told("Mug", "JPY") == [1500, 1300, 1800, 1800, 1300]


INVENTORY = (
    "Handle,Title,Option1 Name,Option1 Value,SKU,HS Code,COO,Location,"
    "Committed (not editable),On hand (current),On hand (new)"
)


@pytest.fixture
def shelf(in_acme: Tenant, now: datetime, csv_file: CsvFile) -> dict[str, int]:
    """Two mugs, five of each in the first warehouse, and a second warehouse."""
    header = "Handle,Title,Option1 Name,Option1 Value,Variant Price,Variant Inventory Tracker,Variant Inventory Qty"
    rows = [["mug", "Mug", "Color", "Red", "1", "shopify", "5"], ["mug", "", "", "Blue", "1", "shopify", "5"]]
    import_products(source=csv_file(header, *rows), filename="p", currency="USD", now=now)
    Warehouse.objects.update(name="Main")
    return {"Main": Warehouse.objects.get().pk, "South": Warehouse.objects.create(name="South").pk}


def counts() -> dict[tuple[str, str], int]:
    rows = Stock.objects.values_list("variant__title", "warehouse__name", "on_hand_count")
    return {(title, place): count for title, place, count in rows}


def stock_row(color: str, place: str, current: str, new: str, code: str = "") -> list[str]:
    return ["mug", "Mug", "Color", color, "", code, "", place, "0", current, new]


def test_counts_are_set_in_their_warehouses_and_old_lists_are_named(
    shelf: dict[str, int], now: datetime, csv_file: CsvFile
) -> None:
    file = csv_file(
        INVENTORY,
        stock_row("Red", "main", "5", "9", "6911.10"),
        stock_row("Red", "South", "not stocked", "4"),
        stock_row("Blue", "Main", "7", "2"),
        stock_row("Blue", "South", "not stocked", "not stocked"),
        stock_row("Green", "Main", "", "1"),
        stock_row("Blue", "Moon", "", "1"),
        stock_row("Blue", "Main", "5", "-3", "x"),
    )
    result = import_inventory(source=file, filename="i.csv", currency="USD", now=now, dry_run=True)
    assert (result.updated, result.unchanged, result.rejected) == (2, 1, 4)
    assert counts() == {("Red", "Main"): 5, ("Blue", "Main"): 5}
    file.seek(0)
    result = import_inventory(source=file, filename="i.csv", currency="USD", now=now)
    assert counts() == {("Red", "Main"): 9, ("Red", "South"): 4, ("Blue", "Main"): 5}
    assert ProductVariant.objects.get(title="Red").hs_code == "691110"
    assert ProductVariant.objects.get(title="Red").available_count == 13
    told = {error.row: (error.column, error.value) for error in result.errors}
    assert told[4] == ("On hand (current)", "7")
    assert [told[row][0] for row in (6, 7, 8)] == ["Handle", "Location", "Handle"]


def test_what_a_file_is_shows_in_its_header() -> None:
    assert guess_format(WOO.split(","), ImportKind.PRODUCTS) == FileFormat.WOOCOMMERCE
    assert guess_format(["Handle", "Title", "Type"], ImportKind.PRODUCTS) == FileFormat.SHOPIFY
    assert guess_kind(INVENTORY.split(",")) == ImportKind.INVENTORY
    assert guess_kind(["Name", "Lineitem name"]) == ImportKind.ORDERS
    assert guess_kind(["商品名称", "售价"]) is None
    guessed = guess_fields(["商品名称", "售价", "库存", "货号", "颜色"], ImportKind.PRODUCTS, FileFormat.SHOPIFY)
    assert guessed == ["title", "price", "quantity", "sku", ""]


@pytest.mark.skipif(not ZH_MALL.exists(), reason="the tables of mall are not here")
def test_the_tables_of_mall_become_a_chinese_catalog(in_acme: Tenant) -> None:
    result = import_products(source=ZH_MALL, filename="zh_mall", currency="CNY", now=datetime(2026, 11, 22, tzinfo=UTC))
    assert (result.created, result.rejected) == (38, 0)
    phone = Product.objects.filter(option_names=["颜色", "容量"]).earliest("pk")
    assert phone.variants_count > 1
    assert phone.category is not None and phone.category.get_depth() == 2
    assert phone.min_price_amount > 0 and phone.available_count > 0
    again = import_products(source=ZH_MALL, filename="zh_mall", currency="CNY", now=datetime(2026, 11, 22, tzinfo=UTC))
    assert (again.created, again.updated, again.unchanged) == (0, 0, 38)
