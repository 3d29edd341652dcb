"""The stores' marks as one process knows them: at most HOST_LOOK_SECONDS old."""

import threading
import time

from django.conf import settings
from django.db import connection

from core.tenancy import in_public

UNCHANGED = 0  # the mark of a store that has never changed
_MOST_STORES = 10_000
_NOTHING_YET = 2**62

# One statement, one snapshot: `horizon` is the oldest transaction that this snapshot could not see the end of.
_LOOK = """
WITH now AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS horizon)
SELECT now.horizon, c.schema_name, c.mark
FROM now LEFT JOIN LATERAL (
    SELECT schema_name, mark FROM public.freshness_storemark WHERE xid >= least(now.horizon, %s)
) AS c ON true
"""
_ONE = "SELECT mark FROM public.freshness_storemark WHERE schema_name = %s"


class Marks:
    """Schema → mark. What committed since the last look was written by a transaction at or after its horizon.

    Where the database does not answer, everything is forgotten and the error goes to the caller.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, int] = {}
        self._horizon = _NOTHING_YET
        self._due = 0.0
        self._looks = 0

    @property
    def is_look_due(self) -> bool:
        """Tell whether the next question asks the database what changed."""
        return time.monotonic() >= self._due

    def find(self, schema_name: str) -> int:
        """Return the store's mark.

        Raises: django.db.Error.
        """
        if time.monotonic() >= self._due:
            self._look()
        mark = self._known.get(schema_name)
        if mark is not None:
            return mark
        looks = self._looks
        with in_public(), connection.cursor() as cursor:
            cursor.execute(_ONE, [schema_name])
            row = cursor.fetchone()
        found = int(row[0]) if row else UNCHANGED
        with self._lock:
            # A look that came between may have told of a change that this answer did not know.
            if looks == self._looks:
                if len(self._known) >= _MOST_STORES:
                    self._known.clear()
                self._known[schema_name] = found
        return found

    def forget(self) -> None:
        """Forget everything; the next question asks the database."""
        with self._lock:
            self._forget()

    def expire(self) -> None:
        """Let the next question ask what changed."""
        self._due = 0.0

    def _look(self) -> None:
        with self._lock:
            began = time.monotonic()
            if began < self._due:
                return
            try:
                with in_public(), connection.cursor() as cursor:
                    cursor.execute(_LOOK, [self._horizon])
                    rows = cursor.fetchall()
            except BaseException:
                self._forget()
                raise
            self._looks += 1
            horizon = int(rows[0][0])
            # A horizon that went back belongs to another database, restored under the same address.
            if horizon < self._horizon < _NOTHING_YET:
                self._known.clear()
            for _horizon, schema_name, mark in rows:
                if schema_name in self._known:
                    self._known[schema_name] = int(mark)
            self._horizon, self._due = horizon, began + settings.HOST_LOOK_SECONDS

    def _forget(self) -> None:
        self._looks += 1
        self._due = 0.0
        self._horizon = _NOTHING_YET
        self._known.clear()


marks = Marks()
