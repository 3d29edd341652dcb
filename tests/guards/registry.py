"""What a guard is, and the threats that guards answer."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

SwitchOff = Callable[[pytest.MonkeyPatch], None]

THREATS = {
    "T1": "a session's cookie shown to another store",
    "T2": "an API token or secret shown to another store",
    "T3": "a CSRF token or a cookie that reaches over hosts",
    "T4": "a cart's, order's, download's or sign-in link of one store opened on another",
    "T5": "one customer, or one role, reading what belongs to another of the same store",
    "T6": "one key of the cache, or one variable of a module, for two stores",
    "T7": "files of another store by guessing or climbing",
    "T8": "a thread, a pool, async code, a streamed answer or a late signal",
    "T9": "a lazy query made in one store and evaluated in another",
    "T10": "a failing SET search_path",
    "T11": "a connection reused after errors, rollbacks, cursors",
    "T12": "a task without its store, for a dead store, failing at the switch, twice at once, inside a request",
    "T13": "a task asked for inside nested stores and transactions",
    "T14": "a worker that remembers a store's state",
    "T15": "content types remembered over stores",
    "T16": "traffic for a half-made store",
    "T17": "a sign-up that inherits, or destroys, an older store's schema",
    "T18": "hostile store names",
    "T19": "hostile hosts",
    "T20": "a domain claimed by another, or left behind",
    "T21": "a merchant or the platform's staff in a dashboard that is not theirs",
    "T22": "an event of Stripe that names another store",
    "T23": "a noisy neighbor",
    "T24": "a model trained on, or served to, another store",
    "T25": "logs and mails that carry another store's words, or no store",
    "T26": "an archive that lies: other names, other rows, other people than the store's own",
    "M1": "many buyers of the last unit",
    "M2": "many clicks, tabs and retries on one cart",
    "M3": "return page, event and reconciler at one instant",
    "M4": "one code, one card or one customer's limit, many shoppers",
    "M5": "a sum that is not what the shopper saw",
    "M6": "quantities that are none",
    "M8": "refunds at once that are more than was paid",
    "M9": "money for goods that are gone",
    "M10": "deadlocks",
    "M11": "books that differ from the provider's",
    "F7": "somebody killed between doing a thing and writing down that it is done",
    "W1": "an event that comes again",
    "W2": "an event that is older than what is, or lies",
    "W3": "a request that Stripe did not sign",
    "W4": "an event that cannot be handled now",
    "W5": "an event of test mode in a live house, and the other way around",
    "W6": "somebody killed with an event in hand",
    "W7": "an event that never comes",
    "W8": "a provider that breaks off in the middle of its answer",
    "W9": "a form or a call that is sent again",
}


@dataclass(frozen=True)
class Guard:
    """One thing that stands in a threat's way: the threats it answers, what it does, and how a test takes it away."""

    name: str
    threats: tuple[str, ...]
    what: str
    switch_off: SwitchOff


GUARDS: dict[str, Guard] = {}


def guard(name: str, *threats: str, what: str) -> Callable[[SwitchOff], SwitchOff]:
    """Register a guard; the decorated function removes exactly this one from the real code, through its `monkeypatch`."""
    if name in GUARDS or not set(threats) <= set(THREATS) or not threats:
        raise ValueError(f"guard {name!r} is there already, or names no known threat")

    def register(switch_off: SwitchOff) -> SwitchOff:
        GUARDS[name] = Guard(name, threats, what, switch_off)
        return switch_off

    return register
