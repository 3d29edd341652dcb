"""Scores of different scales become one ranking, with weights that fit the customers they were tuned on."""

import numpy as np

from recsys.engine.blend import Pool, Task, build_pool, combine, excluded, normalize, shrink, tune
from recsys.engine.popularity import Popularity, Repeat

from .stores import taste_store

OPEN = np.zeros((1, 3), dtype=bool)


def test_scores_are_scaled_by_the_best_outside_the_mask():
    scores = np.array([[90.0, 4.0, 2.0]], dtype=np.float32)
    mask = np.array([[True, False, False]])
    assert normalize(scores, mask).tolist() == [[0.0, 2.0, 1.0]]
    assert normalize(np.zeros((1, 3), dtype=np.float32), OPEN).tolist() == [[0.0, 0.0, 0.0]]


def test_a_blend_does_not_depend_on_the_scale_of_its_parts():
    a, b = np.array([[1.0, 2.0, 0.0]], dtype=np.float32), np.array([[0.0, 1.0, 3.0]], dtype=np.float32)
    small = combine({"a": a, "b": b}, {"a": 1.0, "b": 0.5}, OPEN)
    large = combine({"a": a * 1000, "b": b}, {"a": 1.0, "b": 0.5}, OPEN)
    assert np.allclose(small, large)


def test_masked_products_are_never_ranked():
    mask = np.array([[False, True, False]])
    assert combine({"a": np.ones((1, 3), dtype=np.float32)}, {"a": 1.0}, mask)[0].tolist()[1] == -np.inf


def test_new_lists_leave_out_what_the_customer_bought():
    snapshot = taste_store().log().snapshot()
    mask = excluded(snapshot, np.array([0]), Task.NEW, np.ones(120, dtype=bool))
    assert np.array_equal(mask[0], snapshot.counts[[0]].toarray()[0] > 0)
    assert not excluded(snapshot, np.array([0]), Task.ALL, np.ones(120, dtype=bool)).any()


def test_tuning_finds_the_feature_that_tells_the_truth():
    rng = np.random.default_rng(0)
    features = rng.random((40, 50, 2)).astype(np.float32)
    relevant = features[:, :, 1] > 0.95
    pool = Pool(features, np.ones((40, 50), dtype=bool), relevant, relevant.sum(axis=1))
    weights = tune(pool, ["noise", "signal"], {"noise": 1.8, "signal": 0.05})
    assert weights["signal"] > 10 * weights["noise"]


def test_tuning_on_nobody_keeps_the_weights_it_started_from():
    pool = Pool(np.zeros((0, 0, 1), np.float32), np.zeros((0, 0), bool), np.zeros((0, 0), bool), np.zeros(0, int))
    assert tune(pool, ["pop"], {"pop": 0.4}) == {"pop": 0.4}


def test_the_pool_counts_wanted_products_even_outside_the_candidates():
    snapshot = taste_store().log().snapshot()
    algorithms = [Popularity(None), Repeat(None)]
    for algorithm in algorithms:
        algorithm.fit(snapshot, seed=0)
    customers = np.arange(20)
    pool = build_pool(algorithms, snapshot, customers, snapshot.counts, Task.ALL, np.ones(120, dtype=bool))
    assert pool.n_relevant.tolist() == np.diff(snapshot.counts[customers].indptr).tolist()
    assert pool.features.shape[0] == 20
    assert pool.features.shape[2] == 2


def test_tuned_weights_are_pulled_halfway_to_where_they_started():
    assert shrink({"a": 3.0, "b": 1.0}, {"a": 1.0, "b": 1.0, "c": 5.0}) == {"a": 0.625, "b": 0.375}
    assert shrink({"a": 0.0}, {}) == {"a": 0.0}
