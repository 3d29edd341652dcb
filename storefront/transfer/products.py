"""From the rows of Shopify's product file to products."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from storefront.catalog.bulk import ImageRow, ProductRow, VariantRow
from storefront.catalog.conversion import is_payable
from storefront.catalog.enums import ProductStatus
from storefront.catalog.services import slugify_title
from storefront.inventory.services import MAXIMUM_ON_HAND
from storefront.transfer.cells import (
    CellProblem,
    read_amount,
    read_barcode,
    read_code,
    read_flag,
    read_grams,
    read_hs_code,
    read_measure,
    read_origin,
    read_tags,
    read_text,
    read_whole,
)
from storefront.transfer.columns import (
    MARKET_COMPARE_AT,
    MARKET_PRICE,
    PRODUCT_FIELD,
    VARIANT_FIELD,
    ColumnMap,
    label_of,
)
from storefront.transfer.files import Row, Table
from storefront.transfer.gallery import read_image, read_url
from storefront.transfer.groups import Group, RowProblem, group_rows
from storefront.transfer.texts import read_product_texts, read_variant_texts

MAX_VARIANTS = 2000
MAX_IMAGES = 250
MAX_DEPTH = 10
MAX_ANSWER = 20_000

_HANDLE = re.compile(r"^[a-z0-9][a-z0-9_-]{0,254}$")
_OPTIONS = ("option1", "option2", "option3")
_STATUSES = {
    "active": ProductStatus.ACTIVE,
    "draft": ProductStatus.DRAFT,
    "archived": ProductStatus.ARCHIVED,
    "unlisted": ProductStatus.DRAFT,
}


def read_products(
    table: Table, columns: ColumnMap, *, currency: str, markets: Mapping[str, str] | None = None
) -> Iterator[Group[ProductRow]]:
    """Yield one group a handle; prices are read in the store's currency, those of `markets` in the currency named there."""
    return group_rows(
        table.rows,
        columns,
        key_column="handle" if "handle" in columns else "title",
        read_key=partial(_read_handle, columns),
        read_record=partial(_read_product, columns, currency, markets or {}),
    )


def _read_handle(columns: ColumnMap, row: Row) -> str:
    """Return the handle in our form: Shopify's own where it is plain, a spelled-out one where it is not."""
    text = columns.get(row.cells, "handle").lower() or columns.get(row.cells, "title")
    return text if _HANDLE.match(text) else slugify_title(text)


def _read_product(
    columns: ColumnMap, currency: str, markets: Mapping[str, str], group: Group[ProductRow]
) -> ProductRow:
    first = group.rows[0]
    title = read_text(columns.get(first.cells, "title"), column="title", limit=255)
    if not title:
        raise CellProblem("title", "", _("Every product needs a title."))
    if not group.key:
        raise CellProblem("handle", columns.get(first.cells, "handle"), _("Use letters, digits and hyphens."))
    names = tuple(
        name
        for option in _OPTIONS
        if (name := read_text(columns.get(first.cells, f"{option}_name"), column=f"{option}_name", limit=60))
    )
    is_single = _is_single(columns, first, names)
    variants: dict[str, VariantRow] = {}
    images: dict[tuple[str, str], ImageRow] = {}
    for row in group.rows:
        try:
            if row is first or _is_variant_row(columns, row):
                variant = _read_variant(columns, currency, markets, row, options=0 if is_single else len(names))
                if variant.title in variants:
                    raise CellProblem("option1_value", variant.title, _("This version is in the file twice."))
                variants[variant.title] = variant
            image = read_image(columns, row, title=title)
            if image is not None:
                images.setdefault((image.source_url, image.video_url or image.model_url), image)
        except CellProblem as problem:
            raise RowProblem(row, problem) from problem
    if len(variants) > MAX_VARIANTS or len(images) > MAX_IMAGES:
        raise CellProblem("handle", group.key, _("A product has at most 2,000 versions and 250 pictures."))
    custom = columns.open_names(PRODUCT_FIELD)
    return ProductRow(
        handle=group.key,
        fields={"title": title, **_read_product_fields(columns, first)},
        option_names=() if is_single else names,
        variants=tuple(variants.values()),
        images=tuple(images.values()),
        category=read_path(columns.get(first.cells, "category"), column="category") if "category" in columns else None,
        collections=_read_collections(columns, first),
        custom=read_answers(columns, first, PRODUCT_FIELD) if custom else None,
        custom_names=read_custom_names(columns),
        texts=read_product_texts(columns, first),
    )


