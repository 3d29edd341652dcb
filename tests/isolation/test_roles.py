"""Every role knocks at every door of the dashboard: it is let in where the tables say so, and nowhere else."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import resolve

from core.access import find_access
from core.clock import utc_now
from tenants.enums import Role
from tenants.models import Membership
from tenants.people import permissions
from tenants.people.permissions import Permission
from tenants.people.sentences import SENTENCES
from tests.isolation.conftest import THEIR_WORD, Room
from tests.isolation.planting import Planted
from tests.isolation.routes import MEMBER, TABLE, Door, Place
from tests.isolation.test_replay import ASK_AND_SEND, address_of, judge, nothing, replay, text_of

WORK = {name: place for name, place in TABLE.items() if place.door is Door.WORK}
EVERYTHING = set(Permission.values)

# Written out here once more, so that a right given by mistake is seen.
MAY: dict[str, set[str]] = {
    "owner": EVERYTHING,
    "manager": EVERYTHING - {"payments.edit", "billing.edit", "staff.edit", "store.export", "store.delete"},
    "fulfillment": {"orders.view", "orders.fulfill", "orders.note", "products.view"},
    "support": {"discounts.view", "orders.view", "orders.note", "products.view", "customers.view", "customers.edit",
                "support.view", "support.reply", "reviews.edit"},
    "marketing": {"discounts.view", "discounts.edit", "products.view", "products.edit", "reviews.edit", "customers.view",
                  "analytics.view", "recommendations.view", "recommendations.edit", "content.edit", "theme.edit", "jobs.edit",
                  "settings.view"},
    "analyst": {"products.view", "analytics.view", "recommendations.view"},
    "wizard": set(),
}  # fmt: skip


def test_every_door_of_work_names_its_permission_and_its_view_names_the_same(room: Room) -> None:
    for name, place in WORK.items():
        access = find_access(resolve(urlsplit(address_of(place, name, room.acme)).path, "shopstead.urls_store").func)
        assert access is not None, f"{name} has no mark"
        for method in ("GET", "POST"):
            assert (access.needed_for(method) or MEMBER) == needed(place, method.lower()), name
        assert {access.see, access.change} <= {None, *Permission.values}, name


def test_every_role_stands_in_the_tables() -> None:
    assert set(MAY) == {*Role.values, "wizard"}
    assert set(permissions.PERMISSIONS) == set(Role)


@pytest.mark.parametrize("role", MAY)
def test_a_role_opens_its_own_doors_and_no_others(room: Room, role: str) -> None:
    found = list(knock_everywhere(room, role))
    assert not found, "\n".join(found)


# ---- controls


@pytest.mark.guard(
    "permission-of-the-view",
    found="analyst got 200",
    seen_by="test_a_role_opens_its_own_doors_and_no_others",
)
def test_an_analyst_sees_what_analysts_may_see(room: Room) -> None:
    nothing(knock_everywhere(room, "analyst", methods=("get",)))


def test_a_right_given_by_mistake_is_noticed(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    mistaken = permissions.PERMISSIONS[Role.ANALYST] | {Permission.ORDERS_VIEW}
    monkeypatch.setitem(permissions.PERMISSIONS, Role.ANALYST, mistaken)
    found = list(knock_everywhere(room, "analyst", methods=("get",)))
    assert any(line.startswith("GET dashboard_orders: analyst got 200") for line in found)


@pytest.mark.guard("unmarked-stays-closed", found="200")
def test_a_view_without_a_mark_is_refused_to_the_owner_too(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    inner: Any = resolve("/dashboard/orders/", "shopstead.urls_store").func
    while inner is not None:
        if "access" in vars(inner):
            monkeypatch.delattr(inner, "access")
        inner = getattr(inner, "__wrapped__", None)
    assert room.client("merchant of acme").get("/dashboard/orders/").status_code == 403


def knock_everywhere(room: Room, role: str, methods: tuple[str, ...] = ASK_AND_SEND) -> Iterator[str]:
    """Knock as a member of this role and yield, in words, each door that should not have been open, or should have been.

    The member owns globex, so a role of one store is seen to count in no other; with globex's addresses at the doors that are
    open to the role, because the others never read what they are asked for.
    """
    acme, globex, person = room.acme.tenant, room.globex.tenant, room.acme.owner
    Membership.objects.filter(tenant=acme, user=person).update(role=role)
    Membership.objects.create(tenant=globex, user=person, role=Role.OWNER, created_at=utc_now())
    client = room.client("merchant of acme")
    is_open = {
        name: bool({needed(place, method) for method in methods} & (MAY[role] | {MEMBER}))
        for name, place in WORK.items()
    }
    for with_theirs in (methods, ()):
        doors = {name: place for name, place in WORK.items() if is_open[name] == bool(with_theirs)}
        yield from replay(
            room, role, client=client, methods=methods, with_theirs=with_theirs, table=doors, judged_by=judge_member
        )


def judge_member(
    answer: HttpResponse, role: str, place: Place, method: str, planted: Planted, room: Room
) -> Iterator[str]:
    right, status = needed(place, method), answer.status_code
    if right == MEMBER or right in MAY[role]:
        if status == 403 and planted is room.acme:
            yield f"{role} got 403, though the role may"
        for said in judge(answer, "merchant of acme", place, method, planted, room):
            # The list of one's own stores names globex rightly.
            if place is not TABLE["dashboard_stores"] or "leaks" not in said:
                yield f"{role} got {status}, {said}"
    elif status != 403:
        yield f"{role} got {status} without {right}"
    elif THEIR_WORD in text_of(answer):
        yield f"{role} got {status} with the word of globex"


def needed(place: Place, method: str) -> str:
    return place.needs if method in ("get", "head", "options") else place.needs_to_change or place.needs


def test_every_change_that_can_be_made_in_the_dashboard_has_its_sentence(room: Room) -> None:
    """An address that takes a POST: give it a sentence in tenants/people/sentences.py, under its name."""
    said = {kind for kinds in SENTENCES.values() for kind in kinds}
    client, silent = room.client("merchant of acme"), []
    cookies = client.cookies.output(header="", sep=";")
    for name, place in WORK.items():
        client.cookies.load(cookies)
        with transaction.atomic():
            status = client.post(address_of(place, name, room.acme)).status_code
            transaction.set_rollback(True)
        if status != 405 and name not in said:
            silent.append(name)
    assert not silent, "\n".join(silent)
