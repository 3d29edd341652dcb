"""Rows put away on disk, to be taken out by what they belong to: a list may name a parent after its children."""

import json
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self

from storefront.transfer.files import Row

MOST_PARTS = 5000
_BATCH = 1000


class Spool:
    """A small database in a temporary file: memory does not grow with the rows."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="import-")
        self._base = sqlite3.connect(Path(self._folder.name) / "rows")
        self._base.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
            "CREATE TABLE rows (number INTEGER PRIMARY KEY, parent TEXT, position INTEGER, cells TEXT, problem TEXT)"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._base.close()
        self._folder.cleanup()

    def fill(self, rows: Iterable[tuple[Row, str | None, int]]) -> None:
        """Put away (row, what it belongs to or None, its place there)."""
        batch = []
        for row, parent, position in rows:
            batch.append((row.number, parent, position, json.dumps(row.cells), row.problem))
            if len(batch) >= _BATCH:
                self._write(batch)
                batch = []
        self._write(batch)
        self._base.execute("CREATE INDEX by_parent ON rows (parent)")

    def heads(self) -> Iterator[Row]:
        """Yield the rows that belong to nothing, in the file's order."""
        return self._rows("parent IS NULL ORDER BY number", ())

    def take_parts(self, parents: Iterable[str]) -> list[Row]:
        """Return the rows that belong to one of these, in their order, and forget them."""
        names = tuple(parents)
        marks = ", ".join("?" * len(names))
        found = list(self._rows(f"parent IN ({marks}) ORDER BY position, number LIMIT {MOST_PARTS}", names))
        self._base.execute(f"DELETE FROM rows WHERE parent IN ({marks})", names)  # noqa: S608
        return found

    def leftovers(self) -> Iterator[Row]:
        """Yield the rows whose parent was never asked for."""
        return self._rows("parent IS NOT NULL ORDER BY number", ())

    def _write(self, batch: list[tuple[int, str | None, int, str, str]]) -> None:
        self._base.executemany("INSERT INTO rows VALUES (?, ?, ?, ?, ?)", batch)

    def _rows(self, condition: str, values: tuple[str, ...]) -> Iterator[Row]:
        with closing(self._base.cursor()) as cursor:
            query = f"SELECT number, cells, problem FROM rows WHERE {condition}"  # noqa: S608
            for number, cells, problem in cursor.execute(query, values):
                yield Row(number, json.loads(cells), problem)
