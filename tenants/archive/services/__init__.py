"""Archive stores, bring them back, copy them, and let them go."""

from tenants.archive.services.copying import clone_store, plan_restore, restore_as_new
from tenants.archive.services.deleting import erase_store, keep_store, start_deletion
from tenants.archive.services.exporting import export_store
from tenants.archive.services.journal import keep_erasures, note_erasure
from tenants.archive.services.keeping import make_archive
from tenants.archive.services.ledger import record_erasure
from tenants.archive.services.restoring import (
    plan_restore_in_place,
    restore_in_place,
    sweep_restorations,
    undo_restoration,
)

__all__ = [
    "clone_store",
    "erase_store",
    "export_store",
    "keep_erasures",
    "keep_store",
    "make_archive",
    "note_erasure",
    "plan_restore",
    "plan_restore_in_place",
    "record_erasure",
    "restore_as_new",
    "restore_in_place",
    "start_deletion",
    "sweep_restorations",
    "undo_restoration",
]
