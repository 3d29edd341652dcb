"""What an evaluation may learn from and what it has to foresee."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import sparse

from recsys.engine.data import DAY, Bools, Ints, Sparse
from recsys.engine.events import EventLog, Snapshot


class Protocol(StrEnum):
    """Name the way in which the past was cut from the future."""

    GLOBAL_CUT = "global-cut"
    LAST_BASKET = "last-basket"


@dataclass(frozen=True)
class Split:
    """Hold one cut: the rows to learn from, the second of the cut, the returning customers and their next baskets.

    `truth` is customers x products with 1 for the next basket; products unknown at the cut are no candidates and
    stand in no truth.
    """

    rows: Bools
    at: int
    customers: Ints
    truth: Sparse
    candidates: Bools

    def snapshot(self, log: EventLog) -> Snapshot:
        """Return what may be learned from."""
        return log.snapshot(self.rows, self.at)


@dataclass(frozen=True)
class SplitPlan:
    """Hold the test split, the validation split before it for choosing weights, and the protocol of both."""

    protocol: Protocol
    test: Split
    validation: Split


def global_cut(log: EventLog, rows: Bools, at: int, *, days: int, limit: int, seed: int) -> Split:
    """Learn from everything before `days` days ago; foresee the first basket since then of customers who came back."""
    cut = at - days * DAY
    return _split(log, rows, rows & (log.time < cut), cut, False, limit, seed)


def last_basket(log: EventLog, rows: Bools, at: int, *, limit: int, seed: int) -> Split:
    """Foresee the last basket of every customer with two or more, learn from everything else."""
    own = np.flatnonzero(rows & log.bought & (log.customer >= 0))
    held_out = np.zeros(len(rows), dtype=np.bool_)
    if len(own):
        ends = np.append(np.flatnonzero(np.diff(np.sort(log.customer[own]))), len(own) - 1)
        # rows stand in order of time and basket, so a customer's last row belongs to the last basket
        by_customer = own[np.argsort(log.customer[own], kind="stable")]
        last = log.basket[by_customer[ends]]
        of_customer = np.full(log.n_customers, -1, dtype=np.int64)
        of_customer[log.customer[by_customer[ends]]] = last
        baskets = np.unique(np.stack([log.customer[own], log.basket[own]]), axis=1)
        several = np.bincount(baskets[0], minlength=log.n_customers) >= 2
        is_last = (log.basket[own] == of_customer[log.customer[own]]) & several[log.customer[own]]
        held_out[own[is_last]] = True
    return _split(log, rows, rows & ~held_out, at, True, limit, seed)


def _split(log: EventLog, rows: Bools, train: Bools, at: int, sold_only: bool, limit: int, seed: int) -> Split:
    own = log.bought & (log.customer >= 0)
    future = np.flatnonzero(rows & ~train & own)
    known = np.zeros(log.n_customers, dtype=np.bool_)
    known[log.customer[train & own]] = True
    future = future[known[log.customer[future]]]
    # rows stand in order of time and basket: the first row of a customer opens the next basket
    returning, first = np.unique(log.customer[future], return_index=True)
    next_basket = np.full(log.n_customers, -1, dtype=np.int64)
    next_basket[returning] = log.basket[future[first]]
    future = future[log.basket[future] == next_basket[log.customer[future]]]
    candidates = np.zeros(log.n_products, dtype=np.bool_)
    candidates[log.product[train & log.bought]] = True
    if not sold_only:
        candidates |= log.catalog.created.astype(np.int64) < at
    future = future[candidates[log.product[future]]]
    returning = np.unique(log.customer[future])
    if len(returning) > limit:
        returning = np.sort(np.random.default_rng(seed).choice(returning, limit, replace=False))
    ones = np.ones(len(future), dtype=np.float32)
    shape = (log.n_customers, log.n_products)
    truth = sparse.csr_matrix((ones, (log.customer[future], log.product[future])), shape=shape)
    return Split(rows=train, at=at, customers=returning, truth=truth, candidates=candidates)


def plan_splits(
    log: EventLog, *, days: int, min_customers: int, limit: int, validation_limit: int, seed: int
) -> SplitPlan:
    """Cut by date, or hold out last baskets where fewer than `min_customers` came back in the last `days` days."""
    rows = np.ones(len(log.product), dtype=np.bool_)
    test = global_cut(log, rows, log.end, days=days, limit=limit, seed=seed)
    if len(test.customers) >= min_customers:
        validation = global_cut(log, test.rows, test.at, days=days, limit=validation_limit, seed=seed + 1)
        return SplitPlan(Protocol.GLOBAL_CUT, test, validation)
    test = last_basket(log, rows, log.end, limit=limit, seed=seed)
    validation = last_basket(log, test.rows, test.at, limit=validation_limit, seed=seed + 1)
    return SplitPlan(Protocol.LAST_BASKET, test, validation)
