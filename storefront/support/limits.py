"""How much one shopper may write: so that a program cannot fill the inbox."""

import hashlib

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from storefront.support.errors import TooManyQuestions

WINDOW_SECONDS = 15 * 60
# How many messages a window allows; several people may share the address of one machine.
LIMITS = {"session": 6, "email": 6, "address": 20}


def record_message(*, session: str, email: str, address: str) -> None:
    """Count a message of a shopper; whatever of the three is empty is not counted.

    Raises: TooManyQuestions when it is one too many; counting goes on, so that a program that keeps trying stays out.
    """
    named = {"session": session, "email": email.strip().lower(), "address": address}
    over = [name for name, value in named.items() if value and _count(name, value) > LIMITS[name]]
    if over:
        raise TooManyQuestions(
            _("You have written several times in a few minutes. Wait 15 minutes, then send this; it is still here.")
        )


def _count(name: str, value: str) -> int:
    key = f"support:{name}:{hashlib.sha256(value.encode()).hexdigest()}"
    cache.add(key, 0, timeout=WINDOW_SECONDS)
    try:
        return cache.incr(key)
    except ValueError:  # the window ended between the two calls
        return 1
