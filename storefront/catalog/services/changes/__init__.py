"""Deeds over many goods that can be taken back.

In the transaction that changes the goods, whoever does it (a bulk action, the grid, a batch of an import):

    with transaction.atomic():
        before = snapshot_products(product_ids)                      # locks them; ids that are not there are left out
        ...                                                          # change them, make new ones
        change_set = record_change_set(title=_("Archived 3 products"), before=before,
                                       product_ids=[*product_ids, *created_ids], actor=actor, now=now)

`change_set` is None where nothing differs, else `change_set.pk` is what an Undo button sends. A deed of many transactions
opens its set first and adds each batch to it, in the batch's own transaction:

    change_set = open_change_set(title=title, actor=actor, now=now)
    add_to_change_set(change_set=change_set, before=before, product_ids=ids)

`undo_change_set(change_set_id=…)` puts back what the deed changed, column by column; later changes of other columns stay. Goods
whose same columns changed again are left alone and named in the answer. What the deed made is archived. Stock goes back by the
difference, so that sales in between count. `start_undo(change_set_id=…)` does it as a job, for thousands of goods.
"""

from storefront.catalog.services.changes.recording import (
    KEPT,
    add_to_change_set,
    open_change_set,
    purge_change_sets,
    record_change_set,
)
from storefront.catalog.services.changes.snapshots import Snapshot, read_costs, snapshot_products
from storefront.catalog.services.changes.undoing import (
    UNDO_TASK,
    LeftAlone,
    Undone,
    start_undo,
    undo_as_job,
    undo_change_set,
)

__all__ = [
    "KEPT",
    "UNDO_TASK",
    "LeftAlone",
    "Snapshot",
    "Undone",
    "add_to_change_set",
    "open_change_set",
    "purge_change_sets",
    "read_costs",
    "record_change_set",
    "snapshot_products",
    "start_undo",
    "undo_as_job",
    "undo_change_set",
]
