"""Change what somebody may do in a store, or end their work there."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.services import end_logins
from core.tenancy import in_public
from tenants.enums import Role
from tenants.models import Membership
from tenants.people.errors import LastOwner, MemberNotFound, RoleRefused
from tenants.people.locks import lock_member, lock_people
from tenants.people.permissions import permissions_of
from tenants.people.wording import GONE, LAST_OWNER
from tenants.services import record_event


def change_role(
    *, tenant_id: int, membership_id: int, role: Role, actor: str, actor_role: str, now: datetime
) -> Membership:
    """Give a person of the store another role; an owner is made by handing over, not here.

    Raises: MemberNotFound, RoleRefused, LastOwner.
    """
    with in_public(), transaction.atomic():
        lock_people(tenant_id)
        place = lock_member(tenant_id=tenant_id, membership_id=membership_id)
        before = place.role
        if before == role:
            return place
        if role == Role.OWNER or not permissions_of(role) <= permissions_of(actor_role):
            raise RoleRefused(_("You cannot give a role that may do more than yours."))
        if before == Role.OWNER:
            _need_another_owner(place)
        place.role = role
        place.save(update_fields=["role"])
        _record(place, "people.role_changed", actor=actor, now=now, role=role.value, before=before)
    return place


def remove_member(*, tenant_id: int, membership_id: int, actor: str, now: datetime) -> Membership:
    """End a person's work in the store; what is open of theirs there ends in the same moment.

    Raises: MemberNotFound, LastOwner.
    """
    return _end_place(tenant_id, membership_id, kind="people.removed", actor=actor, now=now)


def leave_store(*, tenant_id: int, user_id: int, actor: str, now: datetime) -> Membership:
    """End one's own work in the store.

    Raises: MemberNotFound, LastOwner.
    """
    own = Membership.objects.filter(tenant_id=tenant_id, user_id=user_id).first()
    if own is None:
        raise MemberNotFound(GONE)
    return _end_place(tenant_id, own.pk, kind="people.left", actor=actor, now=now)


def hand_over(
    *, tenant_id: int, to_membership_id: int, from_user_id: int, stays_owner: bool, actor: str, now: datetime
) -> Membership:
    """Make another person of the store an owner; who hands over stays one or becomes a manager.

    Raises: MemberNotFound, RoleRefused when who hands over is no owner any more.
    """
    with in_public(), transaction.atomic():
        lock_people(tenant_id)
        giver = Membership.objects.filter(tenant_id=tenant_id, user_id=from_user_id, role=Role.OWNER).first()
        if giver is None:
            raise RoleRefused(_("Only an owner can hand the store over."))
        place = lock_member(tenant_id=tenant_id, membership_id=to_membership_id)
        if place.pk == giver.pk:
            raise RoleRefused(_("You own the store already."))
        place.role = Role.OWNER
        place.save(update_fields=["role"])
        if not stays_owner:
            giver.role = Role.MANAGER
            giver.save(update_fields=["role"])
        _record(place, "people.owner_handed_over", actor=actor, now=now, stays_owner=stays_owner)
    return place


def _end_place(tenant_id: int, membership_id: int, *, kind: str, actor: str, now: datetime) -> Membership:
    with in_public(), transaction.atomic():
        lock_people(tenant_id)
        place = lock_member(tenant_id=tenant_id, membership_id=membership_id)
        if place.role == Role.OWNER:
            _need_another_owner(place)
        Membership.objects.filter(pk=place.pk).delete()
        end_logins(user_id=place.user_id, tenant_id=tenant_id, now=now)
        _record(place, kind, actor=actor, now=now)
    return place


def _need_another_owner(place: Membership) -> None:
    others = Membership.objects.filter(tenant_id=place.tenant_id, role=Role.OWNER, user__is_active=True)
    if not others.exclude(pk=place.pk).exists():
        raise LastOwner(LAST_OWNER)


def _record(place: Membership, kind: str, *, actor: str, now: datetime, **data: object) -> None:
    record_event(
        tenant_id=place.tenant_id,
        kind=kind,
        actor=actor,
        data={"name": place.user.display_name, "email": place.user.email, **data},
        object_type="member",
        object_id=place.user_id,
        now=now,
    )
