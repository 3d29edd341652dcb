"""A store that asks the people who work there for a second step."""

from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from accounts.errors import SecondStepConflict
from accounts.models import LoginSession, StoreLoginRule, User
from accounts.services import create_handoff, create_user, require_second_step
from core.clock import utc_now
from tenants.models import Membership, Tenant
from tests.accounts.walks import code_of, confirmed, enter, is_in, log_in, platform, with_codes
from tests.fixtures.tenancy import PASSWORD

RULE = "/dashboard/settings/staff/second-step/"


@pytest.fixture
def helper(acme: Tenant, now: datetime) -> User:
    """Somebody who works at acme, with a password only."""
    user = create_user(email="helper@example.com", password=PASSWORD, now=now)
    Membership.objects.create(user=user, tenant=acme, role="manager", created_at=now)
    return user


def strict(acme: Tenant, owner: User) -> Client:
    """Have the owner, who has a second step, ask everybody for one by the page."""
    secret = with_codes(owner)
    client = platform()
    client.post("/login/", {"email": owner.email, "password": PASSWORD})
    assert client.post("/login/second-step/", {"code": code_of(secret)}).status_code == 302
    store = enter(client, acme)
    assert store.post(RULE, {"on": "1"})["Location"] == "/dashboard/settings/staff/"
    return store


@pytest.mark.guard("second-step-of-the-store", found="who came in with the password alone")
def test_whoever_has_no_second_step_is_logged_out_and_sent_to_set_it_up(
    acme: Tenant, owner: User, helper: User
) -> None:
    working, here = log_in(helper), log_in(helper)
    inside = enter(working, acme)
    owners = strict(acme, owner)
    assert not is_in(inside), "somebody who came in with the password alone is still inside"
    assert is_in(owners)
    assert here.get("/stores/acme/enter/")["Location"] == "/account/"
    assert b"Acme asks for a two-step log-in" in here.get("/account/").content


def test_who_has_set_it_up_is_led_on_to_the_store_that_asked(acme: Tenant, owner: User, helper: User) -> None:
    strict(acme, owner)
    confirmed(helper)
    here = log_in(helper)
    here.get("/stores/acme/enter/")
    way_on = b'href="/stores/acme/enter/"'
    assert way_on not in here.get("/account/").content
    secret = BeautifulSoup(here.get("/account/codes/").content, "html.parser").select_one(".secret").get_text()
    here.post("/account/codes/", {"code": code_of(secret.replace(" ", "").strip())})
    assert way_on in here.get("/account/").content
    assert is_in(enter(here, acme))
    assert way_on not in here.get("/account/").content


@pytest.mark.guard("second-step-of-the-store", found="who slipped in")
def test_whoever_slips_in_while_the_rule_is_made_is_out_at_the_next_step(acme: Tenant, helper: User) -> None:
    inside = enter(log_in(helper), acme)
    assert is_in(inside)
    StoreLoginRule.objects.create(tenant_id=acme.pk, created_at=utc_now())
    assert not is_in(inside), "somebody who slipped in works on"


@pytest.mark.guard("second-step-of-the-store", found="opened the store")
def test_a_pass_made_before_the_rule_opens_nothing(acme: Tenant, owner: User, helper: User) -> None:
    token = create_handoff(user=helper, tenant_id=acme.pk, now=utc_now())
    StoreLoginRule.objects.create(tenant_id=acme.pk, created_at=utc_now())
    store = Client(headers={"host": "acme.localhost"})
    assert store.get("/dashboard/enter/", {"token": token}).status_code == 403, "a pass from before opened the store"


def test_nobody_shuts_themselves_out(acme: Tenant, owner: User, now: datetime) -> None:
    with pytest.raises(SecondStepConflict):
        require_second_step(tenant_id=acme.pk, actor_user_id=owner.pk, now=now)
    store = enter(log_in(owner), acme)
    refused = store.post(RULE, {"on": "1"})
    assert refused.status_code == 409
    assert "Set up two-step log-in for yourself first" in refused.content.decode()
    assert not StoreLoginRule.objects.exists()


def test_taking_away_the_last_second_step_leaves_the_stores_that_ask_for_one(
    acme: Tenant, globex: Tenant, owner: User, now: datetime
) -> None:
    Membership.objects.create(user=owner, tenant=globex, role="owner", created_at=now)
    here = log_in(owner)
    with_codes(owner)
    strict_one, easy_one = enter(here, acme), enter(here, globex)
    StoreLoginRule.objects.create(tenant_id=acme.pk, created_at=now)
    assert is_in(strict_one)
    here.post("/account/codes/off/")
    assert (is_in(strict_one), is_in(easy_one)) == (False, True)


def test_only_who_may_change_the_staff_sets_the_rule(acme: Tenant, owner: User, helper: User) -> None:
    with_codes(helper)
    client = Client(headers={"host": "acme.localhost"})
    token = create_handoff(user=helper, tenant_id=acme.pk, now=utc_now())
    client.get("/dashboard/enter/", {"token": token})
    assert client.post(RULE, {"on": "1"}).status_code == 403
    assert not StoreLoginRule.objects.exists()


def test_the_rule_of_one_store_says_nothing_of_another(
    acme: Tenant, globex: Tenant, owner: User, helper: User, now: datetime
) -> None:
    Membership.objects.create(user=helper, tenant=globex, role="manager", created_at=now)
    strict(acme, owner)
    assert is_in(enter(log_in(helper), globex))
    assert LoginSession.objects.filter(user=helper, revoked_at__isnull=True, tenant_id=globex.pk).exists()


def test_the_rule_can_be_taken_back_and_both_are_in_the_log(acme: Tenant, owner: User, helper: User) -> None:
    store = strict(acme, owner)
    page = store.get("/dashboard/settings/staff/").content.decode()
    assert "password only" in page
    store.post(RULE)
    assert is_in(enter(log_in(helper), acme))
    kinds = list(acme.events.order_by("pk").values_list("type", flat=True))
    assert [kind for kind in kinds if "second_step" in kind] == ["people.second_step_on", "people.second_step_off"]
