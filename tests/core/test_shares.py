"""Tokens, seats and minutes."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st

from core.shares import Buckets, Seats, SharedMinute


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 600), st.integers(1, 50))
def test_a_bucket_gives_its_burst_and_then_its_rate_and_never_more(
    pauses: list[float], per_minute: int, burst: int
) -> None:
    clock = Clock()
    buckets = Buckets(clock)
    given_out = 0
    for pause in pauses:
        clock.now += pause
        given_out += buckets.take("a", per_minute=per_minute, burst=burst).allowed
    assert given_out <= burst + (clock.now - 1000) * per_minute / 60 + 1e-6


def test_who_comes_when_told_is_let_in() -> None:
    clock = Clock()
    buckets = Buckets(clock)
    assert buckets.take("a", per_minute=6, burst=1).allowed
    verdict = buckets.take("a", per_minute=6, burst=1)
    assert (verdict.allowed, verdict.wait_seconds) == (False, 10)
    clock.now += verdict.wait_seconds
    assert buckets.take("a", per_minute=6, burst=1).allowed


def test_one_empty_bucket_empties_no_other() -> None:
    buckets = Buckets(Clock())
    while buckets.take("a", per_minute=60, burst=3).allowed:
        pass
    assert buckets.take("b", per_minute=60, burst=3).allowed


def test_as_many_seats_as_there_are_under_eight_threads() -> None:
    seats = Seats()
    with ThreadPoolExecutor(8) as pool:
        entered = sum(pool.map(lambda _n: seats.enter("a", most=3), range(100)))
    assert entered == 3
    assert seats.enter("b", most=3)
    seats.leave("a")
    assert seats.enter("a", most=3)
    assert not seats.enter("a", most=3)


def test_a_minute_is_counted_in_the_cache_and_begins_anew() -> None:
    clock = Clock()
    shared = SharedMinute(clock)
    verdicts = [shared.count("a", per_minute=2) for _ in range(3)]
    assert [verdict and (verdict.allowed, verdict.left) for verdict in verdicts] == [(True, 1), (True, 0), (False, 0)]
    clock.now += 60
    fresh = shared.count("a", per_minute=2)
    assert fresh is not None
    assert fresh.allowed


def test_a_cache_that_is_down_is_asked_once_and_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, asked = Clock(), []

    def down(name: str) -> int:
        asked.append(name)
        raise ConnectionError

    shared = SharedMinute(clock)
    with monkeypatch.context() as broken:
        broken.setattr(cache, "incr", down)
        assert [shared.count("a", per_minute=2) for _ in range(5)] == [None] * 5
    assert len(asked) == 1
    clock.now += SharedMinute.REST_SECONDS
    assert shared.count("a", per_minute=2) is not None
