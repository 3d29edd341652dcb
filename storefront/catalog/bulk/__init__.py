"""Create and change many products at once, by handle."""

from storefront.catalog.bulk.products import find_existing_handles, upsert_products
from storefront.catalog.bulk.rows import ImageRow, ProductRow, UpsertedProducts, VariantRow
from storefront.catalog.bulk.texts import list_written_languages

__all__ = [
    "ImageRow",
    "ProductRow",
    "UpsertedProducts",
    "VariantRow",
    "find_existing_handles",
    "list_written_languages",
    "upsert_products",
]
