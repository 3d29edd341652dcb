"""Change what a store sells."""

from storefront.catalog.services.editing import NewVariant, ProductDraft, VariantDraft, save_product, start_product
from storefront.catalog.services.pictures import (
    add_image,
    clear_picture,
    describe_image,
    move_image,
    remove_image,
    store_picture,
)
from storefront.catalog.services.products import (
    create_product,
    restore_statuses,
    set_status,
    update_product,
)
from storefront.catalog.services.summary import refresh_product_summary
from storefront.catalog.services.text import sanitize_html, slugify_title, unique_handle
from storefront.catalog.services.variants import add_variant, ask_for_stock, remove_variant, update_variant

__all__ = [
    "NewVariant",
    "ProductDraft",
    "VariantDraft",
    "add_image",
    "add_variant",
    "ask_for_stock",
    "clear_picture",
    "create_product",
    "describe_image",
    "move_image",
    "refresh_product_summary",
    "remove_image",
    "remove_variant",
    "restore_statuses",
    "sanitize_html",
    "save_product",
    "set_status",
    "slugify_title",
    "start_product",
    "store_picture",
    "unique_handle",
    "update_product",
    "update_variant",
]
