"""Write a list of the store into a file, now or as a job."""

import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import IO

from django.core.files.base import File
from django.core.files.storage import storages
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.ids import new_token
from core.jobs.models import Job
from core.jobs.services import JobHandle, create_job
from storefront.transfer.enums import EXPORT_JOB, ExportFormat, ImportKind
from storefront.transfer.exports import EXPORTS, Ids, write_rows
from storefront.transfer.narrowing import find_listed
from storefront.transfer.results import FOLDER
from storefront.transfer.services.running import Report, no_report
from tenants.fleet.services.room import require_room
from tenants.models import Tenant

EXPORT_TASK = "storefront.transfer.run_export"
MOST_PICKED = 5000
MOST_LISTED = 2000


def write_export(
    *,
    tenant: Tenant,
    kind: ImportKind,
    into: IO[bytes],
    ids: Ids = None,
    file_format: ExportFormat = ExportFormat.CSV,
    report: Report = no_report,
) -> int:
    """Write all of a kind, or those with these ids, and return how many things there were; call it inside the store."""
    export = EXPORTS[kind](tenant, ids)
    total, last = export.count(), 0

    def rows() -> Iterator[Sequence[str]]:
        nonlocal last
        for done, row in export.rows():
            if done != last:
                last = done
                report(phase=_("Writing"), done=done, total=max(total, done))
            yield row

    write_rows(into, header=export.header, rows=rows(), numbers=export.numbers, file_format=file_format)
    return last


def start_export(
    *,
    kind: ImportKind,
    file_format: ExportFormat,
    ids: Sequence[int] | None,
    listed: str = "",
    actor: str,
    now: datetime,
) -> Job:
    """Ask for an export as a job; its file is kept for a day. Without ids, `listed` is the query string of the list to take."""
    return create_job(
        kind=EXPORT_JOB,
        title=_("Export: %(things)s") % {"things": kind.label},
        task=EXPORT_TASK,
        params={
            "kind": kind.value,
            "format": file_format.value,
            "ids": None if ids is None else list(ids)[:MOST_PICKED],
            "listed": listed[:MOST_LISTED],
            "language": get_language() or "en",
        },
        started_by=actor,
        now=now,
    )


def carry_out_export(*, handle: JobHandle, tenant: Tenant, now: datetime) -> None:
    """Do the work of an export job and leave its file's name on the job.

    Raises: StorageFull.
    """
    params = handle.params
    kind, file_format = ImportKind(params["kind"]), ExportFormat(params["format"])
    ids = params["ids"]
    if ids is None:
        ids = find_listed(kind=kind, query=params.get("listed", ""), currency=tenant.currency)
    with tempfile.TemporaryFile() as file:
        count = write_export(
            tenant=tenant, kind=kind, into=file, ids=ids, file_format=file_format, report=handle.report
        )
        size = file.tell()
        require_room(tenant=tenant, bytes_count=size)
        file.seek(0)
        stored = storages["private"].save(f"{FOLDER}/{new_token()}.export", File(file))
    suffix = "xlsx" if file_format == ExportFormat.XLSX else "csv"
    handle.result = {
        "file": stored,
        "filename": f"{tenant.slug}-{kind.value}-{now:%Y-%m-%d}.{suffix}",
        "count": count,
        "size": size,
        "message": _("%(n)s exported") % {"n": f"{count:,}"},
        "label": _("Download"),
    }
