"""Turn the second step of a log-in on and off: codes from an app, passkeys, recovery codes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import Notice
from accounts.errors import EmailUnconfirmed, PasskeyNotFound, SecondStepConflict
from accounts.locks import lock_user
from accounts.models import LoginSession, User
from accounts.selectors import SecondStep, get_second_step
from accounts.services.logins import end_other_logins
from accounts.services.notices import tell
from accounts.visits import Visit


def turn_codes_on(*, user_id: int, secret: str, login: LoginSession, visit: Visit, now: datetime) -> bool:
    """Ask for a code from an app with this secret (base32) from now on; return whether recovery codes were made.

    Raises: EmailUnconfirmed, SecondStepConflict when an app is set up already.
    """
    with transaction.atomic():
        user, before = _lock_for_more(user_id)
        if before.codes is not None:
            raise SecondStepConflict(_("An app for codes is set up already. Turn it off first; nothing was changed."))
        TOTP.activate(user, secret)
        tell(user=user, notice=Notice.CODES_ON, visit=visit, now=now)
        return _complete(user, before, login, now)


def turn_codes_off(*, user_id: int, visit: Visit, now: datetime) -> None:
    """Ask for no code from an app any more; recovery codes go when nothing is left that they stand in for."""
    with transaction.atomic():
        user = lock_user(user_id)
        if Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()[0]:
            _tidy_recovery_codes(user)
            tell(user=user, notice=Notice.CODES_OFF, visit=visit, now=now)


def add_passkey(
    *, user_id: int, name: str, credential: Mapping[str, Any], login: LoginSession, visit: Visit, now: datetime
) -> bool:
    """Keep a passkey that the browser has made and allauth has checked; return whether recovery codes were made.

    Raises: EmailUnconfirmed, SecondStepConflict when there are twenty already.
    """
    from allauth.mfa.webauthn.internal.auth import WebAuthn  # brings fido2, a tenth of every command's start

    with transaction.atomic():
        user, before = _lock_for_more(user_id)
        if before.is_full:
            raise SecondStepConflict(_("There is room for 20 passkeys. Remove one that you no longer use first."))
        WebAuthn.add(user, name, dict(credential))
        tell(user=user, notice=Notice.PASSKEY_ADDED, visit=visit, now=now, detail=name)
        return _complete(user, before, login, now)


def rename_passkey(*, user_id: int, passkey_id: int, name: str) -> None:
    """Call a passkey by another name.

    Raises: PasskeyNotFound.
    """
    with transaction.atomic():
        row = _lock_passkey(user_id, passkey_id)
        row.wrap().name = name
        row.save(update_fields=["data"])


def remove_passkey(*, user_id: int, passkey_id: int, visit: Visit, now: datetime) -> None:
    """Let a passkey open nothing any more.

    Raises: PasskeyNotFound.
    """
    with transaction.atomic():
        user = lock_user(user_id)
        row = _lock_passkey(user_id, passkey_id)
        name = row.wrap().name
        row.delete()
        _tidy_recovery_codes(user)
        tell(user=user, notice=Notice.PASSKEY_REMOVED, visit=visit, now=now, detail=name)


def renew_recovery_codes(*, user_id: int, visit: Visit, now: datetime) -> None:
    """Make ten new recovery codes; the former ones no longer work.

    Raises: SecondStepConflict when there is nothing they could stand in for.
    """
    with transaction.atomic():
        user = lock_user(user_id)
        if not get_second_step(user_id).is_on:
            raise SecondStepConflict(_("Set up an app or a passkey first: recovery codes stand in for those."))
        Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
        RecoveryCodes.activate(user)
        tell(user=user, notice=Notice.RECOVERY_CODES_MADE, visit=visit, now=now)


def show_recovery_codes(*, user_id: int) -> list[str]:
    """Return the codes the first time they are asked for, and nothing ever after."""
    with transaction.atomic():
        lock_user(user_id)
        row = get_second_step(user_id).recovery
        if row is None or row.wrap().did_view:
            return []
        row.wrap().mark_as_viewed()
        return list(row.wrap().get_unused_codes())


def tell_of_recovery_code(*, user: User, visit: Visit, now: datetime) -> None:
    """Tell the person that somebody logged in with one of their recovery codes, and how many are left."""
    with transaction.atomic():
        left = get_second_step(user.pk).recovery_codes_left
        tell(user=user, notice=Notice.RECOVERY_CODE_USED, visit=visit, now=now, detail=str(left))


def _lock_for_more(user_id: int) -> tuple[User, SecondStep]:
    user = lock_user(user_id)
    if user.email_confirmed_at is None:
        raise EmailUnconfirmed(_("Confirm your e-mail address first, so that nobody is ever locked out of their own."))
    return user, get_second_step(user_id)


def _complete(user: User, before: SecondStep, login: LoginSession, now: datetime) -> bool:
    """Log out the devices that came in with the password alone, and make recovery codes where there are none."""
    if not before.is_on:
        end_other_logins(user_id=user.pk, keep=login, now=now)
    if before.recovery is not None:
        return False
    RecoveryCodes.activate(user)
    return True


def _lock_passkey(user_id: int, passkey_id: int) -> Authenticator:
    rows = Authenticator.objects.select_for_update()
    row = rows.filter(pk=passkey_id, user_id=user_id, type=Authenticator.Type.WEBAUTHN).first()
    if row is None:
        raise PasskeyNotFound(_("This passkey is not there any more."))
    return row


def _tidy_recovery_codes(user: User) -> None:
    """Remove the recovery codes where nothing is left that they stand in for."""
    if not get_second_step(user.pk).is_on:
        Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
