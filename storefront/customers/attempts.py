"""Count attempts to get into an account: by address of the person and by address of the machine, per store."""

import hashlib

from django.core.cache import cache

WINDOW_SECONDS = 15 * 60
# How many failed passwords, and how many mailed links, a window allows.
PASSWORD_LIMITS = {"email": 10, "address": 50}
LINK_LIMITS = {"email": 5, "address": 30}


def too_many_failed_logins(*, email: str, address: str) -> bool:
    """Tell whether wrong passwords came too often for this e-mail, or from this machine."""
    return _is_over("login", PASSWORD_LIMITS, email=email, address=address)


def record_failed_login(*, email: str, address: str) -> None:
    """Count a wrong password."""
    _count("login", email=email, address=address)


def too_many_links(*, email: str, address: str) -> bool:
    """Tell whether links were asked for too often for this e-mail, or from this machine."""
    return _is_over("link", LINK_LIMITS, email=email, address=address)


def record_link(*, email: str, address: str) -> None:
    """Count a link that was asked for."""
    _count("link", email=email, address=address)


def _is_over(kind: str, limits: dict[str, int], *, email: str, address: str) -> bool:
    keys = _keys(kind, email=email, address=address)
    counts = cache.get_many(keys.values())
    return any(counts.get(keys[name], 0) >= limit for name, limit in limits.items())


def _count(kind: str, *, email: str, address: str) -> None:
    for key in _keys(kind, email=email, address=address).values():
        cache.add(key, 0, timeout=WINDOW_SECONDS)
        cache.incr(key)


def _keys(kind: str, *, email: str, address: str) -> dict[str, str]:
    named = {"email": email.strip().lower(), "address": address}
    return {
        name: f"customers:{kind}:{name}:{hashlib.sha256(value.encode()).hexdigest()}" for name, value in named.items()
    }
