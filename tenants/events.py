"""What the other parts may want to know of a store's life."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class TenantSeeding:
    """A new store's schema stands and the connection is inside it: furnish it, in the same transaction."""

    tenant: Any
    now: datetime


@dataclass(frozen=True, slots=True)
class TenantProvisioned:
    """A store is ready; the connection is on the platform's schema."""

    tenant: Any
    now: datetime


@dataclass(frozen=True, slots=True)
class TenantOpening:
    """A store that was closed is about to be served again; an error keeps it closed. No transaction is open yet."""

    tenant: Any
    now: datetime


@dataclass(frozen=True, slots=True)
class AddressWanted:
    """Somebody wants this address name; raise AddressTaken to keep it from them."""

    slug: str
    now: datetime


@dataclass(frozen=True, slots=True)
class ArchiveCollecting:
    """A store is being archived: add your public rows about it, as {name: rows of plain values}; no secrets."""

    tenant: Any
    rows: dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class StoreCopied:
    """A copy of a store's rows stands under another schema, where the connection is, before anybody can see it.

    End in it what only the original may finish, such as open payments, and clean what may have been written by a stranger.
    """

    is_sandbox: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class ErasuresDue:
    """A store's rows have come back from somewhere, and the connection is among them: erase again whoever `is_meant` by e-mail."""

    is_meant: Callable[[str], bool]
    now: datetime


@dataclass(frozen=True, slots=True)
class TenantDeleting:
    """A store is closed and will be erased when its grace is over, unless it is kept."""

    tenant: Any
    now: datetime


@dataclass(frozen=True, slots=True)
class TenantKept:
    """A store that was to be deleted is kept."""

    tenant: Any
    now: datetime


@dataclass(frozen=True, slots=True)
class TenantErasing:
    """A store's last hour: let go of what others hold of it. It may come more than once; an error puts it off.

    `erased` takes counts by name, for the tombstone.
    """

    tenant: Any
    erased: dict[str, int]
    now: datetime


@dataclass(frozen=True, slots=True)
class TenantDeleted:
    """A store is gone; only its number is left."""

    tenant_id: int
    now: datetime
