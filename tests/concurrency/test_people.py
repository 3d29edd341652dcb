"""What two people do at once never leaves a store without an owner, nor fills one seat twice."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest

from accounts.models import User
from accounts.services import create_user
from core.outbox.models import OutboxMessage
from tenants.enums import Role
from tenants.models import Membership, Tenant
from tenants.people.errors import InvitationNotFound, LastOwner, RoleRefused, StaffLimitReached
from tenants.people.models import Invitation
from tenants.people.services import accept_invitation, invite, leave_store, members, remove_member
from tenants.people.tokens import make_token
from tenants.services import set_entitlement
from tests.concurrency.together import PATIENCE_SECONDS, run_together
from tests.fixtures.tenancy import PASSWORD

pytestmark = pytest.mark.usefixtures("committed_store")


@pytest.fixture
def owners(committed_store: Tenant, now: datetime) -> Iterator[list[User]]:
    first = User.objects.get(email=f"{committed_store.slug}@example.com")
    first.email_confirmed_at = now
    second = create_user(email=f"second-{committed_store.slug}@example.com", password=PASSWORD, now=now)
    Membership.objects.create(tenant=committed_store, user=second, role=Role.OWNER, created_at=now)
    set_entitlement(tenant_id=committed_store.pk, key="staff", value=3, valid_until=None)
    yield [first, second]
    OutboxMessage.objects.filter(task__startswith="tenants.people.").delete()
    second.delete()


def leave_both_at_once(
    tenant: Tenant, owners: list[User], now: datetime, patch: pytest.MonkeyPatch, patience: float
) -> list[Any]:
    """Let both owners leave; each waits so long after looking for another owner until the other has looked as well."""
    both_have_looked = threading.Barrier(2, timeout=patience)
    look = members._need_another_owner

    def look_and_wait(place: Membership) -> None:
        look(place)
        with suppress(threading.BrokenBarrierError):
            both_have_looked.wait()

    patch.setattr(members, "_need_another_owner", look_and_wait)
    waiting = list(owners)

    def leave() -> Any:
        return leave_store(tenant_id=tenant.pk, user=waiting.pop(), now=now)

    return run_together(leave, count=2)


def test_of_two_owners_who_leave_at_once_one_stays(
    committed_store: Tenant, owners: list[User], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = leave_both_at_once(committed_store, owners, now, monkeypatch, patience=2)
    assert sum(isinstance(answer, LastOwner) for answer in answers) == 1
    assert Membership.objects.filter(tenant=committed_store, role=Role.OWNER).count() == 1


def test_without_the_lock_both_owners_leave(
    committed_store: Tenant, owners: list[User], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: it is the lock on the store's people that keeps the second owner."""
    monkeypatch.setattr(members, "lock_people", lambda tenant_id: Tenant.objects.get(pk=tenant_id))
    answers = leave_both_at_once(committed_store, owners, now, monkeypatch, patience=PATIENCE_SECONDS)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert not Membership.objects.filter(tenant=committed_store).exists()


def test_of_two_owners_who_remove_each_other_at_once_one_stays(
    committed_store: Tenant, owners: list[User], now: datetime
) -> None:
    """The second one asks too late: what they may do is looked up behind the lock."""
    places = {place.user_id: place.pk for place in Membership.objects.filter(tenant=committed_store)}
    pairs = [(owners[0], places[owners[1].pk]), (owners[1], places[owners[0].pk])]

    def remove() -> Any:
        actor, other = pairs.pop()
        return remove_member(tenant_id=committed_store.pk, membership_id=other, actor=actor, now=now)

    answers = run_together(remove, count=2)
    assert sum(isinstance(answer, RoleRefused) for answer in answers) == 1
    assert Membership.objects.filter(tenant=committed_store, role=Role.OWNER).count() == 1


def test_a_link_that_is_opened_twice_at_once_gives_one_place(
    committed_store: Tenant, owners: list[User], now: datetime
) -> None:
    person = create_user(email=f"new-{committed_store.slug}@example.com", password=PASSWORD, now=now)
    try:
        made = invite(tenant_id=committed_store.pk, email=person.email, role=Role.ANALYST, inviter=owners[0], now=now)
        token = make_token(tenant_id=committed_store.pk, email=person.email, nonce=made.nonce)
        answers = run_together(lambda: accept_invitation(token=token, user=person, now=now), count=3)
        assert sum(isinstance(answer, InvitationNotFound) for answer in answers) == 2
        assert Membership.objects.filter(tenant=committed_store, user=person).count() == 1
    finally:
        person.delete()


def test_the_last_seat_is_given_once(committed_store: Tenant, owners: list[User], now: datetime) -> None:
    names = iter(range(9))

    def ask() -> Any:
        return invite(
            tenant_id=committed_store.pk,
            email=f"n{next(names)}@example.com",
            role=Role.ANALYST,
            inviter=owners[0],
            now=now,
        )

    answers = run_together(ask, count=4)
    assert sum(isinstance(answer, StaffLimitReached) for answer in answers) == 3
    assert Invitation.objects.filter(tenant=committed_store).count() == 1
