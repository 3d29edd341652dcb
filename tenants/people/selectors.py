"""Read who works in a store, who is invited, and what was done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from accounts.models import User
from core.tenancy import in_public
from tenants.enums import Role
from tenants.models import Membership, Tenant, TenantEvent
from tenants.people.errors import InvitationNotFound, MemberNotFound
from tenants.people.models import Invitation
from tenants.people.sentences import kinds_of
from tenants.people.tokens import hash_token
from tenants.people.wording import GONE, INVITATION_GONE
from tenants.selectors import get_limit

SEATS = "staff"


@dataclass(frozen=True, slots=True)
class Seats:
    """How many people a store has, how many are asked, and how many its plan allows; None is without limit."""

    taken: int
    promised: int
    limit: int | None

    @property
    def is_full(self) -> bool:
        return self.limit is not None and self.taken + self.promised >= self.limit


def list_members(tenant: Tenant) -> list[Membership]:
    """Return the people of the store, owners first, then in the order they came."""
    rank = Case(When(role=Role.OWNER, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = Membership.objects.filter(tenant_id=tenant.pk).select_related("user", "invited_by")
    with in_public():
        return list(found.order_by(rank, "pk"))


def get_member(*, tenant: Tenant, membership_id: int) -> Membership:
    """Return a person of this store.

    Raises: MemberNotFound.
    """
    with in_public():
        found = (
            Membership.objects.select_related("user", "invited_by")
            .filter(pk=membership_id, tenant_id=tenant.pk)
            .first()
        )
    if found is None:
        raise MemberNotFound(GONE)
    return found


def list_open_invitations(tenant: Tenant) -> list[Invitation]:
    """Return the invitations that nobody has answered, the newest first; those too old are among them."""
    waiting = Invitation.objects.filter(tenant_id=tenant.pk, accepted_at__isnull=True, withdrawn_at__isnull=True)
    with in_public():
        return list(waiting.select_related("invited_by").order_by("-sent_at", "-pk"))


def get_invitation(token: str) -> Invitation:
    """Return the invitation of a link, in whatever state it is.

    Raises: InvitationNotFound.
    """
    found = Invitation.objects.select_related("tenant", "invited_by").filter(token_hash=hash_token(token[:100])).first()
    if found is None:
        raise InvitationNotFound(INVITATION_GONE)
    return found


def count_seats(*, tenant: Tenant, now: datetime) -> Seats:
    """Count the people of the store and the open invitations that are not too old, against the plan."""
    with in_public():
        taken = Membership.objects.filter(tenant_id=tenant.pk).count()
        promised = Invitation.objects.filter(
            tenant_id=tenant.pk, accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=now
        ).count()
    return Seats(taken, promised, get_limit(tenant=tenant, key=SEATS, now=now))


def list_stores_of(user: User) -> list[Membership]:
    """Return the places of a person in stores that are open for work, by the stores' names."""
    with in_public():
        places = Membership.objects.filter(user_id=user.pk).select_related("tenant").order_by("tenant__name", "pk")
        return [place for place in places if place.tenant.is_open_for_work]


def list_events(*, tenant: Tenant, person: str = "", area: str = "") -> QuerySet[TenantEvent]:
    """Return the store's log, the newest line first, of one person (a number) and one area where they are given."""
    lines = TenantEvent.objects.filter(tenant_id=tenant.pk).order_by("-pk")
    if person:
        number = int(person) if person.isascii() and person.isdigit() and len(person) < 19 else 0
        lines = lines.filter(Q(user_id=number) | Q(support_user_id=number))
    return lines.filter(type__in=kinds_of(area)) if area else lines


def list_actors(tenant: Tenant) -> list[tuple[int, str]]:
    """Return number and name of everybody whom the store's log names and who still has an account, by name."""
    lines = TenantEvent.objects.filter(tenant_id=tenant.pk).order_by()
    ids = {pk for pair in lines.values_list("user_id", "support_user_id").distinct() for pk in pair if pk is not None}
    return sorted(name_people(ids).items(), key=lambda person: person[1].lower())


def name_people(ids: Iterable[int]) -> dict[int, str]:
    """Return the names of these people, as far as they have an account, with the address where two have one name."""
    with in_public():
        people = list(User.objects.filter(pk__in=set(ids)))
    names = [person.display_name for person in people]
    return {
        person.pk: person.display_name if names.count(person.display_name) == 1 else f"{person.display_name} ({person})"
        for person in people
    }
