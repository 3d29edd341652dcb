"""Sessions that live where they belong: a store's in its schema, the platform's in public."""

from datetime import datetime

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.base_session import AbstractBaseSession

from core.tenancy import current_schema, is_public


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


def remove_expired_sessions(*, now: datetime) -> int:
    """Delete the sessions of the schema one stands in that have run out, and return how many."""
    removed, _ = _session_model()._default_manager.filter(expire_date__lt=now).delete()
    return removed


def _session_model() -> type[AbstractBaseSession]:
    return apps.get_model(settings.PLATFORM_SESSION_MODEL if is_public() else settings.STORE_SESSION_MODEL)
