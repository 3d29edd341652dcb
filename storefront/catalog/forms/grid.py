"""The grid: one row a version, one cell a column; only what was typed anew counts."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from core.errors import InvalidInput
from core.money import parse_amount
from storefront.catalog.forms.fields import written_amount
from storefront.catalog.models import ProductVariant, TaxClass

COLUMNS = ("price", "compare_at", "cost", "stock", "sku", "barcode", "weight", "tax_class")
DEFAULT_COLUMNS = ("price", "compare_at", "stock", "sku", "barcode", "weight")
_EDITED = {
    "price": "price_amount",
    "compare_at": "compare_at_amount",
    "cost": "cost_amount",
    "stock": "quantity",
    "sku": "sku",
    "barcode": "barcode",
    "weight": "weight_grams",
    "tax_class": "tax_class_id",
}
# The field that a service names, where it is not the column's own name.
_COLUMN_OF = {"quantity": "stock"}
_LENGTH = 120


@dataclass(slots=True)
class Cell:
    """One cell: `was` is what the page showed, `text` what stands in it now."""

    name: str
    column: str
    was: str
    text: str
    error: str = ""


@dataclass(slots=True)
class GridRow:
    """A version and its cells in the order of the columns."""

    variant: ProductVariant
    cells: list[Cell] = field(default_factory=list)


class Grid:
    """The versions of some products as cells; bound to what was sent, it says what to write or what is wrong."""

    def __init__(
        self,
        variants: Sequence[ProductVariant],
        columns: Sequence[str],
        currency: str,
        sent: Mapping[str, str] | None = None,
    ) -> None:
        self.columns, self.currency = columns, currency
        self.classes = list(TaxClass.objects.order_by("name")) if "tax_class" in columns else []
        shown = _read_shown(sent.get("was", "") if sent is not None else "")
        self.rows = [GridRow(variant, self._cells(variant, sent, shown)) for variant in variants]

    @property
    def errors(self) -> list[tuple[GridRow, Cell]]:
        return [(row, cell) for row in self.rows for cell in row.cells if cell.error]

    def was(self) -> str:
        """Return what the cells showed, for the form to bring back."""
        return json.dumps({cell.name: cell.was for row in self.rows for cell in row.cells})

    def edits(self) -> dict[int, dict[str, Any]]:
        """Return what to write by version; cells that cannot be read get an error instead."""
        edits: dict[int, dict[str, Any]] = {}
        for row in self.rows:
            for cell in row.cells:
                if cell.text == cell.was:
                    continue
                try:
                    value = self._read(cell)
                except InvalidInput as error:
                    cell.error = str(error)
                else:
                    edits.setdefault(row.variant.pk, {})[_EDITED[cell.column]] = value
        return edits

    def place(self, problems: Mapping[int, InvalidInput]) -> None:
        """Put the refusals of the service into the cells they speak of."""
        for row in self.rows:
            problem = problems.get(row.variant.pk)
            if problem is not None:
                column = _COLUMN_OF.get(problem.field or "", problem.field)
                cell = next((each for each in row.cells if each.column == column), row.cells[0])
                cell.error = str(problem)

    def _cells(self, variant: ProductVariant, sent: Mapping[str, str] | None, shown: Mapping[str, str]) -> list[Cell]:
        cells = []
        for column in self.columns:
            name = f"c{variant.pk}_{column}"
            now = self._written(variant, column)
            was = shown.get(name, now)
            # A cell that is not sent was not touched; what somebody else wrote meanwhile shows in it.
            typed = sent.get(name) if sent is not None else None
            text = now if typed is None or typed.strip() == was else typed.strip()[:_LENGTH]
            cells.append(Cell(name, column, now if text == now else was, text))
        return cells

    def _written(self, variant: ProductVariant, column: str) -> str:
        if column in ("price", "compare_at", "cost"):
            return written_amount(getattr(variant, _EDITED[column]), self.currency)
        if column == "stock":
            return str(variant.available_count) if variant.tracks_stock else ""
        value = getattr(variant, _EDITED[column])
        return "" if value is None else str(value)

    def _read(self, cell: Cell) -> Any:
        readers: dict[str, Callable[[str], Any]] = {
            "price": self._price,
            "compare_at": self._amount,
            "cost": self._amount,
            "stock": lambda text: _count(text) if text else None,
            "weight": lambda text: _count(text) if text else 0,
            "tax_class": self._tax_class,
        }
        return readers.get(cell.column, str)(cell.text)

    def _amount(self, text: str) -> int | None:
        plain = (
            text.replace("\u00a0", "").lstrip("$€£¥ ").replace(",", "") if _is_grouped(text) else text.lstrip("$€£¥ ")
        )
        return parse_amount(plain, self.currency) if plain else None

    def _price(self, text: str) -> int:
        amount = self._amount(text)
        if amount is None:
            raise InvalidInput(_("Give a price."))
        return amount

    def _tax_class(self, text: str) -> int | None:
        for each in self.classes:
            if text in (str(each.pk), each.name, each.code):
                return each.pk
        if text:
            raise InvalidInput(_("There is no tax class “%(name)s”.") % {"name": text[:40]})
        return None


def _is_grouped(text: str) -> bool:
    """Tell whether commas only group thousands, as spreadsheets copy amounts: 1,299.00."""
    whole = text.lstrip("$€£¥ ").partition(".")[0].split(",")
    return len(whole) > 1 and 0 < len(whole[0]) < 4 and all(len(part) == 3 for part in whole[1:])


def _count(text: str) -> int:
    plain = text.replace(",", "") if _is_grouped(text) else text
    if not plain.isascii() or not plain.isdigit() or len(plain) > 9:
        raise InvalidInput(_("Write a whole number, such as 12."))
    return int(plain)


def _read_shown(text: str) -> dict[str, str]:
    try:
        shown = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return {str(name): str(value) for name, value in shown.items()} if isinstance(shown, dict) else {}
