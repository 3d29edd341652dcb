"""One ranking out of many scores, with weights chosen on customers set aside for that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from recsys.engine.algorithm import Algorithm
from recsys.engine.data import Bools, Floats, Ints, Sparse, block_rows
from recsys.engine.events import Snapshot
from recsys.engine.metrics import CUT, ndcg_at
from recsys.engine.topn import top_n

POOL = 100
HEAD = 20
GRID = (0.0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.2, 1.8)
PASSES = 2
MIN_GAIN = 0.001


class Task(StrEnum):
    """Name what is ranked: every product, or only those a customer has not bought yet."""

    ALL = "all"
    NEW = "new"


DEFAULT_WEIGHTS: dict[Task, dict[str, float]] = {
    Task.ALL: {
        "repeat": 1.5,
        "repeat_count": 0.4,
        "svd": 0.4,
        "ease": 0.4,
        "cooc": 0.2,
        "content": 0.05,
        "pop3": 0.2,
        "pop7": 0.4,
        "pop30": 0.4,
    },
    Task.NEW: {"svd": 0.4, "ease": 0.4, "cooc": 0.4, "content": 0.4, "pop3": 0.8, "pop7": 0.4, "pop30": 0.2},
}


def blocks(customers: Ints, n_products: int) -> Iterable[Ints]:
    """Yield the customers in parts small enough for dense scores."""
    size = block_rows(n_products)
    return (customers[start : start + size] for start in range(0, len(customers), size))


def excluded(snapshot: Snapshot, customers: Ints, task: Task, candidates: Bools) -> Bools:
    """Return where a product may not be ranked for a customer, shape (len(customers), products)."""
    mask = np.tile(~candidates, (len(customers), 1))
    mask |= snapshot.blocked[customers].toarray() > 0
    if task is Task.NEW:
        mask |= snapshot.counts[customers].toarray() > 0
    return mask


def normalize(scores: Floats, mask: Bools) -> Floats:
    """Divide each row by the mean of its best `HEAD` scores outside the mask, and put 0 inside.

    A single outlier moves that mean less than it would the maximum, which made blends better on validation customers.
    Rows without a positive mean become 0.
    """
    cleaned = np.where(mask, np.float32(0.0), scores)
    width = min(HEAD, cleaned.shape[1])
    if not width:
        return cleaned
    head = np.partition(cleaned, -width, axis=1)[:, -width:].mean(axis=1, keepdims=True)
    scaled: Floats = np.divide(cleaned, head, out=np.zeros_like(cleaned), where=head > 0)
    return scaled


def raw_scores(algorithms: Sequence[Algorithm], customers: Ints) -> dict[str, Floats]:
    """Return each algorithm's scores under its name."""
    return {algorithm.name: algorithm.score(customers) for algorithm in algorithms}


def combine(raw: Mapping[str, Floats], weights: Mapping[str, float], mask: Bools) -> Floats:
    """Return the weighted sum of normalized scores, -inf inside the mask."""
    total = np.zeros(mask.shape, dtype=np.float32)
    for name, weight in weights.items():
        if weight and name in raw:
            total += np.float32(weight) * normalize(raw[name], mask)
    total[mask] = -np.inf
    return total


@dataclass
class Pool:
    """Hold each customer's promising candidates for tuning: features have the shape (rows, width, algorithms).

    `open` tells candidates from padding, `relevant` those in the next basket, `n_relevant` the size of that basket.
    """

    features: Floats
    open: Bools
    relevant: Bools
    n_relevant: Ints


