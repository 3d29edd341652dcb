"""A few of the things that a file brings, as a merchant compares them: what is there now, and what will be."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

NEW_KEPT, CHANGED_KEPT, LINES_KEPT = 5, 12, 6

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Sample:
    """A product, a customer or a count: `lines` are (what, now, then); `more` is how many lines are not shown."""

    name: str
    is_new: bool
    lines: list[tuple[str, str, str]] = field(default_factory=list)
    more: int = 0


def make_sample(name: str, lines: Sequence[tuple[str, str, str]], *, is_new: bool = False) -> Sample:
    """Return a sample of at most so many lines."""
    return Sample(name, is_new, list(lines[:LINES_KEPT]), max(0, len(lines) - LINES_KEPT))


class Sampler:
    """Picks the first new and the first changed things of a whole file, batch by batch."""

    def __init__(self) -> None:
        self._left = {True: NEW_KEPT, False: CHANGED_KEPT}

    def pick(self, things: Sequence[Thing], *, is_new: bool) -> list[Thing]:
        """Return as many of these as there is still room for."""
        picked = list(things[: self._left[is_new]])
        self._left[is_new] -= len(picked)
        return picked
