"""The door to Surprise gives what Surprise itself would give, only faster."""

import ast
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import surprise

import recsys.engine
from recsys.engine.surprise_models import ArrayTrainset, CoocKnn, Ease, SurpriseSvd, matrix_table
from recsys.engine.topn import top_n
from recsys.engine.trainset import RatingTable, build_ratings

from .stores import taste_store


@pytest.fixture(scope="module")
def table():
    """Return ratings whose codes are numbered by first appearance, as Surprise numbers raw ids."""
    rng = np.random.default_rng(5)
    pairs = rng.permutation(60 * 40)[:900]
    users = pd.factorize(np.sort(pairs // 40))[0]
    items = pd.factorize(pairs[np.argsort(pairs // 40, kind="stable")] % 40)[0]
    ratings = rng.choice([0.0, 1.0, 1.5, 3.0], len(users)).astype(np.float32)
    return RatingTable(users, items, ratings, n_users=int(users.max()) + 1, n_items=int(items.max()) + 1)


@pytest.fixture(scope="module")
def documented(table):
    data = pd.DataFrame({"user": table.users, "item": table.items, "rating": table.ratings.astype(float)})
    return surprise.Dataset.load_from_df(data, surprise.Reader(rating_scale=(0, 3))).build_full_trainset()


def test_an_array_trainset_equals_one_loaded_from_a_data_frame(table, documented):
    ours = ArrayTrainset(table)
    assert list(ours.all_ratings()) == list(documented.all_ratings())
    assert ours.ur == dict(documented.ur)
    assert {item: sorted(seen) for item, seen in ours.ir.items()} == {i: sorted(s) for i, s in documented.ir.items()}
    assert (ours.n_users, ours.n_items, ours.n_ratings) == (
        documented.n_users,
        documented.n_items,
        documented.n_ratings,
    )
    assert ours.global_mean == documented.global_mean
    assert ours.rating_scale == documented.rating_scale
    assert [ours.to_inner_uid(ours.to_raw_uid(u)) for u in ours.all_users()] == list(ours.all_users())


@pytest.mark.parametrize("options", [{"biased": False}, {"biased": True}])
def test_a_model_fitted_on_arrays_is_bit_identical(table, documented, options):
    ours = surprise.SVD(n_factors=8, n_epochs=5, random_state=3, **options).fit(ArrayTrainset(table))
    theirs = surprise.SVD(n_factors=8, n_epochs=5, random_state=3, **options).fit(documented)
    assert np.array_equal(ours.pu, theirs.pu)
    assert np.array_equal(ours.qi, theirs.qi)


def test_block_scores_rank_like_the_documented_anti_testset_recipe(table, documented):
    model = surprise.SVD(n_factors=8, n_epochs=5, biased=False, random_state=3).fit(documented)
    estimates = {}
    for user, item, fill in documented.build_anti_testset():
        estimate = model.predict(user, item, fill, clip=False).est
        estimates.setdefault(user, []).append((item, estimate))
    scores = model.pu @ model.qi.T
    for user, item in zip(table.users, table.items, strict=True):
        scores[user, item] = -np.inf
    top = top_n(scores, 10)
    for user, pairs in estimates.items():
        best = sorted(pairs, key=lambda pair: pair[1], reverse=True)[:10]
        assert [item for item, _ in best] == top[user][: len(best)].tolist()


def test_our_svd_is_surprises_svd_on_the_rating_table():
    snapshot = taste_store().log().snapshot()
    ours = SurpriseSvd(factors=8, epochs=5)
    ours.fit(snapshot, seed=4)
    ratings = build_ratings(snapshot, seed=4, ratio=3, popularity_power=0.5, max_pairs=10_000)
    theirs = surprise.SVD(n_factors=8, n_epochs=5, biased=False, lr_all=0.02, reg_all=0.02, random_state=4)
    theirs.fit(ArrayTrainset(ratings))
    assert np.array_equal(ours.user_factors, theirs.pu.astype(np.float32))
    assert theirs.predict(3, 7, clip=False).est == pytest.approx(float(ours.score(np.array([3]))[0, 7]), abs=1e-5)


@pytest.mark.parametrize("algorithm", [Ease(regularization=5.0), CoocKnn(neighbors=120)])
def test_block_scores_equal_surprises_own_predictions(algorithm):
    counts = taste_store().log().snapshot().counts
    model = algorithm.fit(ArrayTrainset(matrix_table(counts)))
    weights = model.weights if isinstance(model, Ease) else model.sim.toarray()
    scores = counts @ weights
    for user, item in ((0, 0), (5, 30), (11, 64)):
        assert model.predict(user, item, clip=False).est == pytest.approx(float(scores[user, item]), abs=1e-5)


def test_ease_equals_the_closed_form():
    matrix = taste_store(customers=40, products=24).log().snapshot().counts
    weights = Ease(regularization=5.0).fit(ArrayTrainset(matrix_table(matrix))).weights
    dense = matrix.toarray().astype(np.float64)
    inverse = np.linalg.inv(dense.T @ dense + 5.0 * np.eye(24))
    expected = inverse / -np.diag(inverse)
    np.fill_diagonal(expected, 0.0)
    assert np.allclose(weights, expected, atol=1e-4)


def test_ratings_are_one_to_three_for_purchases_and_zero_for_products_never_bought():
    snapshot = taste_store().log().snapshot()
    ratings = build_ratings(snapshot, seed=1, ratio=3, popularity_power=0.5, max_pairs=10_000)
    bought = np.asarray(snapshot.counts[ratings.users, ratings.items]).ravel()
    expected = np.where(bought > 0, np.minimum(1 + 0.5 * np.log2(np.maximum(bought, 1)), 3.0), 0.0)
    assert ratings.ratings.tolist() == pytest.approx(expected.tolist())
    assert (np.diff(ratings.users) >= 0).all()
    positives = int((ratings.ratings > 0).sum())
    assert positives == snapshot.counts.nnz
    assert positives < len(ratings.ratings) <= 4 * positives


def test_beyond_the_cap_only_the_most_recent_pairs_are_learned_from():
    snapshot = taste_store().log().snapshot()
    ratings = build_ratings(snapshot, seed=1, ratio=1, popularity_power=0.5, max_pairs=100)
    positive = ratings.ratings > 0
    assert positive.sum() == 100
    pairs = snapshot.counts.tocoo()
    last = {(u, i): t for u, i, t in zip(pairs.row, pairs.col, snapshot.last_bought, strict=True)}
    kept = [last[pair] for pair in zip(ratings.users[positive], ratings.items[positive], strict=True)]
    assert min(kept) >= sorted(last.values())[-100]


def test_only_one_module_of_the_engine_imports_surprise_and_none_django():
    importing = {}
    for path in Path(recsys.engine.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                importing.setdefault(name.split(".")[0], set()).add(path.name)
    assert importing["surprise"] == {"surprise_models.py"}
    assert not {"django", "celery", "core", "tenants", "storefront"} & importing.keys()
