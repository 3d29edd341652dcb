"""Ranked lists of all customers and products out of fitted algorithms, computed block by block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys.engine.algorithm import Algorithm
from recsys.engine.blend import Task, blocks, combine, excluded, normalize, raw_scores
from recsys.engine.data import Bools, Floats, Ints, Sparse
from recsys.engine.enums import Slot, Source
from recsys.engine.events import Snapshot
from recsys.engine.popularity import newness, trending
from recsys.engine.results import CustomerTable, ProductTable, TrendingList
from recsys.engine.similarity import NeighborTable
from recsys.engine.topn import EMPTY, take_scores, top_n

SOURCE_OF = {"content": Source.CONTENT, "repeat": Source.REPEAT, "repeat_count": Source.REPEAT}
MODELS = ("svd", "ease", "cooc")
NEWNESS = 1e-6


@dataclass
class _Part:
    products: Ints
    scores: Floats
    sources: Ints
    because: Ints


def customer_tables(
    algorithms: Sequence[Algorithm],
    weights: Mapping[Task, Mapping[str, float]],
    snapshot: Snapshot,
    neighbors: NeighborTable,
    n: int,
) -> dict[Slot, CustomerTable]:
    """Rank for every customer the available products: new ones for `for_you`, bought ones for `buy_again`."""
    log = snapshot.log
    likeness = neighbor_matrix(neighbors, snapshot.n_products)
    fresh = (newness(snapshot) * np.float32(NEWNESS))[None, :]
    parts: dict[Slot, list[_Part]] = {slot: [] for slot in Slot}
    for customers in blocks(np.arange(snapshot.n_customers), snapshot.n_products):
        raw = raw_scores(algorithms, customers)
        for slot in Slot:
            task = Task.NEW if slot is Slot.FOR_YOU else Task.ALL
            mask = excluded(snapshot, customers, task, log.catalog.available)
            if slot is Slot.BUY_AGAIN:
                mask |= snapshot.counts[customers].toarray() <= 0
            total = combine(raw, weights[task], mask) + fresh
            top = top_n(total, n)
            because = _because(snapshot.profile[customers], likeness, top)
            sources = _sources(raw, weights[task], mask, top)
            if slot is Slot.BUY_AGAIN:
                sources[top != EMPTY] = Source.REPEAT
                because[:] = EMPTY
            because[(sources != Source.MODEL) & (sources != Source.CONTENT)] = EMPTY
            parts[slot].append(_Part(top, take_scores(total, top), sources, because))
    return {slot: _table(parts[slot], snapshot, n) for slot in Slot}


def _table(parts: Sequence[_Part], snapshot: Snapshot, n: int) -> CustomerTable:
    def stack(name: str, kind: type[np.generic]) -> NDArray[Any]:
        return np.concatenate([np.zeros((0, n), dtype=kind), *(getattr(part, name) for part in parts)])

    ids = snapshot.log.catalog.products
    return CustomerTable(
        customer_ids=snapshot.log.customer_ids,
        product_ids=to_ids(stack("products", np.int64), ids),
        scores=stack("scores", np.float32),
        sources=stack("sources", np.int64),
        because_ids=to_ids(stack("because", np.int64), ids),
    )


def to_ids(codes: Ints, ids: Ints) -> Ints:
    """Return product ids for codes; empty places stay -1."""
    if not len(ids):
        return np.full(codes.shape, EMPTY, dtype=np.int64)
    return np.where(codes == EMPTY, EMPTY, ids[np.maximum(codes, 0)])


def _sources(raw: Mapping[str, Floats], weights: Mapping[str, float], mask: Bools, top: Ints) -> Ints:
    shares: dict[Source, Floats] = {}
    for name, weight in weights.items():
        if not weight or name not in raw:
            continue
        source = Source.MODEL if name in MODELS else SOURCE_OF.get(name, Source.BEST_SELLER)
        share = np.float32(weight) * take_scores(normalize(raw[name], mask), top)
        shares[source] = shares.get(source, np.zeros(top.shape, dtype=np.float32)) + share
    if not shares:
        return np.full(top.shape, Source.NEWEST, dtype=np.int64)
    kinds = np.array([int(source) for source in shares], dtype=np.int64)
    stacked = np.stack(list(shares.values()))
    return np.where(stacked.max(axis=0) > 0, kinds[stacked.argmax(axis=0)], int(Source.NEWEST))


def neighbor_matrix(neighbors: NeighborTable, n_products: int) -> Sparse:
    """Return the neighbor scores as a sparse products x products matrix."""
    place = np.nonzero(neighbors.codes != EMPTY)
    matrix = sparse.csr_matrix(
        (neighbors.scores[place], (place[0], neighbors.codes[place])), shape=(n_products, n_products)
    )
    matrix.sort_indices()
    return matrix


def _because(profile: Sparse, likeness: Sparse, top: Ints) -> Ints:
    """Return for each listed product the product of the customer's profile that speaks most for it."""
    because = np.full(top.shape, EMPTY, dtype=np.int64)
    owned = np.diff(profile.indptr)
    rows, columns = np.nonzero((top != EMPTY) & (owned[:, None] > 0))
    if not len(rows):
        return because
    sizes = owned[rows]
    starts = np.cumsum(sizes) - sizes
    entry = np.repeat(profile.indptr[rows] - starts, sizes) + np.arange(sizes.sum())
    listed = np.repeat(top[rows, columns], sizes)
    products = profile.indices[entry]
    values = np.asarray(likeness[products, listed]).ravel() * profile.data[entry]
    best = np.maximum.reduceat(values, starts)
    at_best = np.flatnonzero(values == np.repeat(best, sizes))
    # the first of equals in each segment wins
    segment = np.repeat(np.arange(len(rows)), sizes)[at_best]
    _, first = np.unique(segment, return_index=True)
    because[rows, columns] = np.where(best > 0, products[at_best[first]], EMPTY)
    return because


def product_table(snapshot: Snapshot, neighbors: NeighborTable, n: int) -> ProductTable:
    """Return the first n neighbors of every product under their ids."""
    ids = snapshot.log.catalog.products
    return ProductTable(
        product_ids=ids,
        neighbor_ids=to_ids(neighbors.codes[:, :n], ids),
        scores=neighbors.scores[:, :n],
        counts=neighbors.counts[:, :n],
    )


def trending_lists(snapshot: Snapshot, n: int) -> dict[str, TrendingList]:
    """Return the best-sellers of every window under their ids."""
    ids = snapshot.log.catalog.products
    ranked = trending(snapshot, snapshot.log.catalog.available, n)
    return {
        window: TrendingList(window, to_ids(ranking.codes, ids), ranking.scores) for window, ranking in ranked.items()
    }
