"""Sign in as, seen from the console: who may, with which words, and what the store's owner learns of it."""

from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from accounts.services import create_user
from console.board import forget_announcements
from console.errors import ReasonMissing, SupportRefused
from console.models import SupportAccess
from console.services.support import end_overdue, record_request, start_support
from core.clock import utc_now
from core.outbox.models import OutboxMessage
from tenants.models import Membership, Tenant, TenantEvent
from tests.console.support import REASON, login_of, newest, sign_in_as
from tests.fixtures.tenancy import PASSWORD


def test_the_console_asks_why_and_carries_to_the_store(console: Client, acme: Tenant, owner: User, jonas: User) -> None:
    address = f"/console/stores/{acme.pk}/sign-in-as/"
    assert console.post(address, {"member": owner.pk, "reason": ""}).status_code == 422
    assert not SupportAccess.objects.exists()
    answer = console.post(address, {"member": owner.pk, "reason": REASON})
    assert answer["Location"].startswith("http://acme.localhost/dashboard/support-access/enter/?token=")
    access = newest()
    assert (access.staff_id, access.as_user_id, access.reason, access.may_write) == (jonas.pk, owner.pk, REASON, False)
    assert access.expires_at - access.started_at == timedelta(minutes=30)
    event = TenantEvent.objects.filter(tenant=acme).latest("pk")
    assert (event.type, event.actor, event.data["reason"]) == ("support.started", "jonas@example.com", REASON)
    shown = console.get(f"/console/stores/{acme.pk}/").content.decode()
    assert "jonas@example.com" in shown
    assert console.post(f"/console/support/{access.pk}/end/").status_code == 302
    assert newest().ended_by == "console"


def test_the_owner_gets_a_mail_in_their_language(
    globex: Tenant, acme: Tenant, jonas: User, mailoutbox: list[Any]
) -> None:
    for tenant, words in ((acme, "to look only, for 30 minutes at most"), (globex, "最长 30 分钟")):
        OutboxMessage.objects.all().delete()
        sign_in_as(tenant, jonas)
        message = OutboxMessage.objects.get(task="console.mail_support_started")
        current_app.loader.import_default_modules()
        current_app.tasks[message.task].apply(kwargs=message.kwargs, throw=True)
        mail = mailoutbox[-1]
        assert mail.to == [f"{tenant.slug}@example.com"]
        for needed in (
            words,
            REASON,
            "jonas@example.com",
            f"{tenant.slug}.localhost/dashboard/settings/support-access/",
        ):
            assert needed in mail.body, needed
        SupportAccess.objects.update(ended_at=utc_now(), ended_by="exit")


@pytest.mark.parametrize(("language", "words"), [("en", "read only"), ("zh-hans", "只读")])
def test_the_bar_is_on_every_page_in_the_persons_language(
    language: str, words: str, acme: Tenant, owner: User, jonas: User
) -> None:
    User.objects.filter(pk=owner.pk).update(language=language)
    client = sign_in_as(acme, jonas)
    for path in ("/dashboard/", "/dashboard/orders/", "/dashboard/products/new/", "/dashboard/settings/billing/"):
        page = client.get(path).content.decode()
        assert words in page, path
        assert 'data-seconds="1' in page
        assert REASON in page
        assert "/dashboard/support-access/exit/" in page
        assert "/dashboard/leave/" not in page


def test_no_second_session_while_one_is_open_not_even_behind_the_services_back(
    acme: Tenant, globex: Tenant, owner: User, jonas: User
) -> None:
    sign_in_as(acme, jonas)
    with pytest.raises(SupportRefused, match="Acme"):
        sign_in_as(globex, jonas)
    first = newest()
    first.pk, first.pass_hash = None, "other"
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


def test_one_that_ran_out_does_not_stand_in_the_way(acme: Tenant, jonas: User) -> None:
    sign_in_as(acme, jonas)
    past = utc_now() - timedelta(hours=1)
    SupportAccess.objects.update(started_at=past, expires_at=past + timedelta(minutes=30))
    sign_in_as(acme, jonas)
    assert list(SupportAccess.objects.order_by("pk").values_list("ended_by", flat=True)) == ["time", ""]


def test_an_end_that_nobody_saw_is_written_down_by_the_schedule(acme: Tenant, jonas: User) -> None:
    sign_in_as(acme, jonas)
    access = newest()
    assert end_overdue(now=access.expires_at - timedelta(seconds=1)) == 0
    assert end_overdue(now=access.expires_at + timedelta(minutes=5)) == 1
    access.refresh_from_db()
    assert (access.ended_by, access.ended_at) == ("time", access.expires_at)


