"""The list of guards is whole, and a control that proves nothing is an error."""

import ast
from pathlib import Path

import pytest

from tests.fixtures.guards import ControlFailed, judge
from tests.guards import GUARDS, THREATS

TESTS = Path(__file__).resolve().parents[1]


def controls() -> dict[str, list[str]]:
    """Return the marked tests by guard, as they stand in the sources; a subset of the suite sees all of them."""
    found: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            for mark in getattr(node, "decorator_list", []):
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.guard":
                    for name in mark.args:
                        found.setdefault(ast.literal_eval(name), []).append(f"{path.name}::{node.name}")
    return found


def test_every_guard_has_a_test_that_goes_red_without_it() -> None:
    assert set(GUARDS) - set(controls()) == set()


def test_every_threat_has_a_guard() -> None:
    answered = {threat for one in GUARDS.values() for threat in one.threats}
    assert set(THREATS) - answered == set()


def test_every_guard_says_what_it_does_in_a_sentence() -> None:
    assert [one.name for one in GUARDS.values() if not one.what.endswith(".")] == []


def test_a_control_that_stays_green_is_an_error() -> None:
    with pytest.raises(ControlFailed, match="stays green"):
        judge(None, name="x", found="")


@pytest.mark.parametrize("error", [ImportError("x"), AttributeError("x"), TypeError("x"), SystemExit(1)])
def test_a_control_that_breaks_for_another_reason_is_an_error(error: BaseException) -> None:
    with pytest.raises(ControlFailed, match="breaks instead"):
        judge(error, name="x", found="")


def test_a_control_that_finds_something_else_is_an_error() -> None:
    with pytest.raises(ControlFailed, match="something else"):
        judge(AssertionError("the page is slow"), name="x", found="leaks")


def test_a_finding_is_accepted() -> None:
    judge(AssertionError("GET home: it leaks"), name="x", found="leaks")
    with pytest.raises(pytest.fail.Exception) as missed, pytest.raises(KeyError):
        pass
    judge(missed.value, name="x", found="DID NOT RAISE")
