"""Interactions in contiguous integer codes, and what the store knew at any one moment."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse

from recsys.engine.data import (
    DAY,
    GUEST,
    Bools,
    CatalogFrame,
    Floats,
    InteractionFrame,
    InteractionKind,
    Ints,
    Sparse,
    to_seconds,
)

PROFILE_HALF_LIFE = 90.0
EVENT_WEIGHT = {InteractionKind.PURCHASE: 1.0, InteractionKind.CART: 0.5, InteractionKind.VIEW: 0.1}
GOOD_REVIEW, BAD_REVIEW, REVIEW_BONUS = 4.0, 2.0, 0.5


@dataclass(frozen=True)
class EventLog:
    """Hold interactions in codes: customers and products count from 0, a guest is -1; times are seconds since 1970.

    Purchases are one row per order and product; `end` is the moment of the last purchase, or `now` without one.
    """

    customer_ids: Ints
    catalog: CatalogFrame
    customer: Ints
    product: Ints
    basket: Ints
    time: Ints
    kind: Ints
    weight: Floats
    end: int
    data_hash: str
    n_dropped: int

    @property
    def n_customers(self) -> int:
        return len(self.customer_ids)

    @property
    def n_products(self) -> int:
        return len(self.catalog)

    @cached_property
    def bought(self) -> Bools:
        return np.asarray(self.kind == InteractionKind.PURCHASE)

    def snapshot(self, rows: Bools | None = None, at: int | None = None) -> Snapshot:
        """Return what was known at second `at` from the rows of a mask (default: everything, now)."""
        mask = np.ones(len(self.product), dtype=np.bool_) if rows is None else rows
        return Snapshot(log=self, rows=mask, at=self.end if at is None else at)


def encode(interactions: InteractionFrame, catalog: CatalogFrame, *, now: datetime | np.datetime64) -> EventLog:
    """Turn the inputs into codes; rows after `now` and rows of products no longer in the catalog are dropped."""
    now_seconds = to_seconds(now)
    time = interactions.times.astype(np.int64)
    place = np.searchsorted(catalog.products, interactions.products)
    place = np.minimum(place, max(len(catalog) - 1, 0))
    known = catalog.products[place] == interactions.products if len(catalog) else np.zeros(len(time), dtype=np.bool_)
    keep = known & (time <= now_seconds)
    table = pd.DataFrame(
        {
            "customer": interactions.customers[keep],
            "product": place[keep],
            "basket": interactions.orders[keep],
            "time": time[keep],
            "kind": interactions.kinds[keep],
            "weight": interactions.weights[keep],
        }
    )
    table = table.sort_values(["time", "basket", "product", "customer", "kind"], kind="stable")
    purchase = table["kind"].to_numpy() == InteractionKind.PURCHASE
    repeated = table.duplicated(["basket", "product", "kind"]).to_numpy() & purchase
    table, purchase = table[~repeated], purchase[~repeated]
    raw_customers = table["customer"].to_numpy(dtype=np.int64)
    customer_ids = np.unique(raw_customers[raw_customers >= 0])
    codes = np.where(raw_customers >= 0, np.searchsorted(customer_ids, raw_customers), GUEST)
    seconds = table["time"].to_numpy(dtype=np.int64)
    return EventLog(
        customer_ids=customer_ids,
        catalog=catalog,
        customer=codes.astype(np.int64),
        product=table["product"].to_numpy(dtype=np.int64),
        basket=table["basket"].to_numpy(dtype=np.int64),
        time=seconds,
        kind=table["kind"].to_numpy(dtype=np.int64),
        weight=table["weight"].to_numpy(dtype=np.float32),
        end=int(seconds[purchase].max()) if bool(purchase.any()) else now_seconds,
        data_hash=_hash(table, catalog),
        n_dropped=int(len(time) - keep.sum()),
    )


def _hash(table: pd.DataFrame, catalog: CatalogFrame) -> str:
    digest = hashlib.sha256()
    for column in table.columns:
        digest.update(table[column].to_numpy().tobytes())
    digest.update(catalog.products.tobytes() + catalog.available.tobytes() + catalog.created.tobytes())
    digest.update("\0".join(catalog.texts + catalog.categories).encode())
    return digest.hexdigest()


@dataclass(frozen=True)
class Snapshot:
    """Hold what the store knew at one second, and derive the matrices that algorithms learn from.

    Every matrix is customers x products, float32, in the codes of the log.
    """

    log: EventLog
    rows: Bools
    at: int

    @property
    def n_customers(self) -> int:
        return self.log.n_customers

    @property
    def n_products(self) -> int:
        return self.log.n_products

    @cached_property
    def lines(self) -> Ints:
        """Return the row numbers of the purchases."""
        return np.flatnonzero(self.rows & self.log.bought)

    @cached_property
    def own_lines(self) -> Ints:
        """Return the row numbers of the purchases that have a customer."""
        return self.lines[self.log.customer[self.lines] >= 0]

    def decay(self, rows: Ints, half_life: float | None) -> Floats:
        """Return 2^(-age / half-life in days) of some rows, or ones without a half-life."""
        if half_life is None:
            return np.ones(len(rows), dtype=np.float32)
        age = np.maximum(self.at - self.log.time[rows], 0) / DAY
        return np.exp2(-age / half_life).astype(np.float32)

    def _matrix(self, rows: Ints, values: Floats) -> Sparse:
        shape = (self.n_customers, self.n_products)
        matrix = sparse.csr_matrix((values, (self.log.customer[rows], self.log.product[rows])), shape=shape)
        matrix.sum_duplicates()
        return matrix

    def purchases(self, half_life: float | None = None) -> Sparse:
        """Return in how many baskets a customer bought a product; with a half-life in days old ones count less."""
        return self._matrix(self.own_lines, self.decay(self.own_lines, half_life))

    @cached_property
    def counts(self) -> Sparse:
        return self.purchases()

    @cached_property
    def last_bought(self) -> Ints:
        """Return the second of the last purchase of each pair stored in `counts`, in its order."""
        keys = self.log.customer[self.own_lines] * max(self.n_products, 1) + self.log.product[self.own_lines]
        order = np.lexsort((self.log.time[self.own_lines], keys))
        last = np.flatnonzero(np.append(np.diff(keys[order]) != 0, True)) if len(order) else order
        return self.log.time[self.own_lines][order][last]

    @cached_property
    def blocked(self) -> Sparse:
        """Return 1 where a customer's latest review of a product gave two stars or fewer."""
        rows = np.flatnonzero(self.rows & (self.log.kind == InteractionKind.REVIEW) & (self.log.customer >= 0))
        keys = self.log.customer[rows] * max(self.n_products, 1) + self.log.product[rows]
        _, first = np.unique(keys[::-1], return_index=True)
        latest = rows[::-1][first]
        bad = latest[self.log.weight[latest] <= BAD_REVIEW]
        return self._matrix(bad, np.ones(len(bad), dtype=np.float32))

    @cached_property
    def profile(self) -> Sparse:
        """Return each customer's taste: decayed purchases, carts, views and good reviews, less what they disliked."""
        rows = np.flatnonzero(self.rows & (self.log.customer >= 0))
        kinds, given = self.log.kind[rows], self.log.weight[rows]
        values = np.zeros(len(rows), dtype=np.float32)
        for kind, weight in EVENT_WEIGHT.items():
            scale = np.float32(1.0) if kind is InteractionKind.PURCHASE else given[kinds == kind]
            values[kinds == kind] = np.float32(weight) * scale
        values[(kinds == InteractionKind.REVIEW) & (given >= GOOD_REVIEW)] = REVIEW_BONUS
        matrix = self._matrix(rows, values * self.decay(rows, PROFILE_HALF_LIFE))
        if self.blocked.nnz:
            matrix = matrix - matrix.multiply(self.blocked)
        matrix = sparse.csr_matrix(matrix, dtype=np.float32)
        matrix.eliminate_zeros()
        return matrix

    @cached_property
    def baskets(self) -> Sparse:
        """Return orders x products, 1 where the order holds the product; guests' orders are in it."""
        _, basket = np.unique(self.log.basket[self.lines], return_inverse=True)
        shape = (int(basket.max()) + 1 if len(basket) else 0, self.n_products)
        ones = np.ones(len(basket), dtype=np.float32)
        return sparse.csr_matrix((ones, (basket, self.log.product[self.lines])), shape=shape)

    def popularity(self, half_life: float | None) -> Floats:
        """Return the (decayed) number of orders that hold each product."""
        weights = self.decay(self.lines, half_life)
        return np.bincount(self.log.product[self.lines], weights=weights, minlength=self.n_products).astype(np.float32)
