"""The labels of a question and what a prediction says about them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MINIMUM_PROBABILITY: Final = 0.6
"""Below this probability a label is not shown: a wrong label costs more than none."""


class Label(StrEnum):
    """What a question is about.

    delivery: where a parcel is, shipping times, prices and places, addresses, carriers, customs, pickup.
    return: returns, exchanges, refunds, cancellations, warranty, wrong, damaged or faulty items.
    payment: paying, declined cards, charges, invoices and receipts, taxes, discount codes, gift cards, prices paid.
    product: size, material, use, stock, compatibility, differences and advice before buying.
    other: everything else: accounts, newsletters, opening hours, jobs, partnerships, greetings, complaints, spam.
    """

    DELIVERY = "delivery"
    RETURN = "return"
    PAYMENT = "payment"
    PRODUCT = "product"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Example:
    """A question with its right label: a training text, or a correction a merchant made."""

    text: str
    label: Label


@dataclass(frozen=True, slots=True)
class Alternative:
    """A label that was not chosen, with its probability from 0 to 1."""

    label: Label
    probability: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """The most probable label, its probability from 0 to 1, and the other labels, most probable first."""

    label: Label
    probability: float
    alternatives: tuple[Alternative, ...]

    @property
    def shown_label(self) -> Label | None:
        """Return the label where it is sure enough to be shown, else None."""
        return self.label if self.probability >= MINIMUM_PROBABILITY else None


class EvidenceKind(StrEnum):
    """What a piece of evidence is: a word or two, a run of 1 to 4 characters, or a concept of the shop's world."""

    WORD = "word"
    CHARACTERS = "characters"
    CONCEPT = "concept"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece of a text that speaks for a label; `weight` is its share of the label's score (log-odds, positive)."""

    ngram: str
    kind: EvidenceKind
    weight: float
