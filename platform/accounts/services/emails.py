"""A person's e-mail address: confirm it, move to another."""

from datetime import datetime, timedelta

from django.core import signing
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import Notice
from accounts.errors import EmailTaken, LinkRefused
from accounts.locks import lock_user
from accounts.models import User
from accounts.services.notices import CONFIRM_SALT, tell
from accounts.visits import Visit
from core.outbox.services import enqueue

LINK_LIFE = timedelta(days=3)


def ask_for_confirmation(*, user_id: int) -> None:
    """Have the link mailed that confirms the address the person logs in with, or the one they are moving to."""
    with transaction.atomic():
        user = lock_user(user_id)
        if user.wished_email or user.email_confirmed_at is None:
            _ask(user, user.wished_email or user.email)


def wish_for_email(*, user_id: int, email: str) -> None:
    """Remember the new address and have the link mailed there; until it is followed, nothing else changes."""
    with transaction.atomic():
        user = lock_user(user_id)
        user.wished_email = email.strip().lower()
        user.save(update_fields=["wished_email"])
        _ask(user, user.wished_email)


def forget_wished_email(*, user_id: int) -> None:
    """Stay with the present address; a link already mailed no longer works."""
    User.objects.filter(pk=user_id).update(wished_email="")


def read_confirmation(token: str) -> tuple[User, str]:
    """Return whose address, and which, this mailed link confirms.

    Raises: LinkRefused when it is not ours, over three days old, or no longer awaited.
    """
    refused = LinkRefused(_("This link has been used or is too old. Ask for a new one on your account page."))
    try:
        facts = signing.loads(token, salt=CONFIRM_SALT, max_age=LINK_LIFE)
    except signing.BadSignature as error:
        raise refused from error
    user = User.objects.filter(pk=facts["user"], is_active=True).first()
    if user is None or facts["email"] not in (user.wished_email, user.email):
        raise refused
    return user, facts["email"]


def confirm_email(*, token: str, visit: Visit, now: datetime) -> User:
    """Take the address as confirmed; a wished one becomes the one to log in with, and the former one is told.

    Raises: LinkRefused, EmailTaken.
    """
    user, email = read_confirmation(token)
    with transaction.atomic():
        user = lock_user(user.pk)
        former = user.email
        if email != former and email != user.wished_email:
            raise LinkRefused(_("This link has been used or is too old. Ask for a new one on your account page."))
        user.email, user.email_confirmed_at = email, now
        if email == user.wished_email:
            user.wished_email = ""
        try:
            with transaction.atomic():
                user.save(update_fields=["email", "email_confirmed_at", "wished_email"])
        except IntegrityError as error:
            raise EmailTaken(_("This address has an account of its own meanwhile. Nothing was changed.")) from error
        if email != former:
            tell(user=user, notice=Notice.EMAIL_CHANGED, visit=visit, now=now, detail=email, to=former)
    return user


def _ask(user: User, email: str) -> None:
    enqueue(task="accounts.mail_confirmation", kwargs={"user_id": user.pk, "email": email}, schema_name="public")
