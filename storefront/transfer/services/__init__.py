"""Bring files in and out: as a job from the dashboard, or at once from the command line."""

from storefront.transfer.services.exporting import (
    EXPORT_TASK,
    MOST_LISTED,
    MOST_PICKED,
    carry_out_export,
    start_export,
    write_export,
)
from storefront.transfer.services.pictures import PICTURES_TASK, fetch_pictures, start_fetching
from storefront.transfer.services.running import Report, import_file, no_report
from storefront.transfer.services.tidying import remove_old_files
from storefront.transfer.services.undoing import UNDO_TASK, can_be_undone, carry_out_undo, start_undoing
from storefront.transfer.services.uploading import (
    TASK,
    carry_out,
    change_kind,
    check_upload,
    conclude_run,
    start_check,
    start_import,
    start_upload,
)

__all__ = [
    "EXPORT_TASK",
    "MOST_LISTED",
    "MOST_PICKED",
    "PICTURES_TASK",
    "TASK",
    "UNDO_TASK",
    "Report",
    "can_be_undone",
    "carry_out",
    "carry_out_export",
    "carry_out_undo",
    "change_kind",
    "check_upload",
    "conclude_run",
    "fetch_pictures",
    "import_file",
    "no_report",
    "remove_old_files",
    "start_check",
    "start_export",
    "start_fetching",
    "start_import",
    "start_undoing",
    "start_upload",
    "write_export",
]
