"""Change what a store sells."""

from storefront.catalog.services.categories import (
    arrange_category,
    create_category,
    delete_category,
    move_category,
    set_category,
    set_category_cover,
    update_category,
)
from storefront.catalog.services.changes import (
    LeftAlone,
    Undone,
    add_to_change_set,
    open_change_set,
    purge_change_sets,
    record_change_set,
    snapshot_products,
    start_undo,
    undo_change_set,
)
from storefront.catalog.services.collections import (
    CollectionDraft,
    add_to_collection,
    arrange_collection,
    arrange_in_collection,
    create_collection,
    delete_collection,
    remove_from_collection,
    reword_collection,
    set_collection_cover,
    update_collection,
)
from storefront.catalog.services.copying import delete_product, duplicate_product
from storefront.catalog.services.custom_fields import (
    answer_for_product,
    answer_for_variant,
    arrange_custom_field,
    create_custom_field,
    delete_custom_field,
    update_custom_field,
)
from storefront.catalog.services.editing import (
    NewVariant,
    ProductDraft,
    VariantDraft,
    save_product,
    start_product,
    stored_pictures,
)
from storefront.catalog.services.gift_cards import start_gift_card
from storefront.catalog.services.handles import unique_handle
from storefront.catalog.services.labels import start_renaming
from storefront.catalog.services.media import (
    add_image,
    add_model,
    add_video,
    arrange_images,
    describe_image,
    move_image,
    remove_image,
    show_variant_with,
)
from storefront.catalog.services.options import OptionDraft, OptionsOutcome, set_options
from storefront.catalog.services.pictures import (
    clear_picture,
    finish_picture,
    retry_picture,
    store_picture,
    sweep_pictures,
)
from storefront.catalog.services.prices import note_all_prices, note_prices
from storefront.catalog.services.products import Keep, create_product, update_product
from storefront.catalog.services.publishing import publish_due, restore_statuses, set_status
from storefront.catalog.services.ratings import write_rating
from storefront.catalog.services.summary import refresh_product_summary
from storefront.catalog.services.tax_classes import delete_tax_class, ensure_tax_class, save_tax_class
from storefront.catalog.services.text import count_lost_pictures, sanitize_html, slugify_title
from storefront.catalog.services.translating import translate_category, translate_collection
from storefront.catalog.services.variant_edits import edit_all_variants, edit_variants
from storefront.catalog.services.variants import add_variant, ask_for_stock, remove_variant, update_variant

__all__ = [
    "CollectionDraft",
    "Keep",
    "LeftAlone",
    "NewVariant",
    "OptionDraft",
    "OptionsOutcome",
    "ProductDraft",
    "Undone",
    "VariantDraft",
    "add_image",
    "add_model",
    "add_to_change_set",
    "add_to_collection",
    "add_variant",
    "add_video",
    "answer_for_product",
    "answer_for_variant",
    "arrange_category",
    "arrange_collection",
    "arrange_custom_field",
    "arrange_images",
    "arrange_in_collection",
    "ask_for_stock",
    "clear_picture",
    "count_lost_pictures",
    "create_category",
    "create_collection",
    "create_custom_field",
    "create_product",
    "delete_category",
    "delete_collection",
    "delete_custom_field",
    "delete_product",
    "delete_tax_class",
    "describe_image",
    "duplicate_product",
    "edit_all_variants",
    "edit_variants",
    "ensure_tax_class",
    "finish_picture",
    "move_category",
    "move_image",
    "note_all_prices",
    "note_prices",
    "open_change_set",
    "publish_due",
    "purge_change_sets",
    "record_change_set",
    "refresh_product_summary",
    "remove_from_collection",
    "remove_image",
    "remove_variant",
    "restore_statuses",
    "retry_picture",
    "reword_collection",
    "sanitize_html",
    "save_product",
    "save_tax_class",
    "set_category",
    "set_category_cover",
    "set_collection_cover",
    "set_options",
    "set_status",
    "show_variant_with",
    "slugify_title",
    "snapshot_products",
    "start_gift_card",
    "start_product",
    "start_renaming",
    "start_undo",
    "store_picture",
    "stored_pictures",
    "sweep_pictures",
    "translate_category",
    "translate_collection",
    "undo_change_set",
    "unique_handle",
    "update_category",
    "update_collection",
    "update_custom_field",
    "update_product",
    "update_variant",
    "write_rating",
]
