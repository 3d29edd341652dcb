"""The only door to scikit-surprise: a trainset from arrays and three Surprise algorithms scored in whole blocks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
import surprise
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import lapack

from recsys.engine.data import Floats, Ints, Sparse
from recsys.engine.events import PROFILE_HALF_LIFE, Snapshot
from recsys.engine.similarity import cosine_neighbors
from recsys.engine.trainset import MAX_RATING, RatingTable, build_ratings

SURPRISE_VERSION: str = surprise.__version__


class ArrayTrainset(surprise.Trainset):  # type: ignore[misc]
    """Be a Surprise trainset made of integer codes instead of a data file.

    Inner ids are the codes, raw ids too. `all_ratings` gives the ratings in the order in which a trainset loaded from
    the same rows would, so a fitted model is bit-identical to one fitted through `Dataset.load_from_df`; the
    dictionaries `ur` and `ir`, which cost most of a trainset's memory, are built only if an algorithm asks for them.
    """

    def __init__(self, table: RatingTable, rating_scale: tuple[float, float] = (0.0, MAX_RATING)) -> None:
        self.n_users, self.n_items, self.n_ratings = table.n_users, table.n_items, len(table.ratings)
        self.rating_scale = rating_scale
        self._raw2inner_id_users: Any = {code: code for code in range(table.n_users)}
        self._raw2inner_id_items: Any = {code: code for code in range(table.n_items)}
        self._inner2raw_id_users = self._inner2raw_id_items = None
        self._global_mean = None
        order = np.argsort(table.users, kind="stable")
        # taking from object arrays shares one Python object per distinct id and rating
        self._users: list[int] = np.arange(table.n_users).astype(object)[table.users[order]].tolist()
        self._items: list[int] = np.arange(table.n_items).astype(object)[table.items[order]].tolist()
        values, place = np.unique(table.ratings[order].astype(np.float64), return_inverse=True)
        self._ratings: list[float] = values.astype(object)[place].tolist()

    def all_ratings(self) -> Iterator[tuple[int, int, float]]:
        """Return an iterator over (user, item, rating)."""
        return zip(self._users, self._items, self._ratings, strict=True)

    @cached_property
    def ur(self) -> dict[int, list[tuple[int, float]]]:
        ratings: dict[int, list[tuple[int, float]]] = {}
        for user, item, rating in self.all_ratings():
            ratings.setdefault(user, []).append((item, rating))
        return ratings

    @cached_property
    def ir(self) -> dict[int, list[tuple[int, float]]]:
        ratings: dict[int, list[tuple[int, float]]] = {}
        for user, item, rating in self.all_ratings():
            ratings.setdefault(item, []).append((user, rating))
        return ratings


class SurpriseSvd:
    """Score with Surprise's SVD without biases, learned from purchases and sampled negatives."""

    name = "svd"

    def __init__(
        self,
        *,
        factors: int = 64,
        epochs: int = 20,
        learning_rate: float = 0.02,
        regularization: float = 0.02,
        negatives: int = 3,
        popularity_power: float = 0.5,
        max_pairs: int = 300_000,
    ) -> None:
        self.factors, self.epochs = factors, epochs
        self.learning_rate, self.regularization = learning_rate, regularization
        self.negatives, self.popularity_power, self.max_pairs = negatives, popularity_power, max_pairs
        self.user_factors: Floats = np.zeros((0, factors), dtype=np.float32)
        self.item_factors: Floats = np.zeros((0, factors), dtype=np.float32)

    def fit(self, snapshot: Snapshot, *, seed: int) -> None:
        """Learn the factors; who bought nothing and what nobody bought keep factors of zero."""
        table = build_ratings(
            snapshot,
            seed=seed,
            ratio=self.negatives,
            popularity_power=self.popularity_power,
            max_pairs=self.max_pairs,
        )
        if not len(table.ratings):
            self.user_factors = np.zeros((table.n_users, self.factors), dtype=np.float32)
            self.item_factors = np.zeros((table.n_items, self.factors), dtype=np.float32)
            return
        model = self.fit_table(table, seed=seed)
        rated_users = np.bincount(table.users, minlength=table.n_users) > 0
        rated_items = np.bincount(table.items, minlength=table.n_items) > 0
        self.user_factors = (model.pu * rated_users[:, None]).astype(np.float32)
        self.item_factors = (model.qi * rated_items[:, None]).astype(np.float32)

    def fit_table(self, table: RatingTable, *, seed: int) -> Any:
        """Return the fitted `surprise.SVD` of a table of ratings."""
        model = surprise.SVD(
            n_factors=self.factors,
            n_epochs=self.epochs,
            biased=False,
            lr_all=self.learning_rate,
            reg_all=self.regularization,
            random_state=seed,
        )
        return model.fit(ArrayTrainset(table))

    def score(self, customers: Ints) -> Floats:
        """Return the unclipped estimates of all products."""
        return self.user_factors[customers] @ self.item_factors.T


