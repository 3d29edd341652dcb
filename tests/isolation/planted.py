"""A store that was filled, and what its rows have in common."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from accounts.models import User
from tenants.models import Tenant

MADE_AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
FAR = datetime(2036, 1, 1, tzinfo=UTC)
SHORTEST_TEXT = 20
# Both stores keep a picture under this name.
PICTURE = "products/abcdefghijkmnpqrstuvwxyz23-800.webp"


@dataclass
class Planted:
    """A store, the word that stands in all its rows, its rows by label, and its secrets by name."""

    tenant: Tenant
    word: str
    owner: User
    rows: dict[str, Any] = field(default_factory=dict)
    secrets: dict[str, Any] = field(default_factory=dict)

    def pk(self, label: str) -> Any:
        return self.rows[label].pk
