"""Carry a log-in from the platform's host to a store's."""

import hashlib
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from accounts.errors import HandoffRefused
from accounts.models import LoginHandoff, LoginSession, User
from accounts.selectors import is_strong_enough
from core.ids import new_token

HANDOFF_LIFE = timedelta(seconds=60)


def create_handoff(*, user: User, tenant_id: int, now: datetime, login: LoginSession | None = None) -> str:
    """Return a token that logs the user in on this one store's host, once, within a minute.

    `login` is the platform's log-in that the store is entered from: the store's ends with it.
    """
    token = new_token()
    LoginHandoff.objects.create(
        token_hash=_hash(token),
        user=user,
        login=login,
        tenant_id=tenant_id,
        created_at=now,
        expires_at=now + HANDOFF_LIFE,
    )
    return token


def redeem_handoff(*, token: str, tenant_id: int, now: datetime) -> LoginHandoff:
    """Use the token up and return the pass, with its user and the log-in it comes from.

    Raises: HandoffRefused when it is unknown, used, too old, meant for another store, its log-in has ended, or the store asks for
        a second step that the person has not.
    """
    redeemed = LoginHandoff.objects.filter(
        token_hash=_hash(token), tenant_id=tenant_id, used_at__isnull=True, expires_at__gt=now
    ).update(used_at=now)
    if not redeemed:
        raise HandoffRefused(_("This sign-in link has been used or is too old. Log in again; nothing was lost."))
    handoff = LoginHandoff.objects.select_related("user", "login").get(token_hash=_hash(token))
    if handoff.login is not None and handoff.login.revoked_at is not None:
        raise HandoffRefused(_("You have been signed out. Log in again; nothing was lost."))
    if not is_strong_enough(user_id=handoff.user_id, tenant_id=tenant_id):
        raise HandoffRefused(_("This store asks for a two-step log-in. Set it up in “Your account”, then come back."))
    return handoff


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
