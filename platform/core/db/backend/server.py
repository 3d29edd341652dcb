"""What the server at the other end must be: one that says where a session stands, with nobody between who shares sessions."""

from typing import Any

import psycopg
from django.db.utils import NotSupportedError

from core.db.backend.cursors import reported_path


class ServerRefused(NotSupportedError):
    """Stores could not be kept apart on this server; the message says what to change. Nothing was read or written."""


def refuse_unfit(session: Any) -> None:
    """Look at a new session.

    A pooler answers with a number of its own for the process, and hands one session's transactions to several: what it told
    of the path is then another session's.
    Raises: ServerRefused.
    """
    if reported_path(session) is None:
        raise ServerRefused(
            f"PostgreSQL {_version(session)} does not tell its search_path, or a pooler keeps it back: DATABASE_URL has to name a "
            "PostgreSQL 18 or later (or Citus 12 or later) itself. Nothing was changed."
        )
    row = psycopg.Cursor(session).execute("SELECT pg_backend_pid()").fetchone()
    if row is None or row[0] != session.pgconn.backend_pid:
        raise ServerRefused(
            "A pooler stands between Shopstead and PostgreSQL (it says another process than the server does). Poolers share "
            "sessions, and one store could be answered in another's: DATABASE_URL has to name PostgreSQL itself. "
            "Nothing was changed."
        )


def _version(session: Any) -> str:
    return f"{session.info.server_version // 10000}"
