"""Small made-up stores for the engine's tests."""

from dataclasses import dataclass

import numpy as np

from recsys.engine.data import CatalogFrame, InteractionFrame
from recsys.engine.events import EventLog, encode

NOW = np.datetime64("2026-06-01T12:00:00")
DAY = np.timedelta64(86_400, "s")


@dataclass(frozen=True)
class Store:
    interactions: InteractionFrame
    catalog: CatalogFrame

    def log(self) -> EventLog:
        return encode(self.interactions, self.catalog, now=NOW)


def catalog_of(n, *, texts=None, available=None, first_id=1):
    ids = np.arange(first_id, first_id + n)
    return CatalogFrame.from_columns(
        products=ids,
        texts=texts or [f"product number {i}" for i in ids],
        available=np.ones(n, dtype=bool) if available is None else available,
        created=[np.datetime64("2025-01-01T00:00:00") + np.timedelta64(int(i), "s") for i in ids],
    )


def orders_of(rows):
    """Build purchases from (customer, order, days before now, products)."""
    columns = [(c, p, o, NOW - np.timedelta64(int(age * 86_400), "s")) for c, o, age, items in rows for p in items]
    customers, products, orders, times = zip(*columns, strict=True) if columns else ((), (), (), ())
    return InteractionFrame.from_columns(
        customers=customers, products=products, orders=orders, times=np.array(times, dtype="datetime64[s]")
    )


def taste_store(*, customers=160, products=120, groups=8, orders=5, seed=0, available=None):
    """Build a store in which each customer keeps to one group of products, so taste beats best-sellers."""
    rng = np.random.default_rng(seed)
    size = products // groups
    words = [f"{chr(97 + g)}wool {chr(97 + g)}lamp" for g in range(groups)]
    rows, number = [], 0
    for customer in range(1, customers + 1):
        group = customer % groups
        for age in np.sort(rng.uniform(0, 120, orders))[::-1]:
            number += 1
            items = 1 + group * size + rng.choice(size, 3, replace=False)
            rows.append((customer, number, age, items.tolist()))
    texts = [f"{words[min(i // size, groups - 1)]} model {i}" for i in range(products)]
    return Store(orders_of(rows), catalog_of(products, texts=texts, available=available))
