"""What an import reports: counts, the first errors, and the file of rows that were left out."""

import csv
import io
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from django.core.files.base import File
from django.core.files.storage import storages
from django.utils.translation import gettext as _

from core.ids import new_token
from core.money import to_decimal
from core.text import neutralize
from storefront.transfer.columns import ERROR_COLUMN
from storefront.transfer.files import Row
from storefront.transfer.samples import Sample

FOLDER = "imports"
KEPT_ERRORS = 100
_SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class RowError:
    """One cell that was refused. `row` counts like a spreadsheet; `value` is shortened."""

    row: int
    column: str
    value: str
    message: str


@dataclass(slots=True)
class ImportResult:
    """Counts are of products, customers or orders, not of rows; `sums` are minor units by currency."""

    kind: str
    filename: str
    dry_run: bool
    format_name: str = ""
    encoding: str = ""
    rows_count: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    images_count: int = 0
    skipped: int = 0
    rejected: int = 0
    lines_count: int = 0
    sums: dict[str, int] = field(default_factory=dict)
    errors_count: int = 0
    errors: list[RowError] = field(default_factory=list)
    error_file: str = ""
    unused_columns: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)

    @property
    def found(self) -> int:
        return self.created + self.updated + self.unchanged + self.skipped + self.rejected

    @property
    def taken(self) -> int:
        return self.created + self.updated

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain data, with the sums also as decimal text."""
        return {**asdict(self), "sums_text": {code: str(to_decimal(n, code)) for code, n in self.sums.items()}}


def shorten(value: str) -> str:
    """Return the start of a cell, as an error message may show it."""
    value = " ".join(value.split())
    return value if len(value) <= _SHOWN_CHARACTERS else f"{value[: _SHOWN_CHARACTERS - 1]}…"


class RejectedRows:
    """Collects rows that were left out in a file on disk, ready to be mended and imported again."""

    def __init__(self, header: Sequence[str], result: ImportResult) -> None:
        self._result = result
        self._positions = [at for at, name in enumerate(header) if name.strip() != ERROR_COLUMN]
        self._header = [header[at] for at in self._positions]
        self._bytes: Any = None
        self._writer: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bytes is not None:
            self._text.detach()
            self._bytes.close()

    def add(self, rows: Sequence[Row], *, at: Row, column: str, value: str, message: str) -> None:
        """Write all the rows of one thing; the words stand beside the row that is wrong."""
        self._result.errors_count += 1
        if len(self._result.errors) < KEPT_ERRORS:
            self._result.errors.append(RowError(at.number, column, shorten(value), message))
        for row in rows:
            words = message if not column else f"{column}: {message}"
            said = words if row is at else _("Left out with row %(row)s.") % {"row": at.number}
            self._write([*(row.cells[at] for at in self._positions), said])

    def store(self) -> str:
        """Save the file in the store's private storage and return its name; empty where nothing was left out."""
        if self._bytes is None:
            return ""
        self._text.flush()
        self._bytes.seek(0)
        return str(storages["private"].save(f"{FOLDER}/{new_token()}-rows.csv", File(self._bytes)))

    def _write(self, cells: Sequence[str]) -> None:
        if self._writer is None:
            self._bytes = tempfile.TemporaryFile()  # noqa: SIM115
            self._text = io.TextIOWrapper(self._bytes, encoding="utf-8-sig", newline="", write_through=False)
            self._writer = csv.writer(self._text)
            self._writer.writerow([neutralize(name) for name in [*self._header, ERROR_COLUMN]])
        self._writer.writerow([neutralize(cell) for cell in cells])


def copy_private_file(name: str, target: Path) -> None:
    """Copy a file out of the store's private storage."""
    with storages["private"].open(name) as source, target.open("wb") as out:
        for block in source.chunks():
            out.write(block)
