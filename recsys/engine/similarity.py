"""Which products go with which: by customers, by baskets, and by text where too few bought them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recsys.engine.content import ContentIndex
from recsys.engine.data import Bools, Floats, Ints, Sparse, block_rows
from recsys.engine.events import Snapshot
from recsys.engine.topn import EMPTY, take_scores, top_n

MAX_BASKET = 400
COOC_SHARE, CONTENT_SHARE = 0.7, 0.3
SHRINK = 20.0
MIN_SUPPORT = 3
POPULARITY_DAMPING = 0.3


def cooccurrence_blocks(matrix: Sparse) -> Iterator[tuple[Ints, Floats]]:
    """Yield product codes and, for each, in how many rows of a binary matrix it meets every product, block by block."""
    columns = matrix.tocsc()
    transposed = columns.T.tocsr()
    rows = matrix.tocsr()
    size = block_rows(matrix.shape[1])
    for start in range(0, matrix.shape[1], size):
        codes = np.arange(start, min(start + size, matrix.shape[1]))
        yield codes, (transposed[codes] @ rows).toarray().astype(np.float32)


def damped_cosine(together: Floats, totals: Floats, codes: Ints, shrink: float) -> Floats:
    """Return co-occurrence cosines, pulled towards 0 where few customers speak for them."""
    norm = np.sqrt(np.maximum(totals[codes][:, None] * totals[None, :], 1.0))
    damped: Floats = together / norm * (together / (together + np.float32(shrink)))
    return damped


def cosine_neighbors(matrix: Sparse, *, shrink: float, neighbors: int) -> Sparse:
    """Return a sparse products x products matrix with each column's strongest damped cosines."""
    binary = matrix.sign().astype(np.float32)
    totals = np.asarray(binary.sum(axis=0), dtype=np.float32).ravel()
    n_products = binary.shape[1]
    rows, columns, values = [], [], []
    for codes, together in cooccurrence_blocks(binary):
        scores = damped_cosine(together, totals, codes, shrink)
        scores[np.arange(len(codes)), codes] = -np.inf
        scores[scores <= 0] = -np.inf
        top = top_n(scores, neighbors)
        place = np.nonzero(top != EMPTY)
        rows.append(top[place])
        columns.append(codes[place[0]])
        values.append(scores[place[0], top[place]])
    if not rows:
        return sparse.csr_matrix((n_products, n_products), dtype=np.float32)
    return sparse.csr_matrix(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(n_products, n_products)
    )


@dataclass(frozen=True)
class NeighborTable:
    """Hold each product's ranked neighbors in codes: `codes`, `scores`, `counts` have shape (products, n).

    `counts` says how many customers (similar) or orders (bought together) hold both; 0 means text alone speaks for it.
    """

    codes: Ints
    scores: Floats
    counts: Ints


def similar_products(snapshot: Snapshot, content: ContentIndex, available: Bools, n: int) -> NeighborTable:
    """Rank for each product the available ones bought by the same customers or described alike."""
    binary = snapshot.counts.sign()
    totals = np.asarray(binary.sum(axis=0), dtype=np.float32).ravel()
    parts = []
    for codes, together in cooccurrence_blocks(binary):
        scores = COOC_SHARE * damped_cosine(together, totals, codes, SHRINK)
        scores += CONTENT_SHARE * content.similarity(codes)
        parts.append(_pick(codes, scores, together, available, n))
    return _join(parts, n)


def bought_together(snapshot: Snapshot, content: ContentIndex, available: Bools, n: int) -> NeighborTable:
    """Rank for each product the available ones from the same orders, then, below the support of three, by text.

    The score is orders in common / (the other's orders)^0.3: nearly as exact as raw counts, but shows more products.
    """
    baskets = snapshot.baskets
    sizes = np.asarray(baskets.sum(axis=1)).ravel()
    # a bulk order of hundreds of products says little about pairs and costs the square of its size
    baskets = baskets[np.flatnonzero((sizes > 1) & (sizes <= MAX_BASKET))]
    totals = np.asarray(baskets.sum(axis=0), dtype=np.float32).ravel()
    damping = np.maximum(totals, 1.0) ** POPULARITY_DAMPING
    parts = []
    for codes, together in cooccurrence_blocks(baskets):
        scores = np.where(together >= MIN_SUPPORT, 1.0 + together / damping[None, :], 0.0).astype(np.float32)
        # a cosine is at most 1, so text only ranks what stands below the support
        by_text = np.minimum(content.similarity(codes), 1.0)
        scores = np.where(scores > 0, scores, by_text)
        parts.append(_pick(codes, scores, together, available, n))
    return _join(parts, n)


def _pick(codes: Ints, scores: Floats, together: Floats, available: Bools, n: int) -> NeighborTable:
    scores[np.arange(len(codes)), codes] = -np.inf
    scores[:, ~available] = -np.inf
    scores[scores <= 0] = -np.inf
    top = top_n(scores, n)
    return NeighborTable(top, take_scores(scores, top), take_scores(together, top).astype(np.int64))


def _join(parts: list[NeighborTable], n: int) -> NeighborTable:
    if not parts:
        return NeighborTable(np.zeros((0, n), np.int64), np.zeros((0, n), np.float32), np.zeros((0, n), np.int64))
    return NeighborTable(
        codes=np.concatenate([part.codes for part in parts]),
        scores=np.concatenate([part.scores for part in parts]),
        counts=np.concatenate([part.counts for part in parts]),
    )
