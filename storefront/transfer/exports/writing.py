"""Write rows as CSV text or as a workbook, one after another; nothing of it is held in memory."""

import csv
import gzip
import io
import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import IO, Any, cast

from django.db.models import QuerySet

from core.text import neutralize
from storefront.transfer.enums import ExportFormat

# Which things go out: by number, by a query of numbers, or all.
Ids = Sequence[int] | QuerySet[Any] | None

_NUMBER = re.compile(r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$", re.ASCII)
_LONGEST_IN_WORKBOOK = 32_767
# What XML 1.0 cannot hold (https://www.w3.org/TR/xml/#charsets).
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def spell_cell(text: str) -> str:
    """Return a cell that no spreadsheet runs and that `cells.read_text` takes for the same text again."""
    return f"'{text}" if text.startswith("'") else neutralize(text)


def write_rows(
    into: IO[bytes],
    *,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    numbers: Collection[str] = (),
    file_format: ExportFormat = ExportFormat.CSV,
) -> int:
    """Write a file and return how many rows it has; columns named in `numbers` hold numbers in a workbook."""
    if file_format == ExportFormat.XLSX:
        return _write_workbook(into, header, rows, numbers)
    text = io.TextIOWrapper(into, encoding="utf-8-sig" if file_format == ExportFormat.EXCEL else "utf-8", newline="")
    writer, count = csv.writer(text), 0
    writer.writerow([spell_cell(name) for name in header])
    for row in rows:
        writer.writerow([spell_cell(cell) for cell in row])
        count += 1
    text.flush()
    text.detach()
    return count


def open_target(path: Path) -> IO[bytes]:
    """Open a file to write to; one that ends in .gz is packed, the same each time."""
    raw = path.open("wb")
    if path.suffix != ".gz":
        return raw
    return cast("IO[bytes]", gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0))


def _write_workbook(
    into: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[str]], numbers: Collection[str]
) -> int:
    # As in `files.workbook`: only who writes a workbook pays for the library.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Shopstead")
    numeric = [name in numbers for name in header]
    sheet.append([_cell(name, is_number=False) for name in header])
    count = 0
    for row in rows:
        sheet.append([_cell(text, is_number=flag) for text, flag in zip(row, numeric, strict=True)])
        count += 1
    book.save(into)
    return count


def _cell(text: str, *, is_number: bool) -> str | float | int | None:
    if not text:
        return None
    if is_number and _NUMBER.match(text):
        return float(text) if "." in text else int(text)
    plain: str = _UNWRITABLE.sub("", spell_cell(text))
    return plain[:_LONGEST_IN_WORKBOOK]
