"""What every scoring algorithm of the engine must do, whatever it is."""

import numpy as np
import pytest

from recsys.engine.content import ContentIndex, ContentSimilarity
from recsys.engine.popularity import PersonalFrequency, Popularity, Repeat
from recsys.engine.surprise_models import SurpriseCooc, SurpriseEase, SurpriseSvd

from .stores import Store, catalog_of, orders_of, taste_store

ALGORITHMS = {
    "svd": lambda _: SurpriseSvd(factors=8, epochs=20),
    "ease": lambda _: SurpriseEase(regularization=10.0),
    "cooc": lambda _: SurpriseCooc(neighbors=20),
    "content": lambda store: ContentSimilarity(ContentIndex(store.catalog)),
    "pop": lambda _: Popularity(None),
    "pop7": lambda _: Popularity(7.0),
    "repeat": lambda _: Repeat(180.0),
    "repeat_count": lambda _: Repeat(None),
    "personal": lambda _: PersonalFrequency(),
}
TASTE = ("svd", "ease", "cooc", "content")


@pytest.fixture(params=ALGORITHMS)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def store():
    return taste_store()


def fitted(name, store, seed=1):
    algorithm = ALGORITHMS[name](store)
    algorithm.fit(store.log().snapshot(), seed=seed)
    return algorithm


def test_it_goes_by_its_name(name, store):
    assert ALGORITHMS[name](store).name == name


def test_scores_are_finite_float32_of_one_row_per_customer(name, store):
    scores = fitted(name, store).score(np.array([4, 0, 9]))
    assert scores.shape == (3, 120)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()


def test_the_same_seed_gives_the_same_scores(name, store):
    everyone = np.arange(160)
    assert np.array_equal(fitted(name, store).score(everyone), fitted(name, store).score(everyone))


def test_a_row_does_not_depend_on_who_else_is_asked_for(name, store):
    algorithm = fitted(name, store)
    together = algorithm.score(np.array([3, 50, 3]))
    alone = np.concatenate([algorithm.score(np.array([customer])) for customer in (3, 50, 3)])
    assert np.allclose(together, alone, atol=1e-5)


def test_asking_for_nobody_gives_no_rows(name, store):
    assert fitted(name, store).score(np.zeros(0, dtype=np.int64)).shape == (0, 120)


def test_fitting_changes_nothing_in_its_input(name, store):
    log = store.log()
    before = (log.product.copy(), log.snapshot().counts.toarray())
    ALGORITHMS[name](store).fit(log.snapshot(), seed=1)
    assert np.array_equal(log.product, before[0])
    assert np.array_equal(log.snapshot().counts.toarray(), before[1])


@pytest.mark.parametrize("rows", [[], [(1, 1, 2, [1])], [(-1, 1, 2, [1, 2])]])
def test_a_store_with_almost_nothing_does_not_break_it(name, rows):
    store = Store(orders_of(rows), catalog_of(3))
    log = store.log()
    scores = fitted(name, store).score(np.arange(log.n_customers))
    assert scores.shape == (log.n_customers, 3)
    assert np.isfinite(scores).all()


@pytest.mark.parametrize("model", TASTE)
def test_a_model_of_taste_prefers_the_group_a_customer_keeps_to(model, store):
    scores = fitted(model, store).score(np.arange(160))
    groups = (np.arange(1, 161)) % 8
    own = np.array([scores[row, 15 * g : 15 * g + 15].mean() for row, g in enumerate(groups)])
    rest = (scores.sum(axis=1) - 15 * own) / 105
    assert (own > rest).mean() > 0.95
