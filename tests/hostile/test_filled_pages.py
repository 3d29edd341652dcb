"""The same by the front door, in Chinese: forms, addresses and imports bring hostile texts in, then all pages are opened."""

import csv
import io
from datetime import datetime

from core.tenancy import in_tenant
from storefront.catalog.models import Product
from storefront.transfer.enums import ImportKind
from storefront.transfer.services import import_file
from tests.hostile.audiences import AUDIENCES, looking, store_addresses
from tests.hostile.doors import Filling, fill_forms
from tests.hostile.payloads import payloads
from tests.hostile.test_stuffed_pages import judge
from tests.hostile.trap import Chromium
from tests.isolation.conftest import Room

COLUMNS = ("Title", "Body (HTML)", "Vendor", "Type", "Tags", "Option1 Name", "Option1 Value", "Variant SKU", "SEO Title",
           "SEO Description", "Image Alt Text", "Material (product.metafields.custom.material)")  # fmt: skip
PRODUCTS = 60


def test_what_the_forms_take_runs_in_no_page(room: Room, chromium: Chromium) -> None:
    here, filling = Room(acme=room.globex, globex=room.acme), Filling()
    for who, doors in AUDIENCES.items():
        fill_forms(here.client(who), store_addresses(here, *doors), payloads(), filling)
    assert filling.failed == []
    assert len(filling.taken) >= 100
    for who, shown in (("anonymous", 15), ("shopper of acme", 8), ("merchant of acme", 20)):
        judge(looking(here, chromium, who), shown=shown)
    judge(looking(here, chromium, "merchant of acme", sorted(filling.asked)), shown=0)


def test_what_an_import_takes_runs_in_no_page(room: Room, chromium: Chromium, now: datetime) -> None:
    here, texts = Room(acme=room.globex, globex=room.acme), payloads()
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow(["Handle", "Status", "Published", "Variant Price", *COLUMNS])
    for number in range(PRODUCTS):
        cells = [texts[(number * len(COLUMNS) + column) % len(texts)] for column in range(len(COLUMNS))]
        writer.writerow([f"hostile-{number}", "active", "TRUE", "1", *cells])
    with in_tenant(here.acme.tenant):
        source = io.BytesIO(lines.getvalue().encode())
        result = import_file(kind=ImportKind.PRODUCTS, source=source, filename="x.csv", currency="CNY", now=now)
        taken = list(Product.objects.filter(handle__startswith="hostile-").order_by("pk").values_list("pk", "handle"))
    assert result.created == len(taken) >= PRODUCTS - 8, result.errors
    shop = [
        "/products/",
        "/products/?page=2",
        "/products/?page=3",
        *(f"/products/{handle}/" for _pk, handle in taken[::3]),
    ]
    judge(looking(here, chromium, "anonymous", shop), shown=14)
    work = ["/dashboard/products/", "/dashboard/tags/", *(f"/dashboard/products/{pk}/" for pk, _handle in taken[::6])]
    judge(looking(here, chromium, "merchant of acme", work), shown=8)
