"""Open an uploaded file as a stream of rows, whatever it is: CSV text, packed or not, or a workbook."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from storefront.transfer.files.table import FileFacts, Row, Table
from storefront.transfer.files.text import open_text, peek_text
from storefront.transfer.files.workbook import MAGIC, open_workbook, peek_workbook

__all__ = ["FileFacts", "Row", "Table", "open_table", "peek_table"]


@contextmanager
def open_table(source: BinaryIO | Path) -> Iterator[Table]:
    """Open the file and read its header; rows come one at a time, so that memory does not grow with the file.

    Raises: UnreadableFile, FileTooLarge.
    """
    if isinstance(source, Path):
        with source.open("rb") as stream, open_table(stream) as table:
            yield table
        return
    with open_workbook(source) if _is_workbook(source) else open_text(source) as table:
        yield table


def peek_table(source: BinaryIO, *, rows_count: int) -> tuple[tuple[str, ...], list[list[str]]]:
    """Return the header and the first rows, quickly.

    Raises: UnreadableFile, FileTooLarge.
    """
    return (peek_workbook if _is_workbook(source) else peek_text)(source, rows_count=rows_count)


def _is_workbook(stream: BinaryIO) -> bool:
    stream.seek(0)
    magic = stream.read(len(MAGIC))
    stream.seek(0)
    return magic == MAGIC
