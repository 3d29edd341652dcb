"""Roles, rights and ends of people's work: checked on every request, in one query."""

import logging
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import LoginSession, User
from tenants.enums import Role
from tenants.models import Membership, Tenant, TenantEvent
from tenants.people.errors import LastOwner, MemberNotFound, RoleRefused
from tenants.people.permissions import PERMISSIONS, Permission
from tenants.people.services import change_role, hand_over, leave_store, remove_member, set_second_step
from tenants.selectors import list_owners
from tests.accounts.walks import enter, log_in
from tests.fixtures.tenancy import PASSWORD
from tests.tenants.people.conftest import Hire

STAFF = "/dashboard/settings/staff/"
ClientOf = Callable[[User], Client]


def test_the_rights_of_a_new_role_hold_on_the_next_request(
    merchant_client: Client, hire: Hire, client_of: ClientOf, acme: Tenant
) -> None:
    place = hire(Role.ANALYST)
    client = client_of(place.user)
    assert client.get("/dashboard/orders/").status_code == 403
    assert merchant_client.post(f"{STAFF}{place.pk}/", {"role": "fulfillment"}).status_code == 302
    assert client.get("/dashboard/orders/").status_code == 200
    assert client.get("/dashboard/recommendations/").status_code == 403
    line = TenantEvent.objects.filter(tenant=acme).latest("pk")
    assert (line.type, line.data["before"], line.data["role"]) == ("people.role_changed", "analyst", "fulfillment")


def test_a_removed_person_is_out_at_once_here_and_stays_in_elsewhere(
    merchant_client: Client, hire: Hire, acme: Tenant, globex: Tenant
) -> None:
    place = hire(Role.MANAGER)
    hire(Role.MANAGER, tenant=globex)
    browser = log_in(place.user)
    here, there = enter(browser, acme), enter(browser, globex)
    assert here.get("/dashboard/").status_code == 200
    merchant_client.post(f"{STAFF}{place.pk}/remove/")
    assert urlsplit(here.get("/dashboard/")["Location"]).path == "/login/"
    assert there.get("/dashboard/").status_code == 200
    assert browser.get("/stores/acme/enter/").status_code == 404
    assert not LoginSession.objects.filter(user=place.user, tenant_id=acme.pk, revoked_at__isnull=True).exists()


def test_a_person_without_a_place_is_refused_even_with_an_open_login(
    merchant_client: Client, hire: Hire, client_of: ClientOf
) -> None:
    place = hire(Role.MANAGER)
    client = client_of(place.user)
    Membership.objects.filter(pk=place.pk).delete()
    assert client.get("/dashboard/").status_code == 403


def test_a_store_keeps_its_last_owner(acme: Tenant, owner: User, hire: Hire, now: datetime) -> None:
    first = Membership.objects.get(tenant=acme, user=owner)
    facts = {"tenant_id": acme.pk, "now": now}
    hire(Role.MANAGER)
    with pytest.raises(LastOwner):
        leave_store(user=owner, **facts)
    with pytest.raises(LastOwner):
        remove_member(membership_id=first.pk, actor=owner, **facts)
    with pytest.raises(LastOwner):
        change_role(membership_id=first.pk, role=Role.ANALYST, actor=owner, **facts)
    second = hire(Role.OWNER, email="second@example.com")
    User.objects.filter(pk=second.user_id).update(is_active=False)
    with pytest.raises(LastOwner):
        leave_store(user=owner, **facts)
    User.objects.filter(pk=second.user_id).update(is_active=True)
    leave_store(user=owner, **facts)
    with pytest.raises(LastOwner):
        leave_store(user=second.user, **facts)


def test_a_person_of_another_store_is_not_found(acme: Tenant, globex: Tenant, owner: User, now: datetime) -> None:
    theirs = Membership.objects.get(tenant=globex)
    facts = {"tenant_id": acme.pk, "membership_id": theirs.pk, "actor": owner, "now": now}
    with pytest.raises(MemberNotFound):
        remove_member(**facts)
    with pytest.raises(MemberNotFound):
        change_role(role=Role.ANALYST, **facts)
    with pytest.raises(MemberNotFound):
        hand_over(tenant_id=acme.pk, to_membership_id=theirs.pk, stays_owner=True, actor=owner, now=now)


def test_nobody_becomes_an_owner_by_a_change_of_role(acme: Tenant, owner: User, hire: Hire, now: datetime) -> None:
    place = hire(Role.ANALYST)
    with pytest.raises(RoleRefused):
        change_role(tenant_id=acme.pk, membership_id=place.pk, role=Role.OWNER, actor=owner, now=now)


