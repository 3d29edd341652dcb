"""Products as a merchant wants them taken from a file."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from storefront.catalog.bulk import ProductRow
from storefront.catalog.enums import ProductStatus
from storefront.transfer.choices import Arrival, Choices, Pictures

TEXTS = ("title", "description_html", "seo_title", "seo_description")


def apply_choices(
    rows: Sequence[ProductRow], held: Mapping[str, Mapping[str, Any]], choices: Choices
) -> list[ProductRow]:
    """Return the rows as they are to be written; `held` are the products' own columns by handle, of those that are here."""
    if choices.language:
        return [_words_only(row, held[row.handle], choices.language) for row in rows if row.handle in held]
    chosen = list(rows)
    if choices.arrival == Arrival.DRAFT:
        # All rows name the same columns: those that are here say once more what they are.
        chosen = [replace(row, fields={**row.fields, "status": _status(row, held.get(row.handle))}) for row in chosen]
    if choices.pictures == Pictures.LEAVE:
        chosen = [_without_pictures(row) for row in chosen]
    return chosen


def _status(row: ProductRow, held: Mapping[str, Any] | None) -> str:
    if held is None:
        return ProductStatus.DRAFT.value
    return str(row.fields.get("status", held["status"]))


def _words_only(row: ProductRow, held: Mapping[str, Any], language: str) -> ProductRow:
    words = {name: row.fields[name] for name in TEXTS if name in row.fields}
    return ProductRow(handle=row.handle, fields={"title": held["title"]}, texts={language: words})


def _without_pictures(row: ProductRow) -> ProductRow:
    return replace(row, images=(), variants=[replace(one, image_url=None) for one in row.variants])
