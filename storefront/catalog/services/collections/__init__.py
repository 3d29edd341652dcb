"""Collections: written, filled by hand, and filled by rule.

Those by rule are materialized: `CollectionProduct` holds what fits now. It follows every `ProductChanged`, within the same
transaction for a few products and in a task for many; a changed rule is carried out at once in a small store and as a job in a
large one; rules about stock and age are looked at again every hour.
"""

from storefront.catalog.services.collections.editing import (
    CollectionDraft,
    arrange_collection,
    create_collection,
    delete_collection,
    reword_collection,
    set_collection_cover,
    update_collection,
)
from storefront.catalog.services.collections.filling import (
    AT_ONCE,
    FILL_TASK,
    FOLLOW_TASK,
    fill_as_job,
    fill_collection,
    fill_drifting,
    follow_products,
    start_filling,
)
from storefront.catalog.services.collections.picking import (
    MAXIMUM_PICKED,
    add_to_collection,
    arrange_in_collection,
    remove_from_collection,
)

__all__ = [
    "AT_ONCE",
    "FILL_TASK",
    "FOLLOW_TASK",
    "MAXIMUM_PICKED",
    "CollectionDraft",
    "add_to_collection",
    "arrange_collection",
    "arrange_in_collection",
    "create_collection",
    "delete_collection",
    "fill_as_job",
    "fill_collection",
    "fill_drifting",
    "follow_products",
    "remove_from_collection",
    "reword_collection",
    "set_collection_cover",
    "start_filling",
    "update_collection",
]
