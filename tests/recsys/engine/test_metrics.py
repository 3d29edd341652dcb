"""Ranking metrics against numbers worked out by hand."""

import math

import numpy as np
import pytest
from scipy import sparse

from recsys.engine.metrics import bootstrap_lower, measure, ndcg_at


def truth_of(*rows, n=30):
    matrix = np.zeros((len(rows), n), dtype=np.float32)
    for row, items in enumerate(rows):
        matrix[row, list(items)] = 1
    return sparse.csr_matrix(matrix)


def test_hits_at_places_one_and_three_give_the_ndcg_worked_out_by_hand():
    found = np.array([[True, False, True] + [False] * 7])
    gained = 1 + 1 / math.log2(4)
    ideal = 1 + 1 / math.log2(3)
    assert ndcg_at(found, np.array([2]))[0] == pytest.approx(gained / ideal)


def test_the_ideal_of_a_long_basket_is_ten_hits():
    assert ndcg_at(np.ones((1, 10), dtype=bool), np.array([25]))[0] == pytest.approx(1.0)


def test_measure_averages_over_customers_with_a_truth_only():
    top = np.array([list(range(20)), list(range(20)), list(range(20))])
    ranked = measure(top, truth_of({0, 15}, set(), {29}), n_candidates=30)
    assert ranked.quality.n_customers == 2
    assert ranked.quality.hit_rate_10 == 0.5
    assert ranked.quality.recall_20 == 0.5
    assert ranked.quality.ndcg_10 == pytest.approx((1 / (1 + 1 / math.log2(3))) / 2)
    assert ranked.quality.coverage_10 == pytest.approx(10 / 30)


def test_an_empty_place_is_never_a_hit():
    top = np.full((1, 20), -1)
    assert measure(top, truth_of({0}), n_candidates=30).quality.hit_rate_10 == 0.0
    assert measure(top, truth_of({0}), n_candidates=30).quality.coverage_10 == 0.0


def test_measuring_nobody_gives_zeros():
    assert measure(np.zeros((0, 20), dtype=int), truth_of(), n_candidates=0).quality.n_customers == 0


def test_the_bootstrap_bound_of_a_constant_gain_is_that_gain():
    champion = np.full(40, 0.5)
    assert bootstrap_lower(champion + 0.1, champion, seed=1) == pytest.approx(0.2)
    assert bootstrap_lower(champion - 0.1, champion, seed=1) == pytest.approx(-0.2)
