"""Which store answers on a host name: remembered in the process for as long as the database says that nothing changed."""

import re
import threading
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection

from core.tenancy import in_public
from tenants.models import Tenant
from tenants.selectors import find_tenant_by_host

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?", re.ASCII)
# Host names that strangers made up must not push out those of stores.
_MOST_UNKNOWN = 1000
# Beyond this many changes between two looks it is cheaper to start anew.
_MOST_CHANGES = 5000
_NOTHING_YET = 2**62

# One statement, one snapshot: `horizon` is the oldest transaction that this snapshot could not see the end of.
_LOOK = """
WITH now AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS horizon)
SELECT now.horizon, c.id, c.tenant_id, c.host
FROM now LEFT JOIN LATERAL (
    SELECT id, tenant_id, host FROM public.domains_hostchange WHERE xid >= least(now.horizon, %s) LIMIT %s
) AS c ON true
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A store or a host that is not what it was; with neither, everything is to be asked again."""

    id: int
    tenant_id: int | None
    host: str | None


def canonical_host(raw: str) -> str | None:
    """Return the Host header in lower case without its port, or None when it is no plain host name."""
    if not raw.isascii():  # lower() would make plain letters of some others
        return None
    name, colon, port = raw.lower().partition(":")
    if colon and not port.isdigit():
        return None
    return name if _HOST.fullmatch(name) else None


class HostMap:
    """Host name → store, for one process and all its threads; at most HOST_MAP_ENTRIES hosts.

    An entry is valid until its store or its host changes. Every HOST_LOOK_SECONDS the next request asks the database once what
    changed (`tenants.domains.HostChange`); the others of that moment wait for its answer. The question names the horizon of
    the last answer: whatever committed since then was written by a transaction at or after it. Where the database does not
    answer, all entries are forgotten and the error goes to the caller: nobody is served by memory alone.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stores: dict[str, Tenant] = {}
        self._unknown: dict[str, None] = {}
        self._horizon = _NOTHING_YET
        self._applied: frozenset[int] = frozenset()
        self._look_due = 0.0
        self._looks = 0

    def find(self, host: str) -> Tenant | None:
        """Return the store of this canonical host, in whatever state it is, or None.

        Raises: django.db.Error.
        """
        if time.monotonic() >= self._look_due:
            self._look()
        tenant = self._stores.get(host)
        if tenant is not None:
            return tenant
        if host in self._unknown:
            return None
        looks = self._looks
        tenant = find_tenant_by_host(host)
        with self._lock:
            # A look that came between may have told of a change that this answer did not know.
            if looks == self._looks:
                self._remember(host, tenant)
        return tenant

    def forget(self) -> None:
        """Forget everything."""
        with self._lock:
            self._forget()

    def expire(self) -> None:
        """Let the next request ask what changed."""
        self._look_due = 0.0

    def __len__(self) -> int:
        return len(self._stores) + len(self._unknown)

    def _look(self) -> None:
        with self._lock:
            began = time.monotonic()
            if began < self._look_due:
                return
            try:
                horizon, changes = _read_changes(since=self._horizon)
            except BaseException:
                self._forget()
                raise
            self._looks += 1
            # A horizon that went back belongs to another database, restored under the same address.
            if horizon < self._horizon < _NOTHING_YET or len(changes) >= _MOST_CHANGES:
                self._forget()
            self._apply([change for change in changes if change.id not in self._applied])
            self._horizon, self._applied = horizon, frozenset(change.id for change in changes)
            self._look_due = began + settings.HOST_LOOK_SECONDS

    def _apply(self, changes: list[Change]) -> None:
        if any(change.tenant_id is None and change.host is None for change in changes):
            self._forget()
        tenants = {change.tenant_id for change in changes}
        hosts = {change.host for change in changes}
        if changes:
            hosts |= {host for host, tenant in self._stores.items() if tenant.pk in tenants}
        for host in hosts:
            self._stores.pop(host, None)  # type: ignore[arg-type]
            self._unknown.pop(host, None)  # type: ignore[arg-type]

    def _remember(self, host: str, tenant: Tenant | None) -> None:
        if tenant is None:
            _make_room(self._unknown, _MOST_UNKNOWN)
            self._unknown[host] = None
        else:
            _make_room(self._stores, settings.HOST_MAP_ENTRIES)
            self._stores[host] = tenant

    def _forget(self) -> None:
        self._looks += 1
        self._look_due = 0.0
        self._horizon, self._applied = _NOTHING_YET, frozenset()
        self._stores.clear()
        self._unknown.clear()


def _make_room(entries: dict[str, Any], most: int) -> None:
    while len(entries) >= most:
        del entries[next(iter(entries))]


def _read_changes(*, since: int) -> tuple[int, list[Change]]:
    with in_public(), connection.cursor() as cursor:
        cursor.execute(_LOOK, [since, _MOST_CHANGES])
        rows = cursor.fetchall()
    return rows[0][0], [Change(*row[1:]) for row in rows if row[1] is not None]


_map = HostMap()
find_tenant = _map.find
forget_hosts = _map.forget
see_changes = _map.expire