def read_path(text: str, *, column: str) -> tuple[str, ...]:
    """Return the titles of a path such as `Clothing > Shirts`.

    Raises: CellProblem.
    """
    return tuple(
        read_text(title, column=column, limit=255) for part in text.split(" > ") if (title := part.strip(" >\t"))
    )[:MAX_DEPTH]


def read_answers(columns: ColumnMap, row: Row, beginning: str) -> dict[str, str]:
    """Return the answers to custom fields by key, the empty ones too.

    Raises: CellProblem.
    """
    return {
        key: read_text(columns.get(row.cells, name), column=name, limit=MAX_ANSWER)
        for key, name in columns.open_names(beginning).items()
    }


def read_custom_names(columns: ColumnMap) -> dict[str, str]:
    """Return what the file calls each custom field."""
    found = {**columns.open_names(VARIANT_FIELD), **columns.open_names(PRODUCT_FIELD)}
    return {key: label_of(columns.label(name)) for key, name in found.items()}


def _read_collections(columns: ColumnMap, row: Row) -> tuple[str, ...] | None:
    if "collections" not in columns:
        return None
    titles = (title.strip() for title in columns.get(row.cells, "collections").split(";"))
    return tuple(dict.fromkeys(read_text(title, column="collections", limit=255) for title in titles if title))


def _read_product_fields(columns: ColumnMap, row: Row) -> dict[str, Any]:
    """Return the model's columns that the file names: an empty cell empties, a missing column leaves alone."""
    fields: dict[str, Any] = {}
    limits = {
        "description": ("description_html", 500_000),
        "vendor": ("vendor", 120),
        "type": ("product_type", 120),
        "seo_title": ("seo_title", 255),
        "seo_description": ("seo_description", 500),
    }
    for name, (model_field, limit) in limits.items():
        if name in columns:
            fields[model_field] = read_text(columns.get(row.cells, name), column=name, limit=limit)
    if "tags" in columns:
        fields["tags"] = read_tags(columns.get(row.cells, "tags"), column="tags")
    if "status" in columns or "published" in columns:
        fields["status"] = _read_status(columns, row)
    return fields


def _read_status(columns: ColumnMap, row: Row) -> str:
    text = columns.get(row.cells, "status").lower()
    if text and text not in _STATUSES:
        raise CellProblem("status", text, _("Write active, draft or archived."))
    status = _STATUSES.get(text, ProductStatus.ACTIVE)
    published = columns.get(row.cells, "published")
    if status == ProductStatus.ACTIVE and published and not read_flag(published, column="published"):
        return ProductStatus.DRAFT.value
    return status.value


def _is_single(columns: ColumnMap, row: Row, names: tuple[str, ...]) -> bool:
    value = columns.get(row.cells, "option1_value")
    return not names or (names == ("Title",) and value in ("", "Default Title"))


def _is_variant_row(columns: ColumnMap, row: Row) -> bool:
    return any(columns.get(row.cells, name) for name in ("option1_value", "price", "sku"))


def _read_variant(
    columns: ColumnMap, currency: str, markets: Mapping[str, str], row: Row, *, options: int
) -> VariantRow:
    values = []
    for option in _OPTIONS[:options]:
        column = f"{option}_value"
        value = read_text(columns.get(row.cells, column), column=column, limit=120)
        if not value:
            raise CellProblem(column, "", _("Every version needs a value for each option."))
        values.append(value)
    title = " / ".join(values)
    if len(title) > 255:
        raise CellProblem("option1_value", title, _("The option values are too long together; shorten them."))
    quantity = columns.get(row.cells, "quantity")
    return VariantRow(
        title=title,
        option_values=tuple(values),
        fields=_read_variant_fields(columns, currency, row),
        quantity=read_whole(quantity, column="quantity", lowest=-MAXIMUM_ON_HAND, highest=MAXIMUM_ON_HAND)
        if quantity
        else None,
        custom=read_answers(columns, row, VARIANT_FIELD) if columns.open_names(VARIANT_FIELD) else None,
        tax_class=read_code(columns.get(row.cells, "tax_code"), column="tax_code", limit=40)
        if "tax_code" in columns
        else None,
        image_url=read_url(columns.get(row.cells, "variant_image"), column="variant_image")
        if "variant_image" in columns
        else None,
        list_prices={code: _read_market(columns, row, market, code) for market, code in markets.items()},
        texts=read_variant_texts(columns, row),
    )


