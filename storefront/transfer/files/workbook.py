"""An .xlsx file as a stream of rows, after every part of it was looked through for what would cost memory."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, BinaryIO
from xml.parsers import expat

from defusedxml.common import DefusedXmlException
from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import ShopsteadError
from storefront.transfer.errors import FileTooLarge, UnreadableFile
from storefront.transfer.files.table import (
    MAX_CELL_CHARACTERS,
    MAX_COLUMNS,
    MAX_RATIO,
    RATIO_COUNTS_FROM,
    FileFacts,
    Row,
    Table,
    check_header,
    shape_row,
)

MAGIC = b"PK\x03\x04"
MAX_PARTS = 2000
MAX_SHEET_ROWS = 1_048_576
MAX_SHEET_COLUMNS = 16_384
MAX_ELEMENTS_A_ROW = 200_000
MAX_SHEET_BYTES = 1024**3
MAX_TEXTS_BYTES = 64 * 1024**2
MAX_TEXTS_ELEMENTS = 1_000_000
MAX_OTHER_BYTES = 16 * 1024**2
MAX_OTHER_ELEMENTS = 60_000

_BLOCK = 256 * 1024
_SHEETS = "xl/worksheets/"
_TEXTS = "xl/sharedStrings.xml"
_READ_WHOLE = (".xml", ".rels")
_PASSED_OVER = ("xl/media/", "xl/drawings/", "xl/charts/", "docProps/", "customXml/", "xl/theme/", "xl/comments")


@contextmanager
def open_workbook(stream: BinaryIO) -> Iterator[Table]:
    """Open the first sheet of a workbook as a table.

    Raises: UnreadableFile, FileTooLarge.
    """
    rows_count, unpacked = _look_through(stream)
    with _open_sheet(stream) as rows:
        header = _read_header(rows)
        facts = FileFacts("utf-8", "Excel", max(rows_count - 1, 0), unpacked)
        yield Table(header=header, rows=_rows(rows, len(header)), facts=facts)


def peek_workbook(stream: BinaryIO, *, rows_count: int) -> tuple[tuple[str, ...], list[list[str]]]:
    """Return header and first rows.

    Raises: UnreadableFile, FileTooLarge.
    """
    _look_through(stream)
    with _open_sheet(stream) as rows:
        header = _read_header(rows)
        return header, [row.cells for row in islice(_rows(rows, len(header)), rows_count)]


@contextmanager
def _open_sheet(stream: BinaryIO) -> Iterator[Iterator[list[str]]]:
    # Sixteen megabytes of a process's memory, for who reads a workbook.
    import openpyxl

    stream.seek(0)
    with _in_words():
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    try:
        yield _read_cells(book)
    finally:
        book.close()


def _read_cells(book: Any) -> Iterator[list[str]]:
    with _in_words():
        sheet = next((sheet for sheet in book.worksheets if sheet.sheet_state == "visible"), None)
        if sheet is None:
            raise UnreadableFile(_("The workbook has no sheet that can be seen."))
        # What a sheet says of its own size is not to be believed.
        sheet.reset_dimensions()
        rows = sheet.iter_rows(values_only=True)
    while True:
        with _in_words():
            cells = next(rows, None)
            if cells is None:
                return
            texts = [_text_of(cell) for cell in cells]
        yield texts


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except ShopsteadError:
        raise
    except DefusedXmlException as error:
        raise _harmful() from error
    except Exception as error:
        # The library answers a malformed part with whatever its code stumbles over.
        raise _damaged() from error


def _damaged() -> UnreadableFile:
    return UnreadableFile(
        _("The workbook is damaged. Open it in your spreadsheet program, save it anew and try again.")
    )


def _read_header(rows: Iterator[list[str]]) -> tuple[str, ...]:
    header = next(rows, [])
    while header and not header[-1].strip():
        header.pop()
    return check_header(header)


def _rows(rows: Iterator[list[str]], width: int) -> Iterator[Row]:
    for number, cells in enumerate(rows, start=2):
        if number > MAX_SHEET_ROWS:
            raise FileTooLarge(
                _("The file has more than %(limit)s rows. Split it into parts.") % {"limit": MAX_SHEET_ROWS}
            )
        if any(cells):
            yield shape_row(number, cells, width)


def _text_of(value: Any) -> str:
    """Return a cell as a CSV file would hold it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def _look_through(stream: BinaryIO) -> tuple[int, int]:
    """Read every part once, as a stream, and return how many rows and unpacked bytes there are.

    Raises: UnreadableFile, FileTooLarge: before anything is built from what stands in the file.
    """
    stream.seek(0, io.SEEK_END)
    packed = stream.tell()
    if packed > settings.MAX_IMPORT_BYTES:
        raise FileTooLarge(
            _("The file has %(size)s MB; at most %(limit)s MB can be imported at once. Split it into parts.")
            % {"size": packed // 1024**2, "limit": settings.MAX_IMPORT_BYTES // 1024**2}
        )
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
            _check_parts(parts, packed)
            rows_count, elements = 0, 0
            for part in parts:
                if part.filename.endswith(_READ_WHOLE) and not part.filename.startswith(_PASSED_OVER):
                    guard = _Guard(part.filename, elements)
                    _feed(guard, archive, part)
                    rows_count = max(rows_count, guard.rows_count)
                    elements += 0 if guard.is_sheet or guard.is_texts else guard.elements_count
            return rows_count, sum(part.file_size for part in parts)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise UnreadableFile(
            _("The workbook is damaged or locked. Save it as .xlsx without a password and try again.")
        ) from error


def _check_parts(parts: list[zipfile.ZipInfo], packed: int) -> None:
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise UnreadableFile(_("This is a zip file, but no workbook. Save the list as .xlsx or as “CSV UTF-8”."))
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise UnreadableFile(_("The workbook holds macros. Save it as .xlsx without them and try again."))
    limits = {_TEXTS: MAX_TEXTS_BYTES}
    total = 0
    for part in parts:
        total += part.file_size
        limit = limits.get(part.filename, MAX_SHEET_BYTES if part.filename.startswith(_SHEETS) else MAX_OTHER_BYTES)
        if part.file_size > limit and not part.filename.startswith(_PASSED_OVER):
            raise _too_large()
    if len(parts) > MAX_PARTS or total > MAX_SHEET_BYTES or total > max(RATIO_COUNTS_FROM, packed * MAX_RATIO):
        raise _too_large()


def _too_large() -> FileTooLarge:
    return FileTooLarge(
        _("Unpacked, the workbook is far larger than a list of this kind can be. Save it as “CSV UTF-8”.")
    )


def _harmful() -> UnreadableFile:
    return UnreadableFile(_("The workbook holds declarations (DOCTYPE, ENTITY) that no spreadsheet program writes."))


def _feed(guard: "_Guard", archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    with archive.open(part) as content:
        while block := content.read(_BLOCK):
            guard.feed(block)
        guard.feed(b"", final=True)


class _Guard:
    """Walks through one XML part without building anything of it, and refuses what would not fit."""

    def __init__(self, name: str, elements_before: int) -> None:
        self.is_sheet, self.is_texts = name.startswith(_SHEETS), name == _TEXTS
        self.rows_count = self.elements_count = 0
        self._most = MAX_TEXTS_ELEMENTS if self.is_texts else MAX_OTHER_ELEMENTS - elements_before
        self._cells = self._characters = self._inside = 0
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._declared
        self._parser.EntityDeclHandler = self._declared

    def feed(self, block: bytes, *, final: bool = False) -> None:
        """Read on.

        Raises: UnreadableFile, FileTooLarge.
        """
        try:
            self._parser.Parse(block, final)
        except expat.ExpatError as error:
            raise _damaged() from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements_count += 1
        local = name.rpartition(":")[2]
        if not self.is_sheet:
            self._characters = 0 if local == "si" else self._characters
            if self.elements_count > self._most:
                raise _too_large()
            return
        self._inside += 1
        if local == "c":
            self._cells += 1
            self._characters = 0
            if self._cells > MAX_SHEET_COLUMNS:
                raise FileTooLarge(
                    _("The file has %(n)s columns; at most %(limit)s can be read.")
                    % {"n": self._cells, "limit": MAX_COLUMNS}
                )
        elif local == "row":
            self._count_row(attributes.get("r", ""))
        if self._inside > MAX_ELEMENTS_A_ROW:
            # The library builds a whole row, or all that stands beside the rows, before it looks.
            raise _too_large()

    def _count_row(self, number: str) -> None:
        self._cells = self._characters = self._inside = 0
        self.rows_count += 1
        if number.isascii() and number.isdigit():
            self.rows_count = max(self.rows_count, int(number[:12]))
        if self.rows_count > MAX_SHEET_ROWS:
            raise FileTooLarge(
                _("The file has more than %(limit)s rows. Split it into parts.") % {"limit": MAX_SHEET_ROWS}
            )

    def _text(self, text: str) -> None:
        self._characters += len(text)
        if self._characters > MAX_CELL_CHARACTERS and (self.is_sheet or self.is_texts):
            raise FileTooLarge(
                _("A cell has more than %(limit)s characters. Shorten it and try again.")
                % {"limit": MAX_CELL_CHARACTERS}
            )

    def _declared(self, *_arguments: object) -> None:
        raise _harmful()
