"""From the tables of macrozheng/mall (products, SKUs, categories; one CSV file each in a folder) to products.

Options stand in `sp_data` of a SKU as JSON: `[{"key": "颜色", "value": "黑色"}]`. A product without SKUs is its only version.
"""

import json
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from storefront.catalog.bulk import ProductRow, VariantRow
from storefront.catalog.enums import ProductStatus
from storefront.catalog.services import slugify_title
from storefront.inventory.services import MAXIMUM_ON_HAND
from storefront.transfer.cells import CellProblem, read_amount, read_code, read_grams, read_text, read_whole
from storefront.transfer.columns import ColumnMap
from storefront.transfer.errors import FileTooLarge, MissingColumns
from storefront.transfer.files import Table, open_table
from storefront.transfer.groups import Group, finish_group

PRODUCTS, SKUS, CATEGORIES = "products", "skus", "categories"
MAX_ROWS_BESIDE = 200_000
_NEEDED = {
    PRODUCTS: ("id", "name", "price"),
    SKUS: ("product_id", "sku_code", "price", "stock", "sp_data"),
    CATEGORIES: ("id", "parent_id", "name"),
}

Cells = dict[str, str]


def find_files(folder: Path) -> dict[str, Path]:
    """Return the folder's three files by what they hold.

    Raises: MissingColumns where there are no products.
    """
    found = {name: path for name in (PRODUCTS, SKUS, CATEGORIES) for path in sorted(folder.glob(f"*{name}.csv*"))[:1]}
    if PRODUCTS not in found:
        raise MissingColumns(_("The folder “%(name)s” holds no file …products.csv.") % {"name": folder.name})
    return found


def map_columns(header: tuple[str, ...], name: str = PRODUCTS) -> ColumnMap:
    """Return where the columns of one of the tables stand.

    Raises: MissingColumns.
    """
    index = {column.strip().lower(): at for at, column in enumerate(header)}
    missing = [column for column in _NEEDED[name] if column not in index]
    if missing:
        raise MissingColumns(
            _("The file of %(name)s has no column “%(missing)s”.") % {"name": name, "missing": "”, “".join(missing)}
        )
    return ColumnMap(header=header, index=index)


def read_mall(
    table: Table, columns: ColumnMap, files: dict[str, Path], *, currency: str
) -> Iterator[Group[ProductRow]]:
    """Yield one group a product.

    Raises: UnreadableFile, FileTooLarge, MissingColumns for the files beside it.
    """
    reader = _Reader(columns, currency, _read_paths(files.get(CATEGORIES)), _read_skus(files.get(SKUS)))
    for row in table.rows:
        group: Group[ProductRow] = Group(key=columns.get(row.cells, "id"), rows=[row])
        yield finish_group(group, {}, columns, "id", reader.read)


