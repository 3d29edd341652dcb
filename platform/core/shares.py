"""Shares of one machine, counted in this process: so many requests a minute, so many at once, by whoever asks.

Nothing here is asked over the network, so nothing here can be down. Each web process counts for itself: with two of them a
store may have up to twice its figure.
"""

import math
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

_MAXIMUM_KEYS = 20_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one more is allowed, how many are left, and in how many seconds there will be one more, or all of them."""

    allowed: bool
    left: int
    wait_seconds: int


class Buckets:
    """Token buckets: each key gets `per_minute` tokens a minute and keeps at most `burst` of them.

    Usage: ``Buckets().take(("shop", 7), per_minute=600, burst=100).allowed``.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._tokens: dict[Hashable, tuple[float, float]] = {}

    def take(self, key: Hashable, *, per_minute: float, burst: float) -> Verdict:
        """Take one token, or say how long the next one will take."""
        now, rate = self._clock(), per_minute / 60
        with self._lock:
            tokens, then = self._tokens.get(key, (burst, now))
            tokens = min(burst, tokens + (now - then) * rate)
            allowed = tokens >= 1
            tokens -= allowed
            if len(self._tokens) >= _MAXIMUM_KEYS and key not in self._tokens:
                self._tokens.clear()
            self._tokens[key] = (tokens, now)
        wait = 0.0 if tokens >= 1 or not rate else (1 - tokens) / rate
        return Verdict(allowed, int(tokens), math.ceil(wait) if rate else 60)


class Seats:
    """How many are inside at once, by key; who would be one too many is told at once and waits for nobody."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: dict[Hashable, int] = {}

    def enter(self, key: Hashable, *, most: int) -> bool:
        """Take a seat, or return False."""
        with self._lock:
            taken = self._taken.get(key, 0)
            if taken >= most:
                return False
            self._taken[key] = taken + 1
            return True

    def leave(self, key: Hashable) -> None:
        """Give the seat back."""
        with self._lock:
            left = self._taken.get(key, 0) - 1
            if left > 0:
                self._taken[key] = left
            else:
                self._taken.pop(key, None)


class SharedMinute:
    """So many a minute over all processes, counted in the cache: one round trip each.

    A cache that does not answer is left alone for ten seconds, and `count` says None: the caller counts by itself then.
    """

    REST_SECONDS = 10.0

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._resting_until = 0.0

    def count(self, key: str, *, per_minute: int) -> Verdict | None:
        """Count one more in this minute."""
        from django.core.cache import cache

        now = self._clock()
        if now < self._resting_until:
            return None
        minute, second = divmod(int(now), 60)
        name = f"share:{key}:{minute}"
        try:
            try:
                count = int(cache.incr(name))
            except ValueError:
                count = 1 if cache.add(name, 1, timeout=120) else int(cache.incr(name))
        except Exception:  # whatever the cache's client raises: counting must never stop a request
            self._resting_until = now + self.REST_SECONDS
            return None
        return Verdict(count <= per_minute, max(0, per_minute - count), 60 - second)
