"""An archive may come from an enemy: nothing of it but rows of known tables gets in, and nothing before it was read."""

import copy
import gzip
import io
import json
import tarfile
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings

from accounts.models import User
from core.errors import ShopsteadError
from core.tenancy import in_tenant
from storefront.content.models import Page
from storefront.customers.models import Customer
from tenants.archive import leftovers
from tenants.archive.errors import ArchiveDamaged, ArchiveOfAnotherStore, ArchiveTooNew
from tenants.archive.files import place_of
from tenants.archive.models import Restoration
from tenants.archive.reading import ArchiveReader
from tenants.archive.services import export_store, restore_as_new, restore_in_place
from tenants.enums import Role
from tenants.models import Membership, Tenant
from tests.fixtures.archive import leaving_nothing, list_schemas, make_full_store

Parts = dict[str, bytes]
Manifest = dict[str, Any]


class Workshop:
    """Takes a good archive apart and puts it together again, with something wrong in it."""

    def __init__(self, good: Path, folder: Path) -> None:
        self.folder = folder
        with tarfile.open(good) as tar:
            self.parts = {info.name: tar.extractfile(info).read() for info in tar}  # type: ignore[union-attr]
        self.manifest: Manifest = json.loads(self.parts.pop("manifest.json"))

    def member(self, name: str) -> dict[str, Any]:
        return next(member for member in self.manifest["members"] if member["name"] == name)

    def put(self, name: str, raw: bytes, **facts: Any) -> None:
        """Replace or add a part, with a manifest that agrees with it."""
        is_file = name.startswith(("media/", "private/"))
        self.parts[name] = raw if is_file else gzip.compress(raw)
        said = {
            "name": name,
            "size": len(raw),
            "sha256": sha256(raw).hexdigest(),
            "rows": 0 if is_file else raw.count(b"\n"),
            "columns": [],
        }
        others = [member for member in self.manifest["members"] if member["name"] != name]
        old = next((member for member in self.manifest["members"] if member["name"] == name), {})
        self.manifest["members"] = [*others, {**said, "columns": old.get("columns", []), **facts}]

    def write(self, change: Callable[[tarfile.TarFile], None] = lambda _tar: None) -> Path:
        path = self.folder / "bad.shopstead"
        with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as tar:
            for name, raw in {**self.parts, "manifest.json": json.dumps(self.manifest).encode()}.items():
                info = tarfile.TarInfo(name)
                info.size = len(raw)
                tar.addfile(info, io.BytesIO(raw))
            change(tar)
        return path


@pytest.fixture(scope="module")
def good(
    stores: dict[str, Tenant], django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Tenant, Path]]:
    """A full store and its archive; no test of this file changes them."""
    where = tmp_path_factory.mktemp("hostile")
    roots = {"MEDIA_ROOT": where / "media", "PRIVATE_ROOT": where / "private", "ARCHIVE_ROOT": where / "archives"}
    with django_db_blocker.unblock(), override_settings(**roots), leaving_nothing():
        store = make_full_store()
        made_at = datetime(2026, 11, 22, tzinfo=UTC)
        yield store, export_store(tenant=store, target=where / "good.shopstead", now=made_at).path


@pytest.fixture
def full_store(good: tuple[Tenant, Path], swept: None) -> Tenant:
    return good[0]


@pytest.fixture
def workshop(good: tuple[Tenant, Path], swept: None, folders: Path) -> Workshop:
    return Workshop(good[1], folders)


@pytest.fixture
def refuse(full_store: Tenant, folders: Path, now: datetime) -> Callable[[Path, type[ShopsteadError]], ShopsteadError]:
    """Return a check: restoring this raises that, and leaves no store, no schema, no file and no trace behind."""
    owner = User.objects.get(email=f"{full_store.slug}@example.com")

    def check(path: Path, error: type[ShopsteadError]) -> ShopsteadError:
        schemas, stores = set(list_schemas()), set(Tenant.objects.values_list("pk", flat=True))
        for root in ("media", "private"):  # the installation's own, made with the first file of any store
            (folders / root).mkdir(exist_ok=True)
        files = set(folders.rglob("*"))
        with pytest.raises(error) as caught:
            restore_as_new(source=path, slug=f"bad-{full_store.slug}"[:40], owner=owner, actor="test", now=now)
        assert set(list_schemas()) == schemas
        assert set(Tenant.objects.values_list("pk", flat=True)) == stores
        assert set(folders.rglob("*")) == files
        assert not Restoration.objects.exists()
        return caught.value

    return check


