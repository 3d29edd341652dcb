"""Pages that are the same for everybody: which they are, and what may stand in their addresses.

A view that is marked is shown from the page cache (`shopstead.page_cache`), which asks for it without cookies: nothing personal
can get into it. What is personal comes afterwards, as a fragment.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from gc import get_referents
from sys import getsizeof
from types import FunctionType, ModuleType
from typing import Any, TypeVar

from django.utils.translation import get_language

# Set in the environment of a request that is made for everybody.
SHARED_KEY = "shopstead.shared_page"

View = TypeVar("View", bound=Callable[..., Any])
Value = TypeVar("Value")

# Beyond so many, and so many bytes, what pages have in common is made each time: collections may be many, memory is not.
MOST_REMEMBERED, MOST_BYTES = 100, 4 * 1024 * 1024

_shelf: ContextVar["Shelf | None"] = ContextVar("shelf", default=None)


@dataclass(frozen=True, slots=True)
class SharedPage:
    """The query's parameters that the page reads; with any other it is made anew for whoever asks."""

    parameters: frozenset[str]


@dataclass(slots=True)
class NextChangeAsked:
    """A question: when, after `now`, will this store's pages change by themselves? Whoever knows adds to `moments`.

    A product whose time to appear comes, a price that ends: what is remembered is not shown any longer than that.
    """

    now: datetime
    moments: list[datetime]


class Shelf:
    """What the pages of one edition of one store have in common; `told` hears of every byte that it grows by."""

    def __init__(self, told: Callable[[int], None] = lambda _bytes: None) -> None:
        self.known: dict[tuple[str, str], Any] = {}
        self.bytes_count = 0
        self._told = told

    def keep(self, key: tuple[str, str], value: object) -> None:
        """Keep a value where there is room for it."""
        if len(self.known) >= MOST_REMEMBERED:
            return
        size = weigh(value)
        if self.bytes_count + size <= MOST_BYTES:
            self.known[key] = value
            self.bytes_count += size
            self._told(size)


def weigh(value: object) -> int:
    """Return about how many bytes a value takes with all that it holds, as far as a shelf has room."""
    seen: set[int] = set()
    waiting, size = [value], 0
    while waiting and size <= MOST_BYTES:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type | ModuleType | FunctionType):
            continue
        seen.add(id(one))
        size += getsizeof(one)
        waiting += get_referents(one)
    return size


def shared_page(*parameters: str) -> Callable[[View], View]:
    """Mark a view whose page is the same for every visitor, in one store, language and currency."""

    def mark(view: View) -> View:
        view.shared_page = SharedPage(frozenset(parameters))  # type: ignore[attr-defined]
        return view

    return mark


def find_shared_page(view: Callable[..., Any]) -> SharedPage | None:
    """Return the mark of a view or of what a decorator has wrapped; None without one."""
    inner: Any = view
    while inner is not None:
        found = getattr(inner, "shared_page", None)
        if isinstance(found, SharedPage):
            return found
        inner = getattr(inner, "__wrapped__", None)
    return None


@contextmanager
def remembering(shelf: Shelf) -> Iterator[None]:
    """Make a page with this shelf, which belongs to one edition of one store."""
    token = _shelf.set(shelf)
    try:
        yield
    finally:
        _shelf.reset(token)


def remember(name: str, make: Callable[[], Value]) -> Value:
    """Return what is the same on all pages of the store in this language, made once for as long as the store does not change.

    It must not depend on who asks, and nobody may change what it returns. Where nobody has opened a shelf it is made each time.
    """
    shelf = _shelf.get()
    if shelf is None:
        return make()
    key = (name, get_language() or "")
    if key in shelf.known:
        known: Value = shelf.known[key]
        return known
    value = make()
    shelf.keep(key, value)
    return value
