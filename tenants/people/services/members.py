"""Change what somebody may do in a store, or end their work there."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import end_logins
from core.tenancy import in_public
from tenants.enums import Role
from tenants.models import Membership
from tenants.people.enums import Notice
from tenants.people.errors import LastOwner, MemberNotFound, RoleRefused
from tenants.people.locks import lock_member, lock_people, rights_of
from tenants.people.permissions import permissions_of
from tenants.people.services.notices import tell, tell_owners
from tenants.people.wording import GONE, LAST_OWNER
from tenants.services import record_event


def change_role(*, tenant_id: int, membership_id: int, role: Role, actor: User, now: datetime) -> Membership:
    """Give a person of the store another role; an owner is made by handing over, not here.

    Raises: MemberNotFound, RoleRefused, LastOwner.
    """
    with in_public(), transaction.atomic():
        lock_people(tenant_id)
        rights = rights_of(actor, tenant_id)
        place = lock_member(tenant_id=tenant_id, membership_id=membership_id)
        before = place.role
        if before == role:
            return place
        if role == Role.OWNER or not permissions_of(role) <= rights:
            raise RoleRefused(_("You cannot give a role that may do more than yours."))
        if before == Role.OWNER:
            _need_another_owner(place)
        place.role = role
        place.save(update_fields=["role"])
        _record(place, "people.role_changed", actor=actor, now=now, role=role.value, before=before)
        tell(place.user, Notice.ROLE_CHANGED, about=place, by=actor, before=before)
    return place


def remove_member(*, tenant_id: int, membership_id: int, actor: User, now: datetime) -> Membership:
    """End a person's work in the store; what is open of theirs there ends in the same moment.

    Raises: MemberNotFound, RoleRefused, LastOwner.
    """
    with in_public(), transaction.atomic():
        lock_people(tenant_id)
        rights_of(actor, tenant_id)
        place = lock_member(tenant_id=tenant_id, membership_id=membership_id)
        _end_place(place, "people.removed", actor=actor, now=now)
        tell(place.user, Notice.REMOVED, about=place, by=actor)
    return place


def leave_store(*, tenant_id: int, user: User, now: datetime) -> Membership:
    """End one's own work in the store.

    Raises: MemberNotFound, LastOwner.
    """
    with in_public(), transaction.atomic():
        lock_people(tenant_id)
        place = Membership.objects.select_related("user").filter(tenant_id=tenant_id, user_id=user.pk).first()
        if place is None:
            raise MemberNotFound(GONE)
        _end_place(place, "people.left", actor=user, now=now)
        tell_owners(Notice.LEFT, about=place, by=user)
    return place


def hand_over(*, tenant_id: int, to_membership_id: int, stays_owner: bool, actor: User, now: datetime) -> Membership:
    """Make another person of the store an owner; who hands over stays one or becomes a manager.

    Raises: MemberNotFound, RoleRefused when who hands over is no owner any more.
    """
    with in_public(), transaction.atomic():
        lock_people(tenant_id)
        giver = Membership.objects.filter(tenant_id=tenant_id, user_id=actor.pk, role=Role.OWNER).first()
        if giver is None:
            raise RoleRefused(_("Only an owner can hand the store over."))
        place = lock_member(tenant_id=tenant_id, membership_id=to_membership_id)
        if place.pk == giver.pk:
            raise RoleRefused(_("You own the store already."))
        if not place.user.is_active:
            raise RoleRefused(_("This person cannot log in, so the store would have nobody. Nothing was changed."))
        place.role = Role.OWNER
        place.save(update_fields=["role"])
        if not stays_owner:
            giver.role = Role.MANAGER
            giver.save(update_fields=["role"])
        _record(place, "people.owner_handed_over", actor=actor, now=now, stays_owner=stays_owner)
        tell(place.user, Notice.OWNER_MADE, about=place, by=actor)
        tell_owners(Notice.OWNER_JOINED, about=place, by=actor, also=actor)
    return place


def _end_place(place: Membership, kind: str, *, actor: User, now: datetime) -> None:
    """Take the place away, behind the lock on the store's people."""
    if place.role == Role.OWNER:
        _need_another_owner(place)
    Membership.objects.filter(pk=place.pk).delete()
    end_logins(user_id=place.user_id, tenant_id=place.tenant_id, now=now)
    _record(place, kind, actor=actor, now=now)


def _need_another_owner(place: Membership) -> None:
    others = Membership.objects.filter(tenant_id=place.tenant_id, role=Role.OWNER, user__is_active=True)
    if not others.exclude(pk=place.pk).exists():
        raise LastOwner(LAST_OWNER)


def _record(place: Membership, kind: str, *, actor: User, now: datetime, **data: object) -> None:
    record_event(
        tenant_id=place.tenant_id,
        kind=kind,
        actor=actor.email,
        data={"name": place.user.display_name, "email": place.user.email, **data},
        object_type="member",
        object_id=place.user_id,
        now=now,
    )
