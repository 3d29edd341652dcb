"""How much one shopper may write: so that a program cannot fill the inbox."""

from django.utils.translation import gettext_lazy as _

from core.limits import AttemptLimit
from storefront.support.errors import TooManyQuestions

# Several people may share the address of one machine.
MESSAGES = AttemptLimit("support.message", {"session": 6, "email": 6, "address": 20})


def record_message(*, session: str, email: str, address: str) -> None:
    """Count a message of a shopper.

    Raises: TooManyQuestions when it is one too many.
    """
    if MESSAGES.count(session=session, email=email, address=address):
        raise TooManyQuestions(
            _("You have written several times in a few minutes. Wait 15 minutes, then send this; it is still here.")
        )
