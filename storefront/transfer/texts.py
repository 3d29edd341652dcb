"""A product's texts in further languages, as columns such as `Title [zh-hans]`."""

from collections.abc import Iterator, Sequence
from typing import Any

from storefront.catalog.models import Product, ProductVariant
from storefront.transfer.cells import read_text
from storefront.transfer.columns import TEXT, ColumnMap
from storefront.transfer.files import Row

MOST_OPTIONS = 3
# What a column is called in a file, and what it is of ours, with the longest text.
PLAIN = {
    "Title": ("title", "title", 255),
    "Description": ("description", "description_html", 500_000),
    "SEO title": ("seo_title", "seo_title", 255),
    "SEO description": ("seo_description", "seo_description", 500),
}


def text_columns(languages: Sequence[str]) -> list[str]:
    """Return the names of the columns of these languages."""
    options = [f"Option{place} {what}" for place in range(1, MOST_OPTIONS + 1) for what in ("name", "value")]
    return [f"{name} [{language}]" for language in languages for name in (*PLAIN, *options)]


def product_texts(product: Product, languages: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield column and text of what a product says in further languages."""
    for language in languages:
        said = product.translations.get(language, {})
        yield from ((f"{name} [{language}]", said.get(field, "")) for name, (_ours, field, _limit) in PLAIN.items())
        names = said.get("option_names", [])[:MOST_OPTIONS]
        yield from ((f"Option{place} name [{language}]", name) for place, name in enumerate(names, start=1))


def variant_texts(variant: ProductVariant, languages: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield column and text of the values of a version's options in further languages."""
    for language in languages:
        values = variant.translations.get(language, {}).get("option_values", [])[:MOST_OPTIONS]
        yield from ((f"Option{place} value [{language}]", value) for place, value in enumerate(values, start=1))


def read_product_texts(columns: ColumnMap, row: Row) -> dict[str, dict[str, Any]]:
    """Return the texts that a product's first row names, by language; an empty cell empties.

    Raises: CellProblem.
    """
    found: dict[str, dict[str, Any]] = {}
    for language in _languages(columns):
        words: dict[str, Any] = {}
        for ours, field, limit in PLAIN.values():
            column = f"{TEXT}{language}:{ours}"
            if column in columns:
                words[field] = read_text(columns.get(row.cells, column), column=column, limit=limit)
        names = _options(columns, row, language, "name")
        found[language] = words | ({"option_names": names} if names is not None else {})
    return found


def read_group_texts(columns: ColumnMap, row: Row) -> dict[str, dict[str, str]]:
    """Return the texts of a collection or category that a row names, by language; an empty cell empties.

    Raises: CellProblem.
    """
    said = read_product_texts(columns, row)
    fields = {field for _ours, field, _limit in PLAIN.values()}
    return {language: {name: words[name] for name in words if name in fields} for language, words in said.items()}


def read_variant_texts(columns: ColumnMap, row: Row) -> dict[str, list[str]]:
    """Return the values of options that a row names, by language.

    Raises: CellProblem.
    """
    found = {language: _options(columns, row, language, "value") for language in _languages(columns)}
    return {language: values for language, values in found.items() if values is not None}


def _languages(columns: ColumnMap) -> list[str]:
    return sorted({rest.partition(":")[0] for rest in columns.open_names(TEXT)})


def _options(columns: ColumnMap, row: Row, language: str, what: str) -> list[str] | None:
    names = [f"{TEXT}{language}:option{place}_{what}" for place in range(1, MOST_OPTIONS + 1)]
    if not any(name in columns for name in names):
        return None
    return [read_text(columns.get(row.cells, name), column=name, limit=120) for name in names]
