"""Announcements: who sees which, from when to when, and what a page pays for them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from billing.plans.models import Plan
from billing.subscriptions.models import Subscription
from console.board import forget_announcements
from console.models import Announcement, ConsoleEvent
from core.clock import utc_now
from tenants.models import Tenant
from tests.console.support import sign_in_as

WORDS = {"text_en": "Maintenance tonight", "text_zh": "今晚维护", "severity": "warn"}


@pytest.fixture(autouse=True)
def _looks_at_once(settings: Any) -> Iterator[None]:
    settings.ANNOUNCEMENT_LOOK_SECONDS = 0
    forget_announcements()
    yield
    forget_announcements()


def announce(**facts: Any) -> Announcement:
    now = utc_now()
    start = {
        "audience": "all",
        "starts_at": now - timedelta(minutes=1),
        "created_by": "jonas@example.com",
        "created_at": now,
    }
    return Announcement.objects.create(**{**WORDS, **start, **facts})


def is_shown(client: Client, words: str = "Maintenance tonight") -> bool:
    return words in client.get("/dashboard/").content.decode()


@pytest.fixture
def merchant(merchant_client: Client) -> Client:
    return merchant_client


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, True),
        ({"starts_at": utc_now() + timedelta(hours=1)}, False),
        ({"starts_at": utc_now() - timedelta(hours=2), "ends_at": utc_now() - timedelta(hours=1)}, False),
        ({"ends_at": utc_now() + timedelta(hours=1)}, True),
        ({"audience": "plan", "plan_codes": ["growth"]}, True),
        ({"audience": "plan", "plan_codes": ["starter", "scale"]}, False),
        ({"audience": "state", "states": ["ready"]}, True),
        ({"audience": "state", "states": ["checkout_off"]}, False),
        ({"audience": "stores", "tenant_ids": [0]}, False),
    ],
)
def test_a_store_sees_what_is_meant_for_it_in_its_time(facts: dict[str, Any], expected: bool, merchant: Client) -> None:
    announce(**facts)
    assert is_shown(merchant) is expected


def test_named_stores_see_it_and_no_other_does(merchant: Client, acme: Tenant, globex: Tenant) -> None:
    one = announce(audience="stores", tenant_ids=[globex.pk])
    assert not is_shown(merchant)
    Announcement.objects.filter(pk=one.pk).update(tenant_ids=[acme.pk])
    assert is_shown(merchant)


def test_it_is_read_in_the_merchants_language(merchant: Client, owner: User) -> None:
    announce()
    User.objects.filter(pk=owner.pk).update(language="zh-hans")
    assert is_shown(merchant, "今晚维护")


def test_closed_it_stays_away_for_this_log_in(
    merchant: Client, store_client: Any, acme: Tenant, globex: Tenant
) -> None:
    one = announce()
    answer = merchant.post(f"/dashboard/announcements/{one.pk}/close/", {"next": "/dashboard/orders/"})
    assert answer["Location"] == "/dashboard/orders/"
    assert not is_shown(merchant)
    assert (
        merchant.post(f"/dashboard/announcements/{one.pk}/close/", {"next": "//evil.example"})["Location"]
        == "/dashboard/"
    )
    theirs = announce(audience="stores", tenant_ids=[globex.pk])
    assert merchant.post(f"/dashboard/announcements/{theirs.pk}/close/").status_code == 404
    assert merchant.post("/dashboard/announcements/999999999/close/").status_code == 404


def test_a_page_asks_the_database_nothing_between_two_looks(merchant: Client, settings: Any) -> None:
    announce(audience="plan", plan_codes=["growth"])
    settings.ANNOUNCEMENT_LOOK_SECONDS = 60
    assert is_shown(merchant)
    with CaptureQueriesContext(connection) as captured:
        assert is_shown(merchant)
    assert not [query for query in captured if "console_" in query["sql"]]


def test_the_console_writes_changes_and_removes_them_and_the_log_says_so(
    console: Client, acme: Tenant, merchant: Client
) -> None:
    form = {**WORDS, "audience": "stores", "stores": "acme, nobody", "starts_at": "2026-11-01T08:00", "ends_at": ""}
    assert "no store called" in console.post("/console/announcements/new/", form).content.decode()
    assert console.post("/console/announcements/new/", {**form, "stores": "Acme "}).status_code == 302
    one = Announcement.objects.get()
    assert (one.tenant_ids, one.plan_codes, one.created_by) == ([acme.pk], [], "jonas@example.com")
    assert is_shown(merchant)
    changed = {**form, "audience": "plan", "plan_codes": ["scale"], "text_en": "Later"}
    assert console.post(f"/console/announcements/{one.pk}/", changed).status_code == 302
    one.refresh_from_db()
    assert (one.tenant_ids, one.plan_codes, one.text_en) == ([], ["scale"], "Later")
    assert console.post(f"/console/announcements/{one.pk}/delete/").status_code == 302
    assert list(ConsoleEvent.objects.order_by("pk").values_list("type", flat=True)) == [
        "announcement.created", "announcement.changed", "announcement.deleted"
    ]  # fmt: skip
    shown = console.get("/console/log/", {"kind": "announcement."}).content.decode()
    assert "removed the announcement “Later”" in shown


@pytest.mark.parametrize(
    "wrong",
    [{"text_en": ""}, {"text_zh": ""}, {"severity": "x"}, {"audience": "x"}, {"audience": "plan"}, {"audience": "state"},
     {"audience": "stores", "stores": ""}, {"starts_at": "x"}, {"ends_at": "2026-10-01T08:00"}, {"text_en": "x" * 241}],
)  # fmt: skip
def test_what_is_missing_is_asked_for_and_nothing_is_announced(
    wrong: dict[str, str], console: Client, acme: Tenant
) -> None:
    form = {**WORDS, "audience": "all", "starts_at": "2026-11-01T08:00", **wrong}
    assert console.post("/console/announcements/new/", form).status_code == 422
    assert not Announcement.objects.exists()


def test_the_database_refuses_an_end_before_the_start(acme: Tenant) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        announce(ends_at=utc_now() - timedelta(hours=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        announce(audience="all", tenant_ids=[1])


def test_words_are_shown_as_words(merchant: Client) -> None:
    announce(text_en="<b onclick=alert(1)>x</b>")
    assert b"<b onclick" not in merchant.get("/dashboard/").content


def test_an_owner_sees_that_support_is_in_the_store(
    merchant: Client, acme: Tenant, globex: Tenant, jonas: User
) -> None:
    assert not is_shown(merchant, "Support is looking into your store")
    support = sign_in_as(acme, jonas)
    assert is_shown(merchant, "Support is looking into your store now (jonas@example.com)")
    assert not is_shown(support, "Support is looking into your store")


def test_a_store_that_changes_its_plan_sees_what_is_for_its_new_one(merchant: Client, acme: Tenant) -> None:
    announce(audience="plan", plan_codes=["scale"])
    assert not is_shown(merchant)
    Subscription.objects.filter(tenant=acme).update(plan=Plan.objects.get(code="scale"))
    assert is_shown(merchant)
