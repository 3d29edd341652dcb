"""Rows that belong to one thing, and what could be made of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.utils.translation import gettext as _

from storefront.transfer.cells import CellProblem
from storefront.transfer.columns import ColumnMap
from storefront.transfer.files import Row

Record = TypeVar("Record")

# What one product or order may hold: all its rows are in memory at once.
MAX_GROUP_ROWS = 10_000
MAX_GROUP_CHARACTERS = 20_000_000


@dataclass(slots=True)
class Group(Generic[Record]):
    """The rows of one product, customer or order: with a record, or with the problem that prevents one."""

    key: str
    rows: list[Row]
    record: Record | None = None
    problem: CellProblem | None = None
    problem_row: Row | None = None


def group_rows(
    rows: Iterator[Row],
    columns: ColumnMap,
    *,
    key_column: str,
    read_key: Callable[[Row], str],
    read_record: Callable[[Group[Record]], Record],
) -> Iterator[Group[Record]]:
    """Join neighboring rows with the same key and read each group; a key that comes back later is a problem.

    `read_record` raises RowProblem. Only one group is held at a time, besides the keys.
    """
    first_rows: dict[str, int] = {}
    group: Group[Record] | None = None
    size = 0
    for row in rows:
        key = read_key(row)
        if group is not None and key == group.key and key:
            size += sum(map(len, row.cells))
            if len(group.rows) < MAX_GROUP_ROWS and size < MAX_GROUP_CHARACTERS:
                group.rows.append(row)
            else:
                group.problem = CellProblem(key_column, key, _("Too many rows belong to this one. Split it."))
            continue
        if group is not None:
            yield finish_group(group, first_rows, columns, key_column, read_record)
        group, size = Group(key=key, rows=[row]), 0
    if group is not None:
        yield finish_group(group, first_rows, columns, key_column, read_record)


class RowProblem(Exception):
    """A problem of one row of a group."""

    def __init__(self, row: Row, problem: CellProblem) -> None:
        super().__init__(problem.message)
        self.row = row
        self.problem = problem


def finish_group(
    group: Group[Record],
    first_rows: dict[str, int],
    columns: ColumnMap,
    key_column: str,
    read_record: Callable[[Group[Record]], Record],
) -> Group[Record]:
    """Read a whole group, or find out why it cannot be; `first_rows` remembers where each key stood first."""
    first = group.rows[0]
    broken = next((row for row in group.rows if row.problem), None)
    before = first_rows.get(group.key) if group.key else None
    if group.key:
        first_rows.setdefault(group.key, first.number)
    if group.problem is not None:
        group.problem_row = first
    elif broken is not None:
        group.problem, group.problem_row = CellProblem("", "", broken.problem), broken
    elif before is not None:
        message = _("Used twice in this file, in rows %(row)s and %(before)s. Put the rows together.") % {
            "row": first.number,
            "before": before,
        }
        group.problem = CellProblem(key_column, columns.get(first.cells, key_column), message)
        group.problem_row = first
    else:
        try:
            group.record = read_record(group)
        except RowProblem as error:
            group.problem, group.problem_row = error.problem, error.row
        except CellProblem as problem:
            group.problem, group.problem_row = problem, first
    return group
