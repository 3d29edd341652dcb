"""A merchant makes an archive, takes it home, goes back to it, makes a sandbox, and closes the store; others cannot."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from core.jobs.models import Job, JobState
from core.jobs.services import run_job
from core.tenancy import in_tenant
from storefront.customers.models import Customer
from tenants.archive.enums import ArchiveReason
from tenants.archive.models import Archive, ArchivePolicy, Deletion, Sandbox
from tenants.archive.selectors import last_archive
from tenants.archive.services import keeping, start_deletion, working
from tenants.archive.services.deleting import GRACE
from tenants.enums import Role, TenantState
from tenants.models import Membership, Tenant
from tests.fixtures.people import sign_in
from tests.fixtures.tenancy import PASSWORD, make_store

PAGE = "/dashboard/settings/data/"


@pytest.fixture
def owner(full_store: Tenant) -> User:
    Archive.objects.filter(tenant=full_store).delete()
    return User.objects.get(email=f"{full_store.slug}@example.com")


@pytest.fixture
def client(full_store: Tenant, owner: User) -> Client:
    return sign_in(Client(headers={"host": f"{full_store.slug}.localhost"}), full_store, owner)


def run_waiting(tenant: Tenant) -> Job:
    """Do the store's newest job as its task would."""
    job = Job.objects.filter(schema_name=tenant.schema_name, state=JobState.QUEUED).latest("pk")
    work = {
        working.EXPORT_JOB: working.do_export,
        working.RESTORE_JOB: working.do_restore,
        working.CLONE_JOB: working.do_clone,
        working.OPEN_JOB: working.do_open,
    }[job.kind]
    with in_tenant(tenant):
        run_job(job_id=job.pk, work=lambda handle: work(handle, tenant))
    job.refresh_from_db()
    assert job.state == JobState.SUCCEEDED, job.error
    return job


