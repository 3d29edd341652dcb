"""Create users and carry a login from the platform's host to a store's."""

import hashlib
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import EmailTaken, HandoffRefused
from accounts.models import LoginHandoff, User
from core.errors import InvalidInput
from core.ids import new_token

HANDOFF_LIFE = timedelta(seconds=60)


def create_user(
    *, email: str, password: str, now: datetime, name: str = "", language: str = "en", is_platform_staff: bool = False
) -> User:
    """Create a person who can log in to the platform.

    Raises: InvalidInput for a weak password, EmailTaken.
    """
    user = User(
        email=email.strip().lower(),
        name=name.strip(),
        language=language,
        is_platform_staff=is_platform_staff,
        created_at=now,
    )
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages), field="password") from error
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise EmailTaken(_("There is an account with this e-mail already. Log in instead."), field="email") from error
    return user


def create_handoff(*, user: User, tenant_id: int, now: datetime) -> str:
    """Return a token that logs the user in on this one store's host, once, within a minute."""
    token = new_token()
    LoginHandoff.objects.create(
        token_hash=_hash(token), user=user, tenant_id=tenant_id, created_at=now, expires_at=now + HANDOFF_LIFE
    )
    return token


def redeem_handoff(*, token: str, tenant_id: int, now: datetime) -> User:
    """Use the token up and return its user.

    Raises: HandoffRefused when it is unknown, used, too old, or meant for another store.
    """
    redeemed = LoginHandoff.objects.filter(
        token_hash=_hash(token), tenant_id=tenant_id, used_at__isnull=True, expires_at__gt=now
    ).update(used_at=now)
    if not redeemed:
        raise HandoffRefused(_("This sign-in link has been used or is too old. Log in again; nothing was lost."))
    return LoginHandoff.objects.select_related("user").get(token_hash=_hash(token)).user


def set_language(*, user_id: int, language: str) -> None:
    """Remember the language the person works in."""
    User.objects.filter(pk=user_id).update(language=language)


def grant_console(*, user_id: int) -> None:
    """Let the person open the owner's console."""
    User.objects.filter(pk=user_id).update(is_platform_staff=True)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
