"""The engine's two inputs, orders and catalog, as checked arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float32]
Bools: TypeAlias = NDArray[np.bool_]
Times: TypeAlias = NDArray[np.datetime64]
Sparse: TypeAlias = Any  # scipy.sparse.csr_matrix of float32; its stubs differ between releases

GUEST = -1
NO_ORDER = -1
DAY = 86_400
BLOCK_CELLS = 2_000_000


class InteractionKind(IntEnum):
    """What a customer did with a product."""

    PURCHASE = 0
    CART = 1
    VIEW = 2
    REVIEW = 3


@dataclass(frozen=True)
class InteractionFrame:
    """Hold what customers did, one row per order line or event, as arrays of one length.

    `customers` is `GUEST` (-1) for a basket without a customer; `orders` is `NO_ORDER` (-1) for all but purchases;
    `times` are datetime64[s] in UTC; `weights` multiply the weight of the kind, and are the stars (1-5) of a review.
    """

    customers: Ints
    products: Ints
    orders: Ints
    times: Times
    kinds: Ints
    weights: Floats

    @classmethod
    def from_columns(
        cls,
        *,
        customers: ArrayLike,
        products: ArrayLike,
        orders: ArrayLike,
        times: ArrayLike,
        kinds: ArrayLike | None = None,
        weights: ArrayLike | None = None,
    ) -> InteractionFrame:
        """Build from columns; kinds default to purchases and weights to 1.

        Raises: ValueError when lengths differ, a time is missing, or a purchase names no order.
        """
        product_ids = np.asarray(products, dtype=np.int64)
        size = len(product_ids)
        frame = cls(
            customers=np.asarray(customers, dtype=np.int64),
            products=product_ids,
            orders=np.asarray(orders, dtype=np.int64),
            times=np.asarray(times, dtype="datetime64[s]"),
            kinds=np.zeros(size, dtype=np.int64) if kinds is None else np.asarray(kinds, dtype=np.int64),
            weights=np.ones(size, dtype=np.float32) if weights is None else np.asarray(weights, dtype=np.float32),
        )
        lengths = {len(column) for column in vars(frame).values()}
        if len(lengths) > 1:
            raise ValueError(f"interaction columns differ in length: {sorted(lengths)}")
        if bool(np.isnat(frame.times).any()):
            raise ValueError("an interaction has no time")
        if bool(((frame.kinds == InteractionKind.PURCHASE) & (frame.orders < 0)).any()):
            raise ValueError("a purchase names no order")
        return frame

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> InteractionFrame:
        """Build from a DataFrame with columns customer, product, order, time and, if present, kind and weight."""
        times = pd.to_datetime(frame["time"], utc=True).dt.tz_localize(None).to_numpy(dtype="datetime64[s]")
        return cls.from_columns(
            customers=frame["customer"].to_numpy(),
            products=frame["product"].to_numpy(),
            orders=frame["order"].to_numpy(),
            times=times,
            kinds=frame["kind"].to_numpy() if "kind" in frame else None,
            weights=frame["weight"].to_numpy() if "weight" in frame else None,
        )

    @classmethod
    def empty(cls) -> InteractionFrame:
        """Return a frame without rows."""
        return cls.from_columns(customers=[], products=[], orders=[], times=[])

    def __len__(self) -> int:
        return len(self.products)


@dataclass(frozen=True)
class CatalogFrame:
    """Hold the store's products: ids, text, whether they can be bought now, when they were created, and a category."""

    products: Ints
    texts: tuple[str, ...]
    available: Bools
    created: Times
    categories: tuple[str, ...]

    @classmethod
    def from_columns(
        cls,
        *,
        products: ArrayLike,
        texts: Sequence[str],
        available: ArrayLike,
        created: ArrayLike,
        categories: Sequence[str] | None = None,
    ) -> CatalogFrame:
        """Build from columns, sorted by product id.

        Raises: ValueError when lengths differ, an id repeats, or a creation time is missing.
        """
        ids = np.asarray(products, dtype=np.int64)
        names = [""] * len(ids) if categories is None else list(categories)
        mask = np.asarray(available, dtype=np.bool_)
        times = np.asarray(created, dtype="datetime64[s]")
        lengths = {len(ids), len(texts), len(mask), len(times), len(names)}
        if len(lengths) > 1:
            raise ValueError(f"catalog columns differ in length: {sorted(lengths)}")
        if len(np.unique(ids)) != len(ids):
            raise ValueError("a product stands twice in the catalog")
        if bool(np.isnat(times).any()):
            raise ValueError("a product has no creation time")
        order = np.argsort(ids, kind="stable")
        return cls(
            products=ids[order],
            texts=tuple(texts[i] for i in order),
            available=mask[order],
            created=times[order],
            categories=tuple(names[i] for i in order),
        )

    def __len__(self) -> int:
        return len(self.products)


def block_rows(n_products: int) -> int:
    """Return how many rows of dense scores to hold at once, so that memory does not grow with the catalog."""
    return int(np.clip(BLOCK_CELLS // max(n_products, 1), 16, 512))


def to_seconds(moment: datetime | np.datetime64) -> int:
    """Return the whole seconds since 1970 of an aware datetime or of a datetime64 in UTC.

    Raises: ValueError for a naive datetime.
    """
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise ValueError("the time must carry a time zone")
        return int(moment.timestamp())
    return int(moment.astype("datetime64[s]").astype(np.int64))
