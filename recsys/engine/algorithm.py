"""The one interface that every scoring algorithm of the engine has."""

from __future__ import annotations

from typing import Protocol

from recsys.engine.data import Floats, Ints
from recsys.engine.events import Snapshot


class Algorithm(Protocol):
    """Learn from a snapshot, then score every product for any customers."""

    @property
    def name(self) -> str:
        """Return the short name under which weights and reports know it."""
        ...

    def fit(self, snapshot: Snapshot, *, seed: int) -> None:
        """Learn; the same snapshot and seed give the same scores."""
        ...

    def score(self, customers: Ints) -> Floats:
        """Return float32 scores, higher is better, shape (len(customers), products).

        A row depends on its customer alone, not on who else is asked for.
        """
        ...
