"""What every file becomes: a header and a stream of rows; and the limits that hold for all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from storefront.transfer.errors import FileTooLarge, UnreadableFile

MAX_COLUMNS = 500
MAX_ROWS = 2_000_000
MAX_CELL_CHARACTERS = 1_000_000
MAX_LINE_CHARACTERS = 4_000_000
MAX_UNPACKED_BYTES = 2 * 1024**3
MAX_RATIO = 100
RATIO_COUNTS_FROM = 10 * 1024 * 1024


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


def check_header(header: Sequence[str]) -> tuple[str, ...]:
    """Return the header without the nameless columns at its end.

    Raises: UnreadableFile where it names nothing, FileTooLarge where it names too much.
    """
    if not any(name.strip() for name in header):
        raise UnreadableFile(_("The file is empty: its first row must name the columns."))
    if any("\0" in name for name in header):
        raise UnreadableFile(_("This is not a list: its first row holds signs that are no text."))
    if len(header) > MAX_COLUMNS:
        raise FileTooLarge(
            _("The file has %(n)s columns; at most %(limit)s can be read.") % {"n": len(header), "limit": MAX_COLUMNS}
        )
    return tuple(header)


def shape_row(number: int, cells: list[str], width: int, *, has_nul: bool = False) -> Row:
    """Return a row as wide as the header, free of zero bytes, with its problem if it has one."""
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
