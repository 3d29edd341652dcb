"""Whoever's place begins, changes or ends hears of it by mail, and so do those who answer for the store."""

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from accounts.models import User
from core.clock import utc_now
from core.outbox.models import OutboxMessage
from tenants.enums import Role
from tenants.models import Membership, Tenant
from tenants.people.enums import Notice
from tenants.people.services import mail_notice
from tenants.people.services.notices import MAIL_TASK
from tests.accounts.walks import log_in
from tests.fixtures.tenancy import PASSWORD
from tests.tenants.people.conftest import Hire, deliver

STAFF = "/dashboard/settings/staff/"


def deliver_notices() -> dict[str, EmailMultiAlternatives]:
    """Let the worker send the notices that wait, and return them by address."""
    mail.outbox.clear()
    for message in OutboxMessage.objects.filter(task=MAIL_TASK).order_by("pk"):
        assert message.schema_name == "public"
        assert mail_notice(**message.kwargs)
        message.delete()
    by_address = {message.to[0]: message for message in mail.outbox}
    assert len(by_address) == len(mail.outbox)
    return by_address


def test_who_is_removed_hears_of_it_in_their_language_and_can_answer(
    merchant_client: Client, hire: Hire, acme: Tenant
) -> None:
    place = hire(Role.SUPPORT, email="li@example.com", language="zh-hans")
    merchant_client.post(f"{STAFF}{place.pk}/remove/")
    sent = deliver_notices()
    assert set(sent) == {"li@example.com"}
    assert "Acme" in sent["li@example.com"].subject
    assert "您" in sent["li@example.com"].body
    assert sent["li@example.com"].reply_to == [acme.contact_email]
    assert "http://localhost/stores/" in sent["li@example.com"].body


def test_a_refused_removal_tells_nobody(merchant_client: Client, acme: Tenant, owner: User) -> None:
    place = Membership.objects.get(tenant=acme, user=owner)
    assert merchant_client.post(f"{STAFF}{place.pk}/remove/").status_code == 409
    assert deliver_notices() == {}


def test_a_new_role_is_told_once_with_what_it_may_do(merchant_client: Client, hire: Hire) -> None:
    place = hire(Role.ANALYST)
    for _twice in range(2):
        merchant_client.post(f"{STAFF}{place.pk}/", {"role": "support"})
    (told,) = deliver_notices().values()
    assert told.subject == "Your new role at Acme: Support"
    assert "Acme has given you another role: Support instead of Analyst. Answers customers" in told.body
    assert "http://localhost/stores/acme/enter/" in told.body


def test_a_new_owner_hears_of_it_and_so_do_all_who_own_the_store(
    merchant_client: Client, hire: Hire, owner: User
) -> None:
    place, second = hire(Role.MANAGER), hire(Role.OWNER, email="second@example.com")
    hire(Role.ANALYST)
    merchant_client.post(f"{STAFF}{place.pk}/hand-over/", {"password": PASSWORD})
    sent = deliver_notices()
    assert {address: message.subject for address, message in sent.items()} == {
        place.user.email: "You own Acme now",
        owner.email: "Manager Person owns Acme now",
        second.user.email: "Manager Person owns Acme now",
    }
    assert "/stores/acme/enter/?next=/dashboard/settings/staff/" in sent[owner.email].body


def test_the_owners_hear_who_comes_and_who_leaves(
    merchant_client: Client, platform_client: Client, owner: User
) -> None:
    merchant_client.post(STAFF, {"email": "noor@example.com", "role": "support"})
    link = deliver(utc_now())
    platform_client.post(link, {"name": "Noor", "password": PASSWORD})
    sent = deliver_notices()
    assert [(address, message.subject) for address, message in sent.items()] == [
        (owner.email, "Noor works at Acme now")
    ]
    assert "Role: Support." in sent[owner.email].body
    log_in(User.objects.get(email="noor@example.com")).post("/stores/acme/leave/")
    sent = deliver_notices()
    assert [(address, message.subject) for address, message in sent.items()] == [(owner.email, "Noor has left Acme")]


@pytest.mark.parametrize("gone", ["reader", "store"])
def test_nobody_writes_for_a_store_that_is_gone_or_to_somebody_switched_off(
    merchant_client: Client, hire: Hire, acme: Tenant, gone: str
) -> None:
    place = hire(Role.ANALYST)
    merchant_client.post(f"{STAFF}{place.pk}/remove/")
    facts = OutboxMessage.objects.get(task=MAIL_TASK).kwargs
    if gone == "reader":
        User.objects.filter(pk=place.user_id).update(is_active=False)
    else:
        acme.delete()
    assert not mail_notice(**facts)
    assert mail.outbox == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("notice", Notice)
def test_every_notice_is_written_in_both_languages(acme: Tenant, owner: User, notice: Notice, language: str) -> None:
    User.objects.filter(pk=owner.pk).update(language=language)
    facts = {"name": "Li <b>", "email": "li@example.com", "by": "100% Tom", "role": "support", "before": "analyst"}
    assert mail_notice(user_id=owner.pk, tenant_id=acme.pk, notice=notice.value, **facts)
    message = mail.outbox[-1]
    page = str(message.alternatives[0][0])
    words = f"{message.subject}\n{message.body}\n{page}"
    assert "%(" not in words
    assert "<b>" not in page
    assert any("\u4e00" <= letter <= "\u9fff" for letter in words) is (language == "zh-hans")
