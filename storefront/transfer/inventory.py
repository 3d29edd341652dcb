"""From the rows of Shopify's inventory file to counts: one version in one warehouse a row."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _

from storefront.inventory.services import MAXIMUM_ON_HAND
from storefront.transfer.cells import CellProblem, read_code, read_hs_code, read_origin, read_text, read_whole
from storefront.transfer.columns import ColumnMap
from storefront.transfer.files import Row, Table
from storefront.transfer.groups import Group, group_rows

NOT_STOCKED = "not stocked"
_DEFAULT_TITLE = "Default Title"


@dataclass(frozen=True, slots=True)
class StockRow:
    """What a file says of a version in a warehouse.

    `current` is the count when the list was made, None where it does not say; `new` is the count wanted, None to leave it,
    and `is_stocked` False where the version is not to lie there at all. Codes are None where the file has no such column.
    """

    handle: str
    title: str
    sku: str
    location: str
    current: int | None
    new: int | None
    is_stocked: bool = True
    hs_code: str | None = None
    origin_country: str | None = None


def read_inventory(table: Table, columns: ColumnMap, *, location: str = "") -> Iterator[Group[StockRow]]:
    """Yield one group a row; a version that comes twice for one warehouse is a problem.

    `location` is the warehouse of rows that name none.
    """
    return group_rows(
        table.rows,
        columns,
        key_column="handle",
        read_key=partial(_read_key, columns),
        read_record=partial(_read_row, columns, location),
    )


def _read_key(columns: ColumnMap, row: Row) -> str:
    names = ("handle", "sku", "location", "option1_value", "option2_value", "option3_value")
    return "\x1f".join(columns.get(row.cells, name).lower() for name in names)


def _read_row(columns: ColumnMap, default: str, group: Group[StockRow]) -> StockRow:
    row = group.rows[0]

    def cell(name: str) -> str:
        return columns.get(row.cells, name)

    handle, sku = cell("handle").lower(), read_code(cell("sku"), column="sku", limit=120)
    if not handle and not sku:
        raise CellProblem("handle", "", _("Name the product by its handle or its SKU."))
    location = read_text(cell("location"), column="location", limit=120) or default
    if not location:
        raise CellProblem(
            "location", "", _("Every row needs its warehouse. Name it here, or choose one for the whole file.")
        )
    if len(group.rows) > 1:
        raise CellProblem("handle", handle, _("This version is in the file twice."))
    values = [read_text(cell(f"option{n}_value"), column=f"option{n}_value", limit=120) for n in (1, 2, 3)]
    wanted = cell("new").lower()
    return StockRow(
        handle=handle,
        title="" if values[0] == _DEFAULT_TITLE else " / ".join(value for value in values if value),
        sku=sku,
        location=location,
        current=_read_count(cell("current"), "current"),
        new=_read_count(wanted, "new"),
        is_stocked=wanted != NOT_STOCKED,
        hs_code=read_hs_code(cell("hs_code"), column="hs_code") if "hs_code" in columns else None,
        origin_country=read_origin(cell("origin"), column="origin") if "origin" in columns else None,
    )


def _read_count(text: str, column: str) -> int | None:
    if not text or text.lower() == NOT_STOCKED:
        return None
    return read_whole(text, column=column, lowest=-MAXIMUM_ON_HAND, highest=MAXIMUM_ON_HAND)
