"""One training of a store at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.utils.translation import gettext_lazy as _

from core.tenancy import current_schema
from recsys.serving.errors import TrainingRunning

SPACE = "recsys.serving.train"


@contextmanager
def hold_training() -> Iterator[None]:
    """Hold the current store's training lock; the server frees it when the connection is lost.

    It belongs to the connection and not to a transaction: no transaction may stay open as long as a training takes.
    Raises: TrainingRunning.
    """
    key = f"{SPACE}:{current_schema()}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [key])
        (taken,) = cursor.fetchone()
    if not taken:
        raise TrainingRunning(_("Recommendations are being trained already. Wait until that has ended."))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [key])
