"""Ranking many rows at once."""

import numpy as np
import pytest

from recsys.engine.topn import take_scores, top_n


def test_ties_go_to_the_lower_column_like_a_stable_sort():
    rng = np.random.default_rng(3)
    scores = rng.integers(0, 4, (50, 37)).astype(np.float32)
    for n in (1, 5, 36, 37):
        assert np.array_equal(top_n(scores, n), np.argsort(-scores, axis=1, kind="stable")[:, :n])


def test_forbidden_columns_leave_empty_places_at_the_end():
    scores = np.array([[1.0, -np.inf, 2.0], [-np.inf] * 3])
    assert top_n(scores, 3).tolist() == [[2, 0, -1], [-1, -1, -1]]


def test_a_list_longer_than_the_catalog_is_padded():
    assert top_n(np.array([[1.0, 3.0]]), 4).tolist() == [[1, 0, -1, -1]]


@pytest.mark.parametrize("shape", [(0, 5), (3, 0), (0, 0)])
def test_nothing_to_rank_gives_empty_places(shape):
    assert np.array_equal(top_n(np.zeros(shape), 2), np.full((shape[0], 2), -1))


def test_scores_of_empty_places_are_zero():
    assert take_scores(np.array([[5.0, 7.0]]), np.array([[1, -1]])).tolist() == [[7.0, 0.0]]
