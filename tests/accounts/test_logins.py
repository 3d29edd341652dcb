"""Where a person is logged in, and how it ends."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.errors import HandoffRefused
from accounts.models import LoginHandoff, LoginSession, User
from accounts.services import (
    create_handoff,
    end_login,
    end_logins,
    end_other_logins,
    open_login,
    redeem_handoff,
    remove_old_logins,
)
from accounts.sessions import LOGIN_KEY
from core.clock import utc_now
from core.sessions import SessionStore, remove_expired_sessions
from core.tenancy import in_tenant
from tenants.models import Membership, Tenant
from tests.accounts.walks import enter, is_in, is_inside, log_in
from tests.fixtures.people import sign_in


def test_a_login_and_the_stores_entered_from_it_are_written_down(acme: Tenant, owner: User) -> None:
    here = log_in(owner, agent="Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
    enter(here, acme)
    platforms, stores = LoginSession.objects.order_by("pk")
    assert (platforms.user, platforms.tenant_id, platforms.address) == (owner, None, "127.0.0.1")
    assert "Firefox" in platforms.user_agent
    assert (stores.parent, stores.tenant_id, stores.tenant_name) == (platforms, acme.pk, "Acme")


@pytest.mark.guard("login-still-open", found="is still in the store")
def test_logging_out_on_the_platform_logs_out_of_every_store_entered_from_it(
    acme: Tenant, globex: Tenant, owner: User, now: datetime
) -> None:
    Membership.objects.create(user=owner, tenant=globex, role="owner", created_at=now)
    laptop, phone = log_in(owner), log_in(owner)
    stores = [enter(laptop, acme), enter(laptop, globex)]
    elsewhere = enter(phone, acme)
    laptop.post("/logout/")
    assert not any(is_in(store) for store in stores), "somebody who logged out is still in the store"
    assert is_in(elsewhere)
    assert phone.get("/stores/").status_code == 200


def test_logging_out_in_a_dashboard_logs_this_browser_out_everywhere(acme: Tenant, owner: User) -> None:
    """Otherwise the platform would let the next person at the same browser in again, without a question."""
    here, phone = log_in(owner), log_in(owner)
    store = enter(here, acme)
    store.post("/dashboard/leave/")
    assert (is_in(store), is_inside(here), is_inside(phone)) == (False, False, True)


@pytest.mark.guard("login-of-this-host", found="opened the other store")
def test_a_session_copied_into_another_stores_tables_opens_nothing(
    acme: Tenant, globex: Tenant, owner: User, store_client: Callable[[Tenant], Client], now: datetime
) -> None:
    """What a cloned or restored store would hold: the same session row under another schema."""
    Membership.objects.create(user=owner, tenant=globex, role="owner", created_at=now)
    key = sign_in(store_client(acme), acme, owner).cookies["shopstead_session"].value
    with in_tenant(acme):
        held = SessionStore(key).load()
    with in_tenant(globex):
        copied = SessionStore()
        copied.update(held)
        copied.save()
    client = store_client(globex)
    client.cookies["shopstead_session"] = copied.session_key
    assert not is_in(client), "a copied session opened the other store"


def test_a_session_without_a_login_is_nobodys_and_keeps_its_cart(
    acme: Tenant, owner: User, merchant_client: Client
) -> None:
    key = merchant_client.cookies["shopstead_session"].value
    with in_tenant(acme):
        session = SessionStore(key)
        session["cart_token"] = "basket"
        del session[LOGIN_KEY]
        session.save()
    assert not is_in(merchant_client)
    with in_tenant(acme):
        left = SessionStore(key).load()
    assert left == {"cart_token": "basket"}
    assert SESSION_KEY not in left


def test_a_changed_password_ends_a_session_even_where_its_login_is_open(owner: User, acme: Tenant) -> None:
    here = log_in(owner)
    store = enter(here, acme)
    owner.set_password("another long passphrase")
    owner.save()
    assert not is_in(store)
    assert here.get("/stores/").status_code == 302


def test_somebody_switched_off_is_nowhere(owner: User, acme: Tenant) -> None:
    here = log_in(owner)
    store = enter(here, acme)
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert not is_in(store)
    assert here.get("/stores/").status_code == 302


def test_the_person_and_the_login_are_found_in_one_query(merchant_client: Client, acme: Tenant) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert is_in(merchant_client)
    asked = [query["sql"] for query in captured if "accounts_" in query["sql"]]
    assert len([sql for sql in asked if "FROM public.accounts_loginsession" in sql]) == 1
    assert not [sql for sql in asked if 'FROM "accounts_loginsession"' in sql]
    assert not [sql for sql in asked if 'FROM "accounts_user"' in sql]


def test_being_seen_is_written_once_in_five_minutes(merchant_client: Client, acme: Tenant) -> None:
    login = LoginSession.objects.get()
    with CaptureQueriesContext(connection) as captured:
        is_in(merchant_client)
    assert not [query for query in captured if query["sql"].startswith('UPDATE "accounts_')]
    LoginSession.objects.update(seen_at=login.seen_at - timedelta(minutes=6))
    is_in(merchant_client)
    seen = LoginSession.objects.get()
    assert seen.seen_at >= login.seen_at
    assert seen.address == "127.0.0.1"


@pytest.mark.guard("login-hangs-on-its-parent", found="DID NOT RAISE")
def test_a_pass_from_a_login_that_has_ended_opens_nothing(acme: Tenant, owner: User, now: datetime) -> None:
    login = open_login(user=owner, now=now)
    token = create_handoff(user=owner, tenant_id=acme.pk, now=now, login=login)
    handoff = redeem_handoff(token=token, tenant_id=acme.pk, now=now)
    end_login(token=login.token, now=now)
    with pytest.raises(HandoffRefused):
        open_login(user=owner, now=now, tenant_id=acme.pk, parent=handoff.login)


def test_a_pass_whose_login_ended_before_it_was_used_is_refused(acme: Tenant, owner: User, now: datetime) -> None:
    login = open_login(user=owner, now=now)
    token = create_handoff(user=owner, tenant_id=acme.pk, now=now, login=login)
    end_login(token=login.token, now=now)
    with pytest.raises(HandoffRefused):
        redeem_handoff(token=token, tenant_id=acme.pk, now=now)


def test_ending_what_is_elsewhere_keeps_this_one_and_its_stores(acme: Tenant, owner: User, now: datetime) -> None:
    here, there = open_login(user=owner, now=now), open_login(user=owner, now=now)
    mine = open_login(user=owner, now=now, tenant_id=acme.pk, parent=here)
    theirs = open_login(user=owner, now=now, tenant_id=acme.pk, parent=there)
    assert end_other_logins(user_id=owner.pk, keep=here, now=now) == 2
    still_open = set(LoginSession.objects.filter(revoked_at__isnull=True))
    assert still_open == {here, mine}
    assert theirs not in still_open


def test_ending_a_persons_place_in_one_store_leaves_the_others(
    acme: Tenant, globex: Tenant, owner: User, now: datetime
) -> None:
    here = open_login(user=owner, now=now)
    open_login(user=owner, now=now, tenant_id=acme.pk, parent=here)
    other = open_login(user=owner, now=now, tenant_id=globex.pk, parent=here)
    assert end_logins(user_id=owner.pk, tenant_id=acme.pk, now=now) == 1
    assert set(LoginSession.objects.filter(revoked_at__isnull=True)) == {here, other}


def test_somebody_else_at_the_same_browser_ends_the_former_log_in(
    acme: Tenant, owner: User, store_client: Callable[[Tenant], Client], now: datetime
) -> None:
    helper = User.objects.create(email="helper@example.com", created_at=now)
    Membership.objects.create(user=helper, tenant=acme, role="manager", created_at=now)
    client = store_client(acme)
    for person in (owner, helper):
        token = create_handoff(user=person, tenant_id=acme.pk, now=utc_now())
        assert client.get("/dashboard/enter/", {"token": token}).status_code == 302
    assert LoginSession.objects.get(revoked_at__isnull=True).user == helper


def test_sessions_that_have_run_out_are_removed_each_in_its_own_schema(acme: Tenant, now: datetime) -> None:
    def left() -> int:
        return SessionStore().model.objects.count()

    def make(days: int) -> None:
        session = SessionStore()
        session.set_expiry(now + timedelta(days=days))
        session.save()

    for days in (-1, 1):
        make(days)
        with in_tenant(acme):
            make(days)
    assert remove_expired_sessions(now=now) == 1
    with in_tenant(acme):
        assert left() == 2
        assert remove_expired_sessions(now=now) == 1
        assert left() == 1
    assert left() == 1


def test_old_logins_and_used_passes_are_removed(acme: Tenant, owner: User, now: datetime) -> None:
    long_ago = now - timedelta(days=40)
    old, fresh = open_login(user=owner, now=long_ago), open_login(user=owner, now=now)
    parent = open_login(user=owner, now=long_ago)
    child = open_login(user=owner, now=now, tenant_id=acme.pk, parent=parent)
    create_handoff(user=owner, tenant_id=acme.pk, now=long_ago)
    remove_old_logins(now=now)
    assert set(LoginSession.objects.all()) == {fresh, parent, child}
    assert old not in LoginSession.objects.all()
    assert not LoginHandoff.objects.exists()


def test_every_way_into_a_store_hangs_on_the_platforms_login(acme: Tenant, owner: User) -> None:
    here = log_in(owner)
    enter(here, acme)
    assert LoginHandoff.objects.get().login == LoginSession.objects.get(tenant_id__isnull=True)
