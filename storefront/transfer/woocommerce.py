"""From the rows of WooCommerce's product file to products: simple ones, and variable ones with their variations.

Source: `class-wc-product-csv-exporter.php` of WooCommerce. A variation names its parent by SKU or as `id:123`, and may
stand anywhere in the file.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from html import escape
from typing import Any

from django.utils.translation import gettext as _

from storefront.catalog.bulk import ImageRow, ProductRow, VariantRow
from storefront.catalog.enums import ProductStatus
from storefront.catalog.services import slugify_title
from storefront.inventory.services import MAXIMUM_ON_HAND
from storefront.transfer.cells import (
    CellProblem,
    read_amount,
    read_barcode,
    read_code,
    read_flag,
    read_moment,
    read_tags,
    read_text,
    read_whole,
)
from storefront.transfer.columns import ATTRIBUTE, PRODUCT_FIELD, ColumnMap, plain_key
from storefront.transfer.files import Row, Table
from storefront.transfer.gallery import read_url
from storefront.transfer.groups import Group, RowProblem, finish_group
from storefront.transfer.products import MAX_IMAGES, MAX_VARIANTS, read_answers, read_custom_names, read_path
from storefront.transfer.spool import Spool

_VARIATIONS = ("variation", "变体", "變體")
_GRAMS = {
    "kg": Decimal(1000),
    "千克": Decimal(1000),
    "g": Decimal(1),
    "lbs": Decimal("453.59237"),
    "oz": Decimal("28.349523"),
}
_COMMA = re.compile(r"(?<!\\),")
_MOST_OPTIONS = 3


def read_woocommerce(table: Table, columns: ColumnMap, *, currency: str, now: datetime) -> Iterator[Group[ProductRow]]:
    """Yield one group a product with its variations; prices are read in the store's currency.

    A sale price is the price while its dates say so at `now`, and the regular one is then the compare-at price.
    """
    reader = _Reader(columns, currency, now)
    with Spool() as spool:
        spool.fill((row, reader.parent_of(row), reader.position_of(row)) for row in table.rows)
        for row in spool.heads():
            group: Group[ProductRow] = Group(
                key=reader.take_handle(row), rows=[row, *spool.take_parts(reader.names_of(row))]
            )
            yield finish_group(group, {}, columns, "title", reader.read)
        for row in spool.leftovers():
            yield finish_group(Group(key="", rows=[row]), {}, columns, "parent", reader.refuse_orphan)


class _Reader:
    def __init__(self, columns: ColumnMap, currency: str, now: datetime) -> None:
        self._columns, self._currency, self._now = columns, currency, now
        self._handles: set[str] = set()
        self._grams = _grams_of(columns.label("weight"))
        self._numbers = sorted({int(rest.partition(":")[0]) for rest in columns.open_names(ATTRIBUTE)})

    def cell(self, row: Row, name: str) -> str:
        return self._columns.get(row.cells, name)

    def parent_of(self, row: Row) -> str | None:
        """Return what a variation names as its parent; None for what is a product of its own."""
        kinds = re.split(r"[,，]\s*", self.cell(row, "woo_type").lower())
        if not set(kinds) & set(_VARIATIONS):
            return None
        return self.cell(row, "parent").lower() or "?"

    def position_of(self, row: Row) -> int:
        text = self.cell(row, "position")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0

    def names_of(self, row: Row) -> list[str]:
        """Return what variations may call this product."""
        number, sku = self.cell(row, "woo_id"), self.cell(row, "sku").lower()
        return [name for name in (f"id:{number}" if number else "", sku) if name]

    def take_handle(self, row: Row) -> str:
        """Return an address that no product before it in this file has."""
        base = slugify_title(self.cell(row, "title")) or slugify_title(self.cell(row, "sku"))
        handle, number = base, 2
        while handle in self._handles:
            handle, number = f"{base}-{number}", number + 1
        self._handles.add(handle)
        return handle

    def refuse_orphan(self, group: Group[ProductRow]) -> ProductRow:
        parent = self.cell(group.rows[0], "parent")
        raise CellProblem("parent", parent, _("The file has no product of this number or SKU. Export it along."))

    def read(self, group: Group[ProductRow]) -> ProductRow:
        head, parts = group.rows[0], group.rows[1:]
        title = read_text(self.cell(head, "title"), column="title", limit=255)
        if not title:
            raise CellProblem("title", "", _("Every product needs a title."))
        if not group.key:
            raise CellProblem("title", title, _("Use letters, digits and hyphens."))
        options = self._options(head, parts)
        images: dict[str, ImageRow] = {}
        variants: dict[str, VariantRow] = {}
        for row in parts or [head]:
            try:
                variant = self._variant(row, head, options)
                if variant.title in variants:
                    raise CellProblem("sku", variant.title, _("This version is in the file twice."))
                variants[variant.title] = variant
            except CellProblem as problem:
                raise RowProblem(row, problem) from problem
        for row in group.rows:
            for url in self._urls(row):
                images.setdefault(url, ImageRow(source_url=url))
        if len(variants) > MAX_VARIANTS or len(images) > MAX_IMAGES:
            raise CellProblem("title", title, _("A product has at most 2,000 versions and 250 pictures."))
        category, collections = self._places(head)
        facts = self._facts(head, options)
        return ProductRow(
            handle=group.key,
            fields={"title": title, **self._product_fields(head)},
            option_names=tuple(name for name, _number in options),
            variants=tuple(variants.values()),
            images=tuple(images.values()),
            category=category if "category" in self._columns else None,
            collections=collections if "category" in self._columns else None,
            custom={key: text for key, (_name, text) in facts.items()}
            | read_answers(self._columns, head, PRODUCT_FIELD),
            custom_names={key: name for key, (name, _text) in facts.items()} | read_custom_names(self._columns),
        )

    def _options(self, head: Row, parts: list[Row]) -> list[tuple[str, int]]:
        """Return the options that the variations differ by, as (name, number of the attribute)."""
        found = []
        for number in self._numbers:
            name = self.cell(head, f"{ATTRIBUTE}{number}:name")
            if name and any(self.cell(row, f"{ATTRIBUTE}{number}:values") for row in parts):
                found.append((read_text(name, column=f"{ATTRIBUTE}{number}:name", limit=60), number))
        if len(found) > _MOST_OPTIONS:
            raise CellProblem(f"{ATTRIBUTE}1:name", found[0][0], _("A product has at most three options."))
        return found

    def _variant(self, row: Row, head: Row, options: list[tuple[str, int]]) -> VariantRow:
        values = []
        for name, number in options if row is not head else []:
            column = f"{ATTRIBUTE}{number}:values"
            value = read_text(self.cell(row, column), column=column, limit=120)
            if not value:
                message = _("The version has no “%(option)s”. One for any value has to be split into one for each.")
                raise CellProblem(column, "", message % {"option": name})
            values.append(value)
        quantity = self.cell(row, "quantity")
        urls = self._urls(row) if row is not head else []
        return VariantRow(
            title=" / ".join(values)[:255],
            option_values=tuple(values),
            fields=self._variant_fields(row, head),
            quantity=read_whole(
                quantity.partition(".")[0], column="quantity", lowest=-MAXIMUM_ON_HAND, highest=MAXIMUM_ON_HAND
            )
            if quantity
            else None,
            tax_class=read_code(self.cell(row, "tax_code").replace("parent", ""), column="tax_code", limit=40),
            image_url=urls[0] if urls else "",
        )

    def _variant_fields(self, row: Row, head: Row) -> dict[str, Any]:
        cost = self.cell(row, "cost")
        is_counted = bool(self.cell(row, "quantity")) or self.cell(row, "in_stock").lower() in ("0", "no", "否")
        return {
            **self._prices(row, head),
            "sku": read_code(self.cell(row, "sku"), column="sku", limit=120),
            "barcode": read_barcode(self.cell(row, "barcode"), column="barcode"),
            "cost_amount": read_amount(cost, column="cost", currency=self._currency) if cost else None,
            "weight_grams": self._weight(row) or self._weight(head),
            "requires_shipping": not re.search("virtual|downloadable|虚拟|可下载", self.cell(row, "woo_type").lower()),
            "is_taxable": (self.cell(row, "tax_status").lower() or "taxable") in ("taxable", "应税", "应纳税"),
            "tracks_stock": is_counted,
            "sells_when_out": self.cell(row, "backorders").lower() in ("1", "yes", "notify", "是", "通知"),
        }

    def _prices(self, row: Row, head: Row) -> dict[str, int | None]:
        regular = self.cell(row, "price") or self.cell(head, "price")
        if not regular:
            raise CellProblem("price", "", _("Every product needs a price, such as 12.90. Write 0 if it is free."))
        price = read_amount(regular, column="price", currency=self._currency)
        sale = self.cell(row, "sale_price")
        if not sale or not self._is_on_sale(row):
            return {"price_amount": price, "compare_at_amount": None}
        reduced = read_amount(sale, column="sale_price", currency=self._currency)
        return {"price_amount": reduced, "compare_at_amount": price if price > reduced else None}

    def _is_on_sale(self, row: Row) -> bool:
        since = read_moment(self.cell(row, "sale_from"), column="sale_from")
        until = read_moment(self.cell(row, "sale_until"), column="sale_until")
        return (since is None or since <= self._now) and (until is None or self._now <= until)

    def _weight(self, row: Row) -> int:
        text = self.cell(row, "weight")
        if not text:
            return 0
        if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{0,6})?", text, re.ASCII):
            raise CellProblem("weight", text, _("Write a number with a point, such as 0.75."))
        return int((Decimal(text) * self._grams).to_integral_value(rounding="ROUND_HALF_UP"))

    def _product_fields(self, row: Row) -> dict[str, Any]:
        short, long = (
            read_text(self.cell(row, name).replace("\\n", "\n"), column=name, limit=500_000)
            for name in ("short_description", "description")
        )
        published = self.cell(row, "published").lower()
        is_live = read_flag(published.removeprefix("-").replace("2", "0"), column="published") and published[:1] != "-"
        return {
            "description_html": "\n".join(_as_html(text) for text in (short, long) if text),
            "vendor": read_text(self.cell(row, "brand"), column="brand", limit=120),
            "tags": read_tags(self.cell(row, "tags"), column="tags"),
            "status": (ProductStatus.ACTIVE if is_live else ProductStatus.DRAFT).value,
        }

    def _places(self, row: Row) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the deepest of the categories, and the last names of the others as collections."""
        paths = [path for part in _split(self.cell(row, "category")) if (path := read_path(part, column="category"))]
        if not paths:
            return (), ()
        deepest = max(paths, key=len)
        others = (path[-1] for path in paths if path != deepest[: len(path)])
        return deepest, tuple(dict.fromkeys(others))

    def _facts(self, row: Row, options: list[tuple[str, int]]) -> dict[str, tuple[str, str]]:
        """Return the attributes that are no options, as (name, value) by key."""
        taken = {number for _name, number in options}
        found = {}
        for number in self._numbers:
            name, column = self.cell(row, f"{ATTRIBUTE}{number}:name"), f"{ATTRIBUTE}{number}:values"
            if name and number not in taken:
                values = read_text("; ".join(_split(self.cell(row, column))), column=column, limit=20_000)
                found[plain_key(name)] = (name[:120], values)
        return found

    def _urls(self, row: Row) -> list[str]:
        return [read_url(url, column="images") for url in _split(self.cell(row, "images"))]


def _split(text: str) -> list[str]:
    """Return the parts of a list separated by commas, where a comma within is written `\\,`."""
    return [part.replace("\\,", ",").strip() for part in _COMMA.split(text) if part.strip()]


def _as_html(text: str) -> str:
    return (
        text
        if "<" in text
        else "".join(f"<p>{escape(part.strip(), quote=False)}</p>" for part in text.split("\n") if part.strip())
    )


def _grams_of(header: str) -> Decimal:
    unit = re.search(r"[(（]\s*(.+?)\s*[)）]", header)
    return _GRAMS.get(unit[1].lower() if unit else "kg", Decimal(1000))
