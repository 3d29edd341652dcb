"""What goes into an archive comes out of it, byte for byte, under whatever name."""

import gzip
import json
import subprocess
import tarfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from core.handling import tables_that_stay_behind
from core.tenancy import in_tenant
from storefront.customers.models import Customer
from tenants.archive import leftovers
from tenants.archive.errors import RestoreRefused
from tenants.archive.models import Restoration
from tenants.archive.services import (
    clone_store,
    export_store,
    restore_as_new,
    restore_in_place,
    sweep_restorations,
    undo_restoration,
)
from tenants.enums import Role, TenantState
from tenants.errors import AddressTaken
from tenants.fleet.selectors import count_stored_bytes
from tenants.fleet.services.room import recount_files
from tenants.models import Domain, Membership, PaymentAccount, Tenant
from tenants.provisioning.enums import SchemaState
from tenants.provisioning.models import PooledSchema
from tenants.provisioning.sweeping import list_orphans
from tests.fixtures.archive import list_schemas, word_of
from tests.fixtures.sums import table_sums


@pytest.fixture
def owner(full_store: Tenant) -> User:
    return User.objects.get(email=f"{full_store.slug}@example.com")


def data_members(path: Path) -> dict[str, bytes]:
    """Return the stored bytes of every table and file of an archive, read by plain tar."""
    with tarfile.open(path) as tar:
        return {
            info.name: tar.extractfile(info).read()  # type: ignore[union-attr]
            for info in tar
            if info.name.split("/")[0] in ("tables", "media", "private")
        }


def test_an_archive_restored_and_archived_again_is_the_same_bytes(
    full_store: Tenant, owner: User, folders: Path, now: datetime
) -> None:
    first = export_store(tenant=full_store, target=folders / "first.shopstead", now=now)
    copied = restore_as_new(source=first.path, slug=f"again-{full_store.slug}"[:40], owner=owner, actor="test", now=now)
    second = export_store(tenant=copied.tenant, target=folders / "second.shopstead", now=now)
    one, two = data_members(first.path), data_members(second.path)
    differing = {name for name in one.keys() | two.keys() if one.get(name) != two.get(name)}
    # Open payments belong to the original alone.
    assert differing <= {"tables/payments_payment.copy.gz", "tables/payments_refund.copy.gz"}
    assert first.manifest.rows_count > 30
    assert {"media/products/one.webp", "private/deep/er/notes.txt"} <= one.keys()
    assert copied.tenant.schema_name != full_store.schema_name
    assert first.manifest.sequences == second.manifest.sequences


def test_what_opens_doors_and_the_leftovers_of_imports_stay_behind(
    full_store: Tenant, folders: Path, now: datetime
) -> None:
    export = export_store(tenant=full_store, target=folders / "one.shopstead", now=now)
    members = data_members(export.path)
    assert len(tables_that_stay_behind()) >= 4
    for table in tables_that_stay_behind():
        assert gzip.decompress(members[f"tables/{table}.copy.gz"]) == b""
        assert f"tables/{table}" in export.manifest.left_out
    assert not [name for name in members if name.startswith("private/imports")]
    whole = b"".join(gzip.decompress(raw) for name, raw in members.items() if name.endswith(".gz"))
    hashed = User.objects.get(email=f"{full_store.slug}@example.com").password
    assert word_of(full_store).encode() in whole
    assert hashed.encode() not in whole


def test_any_tar_and_gzip_can_read_it(full_store: Tenant, folders: Path, now: datetime) -> None:
    path = export_store(tenant=full_store, target=folders / "one.shopstead", now=now).path
    listed = subprocess.run(["tar", "tf", str(path)], capture_output=True, text=True, check=True).stdout.split()
    assert listed[-1] == "manifest.json"
    raw = subprocess.run(["tar", "xOf", str(path), "manifest.json"], capture_output=True, check=True).stdout
    assert json.loads(raw)["store"]["slug"] == full_store.slug
    assert not list(folders.glob(".*part"))


