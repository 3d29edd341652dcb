"""Sorts shoppers' questions into delivery, return, payment, product and other, in English and simplified Chinese."""

from storefront.support.classifier.evaluation import Evaluation, evaluate
from storefront.support.classifier.examples import base_examples, calibration_examples, read_examples
from storefront.support.classifier.labels import (
    MINIMUM_PROBABILITY,
    Alternative,
    Evidence,
    EvidenceKind,
    Example,
    Label,
    Prediction,
)
from storefront.support.classifier.model import (
    CORRECTION_WEIGHT,
    Classifier,
    base_classifier,
    train_with_corrections,
)

__all__ = [
    "CORRECTION_WEIGHT",
    "MINIMUM_PROBABILITY",
    "Alternative",
    "Classifier",
    "Evaluation",
    "Evidence",
    "EvidenceKind",
    "Example",
    "Label",
    "Prediction",
    "base_classifier",
    "base_examples",
    "calibration_examples",
    "evaluate",
    "read_examples",
    "train_with_corrections",
]
