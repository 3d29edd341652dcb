"""What the frame says of the store is said once for all pages of an edition, and anew for whoever is given something else."""

from typing import Any

import pytest
from django.utils import translation
from jinja2 import Environment
from jinja2.runtime import Macro

from core.shared_pages import Shelf, remembering
from storefront.theme.jinja import once


@pytest.fixture
def said() -> list[str]:
    """What the macro has said so far."""
    return []


@pytest.fixture
def greet(said: list[str]) -> Macro:
    template = Environment(autoescape=True).from_string("{% macro greet(one, two) %}{{ note(one, two) }}{% endmacro %}")

    def note(one: Any, two: Any) -> str:
        said.append(f"{one} {two} <{translation.get_language()}>")
        return said[-1]

    macro: Macro = template.make_module({"note": note}).greet
    return macro


def test_the_same_is_said_once_for_each_language(greet: Macro, said: list[str]) -> None:
    links = ["cups"]
    with remembering(Shelf()):
        first = once(greet, links, "/")
        assert once(greet, links, "/") is first
        with translation.override("zh-hans"):
            assert "zh-hans" in once(greet, links, "/")
    assert str(first) == "[&#39;cups&#39;] / &lt;en&gt;"
    assert len(said) == 2


def test_other_words_are_said_apart(greet: Macro) -> None:
    links = ["cups"]
    with remembering(Shelf()):
        assert "/cart/" in once(greet, links, "/cart/")
        assert "/cart/" not in once(greet, links, "/")


def test_another_thing_is_never_taken_for_the_one_that_is_known(greet: Macro) -> None:
    """Such as the draft of a look, and what only equals it."""
    with remembering(Shelf()):
        first = once(greet, ["cups"], "/")
        assert "mugs" in once(greet, ["mugs"], "/")
        assert once(greet, ["cups"], "/") is not first


def test_without_a_shelf_it_is_said_each_time(greet: Macro, said: list[str]) -> None:
    links = ["cups"]
    once(greet, links, "/")
    once(greet, links, "/")
    assert len(said) == 2