def test_a_store_under_a_new_name_counts_on_and_starts_like_a_new_one(
    full_store: Tenant, owner: User, folders: Path, now: datetime
) -> None:
    PaymentAccount.objects.get_or_create(
        tenant=full_store, provider="stripe", defaults={"external_id": f"acct_{full_store.slug}", "created_at": now}
    )
    Domain.objects.create(tenant=full_store, domain=f"{full_store.slug}.shop.test", verified_at=now)
    path = export_store(tenant=full_store, target=folders / "one.shopstead", now=now).path
    copied = restore_as_new(source=path, slug=f"new-{full_store.slug}"[:40], owner=owner, actor="test", now=now)
    store = copied.tenant
    with in_tenant(store):
        newest = Customer.objects.order_by("-pk").first()
        assert newest is not None
        made = Customer.objects.create(email="after@example.com", created_at=now)
        assert made.pk > newest.pk
    assert store.state == TenantState.READY
    assert Membership.objects.get(tenant=store, role=Role.OWNER).user == owner
    assert not PaymentAccount.objects.filter(tenant=store).exists()
    assert [domain.domain for domain in Domain.objects.filter(tenant=store)] == [f"{store.slug}.localhost"]
    told = [leftovers.describe(item) for item in copied.told]
    assert any("shop.test" in line for line in told)
    assert any("Payments" in line for line in told)
    counted = count_stored_bytes(store.schema_name)
    assert counted == recount_files(tenant=store, now=now) > 0
    with pytest.raises(AddressTaken):
        restore_as_new(source=path, slug=store.slug, owner=owner, actor="test", now=now)


def test_the_copy_s_indexes_and_constraints_are_those_of_a_store(
    full_store: Tenant, owner: User, folders: Path, now: datetime
) -> None:
    path = export_store(tenant=full_store, target=folders / "one.shopstead", now=now).path
    copied = restore_as_new(source=path, slug=f"like-{full_store.slug}"[:40], owner=owner, actor="test", now=now)
    assert shape(copied.tenant.schema_name) == shape(full_store.schema_name)
    assert len(shape(full_store.schema_name)) > 200


