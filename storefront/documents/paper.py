"""What stands on a paper, apart from how it is drawn: words are ready to be printed, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its head, its share of the width, and whether its words end at the right."""

    label: str
    share: float
    is_right: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table; `below` is said under the first cell in small letters."""

    cells: Sequence[str]
    below: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """One document: heads, blocks of addresses, facts, a table as long as it likes, sums, and what is said at the end."""

    title: str
    sender: str
    number: str
    language: str
    facts: Sequence[tuple[str, str]]
    blocks: Sequence[tuple[str, Sequence[str]]]
    columns: Sequence[Column]
    rows: Sequence[Row]
    sums: Sequence[tuple[str, str]] = ()
    total: tuple[str, str] | None = None
    after: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = ()
    footer: Sequence[str] = field(default=())
    page_words: str = "%(page)s"
