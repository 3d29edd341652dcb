"""Ask somebody into a store, and take them in."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.selectors import find_user_by_email
from accounts.services import create_user
from core.ids import new_token
from core.origin import platform_url
from core.outbox.services import enqueue
from core.tenancy import in_public
from integrations.mail.services import send_mail
from tenants.enums import Role
from tenants.models import Membership, Tenant
from tenants.people.enums import Notice
from tenants.people.errors import (
    AddressUnconfirmed,
    AlreadyHere,
    InvitationNotFound,
    InvitationRefused,
    RoleRefused,
    StaffLimitReached,
)
from tenants.people.locks import lock_invitation, lock_people, rights_of
from tenants.people.models import Invitation
from tenants.people.permissions import permissions_of
from tenants.people.selectors import count_seats
from tenants.people.services.notices import tell_owners
from tenants.people.tokens import hash_token, make_token
from tenants.people.wording import DUTIES, INVITATION_GONE
from tenants.services import record_event

INVITATION_LIFE = timedelta(days=7)
MAIL_TASK = "tenants.people.send_invitation"


def invite(*, tenant_id: int, email: str, role: Role, inviter: User, now: datetime) -> Invitation:
    """Keep a place in the store for the owner of this address and ask for a mail with the link.

    Raises: AddressUnconfirmed when nobody knows whether the inviter's own address is theirs; AlreadyHere, RoleRefused,
    StaffLimitReached.
    """
    email = email.strip().lower()
    if inviter.email_confirmed_at is None:
        raise AddressUnconfirmed(_("Confirm your own e-mail address first. Nobody was invited."))
    with in_public(), transaction.atomic():
        tenant = lock_people(tenant_id)
        if role == Role.OWNER or not permissions_of(role) <= rights_of(inviter, tenant_id):
            raise RoleRefused(_("You cannot give a role that may do more than yours."), field="role")
        waiting = Invitation.objects.filter(
            tenant=tenant, email=email, accepted_at__isnull=True, withdrawn_at__isnull=True
        )
        if Membership.objects.filter(tenant=tenant, user__email=email).exists():
            raise AlreadyHere(_("This person works here already."), field="email")
        if waiting.filter(expires_at__gt=now).exists():
            raise AlreadyHere(_("This person is invited already. Send the invitation again below."), field="email")
        waiting.update(withdrawn_at=now)
        _need_seat(tenant, now=now)
        nonce = new_token()
        invitation = Invitation.objects.create(
            tenant=tenant,
            email=email,
            role=role,
            nonce=nonce,
            token_hash=hash_token(make_token(tenant_id=tenant.pk, email=email, nonce=nonce)),
            invited_by=inviter,
            created_at=now,
            sent_at=now,
            expires_at=now + INVITATION_LIFE,
        )
        _record(invitation, "people.invited", actor=inviter.email, now=now)
        enqueue(task=MAIL_TASK, kwargs={"invitation_id": invitation.pk, "nonce": nonce})
    return invitation


def send_again(*, tenant_id: int, invitation_id: int, actor: str, now: datetime) -> Invitation:
    """Mail a fresh link, good for seven days; the links before it stop working.

    Raises: InvitationNotFound, StaffLimitReached.
    """
    with in_public(), transaction.atomic():
        tenant = lock_people(tenant_id)
        invitation = _open_invitation(tenant_id, invitation_id)
        if invitation.expires_at <= now:
            _need_seat(tenant, now=now)
        invitation.nonce = new_token()
        token = make_token(tenant_id=tenant_id, email=invitation.email, nonce=invitation.nonce)
        invitation.token_hash = hash_token(token)
        invitation.sent_at, invitation.expires_at = now, now + INVITATION_LIFE
        invitation.save(update_fields=["nonce", "token_hash", "sent_at", "expires_at"])
        _record(invitation, "people.invited_again", actor=actor, now=now)
        enqueue(task=MAIL_TASK, kwargs={"invitation_id": invitation.pk, "nonce": invitation.nonce})
    return invitation


def withdraw_invitation(*, tenant_id: int, invitation_id: int, actor: str, now: datetime) -> Invitation:
    """Let an invitation's link stop working.

    Raises: InvitationNotFound.
    """
    with in_public(), transaction.atomic():
        lock_people(tenant_id)
        invitation = _open_invitation(tenant_id, invitation_id)
        invitation.withdrawn_at = now
        invitation.save(update_fields=["withdrawn_at"])
        _record(invitation, "people.invitation_withdrawn", actor=actor, now=now)
    return invitation


def accept_invitation(*, token: str, user: User, now: datetime) -> Membership:
    """Use the link up and give the person the place it was made for.

    Raises: InvitationNotFound, InvitationRefused for the owner of another address, StaffLimitReached.
    """
    with in_public(), transaction.atomic():
        invitation = _hold_open(token, now=now)
        if user.email != invitation.email:
            raise InvitationRefused(
                _("This invitation is for %(email)s. Log in with that address; nothing was changed.")
                % {"email": invitation.email}
            )
        tenant = invitation.tenant
        seats = count_seats(tenant=tenant, now=now)
        if seats.limit is not None and seats.taken >= seats.limit:
            raise StaffLimitReached(_FULL)
        place, is_new = Membership.objects.get_or_create(
            user=user,
            tenant=tenant,
            defaults={"role": invitation.role, "invited_by": invitation.invited_by, "created_at": now},
        )
        invitation.accepted_at = now
        invitation.save(update_fields=["accepted_at"])
        if is_new:
            _record(invitation, "people.joined", actor=user.email, now=now)
            tell_owners(Notice.JOINED, about=place, by=user)
    return place


def join_as_new_person(
    *, token: str, name: str, password: str, language: str, now: datetime
) -> tuple[User, Membership]:
    """Make an account for the owner of the invited address, and take them in; both or neither.

    Raises: InvitationNotFound, InvalidInput for a weak password, EmailTaken, StaffLimitReached.
    """
    with in_public(), transaction.atomic():
        invitation = _hold_open(token, now=now)
        # The link was mailed there: whoever has it reads that address's mail.
        user = create_user(
            email=invitation.email, password=password, name=name, language=language, now=now, is_email_confirmed=True
        )
        return user, accept_invitation(token=token, user=user, now=now)


def mail_invitation(*, invitation_id: int, nonce: str, now: datetime) -> bool:
    """Mail the link in the language of whoever is invited, or else of the store, and tell whether it left.

    A mail that a later one has replaced, or that nobody waits for any more, is not sent.
    """
    found = Invitation.objects.select_related("tenant", "invited_by").filter(pk=invitation_id, nonce=nonce).first()
    if found is None or not found.is_open(now=now):
        return False
    known = find_user_by_email(found.email)
    store, language = found.tenant.name, known.language if known else found.tenant.language
    with translation.override(language):
        inviter = found.invited_by.display_name if found.invited_by else store
        role = Role(found.role)
        return send_mail(
            to=found.email,
            subject=gettext("%(name)s invites you to work at %(store)s") % {"name": inviter, "store": store},
            template="people/email/invitation",
            context={
                "store": store,
                "inviter": inviter,
                "role": role.label,
                "duties": DUTIES[role],
                "days": INVITATION_LIFE.days,
                "email": found.email,
                "action_url": platform_url(f"/invitations/{_token_of(found)}/"),
                "action_label": gettext("See the invitation"),
            },
            language=language,
        )


_FULL = _("All places that the store’s plan has for staff are taken. An owner can choose a larger plan.")


def _need_seat(tenant: Tenant, *, now: datetime) -> None:
    seats = count_seats(tenant=tenant, now=now)
    if seats.is_full:
        raise StaffLimitReached(_FULL)


def _hold_open(token: str, *, now: datetime) -> Invitation:
    """Return the open invitation of a link; its store is held first, then the invitation itself, here as everywhere."""
    token_hash = hash_token(token[:100])
    tenant_id = Invitation.objects.filter(token_hash=token_hash).values_list("tenant_id", flat=True).first()
    if tenant_id is not None:
        lock_people(tenant_id)
    invitation = lock_invitation(token_hash=token_hash)
    if invitation is None or not invitation.is_open(now=now):
        raise InvitationNotFound(INVITATION_GONE)
    return invitation


def _open_invitation(tenant_id: int, invitation_id: int) -> Invitation:
    found = lock_invitation(pk=invitation_id, tenant_id=tenant_id, accepted_at__isnull=True, withdrawn_at__isnull=True)
    if found is None:
        raise InvitationNotFound(INVITATION_GONE)
    return found


def _token_of(invitation: Invitation) -> str:
    return make_token(tenant_id=invitation.tenant_id, email=invitation.email, nonce=invitation.nonce)


def _record(invitation: Invitation, kind: str, *, actor: str, now: datetime) -> None:
    record_event(
        tenant_id=invitation.tenant_id,
        kind=kind,
        actor=actor,
        data={"email": invitation.email, "role": invitation.role},
        object_type="invitation",
        object_id=invitation.pk,
        now=now,
    )
