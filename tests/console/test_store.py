"""A store's page: what it says, and each deed with its reason, its line in the log and its words."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from celery import current_app
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client

from accounts.models import User
from billing.subscriptions.models import Subscription
from console.actions import ACTIONS
from console.models import StoreFacts, StoreNote
from core.clock import utc_now
from core.jobs.models import Job
from core.outbox.models import OutboxMessage
from core.tenancy import in_tenant
from tenants.archive.models import Archive, ArchivePolicy
from tenants.domains.models import DomainClaim
from tenants.enums import Role
from tenants.models import Domain, Entitlement, Tenant, TenantEvent
from tenants.people.models import Invitation
from tenants.people.services import invite
from tenants.provisioning.models import ProvisioningTrouble


def page(tenant: Tenant, more: str = "") -> str:
    return f"/console/stores/{tenant.pk}/{more}"


def last_event(tenant: Tenant) -> TenantEvent:
    return TenantEvent.objects.filter(tenant=tenant).latest("pk")


@pytest.mark.parametrize("tab", ["overview", "billing", "people", "notes", "log", "nonsense"])
def test_every_part_of_the_page_opens_with_and_without_figures(
    tab: str, console: Client, acme: Tenant, now: datetime
) -> None:
    assert console.get(page(acme), {"tab": tab}).status_code == 200
    StoreFacts.objects.create(tenant=acme, refreshed_at=now)
    assert console.get(page(acme), {"tab": tab}).status_code == 200


def test_a_store_that_is_not_there_is_404(console: Client, acme: Tenant) -> None:
    assert console.get("/console/stores/999999999/").status_code == 404
    assert console.get("/console/stores/999999999/do/suspend/").status_code == 404


def test_suspending_asks_why_and_writes_who_and_why(console: Client, acme: Tenant) -> None:
    asked = console.get(page(acme, "do/suspend/"))
    assert "Its data stays" in asked.content.decode()
    without = console.post(page(acme, "do/suspend/"), {"reason": "  "})
    assert (without.status_code, Tenant.objects.get(pk=acme.pk).state) == (422, "ready")
    console.post(page(acme, "do/suspend/"), {"reason": "unpaid tax"})
    tenant, event = Tenant.objects.get(pk=acme.pk), last_event(acme)
    assert (tenant.state, tenant.suspended_reason) == ("suspended", "unpaid tax")
    assert (event.type, event.actor, event.data["reason"]) == ("state.suspended", "jonas@example.com", "unpaid tax")
    shown = console.get(page(acme)).content.decode()
    assert "unpaid tax" in shown
    assert "Resume store" in shown


def test_the_checkout_is_closed_and_opened(console: Client, acme: Tenant) -> None:
    console.post(page(acme, "do/close-checkout/"), {"reason": "dispute"})
    assert Tenant.objects.get(pk=acme.pk).state == "checkout_off"
    answer = console.post(page(acme, "do/open-checkout/"), follow=True)
    assert "is open again" in answer.content.decode()
    assert Tenant.objects.get(pk=acme.pk).state == "ready"


def test_a_look_does_nothing(console: Client, acme: Tenant) -> None:
    before = (
        Tenant.objects.values().get(pk=acme.pk),
        TenantEvent.objects.count(),
        Job.objects.count(),
        OutboxMessage.objects.count(),
    )
    for key in ACTIONS:
        assert console.get(page(acme, f"do/{key}/")).status_code in (200, 302)
    assert before == (
        Tenant.objects.values().get(pk=acme.pk),
        TenantEvent.objects.count(),
        Job.objects.count(),
        OutboxMessage.objects.count(),
    )


@pytest.mark.parametrize("key", ["resume", "open-checkout", "nonsense"])
def test_what_does_not_fit_the_state_is_refused_with_words(key: str, console: Client, acme: Tenant) -> None:
    before = TenantEvent.objects.count()
    answer = console.post(page(acme, f"do/{key}/"), {"reason": "x"}, follow=True)
    assert "Nothing was changed" in answer.content.decode()
    assert (Tenant.objects.get(pk=acme.pk).state, TenantEvent.objects.count()) == ("ready", before)


def test_a_trial_is_extended_by_days_from_today(console: Client, acme: Tenant) -> None:
    assert console.post(page(acme, "do/trial/"), {"days": "0", "reason": "x"}).status_code == 422
    assert console.post(page(acme, "do/trial/"), {"days": "366", "reason": "x"}).status_code == 422
    console.post(page(acme, "do/trial/"), {"days": "30", "reason": "asked by phone"})
    subscription = Subscription.objects.get(tenant=acme)
    assert abs(subscription.trial_ends_at - utc_now() - timedelta(days=30)) < timedelta(minutes=1)  # type: ignore[operator]
    assert (last_event(acme).type, last_event(acme).data["reason"]) == ("console.trial", "asked by phone")


def test_a_store_that_pays_has_no_trial_to_extend(console: Client, acme: Tenant) -> None:
    Subscription.objects.filter(tenant=acme).update(status="active", stripe_subscription_id="sub_1")
    console.post(page(acme, "do/trial/"), {"days": "30", "reason": "x"})
    assert Subscription.objects.get(tenant=acme).status == "active"


def test_a_trial_moves_to_another_plan_with_its_limits(console: Client, acme: Tenant, globex: Tenant) -> None:
    console.post(page(acme, "do/plan/"), {"plan": "starter", "reason": "smaller than thought"})
    assert Subscription.objects.get(tenant=acme).plan.code == "starter"
    limits = dict(Entitlement.objects.filter(tenant=acme).values_list("key", "value"))
    assert (limits["products"], limits["staff"]) == (100, 2)
    shown = console.get("/console/log/", {"kind": "console."}).content.decode()
    assert "changed the plan from Growth to Starter: smaller than thought" in shown
    assert Subscription.objects.get(tenant=globex).plan.code == "growth"


def test_notes_are_for_the_team_and_stand_with_their_writer(console: Client, acme: Tenant) -> None:
    assert console.post(page(acme, "notes/"), {"text": " "}).status_code == 422
    console.post(page(acme, "notes/"), {"text": "Calls on Mondays.\nAsk for Maria."})
    assert StoreNote.objects.values_list("author", "text").get() == (
        "jonas@example.com",
        "Calls on Mondays.\nAsk for Maria.",
    )
    assert "Ask for Maria" in console.get(page(acme), {"tab": "notes"}).content.decode()


@pytest.mark.parametrize(("key", "task"), [("train", "recsys.serving.train"), ("search", "storefront.search.rebuild")])
def test_long_work_becomes_a_job_of_that_store_and_of_no_other(
    key: str, task: str, console: Client, acme: Tenant, globex: Tenant
) -> None:
    for _twice in range(2):
        answer = console.post(page(acme, f"do/{key}/"), follow=True)
        assert "Jobs" in answer.content.decode()
    job = Job.objects.get(task=task)
    assert (job.schema_name, job.started_by) == (acme.schema_name, "jonas@example.com")
    assert OutboxMessage.objects.filter(task=task).get().schema_name == acme.schema_name


def test_a_job_that_lost_its_worker_and_work_that_waits_are_seen(console: Client, acme: Tenant) -> None:
    def titles() -> list[str]:
        answer: Any = console.get(page(acme))
        return [check.title for check in answer.context["checks"]]

    assert "Nothing waits" in titles()
    made = utc_now() - timedelta(hours=1)
    job = Job.objects.create(
        token="x" * 26, schema_name=acme.schema_name, kind="a", title="Import", task="t", created_at=made
    )
    assert "Work waits for 60 min" in titles()
    Job.objects.filter(pk=job.pk).update(state="running", lease_expires_at=made)
    assert "1 job has lost its worker" in titles()


def test_the_log_is_searched_by_store_person_and_kind(console: Client, acme: Tenant, globex: Tenant) -> None:
    console.post(page(acme, "do/suspend/"), {"reason": "unpaid tax"})

    def entries(**params: str) -> list[tuple[str | None, str]]:
        answer: Any = console.get("/console/log/", params)
        return [(entry.store, entry.kind) for entry in answer.context["entries"]]

    assert entries()[0] == ("Acme", "state.suspended")
    assert entries(person="jonas") == [("Acme", "state.suspended")]
    assert entries(kind="state.") == [("Acme", "state.suspended")]
    assert {store for store, _kind in entries(store="globex")} == {"Globex"}
    assert entries(store="globex", kind="state.") == []
    assert entries(kind="support.") == []
    file = console.get("/console/log/file/", {"kind": "state."}).content.decode("utf-8-sig")
    assert "unpaid tax" in file
    assert "jonas@example.com" in file


@pytest.mark.parametrize("before", ["x", "2026-11-22", "2026-11-22T09:00:00", "9999-99-99T00:00:00Z", "\x00"])
def test_a_page_of_the_log_that_cannot_be_starts_at_the_beginning(before: str, console: Client, acme: Tenant) -> None:
    assert console.get("/console/log/", {"before": before}).status_code == 200


def test_older_entries_follow_without_a_gap(console: Client, acme: Tenant, now: datetime) -> None:
    for number in range(120):
        TenantEvent.objects.create(
            tenant=acme, type="facts", actor=f"a{number}", created_at=now + timedelta(seconds=number // 3)
        )
    seen: list[str] = []
    before = ""
    for _page in range(9):
        answer: Any = console.get("/console/log/", {"before": before} if before else {})
        seen += [entry.actor for entry in answer.context["entries"]]
        before = answer.context["next_before"]
        if not before:
            break
    ours = [actor for actor in seen if actor[1:].isdigit()]
    assert sorted(ours) == sorted(f"a{number}" for number in range(120))


def test_a_store_that_is_behind_gets_its_migrations_by_a_task(console: Client, acme: Tenant, now: datetime) -> None:
    StoreFacts.objects.create(tenant=acme, refreshed_at=now)
    assert "Run migrations" not in console.get(page(acme)).content.decode()
    StoreFacts.objects.update(migrations_behind_count=1)
    assert "Run migrations" in console.get(page(acme)).content.decode()
    console.post(page(acme, "do/migrate/"))
    message = OutboxMessage.objects.get(task="console.migrate_store")
    current_app.loader.import_default_modules()
    current_app.tasks[message.task].apply(kwargs=message.kwargs, throw=True)
    assert StoreFacts.objects.get().migrations_behind_count == 0


def test_migrations_that_fail_say_why_in_the_log_and_leave_the_store_behind(console: Client, acme: Tenant) -> None:
    with in_tenant(acme), connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'catalog' AND name = '0001_initial'")
    current_app.loader.import_default_modules()
    with transaction.atomic():
        current_app.tasks["console.migrate_store"].apply(kwargs={"tenant_id": acme.pk}, throw=True)
    assert StoreFacts.objects.get().migrations_behind_count == 1
    event = last_event(acme)
    assert (event.type, event.actor) == ("console.migrate_failed", "system"), event.data
    shown = console.get(page(acme), {"tab": "log"}).content.decode()
    assert "could not apply the migrations" in shown
    assert event.data["reason"]
    assert "closed" not in event.data["reason"]


def test_the_health_tells_of_the_last_archive(console: Client, acme: Tenant) -> None:
    def titles() -> dict[str, str]:
        answer: Any = console.get(page(acme))
        return {check.title: check.tone for check in answer.context["checks"]}

    Tenant.objects.filter(pk=acme.pk).update(created_at=utc_now())
    assert titles()["Not archived yet"] == "ok"
    Tenant.objects.filter(pk=acme.pk).update(created_at=utc_now() - timedelta(days=3))
    assert titles()["Not archived yet"] == "warn"
    made = utc_now() - timedelta(hours=3)
    Archive.objects.create(
        token="x" * 26, tenant=acme, reason="nightly", size=5_000_000, sha256="0" * 64, rows_count=1, files_count=1,
        actor="system", made_at=made, expires_at=made + timedelta(days=7),
    )  # fmt: skip
    ArchivePolicy.objects.create(tenant=acme)
    assert [tone for title, tone in titles().items() if title.startswith("Archived on")] == ["ok"]
    Archive.objects.update(made_at=made - timedelta(days=4))
    assert [tone for title, tone in titles().items() if title.startswith("Archived on")] == ["warn"]


def checks_of(console: Client, tenant: Tenant) -> dict[str, str]:
    answer: Any = console.get(page(tenant))
    return {check.title: check.tone for check in answer.context["checks"]}


def test_the_health_tells_of_own_domains(console: Client, acme: Tenant, now: datetime) -> None:
    assert checks_of(console, acme)["No domain of its own"] == "ok"
    for number, state in enumerate(("verified", "verified", "failing", "failing", "failing"), 1):
        host = f"shop-{number}.example"
        Domain.objects.create(tenant=acme, domain=host, is_primary=False, verified_at=now)
        DomainClaim.objects.create(
            tenant=acme, host=host, hosts=[host], token=host, state=state, created_at=now, created_by="x", verified_at=now,
            pointing={host: {"state": "here" if number == 1 else "elsewhere", "seen": []}},
        )  # fmt: skip
    found = checks_of(console, acme)
    assert found["Proof is missing: shop-3.example, shop-4.example and 1 more"] == "bad"
    assert found["Leads somewhere else: shop-2.example"] == "warn"
    DomainClaim.objects.exclude(host="shop-1.example").delete()
    assert checks_of(console, acme)["1 own domain leads here"] == "ok"
    assert "acme.localhost · 5 more domains" in console.get(page(acme)).content.decode()


def test_the_health_tells_of_a_schema_that_somebody_changed(console: Client, acme: Tenant, now: datetime) -> None:
    StoreFacts.objects.create(tenant=acme, refreshed_at=now)
    assert checks_of(console, acme)["Data up to date"] == "ok"
    with in_tenant(acme), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE orders_order DROP COLUMN note")
    assert checks_of(console, acme)["Missing in the data: orders_order.note"] == "bad"


@pytest.mark.parametrize("state", ["suspended", "deleting"])
def test_of_a_closed_store_nobody_asks_for_a_worker_or_a_scheduler(
    state: str, console: Client, acme: Tenant, now: datetime
) -> None:
    StoreFacts.objects.create(tenant=acme, refreshed_at=now - timedelta(days=9), failed_jobs_24h_count=1)
    Job.objects.create(token="x" * 26, schema_name=acme.schema_name, kind="a", title="Import", task="t", created_at=now)
    assert "The figures are old" in checks_of(console, acme)
    key, words = ("delete", {"typed": "acme"}) if state == "deleting" else ("suspend", {})
    console.post(page(acme, f"do/{key}/"), {"reason": "fraud", **words})
    found = checks_of(console, acme)
    assert "Nothing runs for it while it is closed" in found
    assert not [title for title in found if "old" in title or "waits" in title]
    assert "fraud" in console.get(page(acme)).content.decode()
    assert "Acme" not in [tenant.name for tenant, _why in console.get("/console/").context["troubled"]]  # type: ignore[attr-defined]


def test_a_store_that_could_not_be_made_is_seen_with_its_error(console: Client, acme: Tenant, now: datetime) -> None:
    Tenant.objects.filter(pk=acme.pk).update(state="provisioning", step="schema")
    assert "It is being made" in checks_of(console, acme)
    ProvisioningTrouble.objects.create(tenant=acme, attempts_count=3, error="disk full", failed_at=now)
    assert checks_of(console, acme) == {"Making it failed 3 times": "bad"}
    assert "disk full" in console.get(page(acme)).content.decode()
    assert "Making it failed" in console.get("/console/").content.decode()


def test_clearing_the_cache_forgets_this_store_and_no_other(console: Client, acme: Tenant, globex: Tenant) -> None:
    for tenant in (acme, globex):
        with in_tenant(tenant):
            cache.set_many({"one": 1, "two": 2}, timeout=60)
    cache.set("of-the-platform", 1, timeout=60)
    answer = console.post(page(acme, "do/cache/"), follow=True)
    assert "entries were forgotten" in answer.content.decode()
    with in_tenant(acme):
        assert cache.get_many(["one", "two"]) == {}
    with in_tenant(globex):
        assert cache.get_many(["one", "two"]) == {"one": 1, "two": 2}
    assert cache.get("of-the-platform") == 1
    assert (last_event(acme).type, last_event(acme).actor) == ("console.cache", "jonas@example.com")


def test_a_stores_page_holds_its_own_lines_and_not_those_of_one_with_a_like_name(
    console: Client, acme: Tenant, globex: Tenant
) -> None:
    Tenant.objects.filter(pk=globex.pk).update(name="Not acme")
    console.post(page(globex, "do/suspend/"), {"reason": "of globex alone"})
    for tab in ("overview", "log"):
        assert "of globex alone" not in console.get(page(acme), {"tab": tab}).content.decode()
    assert "of globex alone" in console.get("/console/log/", {"store": "acme"}).content.decode()


def test_an_invitation_is_sent_again_and_only_one_of_this_store(
    console: Client, acme: Tenant, globex: Tenant, owner: User
) -> None:
    owner.email_confirmed_at = utc_now()
    invitation = invite(
        tenant_id=acme.pk,
        email="new@example.com",
        role=Role.ANALYST,
        inviter=owner,
        now=utc_now(),
    )
    assert "new@example.com" in console.get(page(acme), {"tab": "people"}).content.decode()
    before = Invitation.objects.get(pk=invitation.pk).nonce
    console.post(page(globex, f"invitations/{invitation.pk}/"))
    assert Invitation.objects.get(pk=invitation.pk).nonce == before
    answer = console.post(page(acme, f"invitations/{invitation.pk}/"), follow=True)
    assert "Sent again to new@example.com" in answer.content.decode()
    assert Invitation.objects.get(pk=invitation.pk).nonce != before
    assert last_event(acme).type == "people.invited_again"


def test_an_archive_is_asked_for_with_a_reason(console: Client, acme: Tenant) -> None:
    assert console.post(page(acme, "do/export/"), {"reason": ""}).status_code == 422
    console.post(page(acme, "do/export/"), {"reason": "the merchant asked by phone"})
    job = Job.objects.get(task="tenants.archive.run_export")
    assert (job.schema_name, job.started_by) == (acme.schema_name, "jonas@example.com")
    assert last_event(acme).data["reason"] == "the merchant asked by phone"


def test_a_store_is_deleted_only_by_its_typed_address_and_can_be_kept(console: Client, acme: Tenant) -> None:
    for typed in ("", "Acme", "globex", "acme x"):
        answer = console.post(page(acme, "do/delete/"), {"typed": typed, "reason": "fraud"})
        assert (answer.status_code, Tenant.objects.get(pk=acme.pk).state) == (422, "ready"), typed
    answer = console.post(page(acme, "do/delete/"), {"typed": "acme", "reason": "fraud"}, follow=True)
    assert "Until then it can be kept" in answer.content.decode()
    assert Tenant.objects.get(pk=acme.pk).state == "deleting"
    console.post(page(acme, "do/keep/"))
    assert Tenant.objects.get(pk=acme.pk).state == "ready"
