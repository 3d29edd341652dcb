"""Sessions that live where they belong: a store's in its schema, the platform's in public."""

import string
from datetime import datetime
from types import SimpleNamespace

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.utils import timezone
from django.utils.crypto import get_random_string

from core.db.prepared import prepared_cursor
from core.tenancy import current_schema, is_public

KEY_LENGTH = 32
_LETTERS = string.ascii_lowercase + string.digits


class SessionElsewhere(RuntimeError):
    """A session of one store was read or saved while the connection stood in another."""


class SessionStore(DatabaseSessionStore):
    """A database session whose table is chosen by the schema the request came in on.

    A cookie of one store finds no row in another store's table, so it means nothing there. The choice is made once.
    Raises: SessionElsewhere when it is read or saved from another schema later.
    """

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._schema = current_schema()
        self._model = _session_model()

    @property
    def model(self) -> type[AbstractBaseSession]:
        if current_schema() != self._schema:
            raise SessionElsewhere(f"a session of {self._schema} in {current_schema()}")
        return self._model

    def _get_session_from_db(self) -> SimpleNamespace | None:
        """Return the row's data as Django does, by a statement that is planned once: every request of a visitor asks it."""
        statement = (
            f"SELECT session_data FROM {self.model._meta.db_table} WHERE session_key = %s::text AND expire_date > %s"  # noqa: S608
        )
        with prepared_cursor() as cursor:
            cursor.execute(statement, [self.session_key, timezone.now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return None
        return SimpleNamespace(session_data=row[0])

    def _get_new_session_key(self) -> str:
        """Return a key that nobody has: if ever there were two, the table would refuse the second."""
        return get_random_string(KEY_LENGTH, _LETTERS)


def remove_expired_sessions(*, now: datetime) -> int:
    """Delete the sessions of the schema one stands in that have run out, and return how many."""
    removed, _ = _session_model()._default_manager.filter(expire_date__lt=now).delete()
    return removed


def _session_model() -> type[AbstractBaseSession]:
    return apps.get_model(settings.PLATFORM_SESSION_MODEL if is_public() else settings.STORE_SESSION_MODEL)
