"""A CSV file as a stream of rows: packed or not, in whatever encoding, within limits."""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import BinaryIO, cast

from django.conf import settings
from django.utils.translation import gettext as _

from storefront.transfer.errors import FileTooLarge, UnreadableFile
from storefront.transfer.files.table import (
    MAX_CELL_CHARACTERS,
    MAX_LINE_CHARACTERS,
    MAX_RATIO,
    MAX_ROWS,
    MAX_UNPACKED_BYTES,
    RATIO_COUNTS_FROM,
    FileFacts,
    Row,
    Table,
    check_header,
    shape_row,
)

_BLOCK = 1024 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
_ENCODINGS = (("utf-8", "UTF-8"), ("gb18030", "GB18030"))
_SEPARATORS = (",", ";", "\t")


@contextmanager
def open_text(stream: BinaryIO) -> Iterator[Table]:
    """Open CSV text as a table.

    Raises: UnreadableFile, FileTooLarge.
    """
    facts = _inspect(stream)
    stream.seek(0)
    text = io.TextIOWrapper(_unpack(stream), encoding=facts.encoding, newline="", errors="replace")
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    try:
        lines = _Lines(text)
        reader = csv.reader(lines, delimiter=_guess_separator(lines))
        header = _read_header(reader)
        yield Table(header=header, rows=_rows(reader, lines, len(header)), facts=facts)
    finally:
        text.detach()


def peek_text(stream: BinaryIO, *, rows_count: int) -> tuple[tuple[str, ...], list[list[str]]]:
    """Return header and first rows without reading the whole file; what is wrong further down does not show here.

    Raises: UnreadableFile, FileTooLarge.
    """
    stream.seek(0)
    blocks = _blocks(_unpack(stream))
    block = next(blocks, b"")
    _refuse_known_formats(block)
    encoding = _encoding_of_start(block)
    text = io.TextIOWrapper(io.BytesIO(block), encoding=encoding, newline="", errors="replace")
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=_guess_separator(lines))
    header = _read_header(reader)
    rows = [row.cells for row in islice(_rows(reader, lines, len(header)), rows_count)]
    return header, rows


def _encoding_of_start(block: bytes) -> str:
    if block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(block)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def _read_header(reader: Iterator[list[str]]) -> tuple[str, ...]:
    try:
        header = next(reader, [])
    except csv.Error as error:
        raise UnreadableFile(_("The first row cannot be read as a list of columns.")) from error
    return check_header(header)


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
    shown = dict(_ENCODINGS)
    decoders = {name: codecs.getincrementaldecoder(name)("strict") for name in shown}
    unpacked = lines = 0
    marked = False
    for block in _blocks(_unpack(stream)):
        if unpacked == 0:
            _refuse_known_formats(block)
            marked = block.startswith(codecs.BOM_UTF8)
            if block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                shown = {"utf-16": "UTF-16"}
                decoders = {"utf-16": codecs.getincrementaldecoder("utf-16")("strict")}
        unpacked += len(block)
        lines += block.count(b"\n")
        if unpacked > allowed:
            raise FileTooLarge(_("Unpacked, the file is far larger than a list of this kind can be. Nothing was read."))
        _try_decoders(decoders, block, final=False)
        if lines > MAX_ROWS:
            raise FileTooLarge(_("The file has more than %(limit)s rows. Split it into parts.") % {"limit": MAX_ROWS})
    _try_decoders(decoders, b"", final=True)
    encoding = next(name for name in shown if name in decoders)
    return FileFacts(
        encoding="utf-8-sig" if encoding == "utf-8" else encoding,
        encoding_name=f"{shown[encoding]}-BOM" if marked else shown[encoding],
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


def _guess_separator(lines: "_Lines") -> str:
    """Return what separates the cells of the header: the sign that makes most of them, or what a `sep=` line says."""
    first = lines.look()
    if first[:4].lower() == "sep=" and len(first.rstrip("\r\n")) == 5:
        lines.skip()
        return first[4]
    try:
        counts = {sign: len(next(csv.reader([first], delimiter=sign), [])) for sign in _SEPARATORS}
    except csv.Error:
        return ","
    return max(_SEPARATORS, key=lambda sign: counts[sign])


def _rows(reader: Iterator[list[str]], lines: "_Lines", width: int) -> Iterator[Row]:
    number = 1
    while True:
        number += 1
        lines.start_row()
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
        if any(cells):
            yield shape_row(number, cells, width, has_nul=lines.has_nul)


class _Lines:
    """The lines of a text; ends a row that has no end, and notes zero bytes, which PostgreSQL cannot keep."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.has_nul = False
        self._text = text
        self._first = text.readline(MAX_LINE_CHARACTERS)
        self._taken = 0

    def look(self) -> str:
        """Return the first line, which is still to come."""
        return self._first

    def skip(self) -> None:
        """Pass over the first line."""
        self._first = self._text.readline(MAX_LINE_CHARACTERS)

    def start_row(self) -> None:
        """Begin to count anew."""
        self.has_nul = False
        self._taken = 0

    def __iter__(self) -> Iterator[str]:
        line = self._first
        while line:
            self._taken += len(line)
            if self._taken >= MAX_LINE_CHARACTERS:
                raise csv.Error("the row is too long")
            if "\0" in line:
                self.has_nul = True
            yield line
            line = self._text.readline(MAX_LINE_CHARACTERS)
