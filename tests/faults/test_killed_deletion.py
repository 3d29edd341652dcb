"""A store goes in steps, each of which bears being cut short; what is left says that there was one, and not whose."""

import os
import random
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection, connections
from django.db.models import Q
from django.test import Client
from psycopg import sql

from accounts.models import LoginHandoff, StoreLoginRule, User
from accounts.services import open_login
from billing.subscriptions.models import BillingAccount, Subscription
from core.events import _handlers
from core.jobs.models import Job
from core.outbox.models import OutboxMessage
from core.tenancy import in_public, in_tenant
from integrations.stripe import gateway_billing as stripe_billing
from integrations.stripe.errors import StripeUnavailable
from tenants.archive.enums import ArchiveReason, DeletionState
from tenants.archive.errors import DeletionRefused, NameNotTyped
from tenants.archive.models import Deletion
from tenants.archive.selectors import list_tombstones
from tenants.archive.services import erase_store, keep_store, make_archive, restore_in_place, start_deletion
from tenants.archive.services.deleting import GRACE, HOLD_ADDRESS, STEPS, list_due, warn_of_deletions
from tenants.archive.services.keeping import find_archive_file
from tenants.archive.services.telling import mail_deletion
from tenants.domains.services import prune_host_changes
from tenants.enums import TenantState
from tenants.errors import AddressTaken
from tenants.events import TenantOpening
from tenants.models import Domain, Tenant
from tenants.provisioning.services import reserve_tenant
from tenants.services import change_state
from tests.faults.killing import kill_after
from tests.fixtures.archive import list_schemas, word_of
from tests.fixtures.stripe import StripeSandbox

STAGES = [*[name for name, _step in STEPS], "tenant", "tombstone"]


@pytest.fixture
def leaving(full_store: Tenant, now: datetime) -> Iterator[Tenant]:
    """A store with an archive, an old schema kept for undoing, a custom domain, a pass, cached words and a job."""
    archive = make_archive(tenant=full_store, reason=ArchiveReason.ASKED, actor="test", now=now)
    restore_in_place(tenant=full_store, source=find_archive_file(archive), actor="test", now=now)
    tenant = Tenant.objects.get(pk=full_store.pk)
    owner = User.objects.get(email=f"{tenant.slug}@example.com")
    Domain.objects.create(tenant=tenant, domain=f"{word_of(tenant)}.shop.test", verified_at=now)
    LoginHandoff.objects.create(
        token_hash=word_of(tenant), user=owner, tenant_id=tenant.pk, created_at=now, expires_at=now
    )
    open_login(user=owner, now=now, tenant_id=tenant.pk, tenant_name=word_of(tenant))
    StoreLoginRule.objects.create(tenant_id=tenant.pk, created_at=now)
    with in_tenant(tenant):
        cache.set("words", word_of(tenant))
    yield tenant
    User.objects.filter(pk=owner.pk).delete()


def people_stay(tenant: Tenant) -> None:
    """Take the store's words off its people: a login is theirs, and may have other stores."""
    for user in User.objects.filter(Q(email__contains=word_of(tenant)) | Q(email__startswith=tenant.slug)):
        name = "person" if user.email.startswith(tenant.slug) else f"person{user.pk}"
        User.objects.filter(pk=user.pk).update(email=f"{name}@example.com", name="A Person")


def erase(deletion: Deletion, now: datetime, **how: Any) -> Deletion:
    return erase_store(deletion_id=deletion.pk, actor="system", now=now + GRACE + timedelta(hours=1), **how)


def start(tenant: Tenant, now: datetime) -> Deletion:
    return start_deletion(tenant=tenant, typed=tenant.slug, reason="Moving on", actor="test", now=now)


def an_hour_later(deletion: Deletion) -> None:
    """Send the last mail and let the record of host changes be cut, as both are within the hour."""
    mail_deletion(deletion_id=deletion.pk, kind="done")
    prune_host_changes(now=datetime.now(UTC) + timedelta(hours=2))


