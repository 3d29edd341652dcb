"""The classifier in a worker process: the shared one, or a store's own once enough labels were corrected there."""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storefront.support.classifier import Classifier

ENOUGH_CORRECTIONS = 10
MOST_KEPT = 8

_kept: OrderedDict[str, tuple[str, "Classifier"]] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True, slots=True)
class PredictedLabel:
    """`shown_label` is empty where the probability (0 to 1) is too small to show it."""

    shown_label: str
    probability: float


def predict_label(*, text: str, store: str, corrections: Sequence[tuple[str, str]]) -> PredictedLabel:
    """Return the label of a text; `corrections` are the store's (question, label) pairs, `store` names its schema."""
    prediction = _classifier(store, corrections).predict(text)
    shown = prediction.shown_label
    return PredictedLabel(shown_label=shown.value if shown else "", probability=prediction.probability)


def _classifier(store: str, corrections: Sequence[tuple[str, str]]) -> "Classifier":
    """Return the store's classifier, learned anew when its corrections changed; the eight last used stay in memory."""
    # Importing scikit-learn takes seconds: only a worker that is asked to label something pays for it.
    from storefront.support.classifier import Example, Label, base_classifier, train_with_corrections

    if len(corrections) < ENOUGH_CORRECTIONS:
        return base_classifier()
    mark = hashlib.sha256(repr(sorted(corrections)).encode()).hexdigest()
    with _lock:
        kept = _kept.get(store)
        if kept is not None and kept[0] == mark:
            _kept.move_to_end(store)
            return kept[1]
        learned = train_with_corrections([Example(text, Label(label)) for text, label in corrections])
        _kept[store] = (mark, learned)
        _kept.move_to_end(store)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
        return learned
