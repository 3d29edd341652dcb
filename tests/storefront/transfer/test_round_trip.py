"""Out of one store, into an empty one, and out again: the same bytes."""

import gzip
import io
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from core.clock import utc_now
from core.tenancy import in_tenant
from shopstead.demo.goods import furnish
from shopstead.demo.seed import read_store
from storefront.catalog.bulk import ImageRow, ProductRow, VariantRow, upsert_products
from storefront.catalog.models import (
    Category,
    Collection,
    CustomField,
    PriceList,
    Product,
    ProductImage,
    ProductVariant,
    TaxClass,
)
from storefront.catalog.services import (
    create_category,
    create_collection,
    reword_collection,
    translate_category,
    translate_collection,
    update_category,
)
from storefront.catalog.services.translating import ProductTexts, translate_product
from storefront.customers.models import Address, Customer
from storefront.inventory.bulk import set_sellable_stock
from storefront.inventory.models import Warehouse
from storefront.inventory.services import set_stock_bulk
from storefront.orders.bulk import HistoricLine, HistoricOrder, insert_historic_orders
from storefront.transfer.enums import ExportFormat, ImportKind
from storefront.transfer.services import import_file, write_export
from tenants.models import Tenant

SAMPLE = 400
UCI = Path(__file__).resolve().parents[4] / "shared" / "data" / "uci_online_retail"


def taken_out(tenant: Tenant, kind: ImportKind, file_format: ExportFormat = ExportFormat.CSV) -> bytes:
    data = io.BytesIO()
    with in_tenant(tenant):
        write_export(tenant=tenant, kind=kind, into=data, file_format=file_format)
    return data.getvalue()


def put_in(tenant: Tenant, kind: ImportKind, data: bytes, **more: Any) -> None:
    with in_tenant(tenant):
        result = import_file(
            kind=kind, source=io.BytesIO(data), filename="x.csv", currency=tenant.currency, now=utc_now(), **more
        )
    assert [error.message for error in result.errors] == []
    assert result.rejected == 0


def comes_back(source: Tenant, target: Tenant, kind: ImportKind, **more: Any) -> bytes:
    first = taken_out(source, kind)
    put_in(target, kind, first, **more)
    assert taken_out(target, kind).decode().splitlines() == first.decode().splitlines()
    assert taken_out(target, kind) == first
    return first