def shape(schema_name: str) -> set[tuple[Any, ...]]:
    """Return every column, index and constraint of the schema, without the schema's name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns "
            "WHERE table_schema = %s",
            [schema_name],
        )
        found = {tuple(str(cell).replace(schema_name, "") for cell in row) for row in cursor.fetchall()}
        cursor.execute("SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = %s", [schema_name])
        found |= {tuple(str(cell).replace(schema_name, "") for cell in row) for row in cursor.fetchall()}
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = %s::regnamespace",
            [schema_name],
        )
        return found | {tuple(str(cell).replace(schema_name, "") for cell in row) for row in cursor.fetchall()}


def test_restored_in_place_the_store_is_as_it_was_and_can_be_taken_forward_again(
    full_store: Tenant, globex_sums: Any, folders: Path, now: datetime
) -> None:
    before = table_sums(full_store.schema_name)
    # As the pool leaves it for an hour when a store was just opened from it.
    PooledSchema.objects.create(
        schema_name=full_store.schema_name, state=SchemaState.TAKEN, purpose="pool", created_at=now, changed_at=now
    )
    name = Tenant.objects.get(pk=full_store.pk).name
    path = export_store(tenant=full_store, target=folders / "one.shopstead", now=now).path
    Tenant.objects.filter(pk=full_store.pk).update(name="Renamed since", time_zone="Asia/Shanghai")
    with in_tenant(full_store):
        Customer.objects.all().update(note="a mistake")
        late = Customer.objects.create(email="late@example.com", created_at=now)
    mistaken = table_sums(full_store.schema_name)
    (folders / "media" / full_store.schema_name / "products" / "one.webp").write_bytes(b"overwritten")

    restore_in_place(tenant=full_store, source=path, actor="test", now=now)
    store = Tenant.objects.get(pk=full_store.pk)
    assert store.schema_name != full_store.schema_name
    assert (store.name, store.time_zone) == (name, "UTC")
    behind = tables_that_stay_behind()
    assert {k: v for k, v in table_sums(store.schema_name).items() if k not in behind} == {
        k: v for k, v in before.items() if k not in behind
    }
    assert (folders / "media" / store.schema_name / "products" / "one.webp").read_bytes() != b"overwritten"
    with in_tenant(store):
        assert Customer.objects.create(email="new@example.com", created_at=now).pk > late.pk
    assert not list_orphans() & {full_store.schema_name, store.schema_name}
    assert full_store.schema_name in list_schemas()

    undo_restoration(tenant=store, actor="test", now=now)
    store.refresh_from_db()
    assert store.schema_name == full_store.schema_name
    assert (store.name, store.time_zone) == ("Renamed since", "Asia/Shanghai")
    assert table_sums(store.schema_name) == mistaken
    idle = Restoration.objects.get().idle_schema_name
    assert idle not in list_orphans()
    assert sweep_restorations(now=now + timedelta(days=6)) == 0
    assert idle in list_schemas()
    assert sweep_restorations(now=now + timedelta(days=8)) == 1
    assert idle not in list_schemas()
    assert not (folders / "media" / idle).exists()
    assert globex_sums() is True


def test_when_its_week_is_over_nothing_is_taken_back(full_store: Tenant, folders: Path, now: datetime) -> None:
    path = export_store(tenant=full_store, target=folders / "one.shopstead", now=now).path
    restore_in_place(tenant=full_store, source=path, actor="test", now=now)
    store = Tenant.objects.get(pk=full_store.pk)
    ends_at = Restoration.objects.get(schema_name=store.schema_name).drop_idle_at
    assert ends_at is not None
    with pytest.raises(RestoreRefused):
        undo_restoration(tenant=store, actor="test", now=ends_at + timedelta(seconds=1))
    assert Tenant.objects.get(pk=store.pk).schema_name == store.schema_name
    undo_restoration(tenant=store, actor="test", now=ends_at - timedelta(seconds=1))


def test_what_is_taken_back_has_the_migrations_that_came_since(
    full_store: Tenant, folders: Path, now: datetime
) -> None:
    path = export_store(tenant=full_store, target=folders / "one.shopstead", now=now).path
    restore_in_place(tenant=full_store, source=path, actor="test", now=now)
    with connection.cursor() as cursor:
        # As if this migration had come while the schema lay idle; it changes no table.
        cursor.execute(
            f"DELETE FROM {full_store.schema_name}.django_migrations WHERE app = 'accounts' AND name = '0002_logins'"
        )
        assert cursor.rowcount == 1
    store = Tenant.objects.get(pk=full_store.pk)
    undo_restoration(tenant=store, actor="test", now=now)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {full_store.schema_name}.django_migrations WHERE name = '0002_logins'")
        assert cursor.fetchone() == (1,)


def test_the_same_job_done_twice_opens_one_store(full_store: Tenant, owner: User, folders: Path, now: datetime) -> None:
    path = export_store(tenant=full_store, target=folders / "one.shopstead", now=now).path
    facts: dict[str, Any] = {"actor": "test", "now": now, "token": "one-attempt"}
    slug = f"twice-{full_store.slug}"[:40]
    first = restore_as_new(source=path, slug=slug, owner=owner, **facts)
    assert restore_as_new(source=path, slug=slug, owner=owner, **facts) == first
    sandbox = clone_store(tenant=full_store, slug=f"box-{full_store.slug}"[:40], **{**facts, "token": "another"})
    again = clone_store(tenant=full_store, slug=f"box-{full_store.slug}"[:40], **{**facts, "token": "another"})
    assert again.tenant == sandbox.tenant
