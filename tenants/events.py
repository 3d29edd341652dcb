"""What the other parts may want to know of a store's life."""

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
