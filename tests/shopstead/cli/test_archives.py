"""`shopstead tenant export`, `restore`, `clone`, `delete` and `keep` as an operator types them."""

import argparse
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from core.clock import utc_now
from core.tenancy import in_tenant
from shopstead.cli import archives, leaving
from shopstead.cli.commands import add_parsers
from storefront.customers.models import Customer
from tenants.archive.models import Deletion, Restoration, Sandbox
from tenants.enums import Role, TenantState
from tenants.models import Membership, Tenant
from tests.fixtures.archive import list_schemas, make_full_store


@pytest.fixture
def shopstead(capsys: pytest.CaptureFixture[str]) -> Any:
    """Return the command line: it gives the exit code, the answer as JSON where there is one, and what stderr says."""

    def run(*words: str) -> tuple[int, Any, str]:
        parser = argparse.ArgumentParser()
        add_parsers(parser.add_subparsers())
        arguments = parser.parse_args(["tenant", *words, "--json"])
        code = getattr(leaving if arguments.verb in ("delete", "keep") else archives, arguments.verb)(arguments)
        said = capsys.readouterr()
        return code, json.loads(said.out) if said.out else None, said.err

    return run


@pytest.fixture
def file(full_store: Tenant, folders: Path, shopstead: Any) -> Path:
    path = folders / "store.shopstead"
    assert shopstead("export", full_store.slug, str(path))[0] == 0
    return path


def test_export_says_what_it_wrote_and_overwrites_nothing(full_store: Tenant, folders: Path, shopstead: Any) -> None:
    path = folders / "new.shopstead"
    code, value, _said = shopstead("export", full_store.slug, str(path))
    assert code == 0
    assert value["bytes"] == path.stat().st_size
    assert value["rows"] > 30
    assert value["files"] == 2
    before = path.read_bytes()
    code, value, said = shopstead("export", full_store.slug, str(path))
    assert (code, value) == (1, None)
    assert "is there already" in said
    assert path.read_bytes() == before
    assert "no folder" in shopstead("export", full_store.slug, str(folders / "nowhere" / "x"))[2]
    assert "no store called" in shopstead("export", "nobody-here", str(folders / "y"))[2]


def test_restore_opens_the_store_under_a_new_name_with_its_owner_and_its_people(
    full_store: Tenant, file: Path, shopstead: Any
) -> None:
    slug = f"cli-{full_store.slug}"[:40]
    code, value, _said = shopstead("restore", str(file), "--as", slug)
    assert code == 0
    assert (value["slug"], value["state"]) == (slug, "ready")
    assert "password" not in value
    store = Tenant.objects.get(slug=slug)
    owner = Membership.objects.get(tenant=store, role=Role.OWNER).user
    assert owner.email == value["owner"] == f"{full_store.slug}@example.com"
    with in_tenant(store):
        assert Customer.objects.exists()


def test_restore_makes_a_login_for_an_owner_who_has_none_and_keeps_it_only_with_the_store(
    full_store: Tenant, file: Path, shopstead: Any
) -> None:
    who = ("--owner-email", f"fresh-{full_store.slug}@example.com")
    code, _value, said = shopstead("restore", str(file), "--as", full_store.slug, *who)
    assert code == 1
    assert "--in-place" in said
    assert not User.objects.filter(email=who[1]).exists()
    code, value, _said = shopstead("restore", str(file), "--as", f"own-{full_store.slug}"[:40], *who)
    assert code == 0
    assert User.objects.get(email=who[1]).check_password(value["password"])