def build_pool(
    algorithms: Sequence[Algorithm], snapshot: Snapshot, customers: Ints, truth: Sparse, task: Task, candidates: Bools
) -> Pool:
    """Keep for each customer the union of every algorithm's best `POOL` candidates."""
    parts = []
    for part in blocks(customers, snapshot.n_products):
        mask = excluded(snapshot, part, task, candidates)
        raw = raw_scores(algorithms, part)
        features = [normalize(raw[algorithm.name], mask) for algorithm in algorithms]
        promising = np.zeros(mask.shape, dtype=np.bool_)
        depth = min(POOL, mask.shape[1])
        for feature in features:
            best = np.argpartition(np.where(mask, -np.inf, feature), -depth, axis=1)[:, -depth:]
            np.put_along_axis(promising, best, True, axis=1)
        promising &= ~mask
        wanted = (truth[part].toarray() > 0) & ~mask
        parts.append(_gather(features, promising, wanted))
    width = max((part.open.shape[1] for part in parts), default=0)
    padded = [_pad(part, width) for part in parts]
    return Pool(*(np.concatenate([getattr(part, name) for part in padded]) for name in Pool.__dataclass_fields__))


def _gather(features: list[Floats], promising: Bools, wanted: Bools) -> Pool:
    rows, columns = np.nonzero(promising)
    sizes = promising.sum(axis=1)
    place = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    shape = (len(promising), int(sizes.max(initial=0)))
    gathered = np.zeros((*shape, len(features)), dtype=np.float32)
    open_places, relevant = np.zeros(shape, dtype=np.bool_), np.zeros(shape, dtype=np.bool_)
    for number, feature in enumerate(features):
        gathered[rows, place, number] = feature[rows, columns]
    open_places[rows, place] = True
    relevant[rows, place] = wanted[rows, columns]
    return Pool(gathered, open_places, relevant, wanted.sum(axis=1).astype(np.int64))


def _pad(pool: Pool, width: int) -> Pool:
    extra = width - pool.open.shape[1]
    sides = ((0, 0), (0, extra))
    return Pool(
        np.pad(pool.features, (*sides, (0, 0))), np.pad(pool.open, sides), np.pad(pool.relevant, sides), pool.n_relevant
    )


def tune(pool: Pool, names: Sequence[str], start: Mapping[str, float]) -> dict[str, float]:
    """Choose weights by coordinate ascent on the mean NDCG@10 of the pool's customers."""
    counted = np.flatnonzero(pool.n_relevant)
    features = np.ascontiguousarray(np.moveaxis(pool.features[counted], 2, 0))
    closed = np.where(pool.open[counted], np.float32(0.0), np.float32(-np.inf))
    relevant, n_relevant = pool.relevant[counted], pool.n_relevant[counted]

    def quality(total: Floats) -> float:
        top = top_n(total, CUT)
        found = np.take_along_axis(relevant, np.maximum(top, 0), axis=1) & (top >= 0)
        return float(ndcg_at(found, n_relevant).mean())

    weights = {name: float(start.get(name, 0.0)) for name in names}
    if not len(counted) or not relevant.size:
        return weights
    total = closed + sum(
        (np.float32(weights[name]) * features[i] for i, name in enumerate(names)), np.zeros_like(closed)
    )
    best = quality(total)
    for _ in range(PASSES):
        before = best
        for i, name in enumerate(names):
            base = total - np.float32(weights[name]) * features[i]
            for value in GRID:
                if value == weights[name]:
                    continue
                trial = base + np.float32(value) * features[i]
                reached = quality(trial)
                if reached > best * (1.0 + MIN_GAIN):
                    best, weights[name], total = reached, value, trial
        if best <= before + 1e-4:
            break
    return weights


def shrink(tuned: Mapping[str, float], start: Mapping[str, float]) -> dict[str, float]:
    """Return the middle between tuned and starting weights, each scaled to a sum of 1.

    A thousand baskets choose eight weights with much noise; the middle is steadier from one training to the next.
    """
    total, before = sum(tuned.values()) or 1.0, sum(start.get(name, 0.0) for name in tuned) or 1.0
    return {name: round((value / total + start.get(name, 0.0) / before) / 2, 4) for name, value in tuned.items()}