def test_the_workshop_itself_makes_good_archives(workshop: Workshop, full_store: Tenant, now: datetime) -> None:
    """The control of all others: what is refused below is refused for what was changed."""
    owner = User.objects.get(email=f"{full_store.slug}@example.com")
    copied = restore_as_new(
        source=workshop.write(), slug=f"ok-{full_store.slug}"[:40], owner=owner, actor="test", now=now
    )
    assert copied.tenant.is_open_for_work


@pytest.mark.parametrize(
    "name",
    [
        "media/../../escaped",
        "media/a/../../../escaped",
        "/etc/escaped",
        "media//escaped",
        "media/./escaped",
        "media/..",
        "media/a\\..\\b",
        "media/a\nb",
        "other/escaped",
        "escaped",
        "tables/../media/escaped",
        'tables/x"; DROP TABLE tenants_tenant; --.copy.gz',
        "tables/a/b.copy.gz",
        "public/../x.jsonl.gz",
        "media/" + "a" * 300,
    ],
)
def test_a_forbidden_path_is_refused(
    workshop: Workshop, refuse: Callable[[Path, type[ShopsteadError]], ShopsteadError], name: str, folders: Path
) -> None:
    workshop.put(name, b"harm\n")
    refuse(workshop.write(), ArchiveDamaged)
    assert not list(folders.parent.rglob("escaped"))


@pytest.mark.guard("archive-names-of-ours", found="DID NOT RAISE")
def test_a_name_that_no_archive_gives_is_refused_even_where_it_leads_nowhere(
    workshop: Workshop, refuse: Callable[[Path, type[ShopsteadError]], ShopsteadError]
) -> None:
    good = copy.deepcopy((workshop.parts, workshop.manifest))
    for name in ("other/escaped", "media/a\nb", "public/x.jsonl", "tables/X.copy.gz"):
        workshop.parts, workshop.manifest = copy.deepcopy(good)
        workshop.put(name, b"harm\n")
        refuse(workshop.write(), ArchiveDamaged)


@pytest.mark.guard("archive-inside-its-folder", found="DID NOT RAISE")
def test_whatever_its_name_a_file_lands_inside_its_store_s_folder(full_store: Tenant) -> None:
    for name in ("media/../../escaped", "private/a/../../../escaped", "media//etc/escaped", "media/.."):
        with pytest.raises(ArchiveDamaged):
            place_of(name, full_store.schema_name)


@pytest.mark.guard("archive-plain-files-only", found="DID NOT RAISE")
def test_what_is_no_plain_file_is_refused(
    workshop: Workshop, refuse: Callable[[Path, type[ShopsteadError]], ShopsteadError]
) -> None:
    workshop.put("media/link", b"")
    del workshop.parts["media/link"]
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, b"x"):
        info = tarfile.TarInfo("media/link")
        info.type, info.linkname = kind, "/etc/passwd"
        refuse(workshop.write(lambda tar, info=info: tar.addfile(info)), ArchiveDamaged)  # type: ignore[misc]


@pytest.mark.guard("archive-read-before-written", found="DID NOT RAISE")
def test_one_flipped_byte_is_refused(
    workshop: Workshop, refuse: Callable[[Path, type[ShopsteadError]], ShopsteadError]
) -> None:
    for name in ("media/products/one.webp", "tables/customers_customer.copy.gz", "public/domains.jsonl.gz"):
        good = workshop.parts[name]
        workshop.parts[name] = good[:-9] + bytes([good[-9] ^ 1]) + good[-8:]
        refuse(workshop.write(), ArchiveDamaged)
        workshop.parts[name] = good