def test_a_rehearsal_reads_the_whole_file_and_changes_nothing(
    full_store: Tenant, file: Path, folders: Path, shopstead: Any
) -> None:
    schemas, stores = set(list_schemas()), Tenant.objects.count()
    code, value, _said = shopstead("restore", str(file), "--as", f"dry-{full_store.slug}"[:40], "--dry-run")
    assert (code, value["dry_run"]) == (0, True)
    code, value, _said = shopstead("restore", str(file), "--in-place", "--dry-run")
    assert (code, value["store"], value["in_place"]) == (0, full_store.slug, True)
    broken = folders / "broken.shopstead"
    raw = bytearray(file.read_bytes())
    place = raw.index(b" media/products/one.webp")
    raw[place] ^= 1
    broken.write_bytes(raw)
    for how in (("--in-place",), ("--as", f"dry-{full_store.slug}"[:40])):
        code, _value, said = shopstead("restore", str(broken), *how, "--dry-run")
        assert code == 1
        assert "damaged" in said
    assert set(list_schemas()) == schemas
    assert Tenant.objects.count() == stores
    assert not Restoration.objects.exists()


def test_in_place_finds_the_store_by_what_it_is_and_not_by_its_address(
    full_store: Tenant, file: Path, shopstead: Any
) -> None:
    moved = f"moved-{full_store.slug}"[:40]
    Tenant.objects.filter(pk=full_store.pk).update(slug=moved)
    with in_tenant(full_store):
        Customer.objects.update(note="since then")
    code, value, _said = shopstead("restore", str(file), "--in-place")
    assert (code, value["slug"]) == (0, moved)
    assert value["undo_until"]
    store = Tenant.objects.get(pk=full_store.pk)
    assert store.schema_name != full_store.schema_name
    with in_tenant(store):
        assert not Customer.objects.filter(note="since then").exists()
    other = make_full_store()
    code, _value, said = shopstead("restore", str(file), "--in-place", "--as", other.slug)
    assert code == 1
    assert "another store" in said


def test_clone_makes_a_sandbox(full_store: Tenant, folders: Path, shopstead: Any) -> None:
    slug = f"box-{full_store.slug}"[:40]
    code, value, _said = shopstead("clone", full_store.slug, "--as", slug)
    assert code == 0
    assert (value["slug"], value["state"], value["sandbox_of"]) == (slug, "checkout_off", full_store.slug)
    assert Sandbox.objects.filter(tenant__slug=slug, origin=full_store).exists()
    assert shopstead("clone", full_store.slug, "--as", slug)[0] == 1


def test_delete_wants_the_name_typed_and_keep_takes_it_back(full_store: Tenant, shopstead: Any) -> None:
    slug = full_store.slug
    code, value, _said = shopstead("delete", slug, "--dry-run")
    assert (code, value["dry_run"], value["state"]) == (0, True, "ready")
    for words in ((), ("--yes-i-mean", "something-else")):
        assert shopstead("delete", slug, *words)[0] == 1
    assert not Deletion.objects.exists()
    code, value, _said = shopstead("delete", slug, "--yes-i-mean", slug)
    assert (code, value["state"]) == (0, "deleting")
    assert Tenant.objects.get(pk=full_store.pk).state == TenantState.DELETING
    code, value, _said = shopstead("keep", slug)
    assert (code, value["state"]) == (0, "ready")
    assert shopstead("keep", slug)[0] == 1


def test_delete_now_closes_nothing_before_its_time(
    full_store: Tenant, shopstead: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug = full_store.slug
    words = ("delete", slug, "--yes-i-mean", slug, "--now")
    code, _value, said = shopstead(*words)
    assert code == 1
    assert "30 days" in said
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "shopstead.settings.production")
    assert shopstead(*words, "--force")[0] == 1
    assert Tenant.objects.get(pk=full_store.pk).state == TenantState.READY
    assert not Deletion.objects.exists()


def test_delete_now_erases_a_store_whose_time_is_over(full_store: Tenant, folders: Path, shopstead: Any) -> None:
    slug = full_store.slug
    assert shopstead("delete", slug, "--yes-i-mean", slug)[0] == 0
    Deletion.objects.update(due_at=utc_now() - timedelta(minutes=1))
    code, value, said = shopstead("delete", slug, "--yes-i-mean", slug, "--now")
    assert (code, value["state"]) == (0, "done")
    assert value["erased"]["tables"] > 30
    assert "Erasing: schema" in said
    assert not Tenant.objects.filter(pk=full_store.pk).exists()
    assert full_store.schema_name not in list_schemas()
