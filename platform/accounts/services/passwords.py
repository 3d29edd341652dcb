"""Change a password, or replace a forgotten one."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.enums import Notice
from accounts.locks import lock_user
from accounts.models import LoginSession, User
from accounts.services.logins import end_logins
from accounts.services.notices import tell
from accounts.visits import Visit
from core.errors import InvalidInput
from core.outbox.services import enqueue


def ask_for_password(*, email: str, language: str) -> None:
    """Have the link for a new password mailed; whether there is such an account is found out by the worker only."""
    with transaction.atomic():
        kwargs = {"email": email.strip().lower(), "language": language}
        enqueue(task="accounts.mail_password_reset", kwargs=kwargs, schema_name="public")


def change_password(*, user_id: int, password: str, visit: Visit, now: datetime, keep: LoginSession | None) -> User:
    """Set the password and end every log-in but `keep`, in stores too; the person is told by mail.

    Raises: InvalidInput for a weak password.
    """
    with transaction.atomic():
        user = lock_user(user_id)
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise InvalidInput(" ".join(error.messages), field="password") from error
        user.set_password(password)
        user.save(update_fields=["password"])
        end_logins(user_id=user.pk, now=now, keep=keep)
        tell(user=user, notice=Notice.PASSWORD_CHANGED, visit=visit, now=now)
    return user


def replace_password(*, user_id: int, password: str, visit: Visit, now: datetime) -> User:
    """Set the password after a mailed link was followed, which confirms the address as well.

    Raises: InvalidInput for a weak password.
    """
    with transaction.atomic():
        user = change_password(user_id=user_id, password=password, visit=visit, now=now, keep=None)
        if user.email_confirmed_at is None:
            user.email_confirmed_at = now
            user.save(update_fields=["email_confirmed_at"])
    return user
