"""A person brings an archive from elsewhere and opens a store from it, on the platform's own pages."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from core.jobs.models import Job, JobState
from core.jobs.services import run_job
from core.tenancy import PUBLIC, in_public, in_tenant
from storefront.customers.models import Customer
from tenants.archive import leftovers
from tenants.archive.selectors import find_arrival
from tenants.archive.services import export_store, keeping, working
from tenants.enums import Role, TenantState
from tenants.models import Membership, Tenant
from tests.fixtures.people import sign_in
from tests.tenants.archive.test_hostile_archives import Workshop

PAGE = "/stores/from-archive/"


@pytest.fixture
def owner(full_store: Tenant) -> User:
    return User.objects.get(email=f"{full_store.slug}@example.com")


@pytest.fixture
def archive(full_store: Tenant, folders: Path, now: datetime) -> Path:
    """An archive that also names a manager who has a login here."""
    good = export_store(tenant=full_store, target=folders / "good.shopstead", now=now).path
    workshop = Workshop(good, folders)
    rows = [{"email": "acme@example.com", "role": "owner"}, {"email": "nobody@example.com", "role": "support"}]
    workshop.put("public/memberships.jsonl.gz", b"".join(json.dumps(row).encode() + b"\n" for row in rows))
    return workshop.write()


def client_of(user: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def bring(client: Client, path: Path) -> str:
    """Send the file and return the address of the page that shows what is in it."""
    answer = client.post(PAGE, {"file": SimpleUploadedFile("store.shopstead", path.read_bytes())})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def open_waiting() -> Job:
    """Do the newest opening as its task would."""
    job = Job.objects.filter(schema_name=PUBLIC, kind=working.OPEN_JOB, state=JobState.QUEUED).latest("pk")
    with in_public():
        run_job(job_id=job.pk, work=working.do_open_upload)
    job.refresh_from_db()
    return job


@pytest.mark.guard("strangers-file-brings-nobody", found="acme@example.com")
def test_a_brought_archive_opens_a_store_that_is_its_bringer_s_alone(
    full_store: Tenant, owner: User, archive: Path, folders: Path
) -> None:
    client = client_of(owner)
    assert client.get(PAGE).status_code == 200
    place = bring(client, archive)
    shown = client.get(place).content.decode()
    assert Tenant.objects.get(pk=full_store.pk).name in shown
    assert f'value="{full_store.slug}"' in shown
    assert client.post(place, {"slug": full_store.slug}).status_code == 422
    slug = f"back-{full_store.slug}"[:40]
    assert client.post(place, {"slug": slug}).status_code == 302
    assert b"Opening your store" in client.get(place).content
    assert client.get(PAGE)["Location"] == place
    job = open_waiting()
    assert job.state == JobState.SUCCEEDED, job.error
    store = Tenant.objects.get(slug=slug)
    assert store.state == TenantState.READY
    with in_tenant(store):
        assert Customer.objects.exists()
    places = dict(Membership.objects.filter(tenant=store).values_list("user__email", "role"))
    assert places == {owner.email: Role.OWNER}
    assert leftovers.person("acme@example.com", Role.MANAGER) in job.result["told"]
    done = client.get(place).content.decode()
    assert "nobody@example.com" in done
    assert f"/stores/{slug}/enter/" in done
    assert not list((folders / "archives" / "uploads").iterdir())


def test_the_new_store_s_settings_say_what_did_not_come_along_until_that_is_put_away(
    full_store: Tenant, owner: User, archive: Path
) -> None:
    client = client_of(owner)
    slug = f"told-{full_store.slug}"[:40]
    client.post(bring(client, archive), {"slug": slug})
    open_waiting()
    store = Tenant.objects.get(slug=slug)
    inside = sign_in(Client(headers={"host": f"{slug}.localhost"}), store, owner)
    page = inside.get("/dashboard/settings/data/").content.decode()
    assert "nobody@example.com" in page
    assert "/dashboard/settings/staff/?email=nobody%40example.com&amp;role=support" in page
    form = inside.get("/dashboard/settings/staff/?email=nobody%40example.com&role=support").content.decode()
    assert 'value="nobody@example.com"' in form
    assert inside.post("/dashboard/settings/data/arrival/").status_code == 302
    assert find_arrival(store) is None
    assert "nobody@example.com" not in inside.get("/dashboard/settings/data/").content.decode()


@pytest.mark.guard("upload-of-its-person", found="200 == 302")
def test_somebody_else_does_not_find_the_file(owner: User, archive: Path) -> None:
    place = bring(client_of(owner), archive)
    other = client_of(User.objects.get(email="acme@example.com"))
    assert other.get(place).status_code == 302
    assert other.post(place, {"slug": "mine-now"}).status_code == 302
    assert not Job.objects.filter(schema_name=PUBLIC, kind=working.OPEN_JOB).exists()


def test_what_is_no_archive_is_refused_and_not_kept(owner: User, folders: Path) -> None:
    client = client_of(owner)
    answer = client.post(PAGE, {"file": SimpleUploadedFile("cat.shopstead", b"a picture of a cat" * 100)})
    assert answer.status_code == 422
    assert b"not an archive" in answer.content
    assert client.post(PAGE, {}).status_code == 422
    assert not list((folders / "archives").rglob("*.shopstead"))


def test_a_file_announced_too_large_is_refused_before_it_is_read(owner: User, settings: pytest.FixtureRequest) -> None:
    settings.MAX_ARCHIVE_BYTES = 1024 * 1024  # type: ignore[attr-defined]
    client = client_of(owner)
    answer = client.post(PAGE, {"file": SimpleUploadedFile("big.shopstead", b"x" * 2 * 1024 * 1024)})
    assert answer.status_code == 413
    assert b"at most 1 MB" in answer.content
    stranger = Client(headers={"host": "localhost"})
    answer = stranger.post(PAGE, {"file": SimpleUploadedFile("big.shopstead", b"x" * 2 * 1024 * 1024)})
    assert answer.status_code == 302
    assert "/login/" in answer["Location"]


def test_a_form_from_another_page_is_refused(owner: User, archive: Path) -> None:
    client = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    client.force_login(owner)
    assert client.post(PAGE, {"file": SimpleUploadedFile("a.shopstead", archive.read_bytes())}).status_code == 403


def test_an_opening_that_failed_says_why_and_can_be_tried_again(
    full_store: Tenant, owner: User, archive: Path, make_taken: Callable[[str], None]
) -> None:
    client = client_of(owner)
    place = bring(client, archive)
    slug = f"late-{full_store.slug}"[:40]
    client.post(place, {"slug": slug})
    make_taken(slug)
    assert open_waiting().state == JobState.FAILED
    assert b"is taken" in client.get(place).content
    assert client.post(place, {"slug": f"{slug[:37]}-b"}).status_code == 302
    assert open_waiting().state == JobState.SUCCEEDED


@pytest.fixture
def make_taken(swept: None) -> Callable[[str], None]:
    from tests.fixtures.tenancy import make_store

    return lambda slug: (make_store(slug), None)[1]


def test_a_file_of_which_nothing_was_made_goes_by_itself(owner: User, archive: Path, folders: Path) -> None:
    bring(client_of(owner), archive)
    (kept,) = (folders / "archives" / "uploads").iterdir()
    now = datetime.fromtimestamp(kept.stat().st_mtime).astimezone()
    keeping.sweep_archives(now=now + timedelta(hours=5))
    assert kept.exists()
    keeping.sweep_archives(now=now + timedelta(hours=7))
    assert not kept.exists()
