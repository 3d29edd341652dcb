"""Limits on what strangers may try, counted in the cache, per store where there is one."""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from django.core.cache import cache


@dataclass(frozen=True, slots=True)
class AttemptLimit:
    """How many attempts of one kind a window allows, by each of several names for who tries.

    Usage: ``AttemptLimit("login", {"email": 10, "address": 50}).count(email=…, address=…)``. An empty value is not counted.
    """

    kind: str
    most: Mapping[str, int]
    window_seconds: int = 15 * 60

    def is_reached(self, **who: str) -> bool:
        """Tell whether any of the names has used its window up."""
        keys = self._keys(who)
        counts = cache.get_many(keys.values())
        return any(counts.get(key, 0) >= self.most[name] for name, key in keys.items())

    def count(self, **who: str) -> bool:
        """Count one attempt and tell whether it is one too many; counting goes on, so that who keeps trying stays out."""
        over = [name for name, key in self._keys(who).items() if self._add(key) > self.most[name]]
        return bool(over)

    def take_back(self, **who: str) -> None:
        """Count an attempt that turned out right as none, so that only failures use a window up."""
        for key in self._keys(who).values():
            with suppress(ValueError):  # its window has ended meanwhile
                cache.decr(key)

    def _add(self, key: str) -> int:
        cache.add(key, 0, timeout=self.window_seconds)
        try:
            return int(cache.incr(key))
        except ValueError:
            # The window ended between the two calls: this attempt is the first of a new one.
            cache.set(key, 1, timeout=self.window_seconds)
            return 1

    def _keys(self, who: Mapping[str, str]) -> dict[str, str]:
        named = {name: value.strip().lower() for name, value in who.items()}
        return {
            name: f"limit:{self.kind}:{name}:{hashlib.sha256(value.encode()).hexdigest()}"
            for name, value in named.items()
            if value
        }