@pytest.mark.parametrize("who", ["stranger", "staff member of the platform", "somebody else's", "nobody"])
def test_only_people_of_the_store_who_are_not_of_the_team_lend_their_eyes(
    who: str, acme: Tenant, globex: Tenant, jonas: User
) -> None:
    now = utc_now()
    other = create_user(email="other@example.com", password=PASSWORD, now=now)
    if who == "staff member of the platform":
        Membership.objects.create(user=jonas, tenant=acme, role="owner", created_at=now)
        other = jonas
    elif who == "somebody else's":
        other = User.objects.get(email="globex@example.com")
    target = 999_999_999 if who == "nobody" else other.pk
    with pytest.raises(SupportRefused):
        start_support(tenant=acme, staff=jonas, login=login_of(jonas), as_user_id=target, reason=REASON, now=now)


def test_no_merchant_begins_a_session(acme: Tenant, owner: User) -> None:
    with pytest.raises(SupportRefused):
        start_support(
            tenant=acme, staff=owner, login=login_of(owner), as_user_id=owner.pk, reason=REASON, now=utc_now()
        )


def test_a_blank_reason_is_none_and_the_database_says_so_too(acme: Tenant, owner: User, jonas: User) -> None:
    with pytest.raises(ReasonMissing):
        start_support(tenant=acme, staff=jonas, login=login_of(jonas), as_user_id=owner.pk, reason=" \n", now=utc_now())
    sign_in_as(acme, jonas)
    for change in (
        {"reason": ""}, {"write_at": utc_now()}, {"write_reason": "x"}, {"ended_at": utc_now()},
        {"expires_at": newest().started_at + timedelta(minutes=30, microseconds=1)},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            SupportAccess.objects.update(**change)


def test_a_suspended_store_is_not_looked_into(acme: Tenant, owner: User, jonas: User) -> None:
    Tenant.objects.filter(pk=acme.pk).update(state="suspended")
    with pytest.raises(SupportRefused):
        start_support(
            tenant=acme, staff=jonas, login=login_of(jonas), as_user_id=owner.pk, reason=REASON, now=utc_now()
        )


def test_ordinary_requests_ask_nothing_about_support(
    acme: Tenant, merchant_client: Client, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        assert merchant_client.get("/dashboard/orders/").status_code == 200
    assert not [query for query in captured if "console_" in query["sql"]]


@pytest.mark.parametrize(
    ("by", "words"),
    [("exit", "You have left Acme"), ("time", "thirty minutes"), ("store", "The people of Acme have ended"), ("logout", "log-in")],
)  # fmt: skip
def test_who_comes_back_is_told_why_it_is_over(by: str, words: str, console: Client, acme: Tenant, jonas: User) -> None:
    sign_in_as(acme, jonas)
    SupportAccess.objects.update(ended_at=utc_now(), ended_by=by)
    answer = console.get(f"/console/stores/{acme.pk}/?support=ended", follow=True)
    assert answer.redirect_chain == [(f"/console/stores/{acme.pk}/", 302)]
    assert words in answer.content.decode()
    assert words not in console.get(f"/console/stores/{acme.pk}/").content.decode()


def test_an_owner_who_ends_it_is_no_longer_told_that_support_is_inside(
    acme: Tenant, jonas: User, merchant_client: Client, settings: Any
) -> None:
    settings.ANNOUNCEMENT_LOOK_SECONDS = 60
    forget_announcements()
    sign_in_as(acme, jonas)
    told = "Support is looking into your store now"
    assert told in merchant_client.get("/dashboard/").content.decode()
    end = f"/dashboard/settings/support-access/{newest().pk}/end/"
    assert told not in merchant_client.post(end, follow=True).content.decode()
    forget_announcements()


def test_an_owner_sees_every_page_that_was_opened(acme: Tenant, jonas: User, merchant_client: Client) -> None:
    sign_in_as(acme, jonas)
    now, access = utc_now(), newest()
    for number in range(120):
        record_request(
            access=access, method="GET", path=f"/dashboard/orders/{number}/", status=200, was_refused=False, now=now
        )
    address, seen = f"/dashboard/settings/support-access/{access.pk}/", set()
    for number in (1, 2, 3):
        answer: Any = merchant_client.get(address, {"page": number})
        seen |= {one.path for one in answer.context["page"].object_list}
    assert len(seen) == 120
