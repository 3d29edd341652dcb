"""Keep everything the sandbox knows in one SQLite file that survives a killed process."""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from integrations.stripe.sandbox.errors import Obj

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, account TEXT NOT NULL, type TEXT NOT NULL,
    created INTEGER NOT NULL, due INTEGER, json TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS objects_by_type ON objects (account, type, seq);
CREATE INDEX IF NOT EXISTS objects_by_due ON objects (due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_by_customer ON objects (account, type, json_extract(json, '$.customer'));
CREATE INDEX IF NOT EXISTS objects_by_intent ON objects (account, type, json_extract(json, '$.payment_intent'));
CREATE TABLE IF NOT EXISTS idempotency (
    account TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, status INTEGER, body TEXT,
    created INTEGER NOT NULL, PRIMARY KEY (account, key));
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, type TEXT NOT NULL, endpoint TEXT NOT NULL,
    url TEXT NOT NULL, status TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, next_at REAL NOT NULL,
    last_status INTEGER, last_error TEXT, created REAL NOT NULL);
CREATE INDEX IF NOT EXISTS deliveries_by_status ON deliveries (status, next_at);
CREATE INDEX IF NOT EXISTS deliveries_by_event ON deliveries (event);
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
FILTERS = frozenset(
    [
        "active",
        "charge",
        "collection_method",
        "currency",
        "customer",
        "email",
        "invoice",
        "lookup_key",
        "payment_intent",
        "price",
        "product",
        "status",
        "subscription",
        "type",
    ]
)


@dataclass(frozen=True)
class SavedAnswer:
    """What an idempotency key was first used for; `status` is None while that request runs."""

    fingerprint: str
    status: int | None
    body: str | None


