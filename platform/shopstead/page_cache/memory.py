"""The pages of one process: so many bytes, and whoever takes the most gives first."""

import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field

from shopstead.page_cache.entries import Page

Edition = tuple[str, int]
Key = tuple[str, ...]


@dataclass(slots=True)
class _Shelf:
    """The pages of one store in one edition: what the store is, and its mark."""

    edition: Edition
    pages: OrderedDict[Key, Page] = field(default_factory=OrderedDict)
    size: int = 0


class Memory:
    """Schema → pages of its present edition. A store's pages of another edition are gone at the first look at them."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._lock = threading.Lock()
        self._shelves: dict[str, _Shelf] = {}
        self._size = 0

    def find(self, schema_name: str, edition: Edition, key: Key) -> Page | None:
        """Return the page, or None."""
        shelf = self._shelves.get(schema_name)
        if shelf is None or shelf.edition != edition:
            return None
        page = shelf.pages.get(key)
        if page is not None:
            with suppress(KeyError):  # dropped in this very moment
                shelf.pages.move_to_end(key)
        return page

    def keep(self, schema_name: str, edition: Edition, key: Key, page: Page) -> None:
        """Keep a page of this edition; the store's pages of any other are dropped."""
        with self._lock:
            shelf = self._shelves.get(schema_name)
            if shelf is None or shelf.edition != edition:
                self._drop(schema_name)
                shelf = self._shelves[schema_name] = _Shelf(edition)
            before = shelf.pages.pop(key, None)
            grown = page.size - (before.size if before else 0)
            shelf.pages[key] = page
            shelf.size += grown
            self._size += grown
            while self._size > self._most and self._shelves:
                self._give_way()

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._shelves.clear()
            self._size = 0

    @property
    def size(self) -> int:
        """Return how many bytes are kept."""
        return self._size

    def __len__(self) -> int:
        return sum(len(shelf.pages) for shelf in self._shelves.values())

    def _give_way(self) -> None:
        """Drop the oldest page of the store that has the most."""
        name, shelf = max(self._shelves.items(), key=lambda one: one[1].size)
        _key, page = shelf.pages.popitem(last=False)
        shelf.size -= page.size
        self._size -= page.size
        if not shelf.pages:
            del self._shelves[name]

    def _drop(self, schema_name: str) -> None:
        shelf = self._shelves.pop(schema_name, None)
        if shelf is not None:
            self._size -= shelf.size
