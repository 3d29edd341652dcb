"""Sign in as: one of the team looks into a store through the eyes of one of its people.

A session is a row; the browser holds a secret of which only the hash is kept. It is begun with a reason, lasts thirty
minutes at most, looks only until a second reason is given, and ends by leaving, by time, by a lost right, with the log-in it was
begun from, or by the store.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import LoginSession, User
from console.enums import SupportEnd
from console.errors import ReasonMissing, SupportPassRefused, SupportRefused
from console.models import SUPPORT_LIFE, SupportAccess, SupportRequest
from console.secrets import hash_secret
from core.actors import acting
from core.ids import new_token
from core.outbox.services import enqueue
from core.tenancy import in_public
from tenants.models import Membership, Tenant
from tenants.selectors import list_owners
from tenants.services import record_event

PASS_LIFE = timedelta(seconds=60)
MAIL_TASK = "console.mail_support_started"


def start_support(
    *, tenant: Tenant, staff: User, login: LoginSession, as_user_id: int, reason: str, now: datetime
) -> tuple[SupportAccess, str]:
    """Begin a session from this log-in; return it with the pass that opens it once, within a minute.

    The store's owners get a mail.

    Raises: ReasonMissing, SupportRefused.
    """
    if not reason.strip():
        raise ReasonMissing(_("Say why: the store’s owner gets it by e-mail and reads it in the log."), field="reason")
    token = new_token()
    try:
        with in_public(), transaction.atomic():
            person = User.objects.select_for_update().get(pk=staff.pk)
            _end_expired(person, now=now)
            target = _check(tenant, person, as_user_id)
            access = SupportAccess.objects.create(
                tenant_id=tenant.pk,
                staff=person,
                staff_email=person.email,
                login=login,
                as_user=target,
                as_email=target.email,
                reason=reason.strip(),
                pass_hash=hash_secret(token),
                pass_expires_at=now + PASS_LIFE,
                started_at=now,
                expires_at=now + SUPPORT_LIFE,
            )
            _log(access, "started", now=now, reason=access.reason)
            for owner in list_owners(tenant):
                enqueue(task=MAIL_TASK, kwargs={"access_id": access.pk, "user_id": owner.pk})
    except IntegrityError as error:
        raise SupportRefused(_("You are signed in at a store already. Leave it first.")) from error
    return access, token


def enter_support(*, token: str, tenant_id: int, now: datetime) -> tuple[SupportAccess, str]:
    """Use the pass up and return the session with the secret that the browser is to keep.

    Raises: SupportPassRefused when the pass is unknown, used, too old, or meant for another store.
    """
    secret = new_token() + new_token()
    with in_public():
        entered = SupportAccess.objects.filter(
            pass_hash=hash_secret(token),
            tenant_id=tenant_id,
            pass_expires_at__gt=now,
            entered_at__isnull=True,
            ended_at__isnull=True,
        ).update(entered_at=now, session_hash=hash_secret(secret))
        if not entered:
            raise SupportPassRefused(
                _("This pass was used or is too old. Sign in again from the console; nothing was lost.")
            )
        return SupportAccess.objects.get(pass_hash=hash_secret(token)), secret


def allow_changes(*, access: SupportAccess, reason: str, now: datetime) -> None:
    """Let the session change things, for a reason of its own.

    Raises: ReasonMissing, SupportRefused.
    """
    if not reason.strip():
        raise ReasonMissing(_("Say what you have to change, and why."), field="reason")
    with in_public(), transaction.atomic():
        locked = SupportAccess.objects.select_for_update().get(pk=access.pk)
        if locked.ended_at is not None or locked.expires_at <= now:
            raise SupportRefused(_("This session is over. Sign in again from the console."))
        if locked.write_at is None:
            locked.write_at, locked.write_reason = now, reason.strip()
            locked.save(update_fields=["write_at", "write_reason"])
            _log(locked, "write", now=now, reason=locked.write_reason)


def end_support(*, access_id: int, by: SupportEnd, actor: str, now: datetime) -> bool:
    """End the session and tell whether it was still open; a second end changes nothing."""
    with in_public(), transaction.atomic():
        access = SupportAccess.objects.select_for_update().filter(pk=access_id, ended_at__isnull=True).first()
        if access is None:
            return False
        access.ended_at, access.ended_by = min(now, access.expires_at) if by == SupportEnd.TIME else now, by
        access.save(update_fields=["ended_at", "ended_by"])
        _log(access, "ended", now=now, actor=actor, by=by.value)
    return True


def end_overdue(*, now: datetime) -> int:
    """Write down the end of sessions whose time is over and who never came back; return how many."""
    with in_public():
        overdue = SupportAccess.objects.filter(ended_at__isnull=True, expires_at__lte=now).values_list("pk", flat=True)
        return sum(end_support(access_id=pk, by=SupportEnd.TIME, actor="system", now=now) for pk in list(overdue))


def record_request(
    *, access: SupportAccess, method: str, path: str, status: int, was_refused: bool, now: datetime
) -> None:
    """Keep what the session asked for and how it was answered."""
    with in_public():
        SupportRequest.objects.create(
            access_id=access.pk,
            method=method[:10],
            path=path[:300],
            status=status,
            was_refused=was_refused,
            created_at=now,
        )


def _check(tenant: Tenant, staff: User, as_user_id: int) -> User:
    if not (staff.is_active and staff.is_platform_staff):
        raise SupportRefused(_("Only the platform’s own team signs in as somebody."))
    if not Tenant.objects.working().filter(pk=tenant.pk).exists():
        raise SupportRefused(_("This store’s pages are closed, so there is nothing to look into."))
    open_one = SupportAccess.objects.select_related("tenant").filter(staff=staff, ended_at__isnull=True).first()
    if open_one is not None:
        raise SupportRefused(
            _("You are still signed in at %(store)s. End that session first.") % {"store": open_one.tenant.name}
        )
    member = Membership.objects.select_related("user").filter(
        tenant_id=tenant.pk, user_id=as_user_id, user__is_active=True
    ).first()  # fmt: skip
    if member is None or member.user.is_platform_staff:
        raise SupportRefused(_("Choose somebody who works in this store and is not of the platform’s team."))
    return member.user


def _end_expired(staff: User, *, now: datetime) -> None:
    overdue = SupportAccess.objects.filter(staff=staff, ended_at__isnull=True, expires_at__lte=now)
    for pk in list(overdue.values_list("pk", flat=True)):
        end_support(access_id=pk, by=SupportEnd.TIME, actor="system", now=now)


def _log(access: SupportAccess, kind: str, *, now: datetime, actor: str = "", **data: str) -> None:
    """Write into the store's log, under the name of the session's own person where no other actor is given."""
    facts = {"as": access.as_email, "session": access.pk, **data}
    own = {"user_id": access.staff_id, "role": "", "support_user_id": None, "support_name": ""}
    with acting(**({} if actor else own)):
        record_event(
            tenant_id=access.tenant_id, kind=f"support.{kind}", actor=actor or access.staff_email, data=facts, now=now
        )
