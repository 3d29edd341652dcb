"""Typed events by which a lower part tells higher ones what happened, in the same transaction."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

Event = TypeVar("Event")

_handlers: defaultdict[type, list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(event_type: type[Event], handler: Callable[[Event], None]) -> None:
    """Call `handler` for each event of exactly this type; subscribe in `AppConfig.ready()`."""
    if handler not in _handlers[event_type]:
        _handlers[event_type].append(handler)


def publish(event: object) -> None:
    """Call the subscribers in the order they subscribed; an error of one of them fails the caller's transaction."""
    for handler in _handlers[type(event)]:
        handler(event)
