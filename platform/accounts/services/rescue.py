"""Help somebody who cannot log in any more; who asks for it has made sure whose account it is."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import Notice
from accounts.errors import EmailTaken
from accounts.locks import lock_user
from accounts.models import User
from accounts.services.logins import end_logins
from accounts.services.notices import tell
from accounts.services.passwords import ask_for_password
from accounts.visits import Visit

NOBODYS_VISIT = Visit(user_agent="", address="")


def rescue_user(*, user_id: int, now: datetime, email: str = "") -> User:
    """Take away the password and every second step, log out all devices, and mail the link for a new password.

    With `email`, the account moves to that address first: the owner's own, where somebody else has moved it away.

    Raises: EmailTaken.
    """
    with transaction.atomic():
        user = lock_user(user_id)
        former = user.email
        user.email = email.strip().lower() or former
        user.wished_email = ""
        user.set_unusable_password()
        try:
            with transaction.atomic():
                user.save(update_fields=["email", "wished_email", "password"])
        except IntegrityError as error:
            raise EmailTaken(_("There is another account with this address. Nothing was changed.")) from error
        Authenticator.objects.filter(user=user).delete()
        end_logins(user_id=user.pk, now=now)
        tell(user=user, notice=Notice.RESCUED, visit=NOBODYS_VISIT, now=now)
        if user.email != former:
            tell(user=user, notice=Notice.EMAIL_CHANGED, visit=NOBODYS_VISIT, now=now, detail=user.email, to=former)
        ask_for_password(email=user.email, language=user.language)
    return user
