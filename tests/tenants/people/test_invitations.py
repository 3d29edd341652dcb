"""An invitation gives one place, in one store, to one address, once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from accounts.selectors import find_user_by_email
from core.clock import utc_now
from core.limits import AttemptLimit
from core.outbox.models import OutboxMessage
from tenants.enums import Role
from tenants.models import Membership, Tenant, TenantEvent
from tenants.people.errors import RoleRefused, StaffLimitReached
from tenants.people.models import Invitation
from tenants.people.services import invite, join_as_new_person, mail_invitation
from tenants.selectors import default_host
from tenants.services import set_entitlement
from tests.accounts.walks import log_in
from tests.fixtures.tenancy import PASSWORD
from tests.tenants.people.conftest import Hire, deliver

STAFF = "/dashboard/settings/staff/"
NEW = {"name": "Noor van den Bergh", "password": PASSWORD}


def ask(client: Client, email: str = "noor@example.com", role: str = "support") -> str:
    """Invite by the page and return the path of the mailed link."""
    assert client.post(STAFF, {"email": email, "role": role}).status_code == 302
    return deliver(utc_now())


def test_somebody_new_makes_an_account_on_the_spot_and_works(
    merchant_client: Client, platform_client: Client, acme: Tenant, owner: User
) -> None:
    link = ask(merchant_client, "Noor@Example.com")
    sent = mail.outbox[-1]
    assert (sent.to, sent.subject) == (["noor@example.com"], "Acme invites you to work at Acme")
    page = platform_client.get(link).content.decode()
    assert "Acme invites you as Support. Answers customers" in page
    answer = platform_client.post(link, NEW)
    assert answer["Location"] == "/stores/acme/enter/"
    place = Membership.objects.get(user__email="noor@example.com")
    assert (place.tenant, place.role, place.invited_by) == (acme, "support", owner)
    assert place.user.email_confirmed_at is not None
    entry = urlsplit(platform_client.get("/stores/acme/enter/")["Location"])
    store = Client(headers={"host": default_host("acme")})
    store.get(f"{entry.path}?{entry.query}")
    assert store.get("/dashboard/support/").status_code == 200
    assert store.get("/dashboard/products/new/").status_code == 403
    lines = TenantEvent.objects.filter(tenant=acme, type__startswith="people.").order_by("pk")
    assert [(line.type, line.actor) for line in lines] == [
        ("people.invited", "acme@example.com"), ("people.joined", "noor@example.com"),
    ]  # fmt: skip


def test_a_link_works_once(merchant_client: Client, platform_client: Client) -> None:
    link = ask(merchant_client)
    assert platform_client.post(link, NEW).status_code == 302
    stranger = Client(headers={"host": "localhost"})
    for method in (stranger.get, stranger.post):
        response = method(link, NEW)
        assert response.status_code == 410
        assert "has been used already" in response.content.decode()
    assert platform_client.get(link)["Location"] == "/stores/acme/enter/"
    assert Membership.objects.filter(user__email="noor@example.com").count() == 1


def test_neither_database_nor_outbox_holds_the_link(merchant_client: Client) -> None:
    token = ask(merchant_client).split("/")[2]
    assert token not in str(list(Invitation.objects.values()))
    assert token not in str(list(OutboxMessage.objects.values()))
    assert token not in str(list(TenantEvent.objects.values()))


def test_who_has_a_login_uses_it_in_both_stores(merchant_client: Client, globex: Tenant, now: datetime) -> None:
    link = ask(merchant_client, "globex@example.com", "analyst")
    user = User.objects.get(email="globex@example.com")
    assert "Log in to join" in Client(headers={"host": "localhost"}).get(link).content.decode()
    person = log_in(user)
    assert "加入店铺" in person.get(link).content.decode()
    assert person.post(link)["Location"] == "/stores/acme/enter/"
    page = person.get("/stores/").content.decode()
    assert ("Acme" in page, "Globex" in page, "Analyst" in page or "数据分析" in page) == (True, True, True)


def test_a_login_with_another_address_is_told_so_and_gets_nothing(merchant_client: Client, globex: Tenant) -> None:
    link = ask(merchant_client)
    person = log_in(User.objects.get(email="globex@example.com"))
    before = Membership.objects.count()
    answer = person.post(link)
    assert answer.status_code == 409
    assert "noor@example.com" in answer.content.decode()
    assert Membership.objects.count() == before
    assert Client(headers={"host": "localhost"}).get(link).status_code == 200


def test_the_mail_speaks_the_language_of_whoever_is_invited_or_else_the_stores(
    merchant_client: Client, hire: Hire, acme: Tenant, globex: Tenant
) -> None:
    hire(Role.ANALYST, tenant=globex, email="li@example.com", language="zh-hans")
    ask(merchant_client, "li@example.com")
    assert mail.outbox[-1].subject == "Acme 邀请您加入 Acme"
    Tenant.objects.filter(pk=acme.pk).update(language="zh-hans")
    ask(merchant_client, "new@example.com")
    assert mail.outbox[-1].subject == "Acme 邀请您加入 Acme"
    Tenant.objects.filter(pk=acme.pk).update(language="en")
    ask(merchant_client, "newer@example.com")
    assert mail.outbox[-1].subject == "Acme invites you to work at Acme"


def test_a_link_lasts_seven_days_and_sending_again_kills_the_one_before(
    merchant_client: Client, platform_client: Client
) -> None:
    first = ask(merchant_client)
    row = Invitation.objects.get()
    assert row.expires_at - row.sent_at == timedelta(days=7)
    past = utc_now() - timedelta(days=8)
    Invitation.objects.update(sent_at=past, expires_at=past + timedelta(days=7))
    answer = platform_client.post(first, NEW)
    assert (answer.status_code, "older than seven days" in answer.content.decode()) == (410, True)
    assert "the link is too old" in merchant_client.get(STAFF).content.decode()
    merchant_client.post(f"{STAFF}invitations/{row.pk}/again/")
    second = deliver(utc_now())
    assert platform_client.get(first).status_code == 404
    assert platform_client.post(second, NEW).status_code == 302


def test_a_mail_that_a_later_one_replaced_is_not_sent(merchant_client: Client) -> None:
    merchant_client.post(STAFF, {"email": "noor@example.com", "role": "support"})
    stale = OutboxMessage.objects.filter(task="tenants.people.send_invitation").latest("pk").kwargs
    merchant_client.post(f"{STAFF}invitations/{Invitation.objects.get().pk}/again/")
    assert not mail_invitation(**stale, now=utc_now())
    assert mail.outbox == []


def test_a_withdrawn_invitation_is_dead_and_can_be_given_anew(merchant_client: Client, platform_client: Client) -> None:
    link = ask(merchant_client)
    merchant_client.post(f"{STAFF}invitations/{Invitation.objects.get().pk}/withdraw/")
    assert platform_client.post(link, NEW).status_code == 410
    assert find_user_by_email("noor@example.com") is None
    assert platform_client.post(ask(merchant_client), NEW).status_code == 302


@pytest.mark.parametrize(
    ("email", "words"),
    [("acme@example.com", "works here already"), ("noor@example.com", "invited already"), ("no", "valid email")],
)
def test_who_cannot_be_invited_is_named_beside_the_field(merchant_client: Client, email: str, words: str) -> None:
    ask(merchant_client)
    answer = merchant_client.post(STAFF, {"email": email, "role": "analyst"})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Invitation.objects.count() == 1


def test_nobody_is_invited_as_owner(merchant_client: Client, acme: Tenant, owner: User, now: datetime) -> None:
    assert merchant_client.post(STAFF, {"email": "x@example.com", "role": "owner"}).status_code == 422
    with pytest.raises(RoleRefused):
        invite(tenant_id=acme.pk, email="x@example.com", role=Role.OWNER, inviter=owner, now=now)
    ask(merchant_client)
    with pytest.raises(IntegrityError, match="invitation_makes_no_owner"), transaction.atomic():
        Invitation.objects.update(role="owner")


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ANALYST, None])
def test_who_lost_the_right_since_the_page_was_opened_invites_nobody(
    acme: Tenant, owner: User, now: datetime, role: Role | None
) -> None:
    place = Membership.objects.filter(tenant=acme, user=owner)
    place.update(role=role) if role else place.delete()
    with pytest.raises(RoleRefused, match="any more"):
        invite(tenant_id=acme.pk, email="x@example.com", role=Role.ANALYST, inviter=owner, now=now)
    assert not Invitation.objects.exists()


def test_nobody_is_invited_by_an_address_that_may_be_anybodys(merchant_client: Client, owner: User) -> None:
    ask(merchant_client)
    User.objects.filter(pk=owner.pk).update(email_confirmed_at=None)
    page = merchant_client.get(STAFF).content.decode()
    assert ("Confirm your own e-mail address first." in page, "Send the invitation" in page) == (True, False)
    answer = merchant_client.post(STAFF, {"email": "x@example.com", "role": "analyst"})
    assert answer.status_code == 403
    assert Invitation.objects.count() == 1


def test_the_plans_limit_counts_people_and_open_invitations(merchant_client: Client, acme: Tenant, hire: Hire) -> None:
    set_entitlement(tenant_id=acme.pk, key="staff", value=2, valid_until=None)
    ask(merchant_client)
    answer = merchant_client.post(STAFF, {"email": "two@example.com", "role": "analyst"})
    assert answer.status_code == 402
    assert "An owner can choose a larger plan." in answer.content.decode()
    assert "Your plan has room for 2 people" in merchant_client.get(STAFF).content.decode()
    past = utc_now() - timedelta(days=8)
    Invitation.objects.update(sent_at=past, expires_at=past + timedelta(days=7))
    assert merchant_client.post(STAFF, {"email": "two@example.com", "role": "analyst"}).status_code == 302
    answer = merchant_client.post(f"{STAFF}invitations/{Invitation.objects.earliest('pk').pk}/again/")
    assert answer.status_code == 402


def test_a_plan_that_shrank_meanwhile_takes_nobody_in_and_makes_no_account(
    merchant_client: Client, platform_client: Client, acme: Tenant
) -> None:
    link = ask(merchant_client)
    set_entitlement(tenant_id=acme.pk, key="staff", value=1, valid_until=None)
    answer = platform_client.post(link, NEW)
    assert (answer.status_code, "larger plan" in answer.content.decode()) == (402, True)
    with pytest.raises(StaffLimitReached):
        join_as_new_person(token=link.split("/")[2], name="N", password=PASSWORD, language="en", now=utc_now())
    assert find_user_by_email("noor@example.com") is None
    set_entitlement(tenant_id=acme.pk, key="staff", value=2, valid_until=None)
    assert platform_client.post(link, NEW).status_code == 302


def test_a_weak_password_keeps_the_link_alive(merchant_client: Client, platform_client: Client) -> None:
    link = ask(merchant_client)
    answer = platform_client.post(link, {"name": "Noor", "password": "12345"})
    assert (answer.status_code, "Noor" in answer.content.decode()) == (422, True)
    assert platform_client.post(link, NEW).status_code == 302


def test_names_cannot_reach_into_the_mails_head(
    acme: Tenant, owner: User, now: datetime, merchant_client: Client
) -> None:
    User.objects.filter(pk=owner.pk).update(name="Evil\r\nBcc: everybody@example.com")
    ask(merchant_client)
    assert "\n" not in mail.outbox[-1].subject
    assert set(mail.outbox[-1].message().keys()) & {"Bcc"} == set()


def test_a_store_cannot_mail_the_world(merchant_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenants.people.dashboard.INVITATIONS", AttemptLimit("people.invite", {"store": 0}))
    answer = merchant_client.post(STAFF, {"email": "x@example.com", "role": "analyst"})
    assert answer.status_code == 429
    assert not Invitation.objects.exists()


def test_sending_again_and_again_ends_and_is_not_logged_as_done(
    merchant_client: Client, acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(merchant_client)
    nonce, lines = Invitation.objects.get().nonce, TenantEvent.objects.filter(tenant=acme).count()
    monkeypatch.setattr("tenants.people.dashboard.INVITATIONS", AttemptLimit("people.invite", {"store": 0}))
    answer = merchant_client.post(f"{STAFF}invitations/{Invitation.objects.get().pk}/again/")
    assert (answer.status_code, "Try again tomorrow." in answer.content.decode()) == (429, True)
    assert (Invitation.objects.get().nonce, TenantEvent.objects.filter(tenant=acme).count()) == (nonce, lines)


def test_only_owners_invite(hire: Hire, client_of: Callable[[User], Client]) -> None:
    manager = client_of(hire(Role.MANAGER).user)
    page = manager.get(STAFF).content.decode()
    assert "Only owners invite people" in page
    assert "Send the invitation" not in page
    assert manager.post(STAFF, {"email": "x@example.com", "role": "analyst"}).status_code == 403
