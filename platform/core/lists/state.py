"""What an address asks a list for, beside its filters: columns and rows; and the address that would ask for it again."""

from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

ROWS = (25, 50, 100)
DEFAULT_ROWS = 50


class ListAddress:
    """A list as its address says it; `values` are the parts of a query string that would ask for it again.

    A list's own class says its page (the name of its address), its columns, and which of them are shown at first.
    """

    page: ClassVar[str]
    every_column: ClassVar[tuple[str, ...]]
    first_columns: ClassVar[tuple[str, ...]]

    def __init__(self, given: QueryDict, filters: Mapping[str, str]) -> None:
        """Read columns and rows; `filters` are the list's own parts, empty where they ask for nothing."""
        asked = ",".join(given.getlist("columns")).split(",")
        self.columns = tuple(name for name in self.every_column if name in asked) or self.first_columns
        rows = given.get("rows", "")
        self.rows = int(rows) if rows in map(str, ROWS) else DEFAULT_ROWS
        every = {
            **filters,
            "rows": str(self.rows) if self.rows != DEFAULT_ROWS else "",
            "columns": ",".join(self.columns) if self.columns != self.first_columns else "",
        }
        self.values = {name: text for name, text in every.items() if text}

    def query(self, **changes: str | None) -> str:
        """Return the query string with some values changed; None removes one."""
        return urlencode({name: value for name, value in {**self.values, **changes}.items() if value})

    def address(self, **changes: str | None) -> str:
        """Return the address of the list in this state."""
        return address_of(self.page, self.query(**changes))

    def picker(self, labels: Mapping[str, str]) -> list[tuple[str, str, bool]]:
        """Return the columns to choose from: name, label, shown or not."""
        return [(name, label, name in self.columns) for name, label in labels.items()]

    def row_counts(self) -> list[tuple[int, str, bool]]:
        """Return how many rows a page can have: count, address, chosen or not."""
        return [(count, self.address(rows=str(count)), count == self.rows) for count in ROWS]

    def list_chips(self, said: Mapping[str, tuple[str, str]]) -> list[dict[str, str]]:
        """Return the filters that are set, of (label, words) by name, each with the address that drops it."""
        return [
            {"name": name, "label": label, "value": words, "remove_url": self.address(**{name: None})}
            for name, (label, words) in said.items()
            if words
        ]


def address_of(page: str, query: str) -> str:
    """Return the address of a list's page with a query string."""
    return reverse(page) + (f"?{query}" if query else "")
