"""Open a log-in, see it used, end it: one, those of a store, or all but one."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.errors import HandoffRefused
from accounts.locks import lock_login
from accounts.models import LoginHandoff, LoginSession, User
from core.ids import new_token
from core.tenancy import in_public

SEEN_EVERY = timedelta(minutes=5)
KEPT_FOR = timedelta(days=30)


def open_login(
    *,
    user: User,
    now: datetime,
    user_agent: str = "",
    address: str = "",
    tenant_id: int | None = None,
    tenant_name: str = "",
    parent: LoginSession | None = None,
) -> LoginSession:
    """Write down that the person has logged in, on the platform or, with `tenant_id`, in a store.

    Raises: HandoffRefused when the log-in it was entered from has ended meanwhile.
    """
    with in_public(), transaction.atomic():
        if parent is not None and lock_login(parent.pk).revoked_at is not None:
            raise HandoffRefused(_("You have been signed out. Log in again; nothing was lost."))
        return LoginSession.objects.create(
            token=new_token(),
            user=user,
            parent=parent,
            tenant_id=tenant_id,
            tenant_name=tenant_name[:80],
            user_agent=user_agent[:300],
            address=address[:45],
            created_at=now,
            confirmed_at=parent.confirmed_at if parent is not None else now,
            seen_at=now,
        )


def see_login(*, login: LoginSession, address: str, now: datetime) -> None:
    """Note that the log-in is in use, at most once in five minutes."""
    if now - login.seen_at < SEEN_EVERY:
        return
    login.seen_at, login.address = now, address[:45]
    LoginSession.objects.filter(pk=login.pk, revoked_at__isnull=True).update(seen_at=now, address=login.address)


def confirm_login(*, login: LoginSession, now: datetime) -> None:
    """Note that the person has just proved again who they are."""
    LoginSession.objects.filter(pk=login.pk).update(confirmed_at=now)
    login.confirmed_at = now


def end_login(*, token: str, now: datetime) -> int:
    """End one log-in and every store's that was entered from it; return how many ended.

    The platform's row goes first: who enters a store in the same moment holds its lock, and is found right after.
    """
    with in_public(), transaction.atomic():
        still_open = LoginSession.objects.filter(revoked_at__isnull=True)
        ended = still_open.filter(token=token).update(revoked_at=now)
        return ended + still_open.filter(parent__token=token).update(revoked_at=now)


def end_logins(*, user_id: int, now: datetime, keep: LoginSession | None = None, tenant_id: int | None = None) -> int:
    """End all log-ins of the person but `keep`; with `tenant_id`, only those in that store. Return how many ended."""
    with in_public(), transaction.atomic():
        still_open = LoginSession.objects.filter(user_id=user_id, revoked_at__isnull=True)
        if tenant_id is not None:
            return still_open.filter(tenant_id=tenant_id).update(revoked_at=now)
        if keep is not None:
            still_open = still_open.exclude(pk=keep.pk)
        ended = still_open.filter(parent__isnull=True).update(revoked_at=now)
        return ended + still_open.filter(parent__isnull=False).update(revoked_at=now)


def end_other_logins(*, user_id: int, keep: LoginSession, now: datetime) -> int:
    """End what is open elsewhere: all but this log-in and the stores entered from it. Return how many ended."""
    with in_public(), transaction.atomic():
        others = LoginSession.objects.filter(user_id=user_id, revoked_at__isnull=True).exclude(
            Q(pk=keep.pk) | Q(parent_id=keep.pk)
        )
        ended = others.filter(parent__isnull=True).update(revoked_at=now)
        return ended + others.filter(parent__isnull=False).update(revoked_at=now)


def remove_old_logins(*, now: datetime) -> int:
    """Delete log-ins that ended or were last seen over thirty days ago, and used passes; return how many rows went."""
    LoginHandoff.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
    old = LoginSession.objects.filter(Q(revoked_at__lt=now - KEPT_FOR) | Q(seen_at__lt=now - KEPT_FOR))
    # A platform's row that a store's still needs stays until that one is old as well.
    removed, _rows = old.exclude(entered__seen_at__gte=now - KEPT_FOR).delete()
    return removed
