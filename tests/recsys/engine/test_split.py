"""An evaluation learns only from the past and foresees whole next baskets."""

import numpy as np

from recsys.engine.data import DAY
from recsys.engine.split import Protocol, global_cut, last_basket, plan_splits

from .stores import Store, catalog_of, orders_of, taste_store


def log_of(rows, n=9):
    return Store(orders_of(rows), catalog_of(n)).log()


def everything(log):
    return np.ones(len(log.product), dtype=bool)


def test_a_global_cut_foresees_the_first_basket_after_it_of_returning_customers():
    log = log_of(
        [
            (1, 1, 50, [1, 2]),  # before the cut
            (1, 2, 20, [3, 1]),  # the next basket
            (1, 3, 0, [4]),  # a later one
            (2, 4, 10, [1]),  # a new customer
        ]
    )
    split = global_cut(log, everything(log), log.end, days=28, limit=100, seed=0)
    assert split.customers.tolist() == [0]
    assert np.flatnonzero(split.truth[[0]].toarray()[0]).tolist() == [0, 2]
    assert log.time[split.rows].max() < split.at == log.end - 28 * DAY


def test_products_created_after_the_cut_are_no_candidates():
    store = Store(orders_of([(1, 1, 50, [1]), (1, 2, 0, [1, 2])]), catalog_of(2))
    store.catalog.created[1] = np.datetime64("2026-05-31T00:00:00")
    log = store.log()
    split = global_cut(log, everything(log), log.end, days=28, limit=100, seed=0)
    assert split.candidates.tolist() == [True, False]
    assert split.truth.toarray().tolist() == [[1.0, 0.0]]


def test_the_last_basket_split_keeps_single_basket_customers_in_training():
    log = log_of([(1, 1, 9, [1]), (1, 2, 5, [2, 1]), (2, 3, 4, [2]), (-1, 4, 3, [3])])
    split = last_basket(log, everything(log), log.end, limit=100, seed=0)
    assert split.customers.tolist() == [0]
    assert split.truth.toarray()[0].tolist()[:3] == [1.0, 1.0, 0.0]
    assert sorted(log.basket[split.rows].tolist()) == [1, 3, 4]


def test_the_plan_cuts_by_date_when_enough_customers_came_back():
    log = taste_store().log()
    plan = plan_splits(log, days=28, min_customers=30, limit=50, validation_limit=40, seed=0)
    assert plan.protocol is Protocol.GLOBAL_CUT
    assert len(plan.test.customers) == 50
    assert len(plan.validation.customers) == 40
    assert plan.validation.at == plan.test.at - 28 * DAY
    assert not (plan.validation.rows & ~plan.test.rows).any()


def test_the_plan_falls_back_to_last_baskets_when_few_came_back_lately():
    rows = [(c, 10 * c + k, 100 - 10 * k, [1 + k, 2 + k]) for c in range(1, 41) for k in range(3)]
    log = log_of([*rows, (99, 999, 0, [1])])
    plan = plan_splits(log, days=28, min_customers=30, limit=100, validation_limit=100, seed=0)
    assert plan.protocol is Protocol.LAST_BASKET
    assert len(plan.test.customers) == len(plan.validation.customers) == 40
    assert not (plan.validation.rows & ~plan.test.rows).any()


def test_an_empty_log_gives_an_empty_plan():
    plan = plan_splits(log_of([]), days=28, min_customers=30, limit=10, validation_limit=10, seed=0)
    assert len(plan.test.customers) == 0