def test_nobody_gives_more_than_they_have(
    acme: Tenant, owner: User, hire: Hire, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Today only owners change roles; a role that may do so tomorrow still gives no more than its own rights."""
    helper = PERMISSIONS[Role.SUPPORT] | {Permission.STAFF_EDIT}
    monkeypatch.setitem(PERMISSIONS, Role.SUPPORT, helper)
    actor, place = hire(Role.SUPPORT).user, hire(Role.ANALYST)
    facts = {"tenant_id": acme.pk, "membership_id": place.pk, "actor": actor, "now": now}
    with pytest.raises(RoleRefused, match="more than yours"):
        change_role(role=Role.MANAGER, **facts)
    assert change_role(role=Role.SUPPORT, **facts).role == Role.SUPPORT


@pytest.mark.parametrize("role", [*(role for role in Role if role != Role.OWNER), "wizard", None])
def test_who_lost_the_right_since_the_page_was_opened_changes_nobody(
    acme: Tenant, owner: User, hire: Hire, now: datetime, role: str | None
) -> None:
    place, mine = hire(Role.ANALYST, email="other@example.com"), Membership.objects.filter(tenant=acme, user=owner)
    hire(Role.OWNER, email="second@example.com")
    mine.update(role=role) if role else mine.delete()
    facts = {"tenant_id": acme.pk, "actor": owner, "now": now}
    with pytest.raises(RoleRefused):
        remove_member(membership_id=place.pk, **facts)
    with pytest.raises(RoleRefused):
        change_role(membership_id=place.pk, role=Role.SUPPORT, **facts)
    with pytest.raises(RoleRefused):
        hand_over(to_membership_id=place.pk, stays_owner=True, **facts)
    with pytest.raises(RoleRefused):
        set_second_step(is_required=False, **facts)
    place.refresh_from_db()
    assert place.role == Role.ANALYST


def test_a_store_is_not_handed_to_somebody_who_cannot_log_in(
    acme: Tenant, owner: User, hire: Hire, now: datetime
) -> None:
    place = hire(Role.MANAGER)
    User.objects.filter(pk=place.user_id).update(is_active=False)
    with pytest.raises(RoleRefused, match="nobody"):
        hand_over(tenant_id=acme.pk, to_membership_id=place.pk, stays_owner=False, actor=owner, now=now)
    assert list(list_owners(acme)) == [owner]


def test_handing_over_asks_for_the_password(merchant_client: Client, hire: Hire, acme: Tenant, owner: User) -> None:
    place = hire(Role.MANAGER)
    target = f"{STAFF}{place.pk}/hand-over/"
    answer = merchant_client.post(target, {"password": "wrong"})
    assert (answer.status_code, "The password is not right." in answer.content.decode()) == (422, True)
    roles = Membership.objects.filter(tenant=acme).order_by("pk").values_list("role", flat=True)
    assert list(roles) == ["owner", "manager"]
    assert merchant_client.post(target, {"password": PASSWORD}).status_code == 302
    assert list(roles.all()) == ["manager", "owner"]
    assert merchant_client.post(target, {"password": PASSWORD}).status_code == 403


def test_who_hands_over_may_stay_an_owner_and_nobody_but_an_owner_hands_over(
    acme: Tenant, owner: User, hire: Hire, now: datetime
) -> None:
    place, other = hire(Role.MANAGER), hire(Role.ANALYST)
    facts = {"tenant_id": acme.pk, "stays_owner": True, "now": now}
    hand_over(to_membership_id=place.pk, actor=owner, **facts)
    assert Membership.objects.filter(tenant=acme, role=Role.OWNER).count() == 2
    with pytest.raises(RoleRefused):
        hand_over(to_membership_id=place.pk, actor=other.user, **facts)


def test_guessing_the_password_at_the_hand_over_ends(merchant_client: Client, hire: Hire) -> None:
    target = f"{STAFF}{hire(Role.MANAGER).pk}/hand-over/"
    answers = [merchant_client.post(target, {"password": f"guess {number}"}).status_code for number in range(12)]
    assert answers[0] == 422
    assert answers[-1] == 429
    assert merchant_client.post(target, {"password": PASSWORD}).status_code == 429


def test_a_store_is_left_from_the_list_of_stores(hire: Hire, acme: Tenant, owner: User) -> None:
    place = hire(Role.SUPPORT)
    browser = log_in(place.user)
    assert "Leave Acme?" in browser.get("/stores/acme/leave/").content.decode()
    assert browser.post("/stores/acme/leave/")["Location"] == "/stores/"
    assert "No store yet" in browser.get("/stores/").content.decode()
    assert browser.get("/stores/acme/leave/").status_code == 404
    last = log_in(owner)
    answer = last.post("/stores/acme/leave/")
    assert (answer.status_code, "A store needs an owner." in answer.content.decode()) == (409, True)


# ---- what a refused person sees


def test_the_refusal_names_the_right_the_role_and_who_can_give_it(hire: Hire, client_of: ClientOf, owner: User) -> None:
    client = client_of(hire(Role.ANALYST).user)
    page = client.post("/dashboard/recommendations/train/").content.decode()
    for words in ("train and change recommendations", "Analyst", "Acme owns the store", "Nothing was changed."):
        assert words in page
    part = client.get("/dashboard/support/?part=rows", headers={"hx-request": "true"})
    assert part.status_code == 403
    assert "<html" not in part.content.decode()


def test_an_unknown_role_may_do_nothing_and_rings(
    hire: Hire, client_of: ClientOf, caplog: pytest.LogCaptureFixture
) -> None:
    place = hire(Role.MANAGER)
    Membership.objects.filter(pk=place.pk).update(role="wizard")
    client = client_of(place.user)
    with caplog.at_level(logging.ERROR):
        assert client.get("/dashboard/orders/").status_code == 403
        assert client.get("/dashboard/").status_code == 200
    assert "unknown role 'wizard'" in caplog.text


@pytest.mark.parametrize(
    ("role", "there", "absent"),
    [
        (
            Role.FULFILLMENT,
            ["Orders", "Recent orders"],
            ["Last 30 days", "Customers</span>", "Add product", "Settings"],
        ),
        (Role.ANALYST, ["Last 30 days", "Recommendations"], ["Recent orders", "Add product", "Choose a plan"]),
        (Role.MARKETING, ["Last 30 days", "Add product", "Settings"], ["Recent orders", "Support</span>"]),
    ],
)
def test_the_home_page_and_the_side_bar_show_what_the_role_may(
    hire: Hire, client_of: ClientOf, role: Role, there: list[str], absent: list[str]
) -> None:
    page = client_of(hire(role).user).get("/dashboard/").content.decode()
    assert [words for words in there if words not in page] == []
    assert [words for words in absent if words in page] == []


def test_a_page_that_may_only_be_looked_at_says_so(hire: Hire, client_of: ClientOf) -> None:
    client = client_of(hire(Role.MARKETING).user)
    page = client.get("/dashboard/settings/").content.decode()
    assert "Your role lets you look, not change." in page
    assert '<fieldset class="bare" disabled>' in page


# ---- several stores, one login


def test_the_switch_stands_there_for_who_has_more_than_one_store(
    hire: Hire, client_of: ClientOf, globex: Tenant, merchant_client: Client
) -> None:
    assert 'details class="menu switch"' not in merchant_client.get("/dashboard/").content.decode()
    place = hire(Role.MANAGER)
    hire(Role.ANALYST, tenant=globex, email=place.user.email)
    client = client_of(place.user)
    assert 'details class="menu switch"' in client.get("/dashboard/").content.decode()
    part = client.get("/dashboard/stores/").content.decode()
    assert "http://localhost/stores/globex/enter/" in part
    assert "/stores/acme/enter/" not in part


def test_place_and_right_cost_one_query_a_request(merchant_client: Client, hire: Hire, globex: Tenant) -> None:
    merchant_client.get("/dashboard/jobs/")
    with CaptureQueriesContext(connection) as asked:
        assert merchant_client.get("/dashboard/jobs/").status_code == 200
    assert sum("tenants_membership" in query["sql"] for query in asked.captured_queries) == 1
    assert not [query["sql"] for query in asked.captured_queries if query["sql"].startswith(("UPDATE", "INSERT"))]


def test_the_staff_page_costs_the_same_for_two_and_for_nine(merchant_client: Client, hire: Hire, acme: Tenant) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert merchant_client.get(STAFF).status_code == 200
        return len(asked)

    hire(Role.ANALYST)
    merchant_client.get(STAFF)
    before = cost()
    for number in range(7):
        hire(Role.SUPPORT, email=f"n{number}@example.com")
    assert cost() == before


def test_a_person_who_was_switched_off_is_out(hire: Hire, client_of: ClientOf) -> None:
    place = hire(Role.MANAGER)
    client = client_of(place.user)
    assert client.get("/dashboard/").status_code == 200
    User.objects.filter(pk=place.user_id).update(is_active=False)
    assert urlsplit(client.get("/dashboard/")["Location"]).path == "/login/"