def traces(words: set[str], folders: Path) -> list[str]:
    """Return every place in the whole database, in every schema, and under the data folders where one of the words stands."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        for schema, table in cursor.fetchall():
            for word in words:
                cursor.execute(
                    sql.SQL("SELECT count(*) FROM {} t WHERE t::text ILIKE %s").format(sql.Identifier(schema, table)),
                    [f"%{word}%"],
                )
                if cursor.fetchone()[0]:
                    found.append(f"{schema}.{table}: {word}")
    for path in folders.rglob("*"):
        text = str(path.relative_to(folders)).encode() + (path.read_bytes() if path.is_file() else b"")
        found += [str(path) for word in words if word.encode() in text]
    return found


def test_after_its_end_nothing_of_a_store_is_left_anywhere(
    leaving: Tenant, globex_sums: Any, folders: Path, now: datetime, mailoutbox: list[Any]
) -> None:
    names = set(list_schemas()) & {leaving.schema_name, *_idle(leaving)}
    words = {word_of(leaving), leaving.slug, *names}
    people_stay(leaving)
    assert len(names) == 2
    assert len(traces(words, folders)) > 40  # the grep can find
    deletion = start(leaving, now)
    done = erase(deletion, now)
    an_hour_later(done)
    assert traces(words, folders) == []
    assert not StoreLoginRule.objects.filter(tenant_id=leaving.pk).exists()
    assert globex_sums() is True
    with in_public():
        assert cache.get("words") is None
        assert not Job.objects.filter(schema_name__in=names).exists()
    stone = list_tombstones()[0]
    assert stone.state == DeletionState.DONE
    assert stone.erased["tables"] >= 80
    assert stone.erased["files"] >= 3
    assert stone.erased["archives"] == 1
    assert stone.erased["cache_keys"] >= 1
    assert stone.farewell == {}
    assert mail.outbox[-1].to == ["person@example.com"]


def _idle(tenant: Tenant) -> set[str]:
    return set(tenant.restorations.values_list("idle_schema_name", flat=True))


@pytest.mark.parametrize("stage", STAGES)
def test_killed_before_any_step_it_goes_on_and_ends_the_same(
    leaving: Tenant, folders: Path, now: datetime, stage: str
) -> None:
    words = {word_of(leaving), leaving.slug, leaving.schema_name}
    people_stay(leaving)
    deletion = start(leaving, now)

    def kill(name: str) -> None:
        if name == stage:
            os.kill(os.getpid(), signal.SIGKILL)

    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            erase(deletion, now, stage=kill)
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert Deletion.objects.get(pk=deletion.pk).state == DeletionState.ERASING
    answer = Client(headers={"host": f"{leaving.slug}.localhost"}).get("/").status_code
    assert answer in (404, 503)
    done = erase(deletion, now)
    an_hour_later(done)
    assert traces(words, folders) == []
    assert Deletion.objects.get(pk=deletion.pk).state == DeletionState.DONE


def test_killed_at_random_instants_it_ends_all_the_same(leaving: Tenant, folders: Path, now: datetime) -> None:
    words = {word_of(leaving), leaving.schema_name}
    people_stay(leaving)
    deletion = start(leaving, now)
    luck = random.Random(7)
    for _kill in range(6):
        kill_after(luck.uniform(0.01, 0.3), lambda: erase(deletion, now))
    if Deletion.objects.get(pk=deletion.pk).state != DeletionState.DONE:
        erase(deletion, now)
    an_hour_later(deletion)
    assert traces(words, folders) == []
    assert not Tenant.objects.filter(pk=leaving.pk).exists()


def test_the_grace_closes_the_doors_and_can_be_ended_by_its_owner(full_store: Tenant, now: datetime) -> None:
    client = Client(headers={"host": f"{full_store.slug}.localhost"})
    assert client.get("/").status_code == 200
    with pytest.raises(NameNotTyped):
        start_deletion(tenant=full_store, typed="something else", reason="", actor="test", now=now)
    assert client.get("/").status_code == 200
    deletion = start(full_store, now)
    assert client.get("/").status_code in (404, 503)
    with pytest.raises(DeletionRefused):
        start(full_store, now)
    with pytest.raises(DeletionRefused):
        erase_store(deletion_id=deletion.pk, actor="test", now=now + timedelta(days=29))
    assert full_store.schema_name in list_schemas()
    assert keep_store(tenant=full_store, actor="test", now=now).state == TenantState.READY
    assert client.get("/").status_code == 200
    with pytest.raises(DeletionRefused):
        erase(deletion, now)
    assert list_due(now=now + timedelta(days=99)) == []


def test_the_owner_hears_of_it_at_the_start_and_a_week_before(
    full_store: Tenant, now: datetime, mailoutbox: list[Any]
) -> None:
    deletion = start(full_store, now)
    asked = OutboxMessage.objects.filter(kwargs__contains={"deletion_id": deletion.pk, "kind": "started"})
    assert asked.count() == 1
    assert mail_deletion(deletion_id=deletion.pk, kind="started") == 1
    assert "30 days" in mail.outbox[-1].subject
    assert "/stores/" in str(mail.outbox[-1].body)
    assert warn_of_deletions(now=now + timedelta(days=22)) == 0
    assert warn_of_deletions(now=now + timedelta(days=24)) == 1
    assert warn_of_deletions(now=now + timedelta(days=25)) == 0
    assert mail_deletion(deletion_id=deletion.pk, kind="week") == 1
    keep_store(tenant=full_store, actor="test", now=now)
    assert mail_deletion(deletion_id=deletion.pk, kind="week") == 0


def test_a_warning_that_comes_late_leaves_another_week(full_store: Tenant, now: datetime) -> None:
    deletion = start(full_store, now)
    back = now + timedelta(days=40)
    assert warn_of_deletions(now=back) == 1
    assert list_due(now=back) == []
    deletion.refresh_from_db()
    assert deletion.due_at == back + timedelta(days=7)
    assert [one.pk for one in list_due(now=back + timedelta(days=7))] == [deletion.pk]


@pytest.mark.guard("erasing-and-keeping-exclude", found="DID NOT RAISE")
def test_a_store_that_is_being_erased_is_not_kept_a_moment_later(
    full_store: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The erasing begins just when the keeping has looked and not yet written."""
    deletion = start(full_store, now)

    def erasing_begins(_event: TenantOpening) -> None:
        Deletion.objects.filter(pk=deletion.pk).update(state=DeletionState.ERASING)

    monkeypatch.setitem(_handlers, TenantOpening, [erasing_begins])
    with pytest.raises(DeletionRefused):
        keep_store(tenant=full_store, actor="test", now=now)
    assert Tenant.objects.get(pk=full_store.pk).state == TenantState.DELETING
    assert Deletion.objects.get(pk=deletion.pk).state == DeletionState.ERASING


