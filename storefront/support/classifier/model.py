"""Learns from labeled questions and predicts the label of a new one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import FeatureUnion

from storefront.support.classifier.concepts import find_concepts
from storefront.support.classifier.examples import base_examples, calibration_examples
from storefront.support.classifier.labels import Alternative, Evidence, EvidenceKind, Example, Label, Prediction
from storefront.support.classifier.text import normalize_text, split_units, split_words

CORRECTION_WEIGHT: Final = 3.0
"""How many base examples one correction of a merchant outweighs."""

_CALIBRATION_FOLDS: Final = 3
_TEMPERATURES: Final = np.geomspace(0.05, 20.0, 121)
_KNOWN_SHARE_TRUSTED: Final = 0.5
"""A text with at least this share of known words is predicted as learned."""


@dataclass(frozen=True, slots=True)
class _Regressions:
    """One logistic regression a label: coefficients (labels x features) and intercepts (labels)."""

    coefficients: NDArray[np.float64]
    intercepts: NDArray[np.float64]

    def scores(self, matrix: csr_array) -> NDArray[np.float64]:
        return np.asarray(matrix @ self.coefficients.T + self.intercepts)


class Classifier:
    """A trained question classifier; immutable, safe to share between threads."""

    def __init__(
        self,
        *,
        labels: tuple[Label, ...],
        features: Any,
        regressions: _Regressions,
        temperature: float,
        known_units: frozenset[str],
    ) -> None:
        self.labels = labels
        self._features = features
        self._feature_names: tuple[str, ...] = tuple(features.get_feature_names_out())
        self._regressions = regressions
        self._temperature = temperature
        self._known_units = known_units

    @classmethod
    def train(
        cls,
        texts: Sequence[str],
        labels: Sequence[Label],
        *,
        extra: Sequence[Example] = (),
        extra_weight: float = CORRECTION_WEIGHT,
        calibration: Sequence[Example] = (),
    ) -> Self:
        """Return a classifier that learned from the texts and, each with `extra_weight`, from the extra examples.

        How far its scores may be trusted is measured on the calibration examples before it learns from them too;
        without any, by cross-validation.

        Raises:
            ValueError: texts and labels differ in number, fewer than two labels occur, no text holds a word, or the
                weight is not above 0.
        """
        if len(texts) != len(labels):
            raise ValueError(f"{len(texts)} texts but {len(labels)} labels")
        if not extra_weight > 0:
            raise ValueError("extra_weight must be above 0")
        examples = [Example(text, Label(label)) for text, label in zip(texts, labels, strict=True)]
        examples.extend((*extra, *calibration))
        present = tuple(label for label in Label if any(example.label is label for example in examples))
        if len(present) < 2:
            raise ValueError("training needs examples of at least two labels")
        normalized = [normalize_text(example.text) for example in examples]
        targets = np.array([present.index(example.label) for example in examples])
        weights = np.array([1.0] * len(texts) + [extra_weight] * len(extra) + [1.0] * len(calibration))
        features = _new_features()
        matrix = csr_array(features.fit_transform(normalized))
        bare = _without_concepts(matrix, features)
        folds = _folds(targets, len(calibration))
        return cls(
            labels=present,
            features=features,
            regressions=_fit(matrix, bare, targets, weights),
            temperature=_measure_temperature(matrix, bare, targets, weights, folds),
            known_units=frozenset(unit for text in normalized for unit in split_units(text)),
        )

    def predict(self, text: str) -> Prediction:
        """Return the most probable label of a text of any length and language.

        The less of a text is made of known words, the more it is
        drawn towards an even chance for every label; of a text without one known word the label is `other`.
        """
        normalized = normalize_text(text)
        trust = self._trust(normalized)
        scores = self._regressions.scores(csr_array(self._features.transform([normalized])))
        learned = _softmax(scores / self._temperature)[0]
        even = 1.0 / len(self.labels)
        probabilities = [trust * float(value) + (1.0 - trust) * even for value in learned]
        ranked = sorted(
            zip(self.labels, probabilities, strict=True),
            key=lambda pair: (-pair[1], pair[0] is not Label.OTHER, pair[0].value),
        )
        (label, probability), *rest = ranked
        return Prediction(
            label=label,
            probability=probability,
            alternatives=tuple(Alternative(label=other, probability=share) for other, share in rest),
        )

    def explain(self, text: str, *, limit: int = 8) -> tuple[Evidence, ...]:
        """Return the words, concepts and character runs that speak most for the predicted label, strongest first."""
        normalized = normalize_text(text)
        label = self.predict(text).label
        row = self._features.transform([normalized]).tocoo()
        weights = self._regressions.coefficients[self.labels.index(label)]
        found: dict[tuple[str, EvidenceKind], float] = {}
        for column, value in zip(row.col, row.data, strict=True):
            kind, _, ngram = self._feature_names[column].partition("__")
            if ngram.strip():
                key = (ngram.strip(), EvidenceKind(kind))
                found[key] = found.get(key, 0.0) + float(value * weights[column])
        speaking = [
            Evidence(ngram=ngram, kind=kind, weight=total) for (ngram, kind), total in found.items() if total > 0
        ]
        return tuple(sorted(speaking, key=lambda evidence: (-evidence.weight, evidence.ngram, evidence.kind))[:limit])

    def _trust(self, normalized: str) -> float:
        units = split_units(normalized)
        if not units:
            return 0.0
        known_share = sum(unit in self._known_units for unit in units) / len(units)
        return min(1.0, known_share / _KNOWN_SHARE_TRUSTED)


@cache
def base_classifier() -> Classifier:
    """Return the classifier every store starts with, trained from the shared texts on its first use in a process."""
    return train_with_corrections(())


def train_with_corrections(corrections: Sequence[Example], *, weight: float = CORRECTION_WEIGHT) -> Classifier:
    """Return a store's own classifier: the shared texts and, each with `weight`, the store's corrections."""
    base = base_examples()
    return Classifier.train(
        [example.text for example in base],
        [example.label for example in base],
        extra=corrections,
        extra_weight=weight,
        calibration=calibration_examples(),
    )


def _new_features() -> Any:
    # char_wb pads every word, so Chinese, which is one run between two spaces, gets plain character n-grams.
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True, lowercase=False)
    words = TfidfVectorizer(
        tokenizer=split_words, token_pattern=None, ngram_range=(1, 2), sublinear_tf=True, lowercase=False
    )
    concepts = TfidfVectorizer(analyzer=find_concepts)
    return FeatureUnion(
        [("characters", characters), ("word", words), ("concept", concepts)],
        transformer_weights={"characters": 1.0, "word": 0.5, "concept": 1.0},
    )


def _without_concepts(matrix: csr_array, features: Any) -> csr_array:
    """Return the matrix with the columns of all concepts at zero."""
    is_concept = np.array([str(name).startswith("concept__") for name in features.get_feature_names_out()])
    bare = matrix.tocoo()
    kept = ~is_concept[bare.col]
    return csr_array((bare.data[kept], (bare.row[kept], bare.col[kept])), shape=matrix.shape)


def _fit(matrix: csr_array, bare: csr_array, targets: NDArray[np.int_], weights: NDArray[np.float64]) -> _Regressions:
    # Every text is learned with and without its concepts: the training texts nearly all name some, a new question may
    # name none, and must not be misjudged for it.
    both = vstack([matrix, bare], format="csr")
    fitted = [
        LogisticRegression(C=10.0, solver="liblinear", dual=True, random_state=0).fit(
            both, np.tile(targets == index, 2), sample_weight=np.tile(weights, 2)
        )
        for index in range(int(targets.max()) + 1)
    ]
    return _Regressions(
        coefficients=np.vstack([regression.coef_ for regression in fitted]),
        intercepts=np.concatenate([regression.intercept_ for regression in fitted]),
    )


def _folds(targets: NDArray[np.int_], calibration_count: int) -> list[tuple[NDArray[np.int_], NDArray[np.int_]]]:
    """Return the pairs of rows to learn from and rows to measure on; none where a label has too few examples."""
    rows = np.arange(len(targets))
    learned = len(targets) - calibration_count
    if calibration_count and set(targets[:learned]) == set(targets):
        return [(rows[:learned], rows[learned:])]
    count = min(_CALIBRATION_FOLDS, *Counter(targets.tolist()).values())
    if count < 2:
        return []
    return list(StratifiedKFold(count, shuffle=True, random_state=0).split(rows, targets))


def _measure_temperature(
    matrix: csr_array,
    bare: csr_array,
    targets: NDArray[np.int_],
    weights: NDArray[np.float64],
    folds: list[tuple[NDArray[np.int_], NDArray[np.int_]]],
) -> float:
    """Return the temperature under which unseen rows are most likely (Guo et al. 2017, arXiv:1706.04599)."""
    scores = [
        _fit(matrix[learn], bare[learn], targets[learn], weights[learn]).scores(matrix[measure])
        for learn, measure in folds
    ]
    if not scores:
        return 1.0
    stacked = np.vstack(scores)
    wanted = np.concatenate([targets[measure] for _, measure in folds])
    rows = np.arange(len(wanted))
    losses = [-np.log(_softmax(stacked / value)[rows, wanted] + 1e-12).mean() for value in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(losses))])


def _softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