class _Reader:
    def __init__(
        self, columns: ColumnMap, currency: str, paths: dict[str, tuple[str, ...]], skus: dict[str, list[Cells]]
    ) -> None:
        self._columns, self._currency, self._paths, self._skus = columns, currency, paths, skus
        self._handles: set[str] = set()

    def read(self, group: Group[ProductRow]) -> ProductRow:
        cells = {name: self._columns.get(group.rows[0].cells, name) for name in self._columns.index}
        title = read_text(cells["name"], column="name", limit=255)
        if not title:
            raise CellProblem("name", "", _("Every product needs a title."))
        variants, names = self._variants(cells)
        return ProductRow(
            handle=self._take_handle(title, group.key),
            fields={
                "title": title,
                "description_html": "".join(
                    f"<p>{escape(text)}</p>"
                    for text in dict.fromkeys((cells.get("sub_title", ""), cells.get("description", "")))
                    if text and text != title
                ),
                "vendor": read_text(cells.get("brand_name", ""), column="brand_name", limit=120),
                "tags": list(dict.fromkeys(cells.get("keywords", "").replace("，", ",").replace(",", " ").split()))[
                    :250
                ],
                "status": ProductStatus.ACTIVE.value,
            },
            option_names=names,
            variants=variants,
            category=self._paths.get(cells.get("product_category_name", ""))
            or ((cells["product_category_name"],) if cells.get("product_category_name") else ()),
        )

    def _take_handle(self, title: str, key: str) -> str:
        base = slugify_title(title)
        handle = base if base and base not in self._handles else f"{base}-{key}".strip("-")
        self._handles.add(handle)
        return handle

    def _variants(self, cells: Cells) -> tuple[tuple[VariantRow, ...], tuple[str, ...]]:
        skus = self._skus.get(cells["id"], [])
        options = [_read_options(sku["sp_data"]) for sku in skus]
        names = tuple(dict.fromkeys(name for one in options for name in one))[:3]
        if not names:
            sku = (
                skus[0]
                if skus
                else {"sku_code": cells.get("product_sn", ""), "price": cells["price"], "stock": cells.get("stock", "")}
            )
            return (VariantRow(title="", fields=self._fields(cells, sku), quantity=_stock(sku)),), ()
        rows: dict[str, VariantRow] = {}
        for sku, one in zip(skus, options, strict=True):
            values = tuple(one.get(name, "–") for name in names)
            title = " / ".join(values)[:255]
            rows.setdefault(
                title,
                VariantRow(title=title, option_values=values, fields=self._fields(cells, sku), quantity=_stock(sku)),
            )
        return tuple(rows.values()), names

    def _fields(self, cells: Cells, sku: Cells) -> dict[str, Any]:
        price = read_amount(_plain(sku["price"] or cells["price"]), column="price", currency=self._currency)
        before = _plain(cells.get("original_price", ""))
        compare_at = read_amount(before, column="original_price", currency=self._currency) if before else 0
        return {
            "price_amount": price,
            "compare_at_amount": compare_at if compare_at > price else None,
            "sku": read_code(sku["sku_code"], column="sku_code", limit=120),
            "weight_grams": read_grams(_plain(cells.get("weight", "")) or "0", column="weight"),
            "tracks_stock": True,
        }


def _stock(sku: Cells) -> int:
    text = sku.get("stock", "").partition(".")[0]
    return max(0, read_whole(text, column="stock", lowest=-MAXIMUM_ON_HAND, highest=MAXIMUM_ON_HAND)) if text else 0


def _plain(number: str) -> str:
    """Return an amount without the noughts that a table of floats puts behind it."""
    return number.rstrip("0").rstrip(".") if "." in number else number


def _read_options(text: str) -> dict[str, str]:
    try:
        pairs = json.loads(text or "[]")
        return {
            str(pair["key"])[:60]: str(pair["value"])[:120] for pair in pairs if pair.get("key") and pair.get("value")
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise CellProblem("sp_data", text, _("The SKU’s options are no list of keys and values.")) from error


def _read_beside(path: Path | None, name: str) -> Iterator[Cells]:
    if path is None:
        return
    with open_table(path) as table:
        columns = map_columns(table.header, name)
        for number, row in enumerate(table.rows):
            if number >= MAX_ROWS_BESIDE:
                raise FileTooLarge(_("The file of %(name)s has too many rows.") % {"name": name})
            yield {column: columns.get(row.cells, column) for column in columns.index}


def _read_skus(path: Path | None) -> dict[str, list[Cells]]:
    found: dict[str, list[Cells]] = {}
    for cells in _read_beside(path, SKUS):
        found.setdefault(cells["product_id"], []).append(cells)
    return found


def _read_paths(path: Path | None) -> dict[str, tuple[str, ...]]:
    """Return the path of each category by its own name; of two with one name the deeper one counts."""
    rows = {cells["id"]: cells for cells in _read_beside(path, CATEGORIES)}
    found: dict[str, tuple[str, ...]] = {}
    for cells in rows.values():
        titles: list[str] = []
        one: Cells | None = cells
        while one is not None and len(titles) < 10:
            titles.insert(0, one["name"])
            one = rows.get(one["parent_id"])
        found[cells["name"]] = max(found.get(cells["name"], ()), tuple(titles), key=len)
    return found
