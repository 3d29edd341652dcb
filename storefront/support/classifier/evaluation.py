"""Measures a classifier on labeled questions it has not learned from."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from storefront.support.classifier.labels import Example, Label
from storefront.support.classifier.model import Classifier


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How often a classifier is right; shares and F1 from 0 to 1, `confusion` counts (right label, predicted label).

    `shown_share` is the share of texts whose label is sure enough to be shown, `shown_accuracy` how many of those are
    right (None where none is shown).
    """

    examples_count: int
    accuracy: float
    macro_f1: float
    shown_share: float
    shown_accuracy: float | None
    confusion: dict[tuple[Label, Label], int]

    def table(self) -> str:
        """Return the confusion as text: a row a right label, a column a predicted one."""
        head = "right \\ said " + "".join(f"{label.value:>10}" for label in Label)
        rows = (
            f"{right.value:<13}" + "".join(f"{self.confusion.get((right, said), 0):>10}" for said in Label)
            for right in Label
        )
        return "\n".join((head, *rows))


def evaluate(classifier: Classifier, examples: Iterable[Example]) -> Evaluation:
    """Predict every example and compare.

    Raises:
        ValueError: there are no examples.
    """
    confusion: Counter[tuple[Label, Label]] = Counter()
    shown_count = shown_right_count = 0
    for example in examples:
        prediction = classifier.predict(example.text)
        confusion[example.label, prediction.label] += 1
        if prediction.shown_label is not None:
            shown_count += 1
            shown_right_count += prediction.shown_label is example.label
    total = confusion.total()
    if not total:
        raise ValueError("there is nothing to evaluate")
    present = sorted({label for pair in confusion for label in pair})
    return Evaluation(
        examples_count=total,
        accuracy=sum(confusion[label, label] for label in present) / total,
        macro_f1=sum(_f1(confusion, label) for label in present) / len(present),
        shown_share=shown_count / total,
        shown_accuracy=shown_right_count / shown_count if shown_count else None,
        confusion=dict(confusion),
    )


def _f1(confusion: Counter[tuple[Label, Label]], label: Label) -> float:
    right = confusion[label, label]
    said = sum(count for (_, predicted), count in confusion.items() if predicted is label)
    wanted = sum(count for (truth, _), count in confusion.items() if truth is label)
    return 2 * right / (said + wanted)