class Store:
    """Read and write objects, deliveries, idempotency keys and settings; all writes go through `transaction()`."""

    def __init__(self, path: Path | str) -> None:
        self.lock = threading.RLock()
        self.depth = 0
        self.db = sqlite3.connect(str(path), check_same_thread=False, isolation_level=None, timeout=30)
        self.db.row_factory = sqlite3.Row
        with self.lock:
            self.db.execute("PRAGMA journal_mode=WAL")
            self.db.execute("PRAGMA synchronous=NORMAL")
            self.db.executescript(SCHEMA)
            self.db.execute("DELETE FROM idempotency WHERE status IS NULL")

    def close(self) -> None:
        """Close the file; later use raises sqlite3.ProgrammingError."""
        with self.lock:
            self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the lock and commit at the end, or roll back when an exception leaves; nested use joins in."""
        with self.lock:
            if self.depth:
                yield
                return
            self.db.execute("BEGIN IMMEDIATE")
            self.depth = 1
            try:
                yield
            except BaseException:
                self.db.execute("ROLLBACK")
                raise
            else:
                self.db.execute("COMMIT")
            finally:
                self.depth = 0

    @contextmanager
    def savepoint(self) -> Iterator[Callable[[], None]]:
        """Give a function that takes back all that was written since; an exception takes it back too."""
        with self.lock:
            self.db.execute("SAVEPOINT request")

            def rollback() -> None:
                self.db.execute("ROLLBACK TO request")

            try:
                yield rollback
            except BaseException:
                rollback()
                raise
            finally:
                self.db.execute("RELEASE request")

    def _rows(self, sql: str, *args: Any) -> list[sqlite3.Row]:
        with self.lock:
            return self.db.execute(sql, args).fetchall()

    def find(self, object_id: str, account: str) -> Obj | None:
        """Return an object of an account."""
        rows = self._rows("SELECT json FROM objects WHERE id = ? AND account = ?", object_id, account)
        return json.loads(rows[0]["json"]) if rows else None

    def find_anywhere(self, object_id: str) -> tuple[Obj, str] | None:
        """Return an object with its account, whichever account that is."""
        rows = self._rows("SELECT json, account FROM objects WHERE id = ?", object_id)
        return (json.loads(rows[0]["json"]), rows[0]["account"]) if rows else None

    def put(self, obj: Obj, account: str, due: int | None = None) -> None:
        """Insert or replace an object; `due` is when the clock has to look at it again."""
        with self.lock:
            self.db.execute(
                "INSERT INTO objects (id, account, type, created, due, json) VALUES (?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET json = excluded.json, due = excluded.due",
                (obj["id"], account, obj["object"], obj.get("created") or 0, due, json.dumps(obj)),
            )

    def delete(self, object_id: str, account: str) -> None:
        """Remove an object."""
        with self.lock:
            self.db.execute("DELETE FROM objects WHERE id = ? AND account = ?", (object_id, account))

    def page(
        self,
        kind: str,
        account: str,
        *,
        equal: dict[str, Any] | None = None,
        created: dict[str, int] | None = None,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> tuple[list[Obj], bool]:
        """Return objects of a type, newest first, and whether more follow."""
        where, args = ["account = ?", "type = ?", "json_extract(json, '$.deleted') IS NULL"], [account, kind]
        for key, value in (equal or {}).items():
            if key not in FILTERS:
                raise KeyError(key)
            where.append(f"json_extract(json, '$.{key}') = ?")
            args.append(value)
        for operator, moment in (created or {}).items():
            where.append(f"created {({'gt': '>', 'gte': '>=', 'lt': '<', 'lte': '<='})[operator]} ?")
            args.append(str(moment))
        order = "DESC"
        for cursor, sign in ((after, "<"), (before, ">")):
            if cursor:
                where.append(f"seq {sign} (SELECT seq FROM objects WHERE id = ?)")  # noqa: S608 - a fixed sign
                args.append(cursor)
                order = "DESC" if sign == "<" else "ASC"
        sql = f"SELECT json FROM objects WHERE {' AND '.join(where)} ORDER BY seq {order} LIMIT ?"  # noqa: S608 - fixed words
        rows = self._rows(sql, *args, -1 if limit is None else limit + 1)
        found = [json.loads(row["json"]) for row in rows]
        has_more = limit is not None and len(found) > limit
        found = found[:limit] if limit is not None else found
        return (found[::-1] if order == "ASC" else found), has_more

    def all(self, kind: str, account: str, **equal: Any) -> list[Obj]:
        """Return every object of a type whose fields equal the given values, newest first."""
        return self.page(kind, account, equal=equal)[0]

    def next_due(self, until: int) -> tuple[Obj, str, int] | None:
        """Return the object that is due first, not later than `until`, with its account and moment."""
        rows = self._rows(
            "SELECT json, account, due FROM objects WHERE due IS NOT NULL AND due <= ? ORDER BY due, seq LIMIT 1", until
        )
        return (json.loads(rows[0]["json"]), rows[0]["account"], rows[0]["due"]) if rows else None

    def meta(self, key: str, default: Any = None) -> Any:
        """Return a setting."""
        rows = self._rows("SELECT value FROM meta WHERE key = ?", key)
        return json.loads(rows[0]["value"]) if rows else default

    def set_meta(self, key: str, value: Any) -> None:
        """Write a setting."""
        with self.lock:
            self.db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, json.dumps(value)))

    def claim_key(self, account: str, key: str, fingerprint: str, now: int) -> SavedAnswer | None:
        """Reserve an idempotency key; return what it was used for where it is already taken."""
        with self.transaction():
            self.db.execute("DELETE FROM idempotency WHERE created <= ?", (now - 24 * 3600,))
            rows = self._rows(
                "SELECT fingerprint, status, body FROM idempotency WHERE account = ? AND key = ?", account, key
            )
            if rows:
                return SavedAnswer(rows[0]["fingerprint"], rows[0]["status"], rows[0]["body"])
            self.db.execute(
                "INSERT INTO idempotency (account, key, fingerprint, created) VALUES (?, ?, ?, ?)",
                (account, key, fingerprint, now),
            )
            return None

    def save_answer(self, account: str, key: str, status: int, body: str) -> None:
        """Keep the answer that later uses of the key replay."""
        with self.lock:
            self.db.execute(
                "UPDATE idempotency SET status = ?, body = ? WHERE account = ? AND key = ?",
                (status, body, account, key),
            )

    def release_key(self, account: str, key: str) -> None:
        """Forget a key whose request was refused before it did anything."""
        with self.lock:
            self.db.execute("DELETE FROM idempotency WHERE account = ? AND key = ?", (account, key))

    def add_delivery(self, event: Obj, endpoint: Obj, now: float) -> None:
        """Queue an event for an endpoint."""
        with self.lock:
            self.db.execute(
                "INSERT INTO deliveries (event, type, endpoint, url, status, next_at, created) "
                "VALUES (?, ?, ?, ?, 'pending', ?, ?)",
                (event["id"], event["type"], endpoint["id"], endpoint["url"], now, now),
            )

    def due_deliveries(self, now: float, limit: int) -> list[Obj]:
        """Return pending deliveries whose time has come, oldest first."""
        rows = self._rows(
            "SELECT * FROM deliveries WHERE status = 'pending' AND next_at <= ? ORDER BY id LIMIT ?", now, limit
        )
        return [dict(row) for row in rows]

    def update_delivery(self, delivery_id: int, **fields: Any) -> None:
        """Write the outcome of a try."""
        names = ", ".join(f"{name} = ?" for name in fields)
        with self.lock:
            sql = f"UPDATE deliveries SET {names} WHERE id = ?"  # noqa: S608 - keyword names
            self.db.execute(sql, (*fields.values(), delivery_id))

    def resume_deliveries(self, now: float) -> None:
        """Make all that is still pending due at once, as after a restart."""
        with self.lock:
            self.db.execute("UPDATE deliveries SET next_at = ? WHERE status = 'pending'", (now,))

    def retry_deliveries(self, now: float) -> int:
        """Queue all that was not delivered again, at once; return how many."""
        with self.lock:
            return self.db.execute(
                "UPDATE deliveries SET status = 'pending', next_at = ? WHERE status != 'delivered'", (now,)
            ).rowcount

    def deliveries(self) -> list[Obj]:
        """Return all deliveries, oldest first."""
        return [dict(row) for row in self._rows("SELECT * FROM deliveries ORDER BY id")]

    def pending_webhooks(self, event_id: str) -> int:
        """Return how many endpoints still wait for an event."""
        rows = self._rows("SELECT count(*) AS n FROM deliveries WHERE event = ? AND status = 'pending'", event_id)
        return int(rows[0]["n"])