def test_an_archive_is_made_shown_taken_home_and_gone_back_to(
    full_store: Tenant, client: Client, now: datetime
) -> None:
    assert b"No archive yet" in client.get(PAGE).content
    assert client.post(f"{PAGE}archives/").status_code == 302
    client.post(f"{PAGE}archives/")
    assert Job.objects.filter(schema_name=full_store.schema_name, kind=working.EXPORT_JOB).count() == 1
    assert b"Archive of the store" in client.get(PAGE).content
    run_waiting(full_store)
    archive = last_archive(full_store)
    assert archive is not None
    page = client.get(PAGE).content.decode()
    assert archive.token in page
    answer = client.get(f"{PAGE}archives/{archive.token}/")
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert len(body) == archive.size
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]

    with in_tenant(full_store):
        Customer.objects.update(note="a mistake")
    assert b"Everything since" in client.get(f"{PAGE}archives/{archive.token}/restore/").content
    assert client.post(f"{PAGE}archives/{archive.token}/restore/").status_code == 302
    run_waiting(full_store)
    store = Tenant.objects.get(pk=full_store.pk)
    assert store.schema_name != full_store.schema_name
    with in_tenant(store):
        assert not Customer.objects.filter(note="a mistake").exists()
    assert client.get(PAGE).status_code == 302  # logged out with everybody
    assert client.get(PAGE, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    again = sign_in(client, store, User.objects.get(email=f"{store.slug}@example.com"))
    assert b"You went back" in again.get(PAGE).content
    assert again.post(f"{PAGE}undo/").status_code == 302
    assert Tenant.objects.get(pk=store.pk).schema_name == full_store.schema_name


def test_a_sandbox_is_made_from_the_dashboard(full_store: Tenant, client: Client) -> None:
    assert client.post(f"{PAGE}sandbox/", {"slug": "acme"}).status_code == 409
    assert client.post(f"{PAGE}sandbox/", {"slug": "a b"}).status_code == 422
    slug = f"try-{full_store.slug}"[:40]
    assert client.post(f"{PAGE}sandbox/", {"slug": slug}).status_code == 302
    job = run_waiting(full_store)
    assert slug in job.result["url"]
    assert slug.encode() in client.get(PAGE).content
    copy = Tenant.objects.get(slug=slug)
    theirs = sign_in(
        Client(headers={"host": f"{slug}.localhost"}), copy, User.objects.get(email=f"{full_store.slug}@example.com")
    )
    assert b"Sandbox." in theirs.get(PAGE).content
    assert b"Make a sandbox" not in theirs.get(PAGE).content
    assert theirs.get("/dashboard/settings/billing/").status_code == 200


def test_the_store_is_closed_by_its_owner_and_kept_again(full_store: Tenant, client: Client, owner: User) -> None:
    page = f"{PAGE}delete/"
    assert client.get(page).status_code == 200
    assert client.post(page, {"typed": full_store.slug, "password": "wrong"}).status_code == 422
    assert client.post(page, {"typed": "wrong", "password": PASSWORD}).status_code == 422
    assert not Deletion.objects.exists()
    answer = client.post(page, {"typed": full_store.slug, "password": PASSWORD, "reason": "switched"})
    assert answer.status_code == 302
    assert Tenant.objects.get(pk=full_store.pk).state == TenantState.DELETING
    assert client.get("/dashboard/").status_code != 200
    platform = Client(headers={"host": "localhost"})
    platform.force_login(owner)
    assert b"Keep my store" in platform.get("/stores/").content
    assert platform.post(f"/stores/{full_store.slug}/keep/").status_code == 302
    assert Tenant.objects.get(pk=full_store.pk).state == TenantState.READY


def test_nobody_but_an_owner_keeps_a_store(full_store: Tenant, owner: User, now: datetime) -> None:
    start_deletion(tenant=full_store, typed=full_store.slug, reason="", actor="test", now=now)
    Membership.objects.filter(tenant=full_store, user=owner).update(role=Role.MANAGER)
    platform = Client(headers={"host": "localhost"})
    platform.force_login(owner)
    assert b"Keep my store" not in platform.get("/stores/").content
    assert platform.post(f"/stores/{full_store.slug}/keep/").status_code == 404
    assert Tenant.objects.get(pk=full_store.pk).state == TenantState.DELETING


def test_the_archive_before_the_end_is_kept_as_long_as_the_store(full_store: Tenant, client: Client) -> None:
    answer = client.post(f"{PAGE}archives/", {"before": "deletion"})
    assert answer["Location"] == f"{PAGE}delete/"
    run_waiting(full_store)
    archive = last_archive(full_store)
    assert archive is not None
    assert archive.expires_at - archive.made_at > GRACE
    assert archive.token.encode() in client.get(f"{PAGE}delete/").content


def test_pressing_twice_asks_once(full_store: Tenant, client: Client, now: datetime) -> None:
    """Going back twice in a row would push the store's own state out of the one step that can be taken back."""
    archive = keeping.make_archive(tenant=full_store, reason=ArchiveReason.ASKED, actor="test", now=now)
    for _press in range(2):
        assert client.post(f"{PAGE}archives/{archive.token}/restore/").status_code == 302
    assert Job.objects.filter(schema_name=full_store.schema_name, kind=working.RESTORE_JOB).count() == 1


def test_a_store_has_three_sandboxes_at_most(full_store: Tenant, client: Client, now: datetime) -> None:
    for number in range(working.MAXIMUM_SANDBOXES):
        copy = make_store(f"box{number}-{full_store.slug}"[:40])
        Sandbox.objects.create(tenant=copy, origin=full_store, made_by="test", made_at=now)
    answer = client.post(f"{PAGE}sandbox/", {"slug": f"more-{full_store.slug}"[:40]})
    assert answer.status_code == 409
    assert b"Close one of them first" in answer.content


def test_an_archive_opens_as_a_store_of_its_own(full_store: Tenant, client: Client, owner: User, now: datetime) -> None:
    archive = keeping.make_archive(tenant=full_store, reason=ArchiveReason.ASKED, actor="test", now=now)
    place = f"{PAGE}archives/{archive.token}/open/"
    assert client.post(place, {"slug": "acme"}).status_code == 409
    assert client.post(place, {"slug": ""}).status_code == 422
    slug = f"own-{full_store.slug}"[:40]
    assert client.post(place, {"slug": slug}).status_code == 302
    job = run_waiting(full_store)
    assert slug in job.result["url"]
    copy = Tenant.objects.get(slug=slug)
    assert Membership.objects.get(tenant=copy).user == owner
    assert Tenant.objects.get(pk=full_store.pk).schema_name == full_store.schema_name


@pytest.mark.guard("archive-of-its-store", found="200 == 404")
def test_only_who_may_take_the_store_out_sees_any_of_it(
    full_store: Tenant, client: Client, owner: User, now: Any
) -> None:
    archive = keeping.make_archive(tenant=full_store, reason="asked", actor="test", now=now)  # type: ignore[arg-type]
    for role, status in ((Role.OWNER, 200), (Role.MANAGER, 403), (Role.ANALYST, 403)):
        Membership.objects.filter(tenant=full_store, user=owner).update(role=role)
        assert client.get(PAGE).status_code == status
        assert client.get(f"{PAGE}archives/{archive.token}/").status_code == status
        assert client.get(f"{PAGE}delete/").status_code == status
    elsewhere = Client(headers={"host": "acme.localhost"})
    theirs = sign_in(elsewhere, Tenant.objects.get(slug="acme"), User.objects.get(email="acme@example.com"))
    assert theirs.get(f"{PAGE}archives/{archive.token}/").status_code == 404


def test_by_night_one_archive_is_made_and_kept_for_its_days(full_store: Tenant, owner: User, now: datetime) -> None:
    from datetime import timedelta

    made = keeping.archive_by_night(tenant=full_store, now=now)
    assert made is not None
    assert keeping.archive_by_night(tenant=full_store, now=now + timedelta(hours=1)) is None
    assert (made.expires_at - now).days == ArchivePolicy.objects.get(tenant=full_store).keep_days
    path = keeping.find_archive_file(made)
    assert keeping.sweep_archives(now=now + timedelta(days=6)) == 0
    assert path.exists()
    assert keeping.sweep_archives(now=now + timedelta(days=8)) == 1
    assert not path.exists()
    keeping.set_policy(tenant=full_store, is_nightly=False, keep_days=7, now=now)
    assert keeping.archive_by_night(tenant=full_store, now=now + timedelta(days=9)) is None