def test_a_file_cut_short_or_of_another_kind_is_refused(
    workshop: Workshop, refuse: Callable[[Path, type[ShopsteadError]], ShopsteadError], folders: Path
) -> None:
    whole = workshop.write().read_bytes()
    bad = folders / "bad.shopstead"
    for raw in (b"", b"PK\x03\x04 a zip", whole[: len(whole) // 2], whole[:700], gzip.compress(whole), b"\0" * 4096):
        bad.write_bytes(raw)
        refuse(bad, ArchiveDamaged)


def test_a_bomb_is_refused_without_being_unpacked(
    workshop: Workshop, refuse: Callable[[Path, type[ShopsteadError]], ShopsteadError]
) -> None:
    """A hundred megabytes of nothing in a hundred kilobytes: with the true size, with a false one, and without end."""
    bomb = gzip.compress(b"\0" * 100_000_000)
    name = "public/domains.jsonl.gz"
    workshop.parts[name] = bomb
    tracemalloc.start()
    for size in (10, 100_000_000, 2**62):
        workshop.member(name)["size"] = size
        refuse(workshop.write(), ShopsteadError if size == 100_000_000 else ArchiveDamaged)
    assert tracemalloc.get_traced_memory()[1] < 60_000_000
    tracemalloc.stop()


def test_a_name_that_would_fill_the_memory_is_refused(
    workshop: Workshop, refuse: Callable[[Path, type[ShopsteadError]], ShopsteadError]
) -> None:
    def add_name(tar: tarfile.TarFile) -> None:
        info = tarfile.TarInfo("././@LongLink")
        info.type, info.size = tarfile.GNUTYPE_LONGNAME, 2_000_000
        tar.addfile(info, io.BytesIO(b"a" * 2_000_000))

    refuse(workshop.write(add_name), ArchiveDamaged)


def test_parts_that_are_not_listed_missing_or_twice_are_refused(
    workshop: Workshop, refuse: Callable[[Path, type[ShopsteadError]], ShopsteadError]
) -> None:
    good = copy.deepcopy((workshop.parts, workshop.manifest))
    workshop.parts["media/unlisted"] = b"x"
    refuse(workshop.write(), ArchiveDamaged)
    workshop.parts, workshop.manifest = copy.deepcopy(good)
    del workshop.parts["media/products/one.webp"]
    refuse(workshop.write(), ArchiveDamaged)
    workshop.parts, workshop.manifest = copy.deepcopy(good)
    workshop.manifest["members"].append(workshop.manifest["members"][0])
    refuse(workshop.write(), ArchiveDamaged)

    def again(tar: tarfile.TarFile) -> None:
        info = tarfile.TarInfo("media/products/one.webp")
        tar.addfile(info, io.BytesIO(b""))

    workshop.parts, workshop.manifest = good
    refuse(workshop.write(again), ArchiveDamaged)


@pytest.mark.parametrize(
    "table", ["tenants_tenant", "django_migrations", "accounts_user", "pg_authid", "nobodys_table"]
)
def test_rows_for_a_table_that_is_not_the_store_s_are_refused(
    workshop: Workshop, refuse: Callable[[Path, type[ShopsteadError]], ShopsteadError], table: str
) -> None:
    workshop.put(f"tables/{table}.copy.gz", b"1\tx\n", columns=["id", "name"])
    refuse(workshop.write(), ArchiveDamaged)


def test_sql_in_names_and_values_is_never_run(
    workshop: Workshop, refuse: Callable[[Path, type[ShopsteadError]], ShopsteadError]
) -> None:
    good = copy.deepcopy(workshop.manifest)
    for harm in ("id\") FROM PROGRAM 'touch /tmp/x' --", "id; DROP SCHEMA public CASCADE", "id\x00", "ID", ""):
        workshop.manifest = copy.deepcopy(good)
        workshop.member("tables/customers_customer.copy.gz")["columns"][0] = harm
        refuse(workshop.write(), ArchiveDamaged)
    for harm in ("orders_order.id'); DROP TABLE x; --", "orders_order", "a.b.c", "orders_order.nothing"):
        workshop.manifest = copy.deepcopy(good)
        workshop.manifest["sequences"] = {harm: [1, True]}
        refuse(workshop.write(), ShopsteadError)
    for change in (
        {"format": 2},
        {"members": None},
        {"lineage": "x"},
        {"migrations": [["a"]]},
        {"store": {"slug": {}}},
        {"made_at": "yesterday"},
        {"made_at": "2026-11-22T09:41:00"},
    ):
        workshop.manifest = {**copy.deepcopy(good), **change}
        refuse(workshop.write(), ArchiveDamaged)


def test_an_end_mark_inside_the_rows_loses_no_row_in_silence(
    workshop: Workshop, refuse: Callable[[Path, type[ShopsteadError]], ShopsteadError]
) -> None:
    name = "tables/customers_customer.copy.gz"
    raw = gzip.decompress(workshop.parts[name])
    workshop.put(name, raw + b"\\.\n" + raw.replace(b"@example.com", b"@other.example"))
    refuse(workshop.write(), ShopsteadError)


def test_an_archive_of_a_newer_version_is_refused_with_words(
    workshop: Workshop, refuse: Callable[[Path, type[ShopsteadError]], ShopsteadError]
) -> None:
    workshop.manifest["migrations"].append(["orders", "0099_from_the_future"])
    told = refuse(workshop.write(), ArchiveTooNew)
    assert "orders.0099_from_the_future" in str(told)
    workshop.manifest["migrations"][-1] = ["holograms", "0001_initial"]
    refuse(workshop.write(), ArchiveTooNew)


@pytest.mark.guard("archive-of-this-store", found="DID NOT RAISE")
def test_an_archive_of_one_store_never_lands_in_another(workshop: Workshop, now: datetime) -> None:
    other = make_full_store()
    with pytest.raises(ArchiveOfAnotherStore):
        restore_in_place(tenant=other, source=workshop.write(), actor="test", now=now)
    assert Tenant.objects.get(pk=other.pk).schema_name == other.schema_name


@pytest.mark.guard("copies-show-clean-html", found="<script")
def test_html_that_a_stranger_wrote_is_cleaned_before_anybody_sees_it(
    workshop: Workshop, full_store: Tenant, now: datetime
) -> None:
    name = "tables/content_page.copy.gz"
    place = workshop.member(name)["columns"].index("body_html")
    lines = gzip.decompress(workshop.parts[name]).decode().splitlines()
    rows = [line.split("\t") for line in lines]
    for row in rows:
        row[place] = '<p>Hello <a href="/about/">there</a></p><script src="/media/x.js"></script><form action="//evil">'
    workshop.put(name, "".join("\t".join(row) + "\n" for row in rows).encode())
    owner = User.objects.get(email=f"{full_store.slug}@example.com")
    copied = restore_as_new(
        source=workshop.write(), slug=f"html-{full_store.slug}"[:40], owner=owner, actor="test", now=now
    )
    with in_tenant(copied.tenant):
        assert set(Page.objects.values_list("body_html", flat=True)) == {'<p>Hello <a href="/about/">there</a></p>'}


@pytest.mark.guard("archive-makes-no-owner", found="acme@example.com")
def test_nobody_becomes_an_owner_by_what_a_file_says(workshop: Workshop, full_store: Tenant, now: datetime) -> None:
    owner = User.objects.get(email=f"{full_store.slug}@example.com")
    rows = [{"email": "acme@example.com", "role": "owner"}, {"email": "nobody@example.com", "role": "manager"}]
    workshop.put("public/memberships.jsonl.gz", b"".join(json.dumps(row).encode() + b"\n" for row in rows))
    workshop.put("public/entitlements.jsonl.gz", b'{"key": "products", "value": null}\n')
    workshop.manifest["store"] |= {"time_zone": "Nowhere/Nothing", "currency": "dollars", "language": "xx"}
    copied = restore_as_new(
        source=workshop.write(), slug=f"who-{full_store.slug}"[:40], owner=owner, actor="test", now=now
    )
    places = dict(Membership.objects.filter(tenant=copied.tenant).values_list("user__email", "role"))
    assert places == {owner.email: Role.OWNER, "acme@example.com": Role.MANAGER}
    assert leftovers.person("nobody@example.com", Role.MANAGER) in copied.told
    assert leftovers.capped("acme@example.com") in copied.told
    assert (copied.tenant.time_zone, copied.tenant.currency, copied.tenant.language) == ("UTC", "USD", "en")
    with in_tenant(copied.tenant):
        assert Customer.objects.exists()


def test_the_reader_holds_one_block_of_a_great_part_at_a_time(workshop: Workshop) -> None:
    workshop.put("media/great.bin", b"0123456789abcdef" * 2_000_000)
    path = workshop.write()
    tracemalloc.start()
    with ArchiveReader(path) as reader:
        reader.verify()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8_000_000
    assert connection.in_atomic_block is False
