"""Reads labeled questions from files."""

import tomllib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from storefront.support.classifier.labels import Example, Label

BASE_LANGUAGES: Final = ("en", "zh_hans")


def read_examples(file: Traversable) -> tuple[Example, ...]:
    """Return the labeled questions of a TOML file that holds one list of texts a label.

    Raises:
        ValueError: the file is not TOML, or a key is no label, or a value is no list of texts.
    """
    examples: list[Example] = []
    for name, texts in tomllib.loads(file.read_text(encoding="utf-8")).items():
        label = Label(name)
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise ValueError(f"{file.name}: {name} must be a list of texts")
        examples.extend(Example(text=text, label=label) for text in texts)
    return tuple(examples)


@cache
def base_examples() -> tuple[Example, ...]:
    """Return the training texts every store starts from, in English and simplified Chinese."""
    return _read_languages("")


@cache
def calibration_examples() -> tuple[Example, ...]:
    """Return the texts on which a classifier's certainty is measured, in English and simplified Chinese."""
    return _read_languages("calibration_")


def _read_languages(prefix: str) -> tuple[Example, ...]:
    folder = files("storefront.support.classifier") / "data"
    return tuple(
        example for language in BASE_LANGUAGES for example in read_examples(folder / f"{prefix}{language}.toml")
    )