def _read_market(columns: ColumnMap, row: Row, market: str, currency: str) -> tuple[int, int | None] | None:
    """Return price and compare-at price of a market; None where it follows the rate."""
    price, before = f"{MARKET_PRICE}{market}", f"{MARKET_COMPARE_AT}{market}"
    if not columns.get(row.cells, price):
        return None
    amount = read_amount(columns.get(row.cells, price), column=price, currency=currency)
    compare_at = read_amount(columns.get(row.cells, before), column=before, currency=currency)
    if not is_payable(amount, currency):
        words = _("Cards take hundredths at most. End the price in 0.")
        raise CellProblem(price, columns.get(row.cells, price), words)
    return amount, compare_at if compare_at > amount else None


def _read_variant_fields(columns: ColumnMap, currency: str, row: Row) -> dict[str, Any]:
    def cell(name: str) -> str:
        return columns.get(row.cells, name)

    fields: dict[str, Any] = {}
    if "price" in columns:
        if not cell("price"):
            raise CellProblem("price", "", _("Every product needs a price, such as 12.90. Write 0 if it is free."))
        fields["price_amount"] = read_amount(cell("price"), column="price", currency=currency)
    if "compare_at" in columns:
        fields["compare_at_amount"] = _read_compare_at(cell("compare_at"), cell("price"), currency)
    if "cost" in columns:
        cost = cell("cost")
        fields["cost_amount"] = read_amount(cost, column="cost", currency=currency) if cost else None
    for name, (model_field, read) in _PLAIN_CELLS.items():
        if name in columns:
            fields[model_field] = read(cell(name))
    if "unit_amount" in columns and "base_amount" in columns:
        fields |= _read_unit_price(columns, row)
    return fields


def _read_unit_price(columns: ColumnMap, row: Row) -> dict[str, Any]:
    """Return the measures of a unit price, both or none."""
    amount, base = (read_measure(columns.get(row.cells, name), column=name) for name in ("unit_amount", "base_amount"))
    unit, base_unit = (read_code(columns.get(row.cells, name), column=name, limit=8) for name in ("unit", "base_unit"))
    if amount is None or base is None:
        return {"unit_amount": None, "unit": "", "base_amount": None, "base_unit": ""}
    return {"unit_amount": amount, "unit": unit, "base_amount": base, "base_unit": base_unit}


def _read_compare_at(value: str, price: str, currency: str) -> int | None:
    amount = read_amount(value, column="compare_at", currency=currency)
    if amount == 0:
        return None
    if price and amount <= read_amount(price, column="price", currency=currency):
        raise CellProblem(
            "compare_at",
            value,
            _("Must be higher than the price, %(price)s. Empty it if this is not a sale.") % {"price": price},
        )
    return amount


def _flag_or_yes(column: str) -> Callable[[str], bool]:
    return lambda value: read_flag(value, column=column) if value else True


_PLAIN_CELLS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "sku": ("sku", partial(read_code, column="sku", limit=120)),
    "barcode": ("barcode", partial(read_barcode, column="barcode")),
    "grams": ("weight_grams", lambda value: read_grams(value, column="grams") if value else 0),
    "requires_shipping": ("requires_shipping", _flag_or_yes("requires_shipping")),
    "taxable": ("is_taxable", _flag_or_yes("taxable")),
    "tracker": ("tracks_stock", bool),
    "policy": ("sells_when_out", partial(read_flag, column="policy")),
    "hs_code": ("hs_code", partial(read_hs_code, column="hs_code")),
    "origin": ("origin_country", partial(read_origin, column="origin")),
}
