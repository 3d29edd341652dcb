"""One change at a time to who works in a store."""

from accounts.models import User
from core.tenancy import in_public
from tenants.models import Membership, Tenant
from tenants.people.errors import MemberNotFound, RoleRefused
from tenants.people.models import Invitation
from tenants.people.permissions import Permission, permissions_of
from tenants.people.wording import GONE, RIGHT_GONE


def lock_people(tenant_id: int) -> Tenant:
    """Hold the store's row until the transaction ends: seats are counted and owners are looked for behind this lock."""
    with in_public():
        return Tenant.objects.select_for_update(no_key=True).get(pk=tenant_id)


def rights_of(actor: User, tenant_id: int) -> frozenset[str]:
    """Return what somebody may do who may change a store's people; asked behind `lock_people`, where no right can go away.

    Raises: RoleRefused when the place or its right has gone since the request was let in.
    """
    place = Membership.objects.filter(tenant_id=tenant_id, user_id=actor.pk, user__is_active=True).first()
    rights = permissions_of(place.role) if place else frozenset()
    if Permission.STAFF_EDIT not in rights:
        raise RoleRefused(RIGHT_GONE)
    return rights


def lock_member(*, tenant_id: int, membership_id: int) -> Membership:
    """Return a member of this store, held.

    Raises: MemberNotFound.
    """
    found = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(pk=membership_id, tenant_id=tenant_id)
        .first()
    )
    if found is None:
        raise MemberNotFound(GONE)
    return found


def lock_invitation(**which: object) -> Invitation | None:
    """Return the one invitation that these facts name, held, or None."""
    return Invitation.objects.select_for_update(of=("self",)).select_related("tenant").filter(**which).first()
