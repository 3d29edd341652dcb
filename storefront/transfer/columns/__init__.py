"""What the columns of a file mean."""

from storefront.transfer.columns.matching import (
    AS_CUSTOM_FIELD,
    ERROR_COLUMN,
    ColumnMap,
    fold,
    format_name,
    guess_fields,
    guess_format,
    guess_kind,
    header_key,
    match_columns,
)
from storefront.transfer.columns.names import AMOUNTS, Field, list_fields, template_header
from storefront.transfer.columns.open_names import (
    ATTRIBUTE,
    MARKET_COMPARE_AT,
    MARKET_PRICE,
    PRODUCT_FIELD,
    TEXT,
    VARIANT_FIELD,
    label_of,
    plain_key,
)

__all__ = [
    "AMOUNTS",
    "AS_CUSTOM_FIELD",
    "ATTRIBUTE",
    "ERROR_COLUMN",
    "MARKET_COMPARE_AT",
    "MARKET_PRICE",
    "PRODUCT_FIELD",
    "TEXT",
    "VARIANT_FIELD",
    "ColumnMap",
    "Field",
    "fold",
    "format_name",
    "guess_fields",
    "guess_format",
    "guess_kind",
    "header_key",
    "label_of",
    "list_fields",
    "match_columns",
    "plain_key",
    "template_header",
]
