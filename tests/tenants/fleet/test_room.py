"""A store's files stay inside its plan."""

from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django import Settings

from core.jobs.models import Job
from core.tenancy import in_tenant
from storefront.catalog.services.pictures import clear_picture, store_picture
from storefront.transfer.enums import ImportKind
from storefront.transfer.services import start_upload
from tenants.fleet.errors import StorageFull
from tenants.fleet.models import StorageUse
from tenants.fleet.services.room import GIGABYTE, STORAGE, recount_files, require_room
from tenants.models import Entitlement, Tenant


@pytest.fixture(autouse=True)
def _folders(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = tmp_path / "media", tmp_path / "private"


def allow(tenant: Tenant, gigabytes: int | None) -> None:
    Entitlement.objects.update_or_create(tenant=tenant, key=STORAGE, defaults={"value": gigabytes, "valid_until": None})


def used(tenant: Tenant) -> int:
    return StorageUse.objects.get(schema_name=tenant.schema_name).bytes_count


def on_disk(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def picture() -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (900, 900), "teal").save(file, "PNG")
    file.seek(0)
    return file


def fill(tenant: Tenant) -> None:
    """Write down that the plan's room is used up to the last byte."""
    StorageUse.objects.update_or_create(schema_name=tenant.schema_name, defaults={"bytes_count": 2 * GIGABYTE})


def test_files_are_counted_as_they_come_and_go(acme: Tenant, tmp_path: Path) -> None:
    allow(acme, 2)
    with in_tenant(acme):
        path, _width, _height = store_picture(picture())
        storages["private"].save("imports/x.csv", ContentFile(b"12345"))
    assert used(acme) == on_disk(tmp_path) > 5
    with in_tenant(acme):
        clear_picture(path)
    assert used(acme) == on_disk(tmp_path) == 5


def test_a_picture_too_many_is_refused_with_words_and_leaves_nothing(acme: Tenant, tmp_path: Path) -> None:
    allow(acme, 2)
    fill(acme)
    with in_tenant(acme), pytest.raises(StorageFull, match=r"2 GB of files and 2\.0 GB are in use"):
        store_picture(picture())
    assert on_disk(tmp_path) == 0


def test_an_upload_too_many_is_refused_and_starts_no_job(acme: Tenant, now: datetime, tmp_path: Path) -> None:
    allow(acme, 2)
    fill(acme)
    file = SimpleUploadedFile("goods.csv", b"Handle,Title\na,A\n")
    with in_tenant(acme), pytest.raises(StorageFull):
        start_upload(kind=ImportKind.PRODUCTS, file=file, filename="goods.csv", actor="me", now=now)
    assert Job.objects.filter(schema_name=acme.schema_name).count() == 0
    assert on_disk(tmp_path) == 0


def test_one_store_that_is_full_fills_no_other(acme: Tenant, globex: Tenant, tmp_path: Path) -> None:
    for tenant in (acme, globex):
        allow(tenant, 2)
    fill(acme)
    with in_tenant(globex):
        store_picture(picture())
    assert (used(acme), used(globex)) == (2 * GIGABYTE, on_disk(tmp_path))
    assert used(globex) > 0


def test_a_plan_without_end_and_no_plan_at_all(acme: Tenant) -> None:
    allow(acme, None)
    require_room(tenant=acme, bytes_count=10**15)
    Entitlement.objects.filter(tenant=acme, key=STORAGE).delete()
    with pytest.raises(StorageFull):
        require_room(tenant=acme, bytes_count=1)


def test_the_nightly_count_mends_what_went_astray(acme: Tenant, now: datetime, tmp_path: Path) -> None:
    with in_tenant(acme):
        default_storage.save("a/b.webp", ContentFile(b"123"))
    StorageUse.objects.filter(schema_name=acme.schema_name).update(bytes_count=999)
    assert recount_files(tenant=acme, now=now) == used(acme) == on_disk(tmp_path) == 3
