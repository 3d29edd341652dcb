"""Best-sellers and what a customer buys again: the rankings that a model has to beat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.engine.data import Bools, Floats, Ints, Sparse
from recsys.engine.events import Snapshot
from recsys.engine.topn import EMPTY, take_scores, top_n

WINDOWS: tuple[tuple[str, float | None], ...] = (("all", None), ("3d", 3.0), ("7d", 7.0), ("30d", 30.0))


class Popularity:
    """Score every customer alike by the orders that hold a product, old ones halving every `half_life` days."""

    def __init__(self, half_life: float | None) -> None:
        self.half_life = half_life
        self.values: Floats = np.zeros(0, dtype=np.float32)

    @property
    def name(self) -> str:
        """Return pop, or pop3 for a half-life of three days."""
        return "pop" if self.half_life is None else f"pop{self.half_life:g}"

    def fit(self, snapshot: Snapshot, *, seed: int) -> None:
        """Count."""
        self.values = snapshot.popularity(self.half_life)

    def score(self, customers: Ints) -> Floats:
        """Return the same row for everyone."""
        return np.tile(self.values, (len(customers), 1))


class Repeat:
    """Score products by how often the customer bought them, old baskets halving every `half_life` days."""

    def __init__(self, half_life: float | None) -> None:
        self.half_life = half_life

    @property
    def name(self) -> str:
        """Return repeat_count without a half-life, else repeat."""
        return "repeat_count" if self.half_life is None else "repeat"

    def fit(self, snapshot: Snapshot, *, seed: int) -> None:
        """Count."""
        self.matrix: Sparse = snapshot.purchases(self.half_life)

    def score(self, customers: Ints) -> Floats:
        """Return the (decayed) number of baskets."""
        return np.asarray(self.matrix[customers].toarray(), dtype=np.float32)


class PersonalFrequency:
    """Score by the customer's own number of baskets, and fill up with recent best-sellers: a hard baseline."""

    name = "personal"

    def __init__(self, half_life: float = 7.0) -> None:
        self.repeat, self.popularity = Repeat(None), Popularity(half_life)

    def fit(self, snapshot: Snapshot, *, seed: int) -> None:
        """Count both."""
        self.repeat.fit(snapshot, seed=seed)
        self.popularity.fit(snapshot, seed=seed)

    def score(self, customers: Ints) -> Floats:
        """Return baskets plus a popularity below one half, which only breaks ties."""
        popular = self.popularity.values
        top = max(float(popular.max(initial=0.0)), 1e-12)
        return self.repeat.score(customers) + (popular / (2.0 * top)).astype(np.float32)[None, :]


@dataclass(frozen=True)
class Ranking:
    """Hold one ranked list in codes with its scores."""

    codes: Ints
    scores: Floats


def newness(snapshot: Snapshot) -> Floats:
    """Return 0 to 1 per product, 1 for the newest by creation time, ties by the higher id."""
    created = snapshot.log.catalog.created.astype(np.int64)
    order = np.lexsort((np.arange(len(created)), created))
    ranks = np.zeros(len(created), dtype=np.float32)
    ranks[order] = np.arange(1, len(created) + 1, dtype=np.float32) / max(len(created), 1)
    return ranks


def trending(snapshot: Snapshot, available: Bools, n: int) -> dict[str, Ranking]:
    """Rank the available products for each window; unsold ones follow, newest first, with a score of 0."""
    fresh = newness(snapshot)
    lists = {}
    for window, half_life in WINDOWS:
        sold = snapshot.popularity(half_life).astype(np.float64)
        # best-sellers count from 1 up, unsold products stay within 0 to 1 by how new they are
        scores = np.where(sold > 0, 1.0 + sold, fresh)
        scores[~available] = -np.inf
        top = top_n(scores[None, :], n)
        codes = top[0][top[0] != EMPTY]
        lists[window] = Ranking(codes, take_scores(sold[None, :], codes[None, :])[0])
    return lists