def fill_with_odd_goods(now: datetime) -> None:
    """Goods with everything that a file can hold, and texts that mean harm to spreadsheets."""
    TaxClass.objects.create(code="books", name="books")
    PriceList.objects.create(currency="EUR", rate=Decimal("0.9"), rated_at=now, is_enabled=True)
    CustomField.objects.create(key="care", name="Care", position=1)
    CustomField.objects.create(key="shopify.color-pattern", name="Color", position=2)
    CustomField.objects.create(owner="variant", key="ring_size", name="Ring size")
    harm = [
        "=1+1",
        "+1",
        "-1",
        "-5,5",
        "@SUM(A1)",
        "'quoted",
        "'=x",
        '"two"',
        "two\nlines",
        "茶杯；青瓷",
        "a;b,c",
        "𝔘nicode 🍵",
    ]
    rows = [
        ProductRow(
            handle="all-of-it",
            fields={"title": "All of it", "description_html": "<p>Tea &amp; “cups”</p>\n<ul><li>茶</li></ul>", "vendor": "Kiln",
                    "product_type": "Cups", "tags": ["tea", "茶"], "status": "active", "seo_title": "For tea",
                    "seo_description": "茶"},
            option_names=("Color", "尺寸"),
            variants=[
                VariantRow(
                    title=f"{color} / {size}", option_values=(color, size), quantity=5,
                    fields={"price_amount": 1290, "compare_at_amount": 1500, "cost_amount": 400, "sku": f"{color}-{size}",
                            "barcode": "4006381333931", "weight_grams": 250, "hs_code": "691110",
                            "origin_country": "CN", "is_taxable": False,
                            "sells_when_out": True, "unit_amount": Decimal("0.75"), "unit": "l", "base_amount": Decimal(1),
                            "base_unit": "l"},
                    custom={"ring_size": size}, tax_class="books", image_url="https://cdn.example/2.jpg",
                )
                for color, size in (("Red", "S"), ("Red", "M"), ("青", "S"))
            ],
            images=[
                *(ImageRow(f"https://cdn.example/{n}.jpg", n, f"Picture {n}") for n in range(1, 6)),
                ImageRow("https://cdn.example/1.jpg", 6, "Film", video_url="https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
                ImageRow("https://cdn.example/7.jpg", 7, "Turn it", model_url="https://cdn.example/a.glb",
                         usdz_url="https://cdn.example/a.usdz"),
            ],
            category=("Home", "Tea", "Cups"), collections=("Autumn", "新品"),
            custom={"care": "By hand", "shopify.color-pattern": "red; blue", "google_mpn": "0042"},
        )
    ]  # fmt: skip
    rows += [
        ProductRow(
            handle=f"odd-{number}",
            fields={"title": text, "description_html": "", "vendor": text[:100], "product_type": "", "tags": [], "status": "draft",
                    "seo_title": text, "seo_description": ""},
            variants=[VariantRow(title="", quantity=0, custom={}, tax_class="", image_url="",
                                 fields={"price_amount": 0, "compare_at_amount": None, "cost_amount": None, "sku": text,
                                         "barcode": "", "weight_grams": 0, "hs_code": "", "origin_country": "",
                                         "is_taxable": True, "sells_when_out": False, "unit_amount": None, "unit": "",
                                         "base_amount": None, "base_unit": ""})],
            category=(), collections=(), custom={},
        )
        for number, text in enumerate(harm)
    ]  # fmt: skip
    written = upsert_products(rows=rows, now=now)
    set_sellable_stock(rows=written.stock, actor="test", now=now)
    values = {(0, "Red"): "红", (1, "S"): "小号", (1, "M"): "=中号"}
    said = ProductTexts(
        title="全部",
        description_html="<p>茶 &amp; 杯</p>",
        seo_title="=1+1",
        option_names=("颜色", ""),
        option_values=values,
    )
    pk = Product.objects.get(handle="all-of-it").pk
    translate_product(product_id=pk, texts={"zh-hans": said, "en": ProductTexts(seo_description="x")}, now=now)


@pytest.mark.parametrize("demo", ["acme", "yunshang", ""])
def test_products_come_back_to_the_byte(acme: Tenant, globex: Tenant, now: datetime, demo: str) -> None:
    with in_tenant(acme):
        if demo:
            furnish(read_store(demo), now=now)
        else:
            fill_with_odd_goods(now)
    with in_tenant(globex):
        PriceList.objects.create(currency="EUR", rate=Decimal("0.8"), rated_at=now, is_enabled=not demo)
    data = comes_back(acme, globex, ImportKind.PRODUCTS)
    with in_tenant(globex):
        assert Product.objects.count() >= 13
    if not demo:
        assert b"\n'=1+1,odd-0," in data.replace(b"\r\n", b"\n")
        with in_tenant(globex):
            assert Product.objects.get(handle="odd-6").title == "'=x"
            said = Product.objects.get(handle="all-of-it").translations
            assert (said["zh-hans"]["title"], said["zh-hans"]["option_names"]) == ("全部", ["颜色", "尺寸"])
            version = ProductVariant.objects.get(product__handle="all-of-it", title="Red / M")
            assert version.translations == {"zh-hans": {"option_values": ["红", "=中号"]}}
            assert Product.objects.get(handle="all-of-it").category.get_depth() == 3  # type: ignore[union-attr]


def fill_with_odd_groups(now: datetime) -> None:
    """A tree and collections with words in two languages, one filled by a rule that names a category."""
    tea = create_category(title="Tea", description_html="<p>All <b>tea</b></p>", actor="x", now=now)
    green = create_category(title="Green", parent_id=tea.pk, actor="x", now=now)
    create_category(title="Green", actor="x", now=now)
    update_category(category_id=green.pk, title="Green", handle="green-tea", seo_title="=1+1", actor="x", now=now)
    said = {"title": "绿茶", "description_html": "<p>清香</p>", "seo_title": "@绿", "seo_description": "x"}
    translate_category(category_id=green.pk, texts={"zh-hans": said})
    hand = create_collection(
        title="Gifts; small", is_automatic=False, description_html="<p>“For you”</p>", actor="x", now=now
    )
    translate_collection(collection_id=hand.pk, texts={"zh-hans": {**said, "title": "礼物"}})
    rules = [
        {"field": "category", "relation": "is", "value": green.pk},
        {"field": "price", "relation": "above", "value": 5},
    ]
    one = create_collection(title="All green", is_automatic=True, kept_rules=rules, match="any", actor="x", now=now)
    reword_collection(
        collection_id=one.pk, title="All green", description_html="", handle="all-green", seo_title="", seo_description="",
        is_visible=False, actor="x", now=now,
    )  # fmt: skip


def test_collections_and_categories_come_back_to_the_byte(acme: Tenant, globex: Tenant, now: datetime) -> None:
    with in_tenant(acme):
        fill_with_odd_groups(now)
    with in_tenant(globex):
        # Numbers differ from store to store: a rule that kept one would name another category.
        create_category(title="Other", actor="x", now=now).delete()
    comes_back(acme, globex, ImportKind.GROUPS)
    with in_tenant(globex):
        green = Category.objects.get(handle="green-tea")
        assert (green.depth, green.translations["zh-hans"]["title"]) == (2, "绿茶")
        one = Collection.objects.get(handle="all-green")
        assert (one.is_automatic, one.is_visible, one.match) == (True, False, "any")
        assert one.rules[0] == {"field": "category", "relation": "is", "value": green.pk}


def test_texts_of_groups_that_products_brought_along_find_them(in_acme: Tenant, now: datetime) -> None:
    fill_with_odd_groups(now)
    data = taken_out(in_acme, ImportKind.GROUPS)
    Category.objects.filter(handle="green-tea").update(handle="green-made", translations={})
    Collection.objects.filter(title="Gifts; small").update(handle="gifts-made", translations={})
    counted = {}
    for dry_run in (True, False):
        result = import_file(
            kind=ImportKind.GROUPS, source=io.BytesIO(data), filename="x", currency="USD", now=now, dry_run=dry_run
        )
        counted[dry_run] = (result.created, result.updated, result.unchanged, result.rejected)
        if dry_run:
            assert ("Title [zh-hans]", "", "绿茶") in result.samples[0].lines
    assert counted == {True: (0, 2, 3, 0), False: (0, 2, 3, 0)}
    assert taken_out(in_acme, ImportKind.GROUPS) == data


def test_importing_the_same_file_again_changes_nothing(acme: Tenant, now: datetime) -> None:
    with in_tenant(acme):
        fill_with_odd_goods(now)
    data = taken_out(acme, ImportKind.PRODUCTS)
    for dry_run in (True, False):
        with in_tenant(acme):
            result = import_file(
                kind=ImportKind.PRODUCTS,
                source=io.BytesIO(data),
                filename="x",
                currency="USD",
                now=now,
                dry_run=dry_run,
            )
        assert (result.created, result.updated, result.unchanged) == (0, 0, 13)


def test_counts_come_back_to_the_byte(acme: Tenant, globex: Tenant, now: datetime) -> None:
    for tenant in (acme, globex):
        with in_tenant(tenant):
            fill_with_odd_goods(now)
            Warehouse.objects.update(name="Main")
            Warehouse.objects.create(name="Lager Süd")
    with in_tenant(acme):
        first = ProductVariant.objects.earliest("pk")
        south = Warehouse.objects.get(name="Lager Süd").pk
        set_stock_bulk(rows=[(first.pk, 41)], actor="test", now=now, warehouse_id=south)
    # The other store never had the counts that this list was made from: that column is left out.
    comes_back(acme, globex, ImportKind.INVENTORY, chosen={"On hand (current)": ""})


def test_customers_come_back_to_the_byte(acme: Tenant, globex: Tenant, now: datetime) -> None:
    with in_tenant(acme):
        for number, name in enumerate(["Ada Berg", "王小明", "Ana María de la Cruz", "", "=Evil", "Cher"]):
            one = Customer.objects.create(
                email=f"c{number}@example.com", name=name, phone="+47 1" if number % 2 else "", created_at=now, note="-茶\nnote",
                tags=["vip", "茶"], accepts_marketing=bool(number % 2), spent_amount=1234 * number, orders_count=number,
            )  # fmt: skip
            if number % 3 == 0:
                Address.objects.create(
                    customer=one, is_default=True, name=name, line1="1 Quay", city="Oslo", country="NO", postcode="0012",
                    phone="'5" if number else "",
                )  # fmt: skip
    comes_back(acme, globex, ImportKind.CUSTOMERS)


def test_orders_come_back_to_the_byte(acme: Tenant, globex: Tenant, now: datetime) -> None:
    address = {"name": "Ada", "line1": "1 Quay", "city": "Oslo", "country": "NO", "postcode": "0012", "phone": "+47 1"}
    orders = [
        HistoricOrder(
            name=f"#{1001 + number}", currency="USD", placed_at=now - timedelta(days=number), subtotal_amount=3000,
            discount_amount=500, shipping_amount=700, tax_amount=100, total_amount=3300, refunded_amount=300 * (number == 1),
            email="ada@example.com" if number else "", payment_status=["paid", "partly_refunded", "pending"][number],
            fulfillment_status=["fulfilled", "partly_fulfilled", "unfulfilled"][number],
            paid_at=now - timedelta(days=number) if number < 2 else None, address=address, note="=leave at door",
            shipping_method="Post", canceled_at=None,
            lines=[HistoricLine("Mug - Red", "-M1", 1000, 2, fulfilled_count=[2, 1, 0][number]), HistoricLine("茶杯", "", 1000, 1,
                   fulfilled_count=[1, 0, 0][number])],
        )
        for number in range(3)
    ]  # fmt: skip
    with in_tenant(acme):
        insert_historic_orders(orders=orders, currency="USD", language="en", actor="test", now=now)
    comes_back(acme, globex, ImportKind.ORDERS)


@pytest.mark.parametrize("file_format", [ExportFormat.EXCEL, ExportFormat.XLSX])
def test_files_for_spreadsheets_come_back_too(
    acme: Tenant, globex: Tenant, now: datetime, file_format: ExportFormat
) -> None:
    with in_tenant(acme):
        furnish(read_store("yunshang"), now=now)
    data = taken_out(acme, ImportKind.PRODUCTS, file_format)
    put_in(globex, ImportKind.PRODUCTS, data)
    assert taken_out(globex, ImportKind.PRODUCTS) == taken_out(acme, ImportKind.PRODUCTS)


def test_no_cell_of_a_file_is_a_formula_and_numbers_stay_numbers(acme: Tenant, now: datetime) -> None:
    with in_tenant(acme):
        fill_with_odd_goods(now)
        ProductVariant.objects.filter(sku="Red-S").update(available_count=-5)
        Product.objects.filter(variants__sku="Red-S").update(custom_fields={"trick": "1"})
        CustomField.objects.create(owner="product", key="trick", name='=HYPERLINK("http://x","y")', type="text")
    text = taken_out(acme, ImportKind.PRODUCTS).decode()
    assert ",-5,CONTINUE," in text
    book = openpyxl.load_workbook(io.BytesIO(taken_out(acme, ImportKind.PRODUCTS, ExportFormat.XLSX)))
    cells = [cell for line in book.active.iter_rows() for cell in line]  # type: ignore[union-attr]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert 12.9 in {cell.value for cell in cells}
    assert not [cell.value for cell in cells if isinstance(cell.value, str) and cell.value.startswith(("=", "@"))]


def test_pictures_of_ours_stay_one_when_their_addresses_come_back(in_acme: Tenant, now: datetime) -> None:
    put_in(in_acme, ImportKind.PRODUCTS, b"Handle,Title,Price\nmug,Mug,5\n")
    mug = ProductVariant.objects.get()
    stem, model = "products/abcdefghijkmnpqrstuvwxyz23", "models/abcdefghijkmnpqrstuvwxyz23.glb"
    sizes = {"product_id": mug.product_id, "width": 900, "height": 900, "formats": {"webp": [400, 800, 1600]}}
    picture = ProductImage.objects.create(path=f"{stem}-800.webp", alt="A mug", **sizes)
    ProductImage.objects.create(path=f"{stem[:-1]}4-800.webp", kind="model", model_path=model, alt="Turn it", **sizes)
    ProductVariant.objects.update(image=picture)
    data = taken_out(in_acme, ImportKind.PRODUCTS)
    assert model.encode() in data
    changed = data.replace(b"A mug", b"The mug")
    put_in(in_acme, ImportKind.PRODUCTS, changed)
    rows = ProductImage.objects.order_by("pk").values_list("kind", "alt")
    assert list(rows) == [("image", "The mug"), ("model", "Turn it")]
    assert ProductVariant.objects.get().image_id == picture.pk
    assert taken_out(in_acme, ImportKind.PRODUCTS) == changed


@pytest.mark.skipif(not UCI.exists(), reason="the UCI data is not here")
@pytest.mark.parametrize("kind", [ImportKind.PRODUCTS, ImportKind.CUSTOMERS])
def test_a_real_shop_comes_back_to_the_byte(acme: Tenant, globex: Tenant, kind: ImportKind) -> None:
    lines = gzip.decompress((UCI / f"{kind.value}.csv.gz").read_bytes()).splitlines(keepends=True)
    put_in(acme, kind, b"".join(lines[:SAMPLE]))
    comes_back(acme, globex, kind)
