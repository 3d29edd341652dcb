"""What a classifier learns, says and refuses."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storefront.support.classifier import (
    MINIMUM_PROBABILITY,
    Alternative,
    Classifier,
    EvidenceKind,
    Example,
    Label,
    Prediction,
    base_classifier,
    base_examples,
    evaluate,
    read_examples,
    train_with_corrections,
)

TEXTS = ["where is my parcel", "parcel is late", "send the parcel", "card declined", "card was charged", "pay by card"]
LABELS = [Label.DELIVERY] * 3 + [Label.PAYMENT] * 3


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Where is my order #4411? It is two weeks late", Label.DELIVERY),
        ("快递到哪里了，三天没动了", Label.DELIVERY),
        ("The shoes are too small, I want to return them", Label.RETURN),
        ("收到的杯子碎了，我要退货", Label.RETURN),
        ("my credit card was declined", Label.PAYMENT),
        ("可以用支付宝付款吗", Label.PAYMENT),
        ("What size should I take and is it machine washable?", Label.PRODUCT),
        ("这件衣服是什么面料，可以机洗吗", Label.PRODUCT),
        ("I forgot my password and cannot log in", Label.OTHER),
        ("忘记密码了，登录不了账号", Label.OTHER),
        ("我的 order 什么时候 ship，tracking number 查不到", Label.DELIVERY),
    ],
)
def test_plain_questions_show_their_label(text: str, label: Label) -> None:
    assert base_classifier().predict(text).shown_label is label


def test_probabilities_of_all_labels_add_up_and_are_ranked() -> None:
    prediction = base_classifier().predict("I was charged twice and the parcel never came")
    shares = [prediction.probability, *(alternative.probability for alternative in prediction.alternatives)]
    assert sum(shares) == pytest.approx(1.0)
    assert shares == sorted(shares, reverse=True)
    assert {prediction.label, *(alternative.label for alternative in prediction.alternatives)} == set(Label)


@pytest.mark.parametrize(
    "text", ["", "   \n", "😀🎉❤️", "?!?!", "12345", "\x00\x00", "https://example.com/a", "a" * 10_000]
)
def test_a_text_without_a_known_word_is_other_and_shows_no_label(text: str) -> None:
    prediction = base_classifier().predict(text)
    assert (prediction.label, prediction.shown_label) == (Label.OTHER, None)
    assert prediction.probability == pytest.approx(0.2)


@pytest.mark.parametrize(
    "text",
    [
        "Wo ist meine Bestellung?",
        "¿Dónde está mi pedido?",
        "Où est ma commande ?",
        "Мой заказ не пришёл",
        "注文はいつ届きますか",
        "주문 어디 있어요",
        "أين طلبي",
        "Potrei avere una fattura per favore",
    ],
)
def test_another_language_gets_no_label_or_other(text: str) -> None:
    assert base_classifier().predict(text).shown_label in {None, Label.OTHER}


@pytest.mark.parametrize(
    ("sentence", "label"), [("where is my parcel? ", Label.DELIVERY), ("我要退货。", Label.RETURN)]
)
def test_a_text_of_ten_thousand_characters_is_read_from_its_beginning(sentence: str, label: Label) -> None:
    text = (sentence * 10_000)[:10_000]
    assert base_classifier().predict(text).label is label
    assert base_classifier().predict(text[:2_000] + "card declined " * 500) == base_classifier().predict(text[:2_000])


@settings(max_examples=60)
@given(st.text(max_size=300))
def test_any_text_gets_a_prediction(text: str) -> None:
    prediction = base_classifier().predict(text)
    assert 0.2 <= prediction.probability <= 1.0
    base_classifier().explain(text)


@pytest.mark.parametrize(("probability", "shown"), [(MINIMUM_PROBABILITY, Label.RETURN), (0.5999, None)])
def test_a_label_is_shown_from_the_minimum_probability_on(probability: float, shown: Label | None) -> None:
    rest = (Alternative(label=Label.OTHER, probability=1 - probability),)
    assert Prediction(label=Label.RETURN, probability=probability, alternatives=rest).shown_label is shown


def test_the_explanation_names_the_words_that_speak_for_the_label() -> None:
    evidence = base_classifier().explain("Can I get a refund for the broken mug?", limit=5)
    assert 1 <= len(evidence) <= 5
    assert [item.weight for item in evidence] == sorted((item.weight for item in evidence), reverse=True)
    assert all(item.weight > 0 for item in evidence)
    assert {item.ngram for item in evidence if item.kind is EvidenceKind.CONCEPT} == {"refund", "damage"}


def test_a_text_without_words_has_no_explanation() -> None:
    assert base_classifier().explain("😀") == ()


def test_corrections_of_a_store_change_what_its_classifier_says() -> None:
    question = "Do you still have the Moonbeam mug?"
    corrections = [
        Example("Moonbeam again please", Label.OTHER),
        Example("Is the Moonbeam evening on Friday?", Label.OTHER),
        Example("Moonbeam seats for two", Label.OTHER),
        Example(question, Label.OTHER),
    ]
    own = train_with_corrections(corrections)
    assert base_classifier().predict(question).label is Label.PRODUCT
    assert own.predict(question).label is Label.OTHER
    assert own.predict("when is the next moonbeam").label is Label.OTHER
    assert own.predict("Where is my parcel?").label is Label.DELIVERY
    assert base_classifier().predict(question).label is Label.PRODUCT


def test_a_heavier_correction_moves_the_probability_further() -> None:
    correction = [Example("parcel", Label.PAYMENT)]
    light = Classifier.train(TEXTS, LABELS, extra=correction, extra_weight=0.1)
    heavy = Classifier.train(TEXTS, LABELS, extra=correction, extra_weight=20.0)
    assert (light.predict("parcel").label, heavy.predict("parcel").label) == (Label.DELIVERY, Label.PAYMENT)


def test_a_classifier_of_two_labels_knows_only_these() -> None:
    classifier = Classifier.train(TEXTS, LABELS)
    assert classifier.labels == (Label.DELIVERY, Label.PAYMENT)
    assert classifier.predict("the parcel").label is Label.DELIVERY
    assert classifier.predict("a card").label is Label.PAYMENT
    assert {item.ngram for item in classifier.explain("card")} >= {"card"}


def test_one_example_a_label_is_enough_to_train() -> None:
    assert Classifier.train(["parcel", "card"], [Label.DELIVERY, Label.PAYMENT]).predict("card").label is Label.PAYMENT


def test_training_twice_gives_the_same_probabilities() -> None:
    first, second = (Classifier.train(TEXTS, LABELS).predict("card parcel") for _ in range(2))
    assert first == second


def test_training_texts_that_cannot_teach_are_refused() -> None:
    with pytest.raises(ValueError, match="6 texts but 5 labels"):
        Classifier.train(TEXTS, LABELS[:5])
    with pytest.raises(ValueError, match="at least two labels"):
        Classifier.train(TEXTS[:3], LABELS[:3])
    with pytest.raises(ValueError, match="extra_weight"):
        Classifier.train(TEXTS, LABELS, extra_weight=0.0)
    with pytest.raises(ValueError, match="vocabulary"):
        Classifier.train(["", "😀"], [Label.DELIVERY, Label.OTHER])


def test_the_base_classifier_is_trained_once_a_process() -> None:
    assert base_classifier() is base_classifier()


def test_an_evaluation_counts_right_and_wrong_labels() -> None:
    classifier = Classifier.train(TEXTS, LABELS)
    result = evaluate(
        classifier,
        [
            Example("parcel", Label.DELIVERY),
            Example("late parcel", Label.DELIVERY),
            Example("card", Label.PAYMENT),
            Example("parcel", Label.PAYMENT),
        ],
    )
    assert (result.examples_count, result.accuracy) == (4, 0.75)
    assert result.macro_f1 == pytest.approx((0.8 + 2 / 3) / 2)
    assert result.confusion == {
        (Label.DELIVERY, Label.DELIVERY): 2,
        (Label.PAYMENT, Label.PAYMENT): 1,
        (Label.PAYMENT, Label.DELIVERY): 1,
    }
    assert result.table().splitlines()[3].split() == ["payment", "1", "0", "1", "0", "0"]
    with pytest.raises(ValueError, match="nothing to evaluate"):
        evaluate(classifier, [])


@pytest.mark.parametrize("content", ['delivery = "one"', "delivery = [1]", 'complaint = ["rude"]', "delivery = ["])
def test_a_file_of_examples_that_is_wrong_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "questions.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError):  # noqa: PT011
        read_examples(file)


def test_the_base_examples_are_in_both_languages() -> None:
    texts = [example.text for example in base_examples()]
    assert "Where is my order?" in texts
    assert "我要退货" in texts
