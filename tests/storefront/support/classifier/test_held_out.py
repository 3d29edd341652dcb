"""How often the base classifier is right on questions it has not learned from."""

from collections import Counter
from pathlib import Path

import pytest

from storefront.support.classifier import (
    Classifier,
    Label,
    base_classifier,
    base_examples,
    calibration_examples,
    evaluate,
    read_examples,
)
from storefront.support.classifier.text import normalize_text

DATA = Path(__file__).parent / "data"
LANGUAGES = ("en", "zh_hans")


@pytest.mark.parametrize(("language", "accuracy", "macro_f1"), [("en", 0.92, 0.92), ("zh_hans", 0.93, 0.93)])
def test_new_questions_in_usual_words_get_the_right_label(language: str, accuracy: float, macro_f1: float) -> None:
    result = evaluate(base_classifier(), read_examples(DATA / f"held_out_{language}.toml"))
    assert result.accuracy >= accuracy, result.table()
    assert result.macro_f1 >= macro_f1, result.table()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_shown_label_is_right_nine_times_in_ten(language: str) -> None:
    result = evaluate(base_classifier(), read_examples(DATA / f"held_out_{language}.toml"))
    assert result.shown_accuracy is not None
    assert result.shown_accuracy >= 0.92
    assert result.shown_share >= 0.85


def test_new_questions_in_unusual_words_get_the_right_label_three_times_in_four() -> None:
    base = base_examples()
    classifier = Classifier.train([example.text for example in base], [example.label for example in base])
    result = evaluate(classifier, calibration_examples())
    assert result.accuracy >= 0.78, result.table()
    assert result.shown_accuracy is not None
    assert result.shown_accuracy > result.accuracy


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_held_out_questions_are_enough_and_of_every_label(language: str) -> None:
    counts = Counter(example.label for example in read_examples(DATA / f"held_out_{language}.toml"))
    assert set(counts) == set(Label)
    assert min(counts.values()) >= 25


def test_no_held_out_question_is_a_training_text() -> None:
    learned = [_trigrams(example.text) for example in (*base_examples(), *calibration_examples())]
    for language in LANGUAGES:
        for example in read_examples(DATA / f"held_out_{language}.toml"):
            own = _trigrams(example.text)
            assert max(len(own & other) / len(own | other) for other in learned) < 0.7, example.text


def test_the_training_texts_are_enough_of_every_label_and_each_is_there_once() -> None:
    learned = [(normalize_text(example.text), example.label) for example in base_examples()]
    counts = Counter(label for _, label in learned)
    assert set(counts) == set(Label)
    assert min(counts.values()) >= 120
    labels_by_text: dict[str, set[Label]] = {}
    for text, label in learned:
        labels_by_text.setdefault(text, set()).add(label)
    assert [text for text, labels in labels_by_text.items() if len(labels) > 1] == []


def _trigrams(text: str) -> frozenset[str]:
    normalized = normalize_text(text)
    return frozenset(normalized[start : start + 3] for start in range(max(1, len(normalized) - 2)))
