"""Open an uploaded CSV file as a stream of rows: packed or not, in whatever encoding, within limits."""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from django.conf import settings
from django.utils.translation import gettext as _

from storefront.transfer.errors import FileTooLarge, UnreadableFile

MAX_COLUMNS = 500
MAX_ROWS = 2_000_000
MAX_CELL_CHARACTERS = 1_000_000
MAX_LINE_CHARACTERS = 4_000_000
MAX_UNPACKED_BYTES = 2 * 1024**3
MAX_RATIO = 100
RATIO_COUNTS_FROM = 10 * 1024 * 1024

_BLOCK = 1024 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
_ENCODINGS = (("utf-8", "UTF-8"), ("gb18030", "GB18030"))


@dataclass(slots=True)
class Row:
    """One row as the file has it. `number` is what a spreadsheet shows: the header is row 1."""

    number: int
    cells: list[str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What one pass over the bytes tells."""

    encoding: str
    encoding_name: str
    lines_count: int
    unpacked_bytes: int


@dataclass(frozen=True, slots=True)
class Table:
    """An open file: its header, its rows as a stream, and what is known of it."""

    header: tuple[str, ...]
    rows: Iterator[Row]
    facts: FileFacts


@contextmanager
def open_table(source: BinaryIO | Path) -> Iterator[Table]:
    """Open the file and read its header; rows come one at a time, so that memory does not grow with the file.

    Raises: UnreadableFile, FileTooLarge.
    """
    if isinstance(source, Path):
        with source.open("rb") as stream, _open_stream(stream) as table:
            yield table
    else:
        with _open_stream(source) as table:
            yield table


@contextmanager
def _open_stream(stream: BinaryIO) -> Iterator[Table]:
    facts = _inspect(stream)
    stream.seek(0)
    text = io.TextIOWrapper(_unpack(stream), encoding=facts.encoding, newline="", errors="replace")
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    try:
        first = text.readline(_BLOCK)
        lines = _Lines(first, text)
        reader = csv.reader(lines, delimiter=_guess_delimiter(first))
        header = _read_header(reader)
        yield Table(header=header, rows=_rows(reader, lines, len(header)), facts=facts)
    finally:
        text.detach()


def _read_header(reader: Iterator[list[str]]) -> tuple[str, ...]:
    try:
        header = next(reader, [])
    except csv.Error as error:
        raise UnreadableFile(_("The first row cannot be read as a list of columns.")) from error
    if not any(name.strip() for name in header):
        raise UnreadableFile(_("The file is empty: its first row must name the columns."))
    if len(header) > MAX_COLUMNS:
        raise FileTooLarge(
            _("The file has %(n)s columns; at most %(limit)s can be read.") % {"n": len(header), "limit": MAX_COLUMNS}
        )
    return tuple(header)


def _inspect(stream: BinaryIO) -> FileFacts:
    """Read the file once: refuse what is too large or no text, find the encoding, count the lines."""
    stream.seek(0, io.SEEK_END)
    packed_bytes = stream.tell()
    if packed_bytes > settings.MAX_IMPORT_BYTES:
        raise FileTooLarge(
            _("The file has %(size)s MB; at most %(limit)s MB can be imported at once. Split it into parts.")
            % {"size": packed_bytes // 1024**2, "limit": settings.MAX_IMPORT_BYTES // 1024**2}
        )
    stream.seek(0)
    allowed = min(MAX_UNPACKED_BYTES, max(RATIO_COUNTS_FROM, packed_bytes * MAX_RATIO))
    decoders = {name: codecs.getincrementaldecoder(name)("strict") for name, _shown in _ENCODINGS}
    unpacked = lines = 0
    marked = False
    for block in _blocks(_unpack(stream)):
        if unpacked == 0:
            _refuse_known_formats(block)
            marked = block.startswith(codecs.BOM_UTF8)
        unpacked += len(block)
        lines += block.count(b"\n")
        if unpacked > allowed:
            raise FileTooLarge(_("Unpacked, the file is far larger than a list of this kind can be. Nothing was read."))
        _try_decoders(decoders, block, final=False)
        if lines > MAX_ROWS:
            raise FileTooLarge(_("The file has more than %(limit)s rows. Split it into parts.") % {"limit": MAX_ROWS})
    _try_decoders(decoders, b"", final=True)
    encoding = next(name for name, _shown in _ENCODINGS if name in decoders)
    shown = dict(_ENCODINGS)[encoding]
    return FileFacts(
        encoding="utf-8-sig" if encoding == "utf-8" else encoding,
        encoding_name=f"{shown}-BOM" if marked else shown,
        lines_count=lines,
        unpacked_bytes=unpacked,
    )


def _try_decoders(decoders: dict[str, codecs.IncrementalDecoder], block: bytes, *, final: bool) -> None:
    for name in list(decoders):
        try:
            decoders[name].decode(block, final)
        except UnicodeDecodeError:
            del decoders[name]
    if not decoders:
        raise UnreadableFile(
            _("We cannot tell which characters the file is written in. Save it as “CSV UTF-8” and try again.")
        )


def _refuse_known_formats(block: bytes) -> None:
    if block.startswith(b"PK\x03\x04"):
        raise UnreadableFile(
            _("This is a spreadsheet or a zip file. Save it as “CSV UTF-8” in your spreadsheet program and try again.")
        )
    if block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnreadableFile(_("The file is written in UTF-16. Save it as “CSV UTF-8” and try again."))
    if block[:4] in (b"\x89PNG", b"%PDF", b"\xd0\xcf\x11\xe0") or block[:3] == b"\xff\xd8\xff":
        raise UnreadableFile(_("This is not a CSV file."))


def _unpack(stream: BinaryIO) -> BinaryIO:
    magic = stream.read(2)
    stream.seek(0)
    return cast("BinaryIO", gzip.GzipFile(fileobj=stream, mode="rb")) if magic == _GZIP_MAGIC else stream


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    try:
        while block := stream.read(_BLOCK):
            yield block
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile(_("The compressed file is damaged or cut short. Upload it again.")) from error


def _guess_delimiter(first: str) -> str:
    if "," in first:
        return ","
    return max((";", "\t", ","), key=first.count)


def _rows(reader: Iterator[list[str]], lines: "_Lines", width: int) -> Iterator[Row]:
    number = 1
    while True:
        number += 1
        lines.has_nul = False
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            problem = _(
                "From this row on the file cannot be read: a cell does not end. Look for a quotation mark too many."
            )
            yield Row(number, [""] * width, problem)
            return
        if not any(cells):
            continue
        yield _shaped(number, cells, width, has_nul=lines.has_nul)


def _shaped(number: int, cells: list[str], width: int, *, has_nul: bool) -> Row:
    count = len(cells)
    if count == width and not has_nul:
        return Row(number, cells)
    problem = ""
    if count > width:
        if any(cell.strip() for cell in cells[width:]):
            problem = _(
                "The row has %(n)s cells, the header %(width)s. Put cells that hold a comma in quotation marks."
            ) % {"n": count, "width": width}
        cells = cells[:width]
    elif count < width:
        cells = cells + [""] * (width - count)
    if has_nul:
        cells = [cell.replace("\0", "") for cell in cells]
        problem = _("The row holds a zero byte, which is no text. Type the cell anew.")
    return Row(number, cells, problem)


class _Lines:
    """The lines of a text, the first of which was read already; notes zero bytes, which PostgreSQL cannot keep."""

    def __init__(self, first: str, text: io.TextIOWrapper) -> None:
        self.has_nul = False
        self._first = first
        self._text = text

    def __iter__(self) -> Iterator[str]:
        if self._first:
            yield self._first
        while line := self._text.readline(MAX_LINE_CHARACTERS):
            if len(line) == MAX_LINE_CHARACTERS and not line.endswith("\n"):
                raise csv.Error("the line is too long")
            if "\0" in line:
                self.has_nul = True
            yield line
