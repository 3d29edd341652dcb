"""Ranking quality per customer and for a whole method, with a paired bootstrap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.engine.data import Bools, Ints, Sparse
from recsys.engine.topn import EMPTY

Doubles = NDArray[np.float64]
CUT, DEEP_CUT = 10, 20


@dataclass(frozen=True)
class Quality:
    """Hold means over test customers: HR@10, NDCG@10, Recall@20, and the share of the catalog in some top 10."""

    hit_rate_10: float
    ndcg_10: float
    recall_20: float
    coverage_10: float
    n_customers: int


@dataclass(frozen=True)
class Ranked:
    """Hold a method's result: its quality and each test customer's NDCG@10, for paired comparisons."""

    quality: Quality
    ndcg: Doubles


def hits(top: Ints, truth: Sparse) -> Bools:
    """Return where a ranked product stands in the truth (rows x products, nonzero is relevant); same shape as `top`."""
    if top.size == 0 or truth.shape[1] == 0:
        return np.zeros(top.shape, dtype=np.bool_)
    rows = np.repeat(np.arange(top.shape[0]), top.shape[1])
    found = np.asarray(truth.tocsr()[rows, np.maximum(top, 0).ravel()]).reshape(top.shape) != 0
    return np.asarray(found & (top != EMPTY), dtype=np.bool_)


def ndcg_at(found: Bools, n_relevant: Ints, k: int = CUT) -> Doubles:
    """Return binary NDCG@k per row; the ideal list has min(relevant, k) hits (Jarvelin and Kekalainen 2002)."""
    discounts = 1.0 / np.log2(np.arange(2, k + 2))
    gains = found[:, :k] @ discounts[: min(k, found.shape[1])]
    ideal = np.concatenate([[0.0], np.cumsum(discounts)])[np.minimum(n_relevant, k)]
    return np.asarray(np.divide(gains, ideal, out=np.zeros(len(gains)), where=ideal > 0), dtype=np.float64)


def measure(top: Ints, truth: Sparse, *, n_candidates: int) -> Ranked:
    """Measure ranked lists (rows x at least 20 columns) against the truth; rows without any truth do not count."""
    relevant = np.diff(truth.tocsr().indptr).astype(np.int64)
    counted = np.flatnonzero(relevant)
    if not len(counted):
        return Ranked(Quality(0.0, 0.0, 0.0, 0.0, 0), np.zeros(0))
    found = hits(top[counted], truth.tocsr()[counted])
    ndcg = ndcg_at(found, relevant[counted])
    shown = np.unique(top[counted][:, :CUT])
    quality = Quality(
        hit_rate_10=float(found[:, :CUT].any(axis=1).mean()),
        ndcg_10=float(ndcg.mean()),
        recall_20=float((found[:, :DEEP_CUT].sum(axis=1) / relevant[counted]).mean()),
        coverage_10=float((shown != EMPTY).sum() / max(n_candidates, 1)),
        n_customers=len(counted),
    )
    return Ranked(quality, ndcg)


def bootstrap_lower(challenger: Doubles, champion: Doubles, *, seed: int, draws: int = 500) -> float:
    """Return the 2.5 % quantile of the mean difference over resampled customers, relative to the champion's mean."""
    difference = challenger - champion
    base = float(champion.mean()) if len(champion) else 0.0
    if base <= 0:
        return 0.0
    rng = np.random.default_rng(seed)
    means = np.array([difference[rng.integers(0, len(difference), len(difference))].mean() for _ in range(draws)])
    return float(np.quantile(means, 0.025) / base)
