"""Two transactions in each other's way: what the database gives up on may be tried again, and then is said plainly.

Source of the codes: https://www.postgresql.org/docs/18/errcodes-appendix.html
"""

import logging
from collections.abc import Callable
from functools import partial, wraps
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, connection
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict

DEADLOCK, SERIALIZATION, LOCK_TIMEOUT, TAKEN = "40P01", "40001", "55P03", "23505"
PASSING = frozenset({DEADLOCK, SERIALIZATION, LOCK_TIMEOUT, TAKEN})

TRIES = 3
Done = TypeVar("Done")
Given = ParamSpec("Given")

logger = logging.getLogger(__name__)


class TooManyAtOnce(Conflict):
    """Others were in the way each time; nothing was written."""

    code = "too_many_at_once"


def refuse_contention(error: DatabaseError, *, is_last: bool) -> None:
    """Return when the whole transaction may be tried again: it is over, and others were in its way.

    Raises: TooManyAtOnce after the last try; the error itself for any other reason, or inside a larger transaction.
    """
    code = getattr(error.__cause__, "sqlstate", None)
    if code not in PASSING or connection.in_atomic_block:
        raise error
    logger.warning("a transaction was given up for another one: %s", code)
    if is_last:
        raise TooManyAtOnce(
            _("Others are changing the same things at this very moment. Nothing was changed. Try again.")
        ) from error


def try_again(deed: Callable[[], Done]) -> Done:
    """Do a whole transaction, again where others were in its way, and return what it returned.

    Raises: TooManyAtOnce after the last try; whatever else the deed raises.
    """
    tries = 0
    while True:
        tries += 1
        try:
            return deed()
        except DatabaseError as error:
            refuse_contention(error, is_last=tries == TRIES)


def tried_again(service: Callable[Given, Done]) -> Callable[Given, Done]:
    """Make a service that is one transaction, and nothing besides, do it again where others were in its way.

    Inside a larger transaction it is done once: what was in the way ends that one too, and its own service tries again.
    """

    @wraps(service)
    def trying(*args: Given.args, **words: Given.kwargs) -> Done:
        return try_again(partial(service, *args, **words))

    return trying