@pytest.mark.parametrize("before", [TenantState.CHECKOUT_OFF, TenantState.SUSPENDED])
def test_a_store_is_kept_as_it_was_with_the_reason_it_had(
    full_store: Tenant, now: datetime, before: TenantState
) -> None:
    change_state(tenant_id=full_store.pk, state=before, reason="Unpaid bill", actor="test", now=now)
    start(full_store, now)
    kept = keep_store(tenant=full_store, actor="test", now=now)
    assert (kept.state, kept.suspended_reason) == (before, "Unpaid bill")
    assert list_due(now=now + timedelta(days=99)) == []


@pytest.mark.guard("address-held-for-a-while", found="DID NOT RAISE")
def test_an_address_is_free_again_after_its_quarantine(full_store: Tenant, stores: Any, now: datetime) -> None:
    slug = full_store.slug
    erase(start(full_store, now), now)
    owner = User.objects.get(email="acme@example.com")
    ended = now + GRACE + timedelta(hours=1)
    with pytest.raises(AddressTaken):
        reserve_tenant(owner=owner, slug=slug, name="Again", now=ended + HOLD_ADDRESS - timedelta(days=1), actor="test")
    taken = reserve_tenant(owner=owner, slug=slug, name="Again", now=ended + HOLD_ADDRESS, actor="test")
    assert taken.schema_name != full_store.schema_name


def test_what_it_pays_ends_at_stripe_before_its_number_is_forgotten(
    full_store: Tenant, now: datetime, stripe_sandbox: StripeSandbox, settings: Any
) -> None:
    customer = stripe_billing.create_customer(
        email="a@example.com", name="A", metadata={}, idempotency_key=f"c-{full_store.slug}"
    )
    BillingAccount.objects.create(tenant=full_store, stripe_customer_id=customer, created_at=now)
    deletion = start(full_store, now)
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(StripeUnavailable):
        erase(deletion, now)
    assert BillingAccount.objects.filter(stripe_customer_id=customer).exists()
    assert full_store.schema_name in list_schemas()
    settings.STRIPE_API_BASE = stripe_sandbox.url
    erase(deletion, now)
    assert not BillingAccount.objects.filter(stripe_customer_id=customer).exists()
    assert not Subscription.objects.filter(tenant_id=full_store.pk).exists()
