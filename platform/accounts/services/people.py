"""Create people who log in to the platform, and keep what they say of themselves."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import EmailTaken
from accounts.models import User
from core.errors import InvalidInput


def create_user(
    *,
    email: str,
    password: str,
    now: datetime,
    name: str = "",
    language: str = "en",
    is_platform_staff: bool = False,
    is_email_confirmed: bool = False,
) -> User:
    """Create a person who can log in to the platform.

    `is_email_confirmed` where the address is known to be theirs: an invitation that was mailed there, a demo.

    Raises: InvalidInput for a weak password, EmailTaken.
    """
    user = User(
        email=email.strip().lower(),
        name=name.strip(),
        language=language,
        is_platform_staff=is_platform_staff,
        email_confirmed_at=now if is_email_confirmed else None,
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


def set_language(*, user_id: int, language: str) -> None:
    """Remember the language the person works in."""
    User.objects.filter(pk=user_id).update(language=language)


def grant_console(*, user_id: int) -> None:
    """Let the person open the owner's console."""
    User.objects.filter(pk=user_id).update(is_platform_staff=True)


def rename_user(*, user_id: int, name: str) -> None:
    """Remember what the person wants to be called."""
    User.objects.filter(pk=user_id).update(name=name.strip())