def trainset_matrix(trainset: Any) -> Sparse:
    """Return a trainset's ratings as a users x items matrix."""
    rows = list(trainset.all_ratings())
    users, items, ratings = zip(*rows, strict=True) if rows else ((), (), ())
    shape = (trainset.n_users, trainset.n_items)
    return sparse.csr_matrix((np.asarray(ratings, dtype=np.float32), (users, items)), shape=shape)


class Ease(surprise.AlgoBase):  # type: ignore[misc]
    """Be EASE^R, a linear item model in closed form (Steck 2019, arXiv:1905.03375), as a Surprise algorithm."""

    def __init__(self, regularization: float = 100.0) -> None:
        super().__init__()
        self.regularization = regularization

    def fit(self, trainset: Any) -> Ease:
        """Learn the items x items weights.

        Raises: ArithmeticError when the regularized item matrix cannot be inverted.
        """
        super().fit(trainset)
        self.ratings = trainset_matrix(trainset)
        self.weights = _ease_weights(self.ratings, self.regularization)
        return self

    def estimate(self, user: int, item: int) -> float:
        """Return the sum of the user's ratings times the weights towards the item."""
        return float(self.ratings[[user]].dot(self.weights[:, item])[0])


def _ease_weights(matrix: Sparse, regularization: float) -> Floats:
    gram: NDArray[np.float32] = np.asfortranarray((matrix.T @ matrix).toarray(), dtype=np.float32)
    gram[np.diag_indices_from(gram)] += np.float32(regularization)
    factor, failed = lapack.spotrf(gram, lower=1, overwrite_a=1)
    if not failed:
        factor, failed = lapack.spotri(factor, lower=1, overwrite_c=1)
    if failed:
        raise ArithmeticError(f"the item matrix cannot be inverted (LAPACK code {failed})")
    diagonal = np.diag(factor).copy()
    lower = np.tril(factor, -1)
    weights = lower + lower.T
    weights /= -diagonal[None, :]
    return np.ascontiguousarray(weights)


class CoocKnn(surprise.AlgoBase):  # type: ignore[misc]
    """Be an item neighborhood model with a damped cosine of co-occurrence, as a Surprise algorithm.

    Surprise's own similarities compare ratings of co-rated items only, which says nothing when every rating is 1; and
    its `KNNBasic` averages where a ranking of purchases needs the sum.
    """

    def __init__(self, neighbors: int = 200, shrink: float = 20.0) -> None:
        super().__init__(sim_options={"user_based": False})
        self.neighbors, self.shrink = neighbors, shrink

    def fit(self, trainset: Any) -> CoocKnn:
        """Learn the sparse items x items similarities."""
        super().fit(trainset)
        self.ratings = trainset_matrix(trainset)
        self.sim = cosine_neighbors(self.ratings, shrink=self.shrink, neighbors=self.neighbors)
        return self

    def estimate(self, user: int, item: int) -> float:
        """Return the sum of the user's ratings times the similarities to the item."""
        return float((self.ratings[[user]] @ self.sim[:, [item]]).sum())


def matrix_table(matrix: Sparse) -> RatingTable:
    """Return the stored values of a customers x products matrix as ratings."""
    values = matrix.tocoo()
    return RatingTable(
        users=values.row.astype(np.int64),
        items=values.col.astype(np.int64),
        ratings=values.data.astype(np.float32),
        n_users=matrix.shape[0],
        n_items=matrix.shape[1],
    )


class SurpriseEase:
    """Score with EASE over decayed purchases; memory grows with the square of the products, so keep it below a cap."""

    name = "ease"

    def __init__(self, *, regularization: float = 100.0, half_life: float = PROFILE_HALF_LIFE) -> None:
        self.regularization, self.half_life = regularization, half_life

    def fit(self, snapshot: Snapshot, *, seed: int) -> None:
        """Learn the item weights."""
        self.profile: Sparse = snapshot.profile
        trainset = ArrayTrainset(matrix_table(snapshot.purchases(self.half_life)), rating_scale=(0.0, 1.0))
        self.weights: Floats = Ease(self.regularization).fit(trainset).weights

    def score(self, customers: Ints) -> Floats:
        """Return the profile times the item weights."""
        return np.asarray(self.profile[customers] @ self.weights, dtype=np.float32)


class SurpriseCooc:
    """Score with sparse co-occurrence neighbors over the profile, for catalogs too large for EASE."""

    name = "cooc"

    def __init__(self, *, neighbors: int = 100, shrink: float = 20.0) -> None:
        self.neighbors, self.shrink = neighbors, shrink

    def fit(self, snapshot: Snapshot, *, seed: int) -> None:
        """Learn the neighbors."""
        self.profile: Sparse = snapshot.profile
        trainset = ArrayTrainset(matrix_table(snapshot.counts.sign()))
        self.neighbor_weights: Sparse = CoocKnn(self.neighbors, self.shrink).fit(trainset).sim

    def score(self, customers: Ints) -> Floats:
        """Return the profile times the similarities."""
        return np.asarray((self.profile[customers] @ self.neighbor_weights).toarray(), dtype=np.float32)
