"""The pages all processes share, in the Valkey or Redis of CACHE_URL; one that does not answer is left alone for a while."""

import hashlib
import json
import logging
import threading
import time
from typing import Any

from redis import ConnectionPool

from shopstead.page_cache.build import build_id
from shopstead.page_cache.entries import Page
from shopstead.page_cache.memory import Edition, Key
from tenants.models import Tenant

KEEP_SECONDS = 600
REST_SECONDS = 10.0
PATIENCE_SECONDS = 1.0
SCHEMES = ("redis://", "rediss://", "unix://")

Command = tuple[str | bytes | int, ...]

logger = logging.getLogger(__name__)


class Shared:
    """Pages by edition and key; editions are never the same twice, so nothing has to be deleted.

    `address` is CACHE_URL; a cache of another kind keeps no pages, and each process makes its own.
    """

    def __init__(self, address: str) -> None:
        self._address = address if address.startswith(SCHEMES) else ""
        self._resting_until = 0.0
        self._of_thread = threading.local()

    def find(self, tenant: Tenant, edition: Edition, key: Key) -> Page | None:
        """Return the page, or None; what is there and is none of ours is made anew."""
        kept = self._send(("GET", _name(tenant, edition, key)))
        if not kept:
            return None
        try:
            return _read(kept)
        except (TypeError, ValueError):
            logger.warning("the shared page cache holds something that is no page", exc_info=True)
            return None

    def keep(self, tenant: Tenant, edition: Edition, key: Key, page: Page) -> None:
        """Keep the page for the other processes; nobody waits for it, nor hears of it where there was no room."""
        seconds = min(KEEP_SECONDS, int(page.until - time.time()))
        if seconds >= 1:
            kept = ("SET", _name(tenant, edition, key), _write(page), "EX", seconds)
            self._send(("CLIENT", "REPLY", "SKIP"), kept, is_answered=False)

    def _send(self, *commands: Command, is_answered: bool = True) -> Any:
        """Send commands over the thread's own connection and return the answer; None where there is no cache that answers.

        What the library's client does around a command costs three times as much as the command, at each page that is made.
        """
        if not self._address or time.monotonic() < self._resting_until:
            return None
        try:
            connection = self._connection()
            connection.send_packed_command(connection.pack_commands(commands))
            return connection.read_response() if is_answered else None
        except Exception:
            # Whatever the library raised: pages are made without the cache.
            logger.warning("the shared page cache does not answer; left alone for %s s", REST_SECONDS, exc_info=True)
            self._resting_until = time.monotonic() + REST_SECONDS
            self._of_thread.__dict__.clear()
            return None

    def _connection(self) -> Any:
        known = getattr(self._of_thread, "connection", None)
        if known is None:
            limits = {"socket_timeout": PATIENCE_SECONDS, "socket_connect_timeout": PATIENCE_SECONDS}
            known = self._of_thread.connection = ConnectionPool.from_url(self._address, **limits).make_connection()
        return known


def _name(tenant: Tenant, edition: Edition, key: Key) -> str:
    """Return the name, with the schema in front as all that is cached of a store (`core.cache`)."""
    told = "\n".join((build_id(), edition[0], str(edition[1]), *key))
    return f"{tenant.schema_name}:page:{hashlib.blake2b(told.encode(), digest_size=20).hexdigest()}"


def _write(page: Page) -> bytes:
    return json.dumps([page.tag, page.headers, page.until]).encode() + b"\n" + page.packed


def _read(kept: bytes) -> Page:
    head, _mark, packed = kept.partition(b"\n")
    tag, headers, until = json.loads(head)
    return Page(packed, tag, tuple((name, value) for name, value in headers), until)
