"""What pages of a store have in common is kept once, as long as there is room."""

import pytest

from core import shared_pages
from core.shared_pages import Shelf, remember, remembering, weigh


def test_a_shelf_keeps_so_many_bytes_and_what_is_too_much_is_made_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_pages, "MOST_BYTES", 100_000)
    told: list[int] = []
    shelf, made = Shelf(told.append), []

    def make(size: int) -> list[str]:
        made.append(size)
        return [f"{size}{number:08}" for number in range(size)]

    with remembering(shelf):
        for size in (1000, 1000, 2000, 2000, 10):
            remember(f"{size}", lambda size=size: make(size))  # type: ignore[misc]
    assert made == [1000, 2000, 2000, 10]
    assert shelf.bytes_count == sum(told) <= 100_000


def test_a_value_weighs_all_that_it_holds_and_nothing_twice() -> None:
    text = "x" * 10_000
    assert 10_000 < weigh({"a": [text, text], "b": (text,)}) < 11_000
    ring: list[object] = [text]
    ring.append(ring)
    assert 10_000 < weigh(ring) < 11_000
    assert weigh(weigh) == 0
