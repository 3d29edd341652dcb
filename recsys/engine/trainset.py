"""From purchases to the explicit ratings that a rating model can learn a ranking from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.engine.data import Floats, Ints
from recsys.engine.events import Snapshot

MAX_RATING = 3.0


@dataclass(frozen=True)
class RatingTable:
    """Hold ratings in codes, grouped by ascending user: `users`, `items` and `ratings` have one length."""

    users: Ints
    items: Ints
    ratings: Floats
    n_users: int
    n_items: int


def build_ratings(snapshot: Snapshot, *, seed: int, ratio: int, popularity_power: float, max_pairs: int) -> RatingTable:
    """Rate what customers bought 1 to 3 by how often, and sampled products they never bought 0.

    A positive is min(1 + log2(baskets) / 2, 3); per positive `ratio` negatives are drawn with a chance that grows with
    the product's popularity to `popularity_power`. Beyond `max_pairs` positives only the most recent count, which
    bounds time and memory.
    """
    counts = snapshot.counts.tocoo()
    users, items = counts.row.astype(np.int64), counts.col.astype(np.int64)
    times_bought = counts.data
    rng = np.random.default_rng(seed)
    positive_keys = users * max(snapshot.n_products, 1) + items
    if len(users) > max_pairs:
        recent = np.sort(np.argsort(-snapshot.last_bought, kind="stable")[:max_pairs])
        users, items, times_bought = users[recent], items[recent], times_bought[recent]
    ratings = np.minimum(1.0 + 0.5 * np.log2(np.maximum(times_bought, 1.0)), MAX_RATING)
    popularity = np.bincount(items, minlength=snapshot.n_products).astype(np.float64) ** popularity_power
    popularity[np.bincount(items, minlength=snapshot.n_products) == 0] = 0.0
    if len(users):
        drawn = rng.choice(snapshot.n_products, size=len(users) * ratio, p=popularity / popularity.sum())
        keys = np.unique(np.repeat(users, ratio) * snapshot.n_products + drawn)
        keys = keys[~np.isin(keys, positive_keys)]
    else:
        keys = np.zeros(0, dtype=np.int64)
    all_users = np.concatenate([users, keys // max(snapshot.n_products, 1)])
    all_items = np.concatenate([items, keys % max(snapshot.n_products, 1)])
    all_ratings = np.concatenate([ratings, np.zeros(len(keys))])
    shuffled = rng.permutation(len(all_users))
    order = shuffled[np.argsort(all_users[shuffled], kind="stable")]
    return RatingTable(
        users=all_users[order],
        items=all_items[order],
        ratings=all_ratings[order].astype(np.float32),
        n_users=snapshot.n_customers,
        n_items=snapshot.n_products,
    )
