"""An import taken back within its day, and pictures fetched after one."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PIL import Image
from pytest_django import Settings

from core.clock import utc_now
from core.errors import Conflict
from core.ids import new_token
from core.jobs.models import Job, JobState
from core.jobs.services import JobHandle
from storefront.catalog.models import Category, Collection, Product, ProductImage
from storefront.customers.models import Customer
from storefront.inventory.models import Stock
from storefront.orders.models import Order
from storefront.transfer.enums import ImportKind
from storefront.transfer.models import ImportRun
from storefront.transfer.services import carry_out_undo, conclude_run, fetch_pictures, import_file, start_undoing
from tenants.models import Tenant
from tests.integrations.http.conftest import WebServer, sends
from tests.storefront.catalog.shapes import glb
from tests.storefront.transfer.conftest import CsvFile

Bring = Callable[..., ImportRun]


@pytest.fixture
def bring(in_acme: Tenant, csv_file: CsvFile) -> Bring:
    def run(kind: ImportKind, header: str, *rows: list[str]) -> ImportRun:
        now = utc_now()
        written = ImportRun.objects.create(
            token=new_token(), kind=kind, filename="f.csv", created_by="x", created_at=now
        )
        result = import_file(
            kind=kind, source=csv_file(header, *rows), filename="f.csv", currency="USD", now=now, run=written
        )
        assert result.rejected == 0
        conclude_run(run=written, result=result, actor="x", now=now)
        written.refresh_from_db()
        return written

    return run


def undo(run: ImportRun) -> Job:
    """Undo an import and do the work of its job."""
    job = start_undoing(token=run.token, actor="x", now=utc_now())
    handle = JobHandle(job)
    if job.kind == "import.undo":
        cast("Any", handle).report = lambda **_told: None
        carry_out_undo(handle=handle, currency="USD", now=utc_now())
    else:
        from storefront.catalog.services.changes import undo_change_set

        undo_change_set(change_set_id=job.params["change_set_id"], actor="x", now=utc_now())
    return job


def test_products_go_back_to_how_they_were_and_new_ones_into_the_archive(bring: Bring) -> None:
    header = "Handle,Title,Price,Tags,Variant Inventory Tracker,Variant Inventory Qty"
    bring(ImportKind.PRODUCTS, header, ["mug", "Mug", "12", "old", "shopify", "5"])
    run = bring(
        ImportKind.PRODUCTS, header, ["mug", "Big mug", "15", "new", "shopify", "8"], ["cup", "Cup", "3", "", "", ""]
    )
    undo(run)
    mug, cup = Product.objects.get(handle="mug"), Product.objects.get(handle="cup")
    assert (mug.title, mug.min_price_amount, mug.tags, mug.available_count) == ("Mug", 1200, ["old"], 5)
    assert cup.status == "archived"
    with pytest.raises(Conflict):
        start_undoing(token=run.token, actor="x", now=utc_now())


def test_counts_go_back_by_the_difference(bring: Bring) -> None:
    products = "Handle,Title,Price,Variant Inventory Tracker,Variant Inventory Qty"
    bring(ImportKind.PRODUCTS, products, ["mug", "Mug", "12", "shopify", "5"])
    place = Stock.objects.get().warehouse.name
    run = bring(ImportKind.INVENTORY, "Handle,Location,On hand (new)", ["mug", place, "20"])
    Stock.objects.update(on_hand_count=17)
    undo(run)
    assert Stock.objects.get().on_hand_count == 2


def test_customers_go_back_unless_somebody_changed_them_since(bring: Bring) -> None:
    header = "Email,First Name,Note,Default Address Address1,Default Address City,Default Address Country Code"
    bring(ImportKind.CUSTOMERS, header, ["ada@example.com", "Ada", "old", "1 Quay", "Oslo", "NO"])
    run = bring(
        ImportKind.CUSTOMERS, header,
        ["ada@example.com", "Ada B", "new", "2 Quay", "Oslo", "NO"], ["bo@example.com", "Bo", "", "", "", ""],
        ["cy@example.com", "Cy", "", "", "", ""],
    )  # fmt: skip
    Customer.objects.filter(email="cy@example.com").update(note="called her")
    undo(run)
    ada = Customer.objects.get(email="ada@example.com")
    assert (ada.name, ada.note, ada.addresses.get().line1) == ("Ada", "old", "1 Quay")
    assert sorted(Customer.objects.values_list("email", flat=True)) == ["ada@example.com", "cy@example.com"]


def test_orders_go_with_their_guests_and_their_units(bring: Bring) -> None:
    bring(ImportKind.PRODUCTS, "Handle,Title,Price,Variant SKU", ["mug", "Mug", "5", "M1"])
    header = "Name,Email,Financial Status,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku"
    rows = [
        [f"#{n}", "guest@example.com", "paid", "10", "2026-05-01 09:58:12 +0000", "2", "Mug", "5", "M1"] for n in (1, 2)
    ]
    run = bring(ImportKind.ORDERS, header, *rows)
    assert Product.objects.get().sold_count == 4
    undo(run)
    assert (Order.objects.count(), Customer.objects.count(), Product.objects.get().sold_count) == (0, 0, 0)


def test_a_day_later_nothing_can_be_undone(bring: Bring) -> None:
    run = bring(ImportKind.CUSTOMERS, "Email", ["ada@example.com"])
    with pytest.raises(Conflict):
        start_undoing(token=run.token, actor="x", now=utc_now() + timedelta(hours=25))


@pytest.fixture
def web(settings: Settings, tmp_path: Path) -> Iterator[WebServer]:
    server = WebServer()
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FETCH_ALLOWED_NETWORKS = [ip_network("127.0.0.1/32")]
    settings.FETCH_ALLOWED_PORTS = frozenset({80, server.port})
    yield server
    server.server.shutdown()
    server.server.server_close()


def picture() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (900, 600), "red").save(data, "JPEG")
    return data.getvalue()


def test_pictures_are_fetched_once_and_each_that_fails_is_named(bring: Bring, web: WebServer) -> None:
    web.pages = {"/red.jpg": sends(picture(), kind="image/jpeg"), "/page": sends(b"<html>", kind="image/png")}
    urls = [web.url("/red.jpg"), web.url("/gone.jpg"), web.url("/page"), "http://169.254.169.254/latest/meta-data"]
    rows = [[f"p{n}", f"Product {n}", "1", url] for n, url in enumerate(urls)]
    run = bring(ImportKind.PRODUCTS, "Handle,Title,Price,Image Src", *rows)
    job = Job.objects.get(kind="import.pictures", params__run=run.token)
    handle = cast(
        "Any", SimpleNamespace(job=job, params=job.params, report=lambda **_told: None, partly_failed=False, result={})
    )
    fetch_pictures(handle=handle)
    assert (handle.partly_failed, handle.result["fetched"], handle.result["failed"]) == (True, 1, 3)
    assert [(one["product"], one["url"]) for one in handle.result["failures"]] == [
        (f"Product {n}", urls[n]) for n in (1, 2, 3)
    ]
    assert "not on the public internet" in handle.result["failures"][2]["message"]
    kept = ProductImage.objects.exclude(path="").get()
    assert (kept.width, kept.height, kept.state, kept.source_url) == (900, 600, "pending", urls[0])
    assert Product.objects.get(handle="p0").cover["path"] == kept.path
    asked = len(web.seen)
    fetch_pictures(handle=handle)
    assert sorted(seen["path"] for seen in web.seen[asked:]) == ["/gone.jpg", "/page"]
    assert JobState(job.state) == JobState.QUEUED


def test_a_model_takes_its_pictures_place_when_it_has_come(bring: Bring, web: WebServer) -> None:
    web.pages = {
        "/red.jpg": sends(picture(), kind="image/jpeg"),
        "/cube.glb": sends(glb(), kind="model/gltf-binary"),
        "/evil.glb": sends(b"glTF" + b"\0" * 40, kind="model/gltf-binary"),
    }
    rows = [[name, name, "1", web.url("/red.jpg"), "", web.url(f"/{name}.glb")] for name in ("cube", "evil")]
    rows.append(["film", "Film", "1", web.url("/red.jpg"), "https://youtu.be/dQw4w9WgXcQ", ""])
    run = bring(ImportKind.PRODUCTS, "Handle,Title,Price,Image Src,Video URL,3D model URL", *rows)
    assert ProductImage.objects.get(kind="video").video_url == "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
    job = Job.objects.get(kind="import.pictures", params__run=run.token)
    handle = cast(
        "Any", SimpleNamespace(job=job, params=job.params, report=lambda **_told: None, partly_failed=False, result={})
    )
    fetch_pictures(handle=handle)
    assert (handle.result["fetched"], [one["url"] for one in handle.result["failures"]]) == (4, [web.url("/evil.glb")])
    model = ProductImage.objects.get(product__handle="cube")
    assert (model.kind, model.alt, model.model_path.startswith("models/")) == ("model", "cube", True)
    assert ProductImage.objects.get(product__handle="evil").kind == "image"


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["", "https://youtu.be/dQw4w9WgXcQ", ""], "Name a picture in the same row"),
        (["https://cdn.example/a.jpg", "javascript:alert(1)", ""], "address of a video"),
        (["https://cdn.example/a.jpg", "https://youtu.be/dQw4w9WgXcQ", "https://cdn.example/a.glb"], "not both"),
    ],
    ids=["alone", "script", "both"],
)
def test_a_video_without_a_picture_or_from_nowhere_is_left_out(
    in_acme: Tenant, csv_file: CsvFile, cells: list[str], words: str
) -> None:
    file = csv_file("Handle,Title,Price,Image Src,Video URL,3D model URL", ["a", "A", "1", *cells])
    result = import_file(
        kind=ImportKind.PRODUCTS, source=file, filename="f.csv", currency="USD", now=utc_now(), dry_run=True
    )
    assert (result.rejected, words in result.errors[0].message) == (1, True)


def test_collections_and_categories_go_back_unless_they_are_used_by_now(bring: Bring) -> None:
    header = "Kind,Handle,Parent,Title,Description,Filled by,Title [zh-hans]"
    bring(ImportKind.GROUPS, header, ["collection", "gifts", "", "Gifts", "<p>Old</p>", "hand", ""])
    run = bring(
        ImportKind.GROUPS, header,
        ["collection", "gifts", "", "Presents", "<p>New</p>", "hand", "礼物"], ["category", "", "", "Tea", "", "", ""],
        ["category", "", "Tea", "Green", "", "", ""], ["category", "", "", "Cups", "", "", ""],
    )  # fmt: skip
    bring(ImportKind.PRODUCTS, "Handle,Title,Price,Product Category", ["mug", "Mug", "1", "Cups"])
    undo(run)
    gifts = Collection.objects.get()
    assert (gifts.title, gifts.description_html, gifts.translations) == ("Gifts", "<p>Old</p>", {})
    assert list(Category.objects.values_list("title", flat=True)) == ["Cups"]
