"""Import a file, now or as a job; keep its upload for a day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from django.conf import settings
from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.errors import Conflict
from core.ids import new_token
from core.jobs.models import Job, JobState
from core.jobs.services import JobHandle, create_job
from core.tenancy import current_tenant
from storefront.catalog.models import Product, ProductVariant
from storefront.customers.models import Customer
from storefront.orders.models import Order, OrderLine
from storefront.transfer.columns import ColumnMap, format_name, match_columns
from storefront.transfer.enums import CHECK_JOB, IMPORT_JOB, ImportKind
from storefront.transfer.errors import FileTooLarge, UnreadableFile
from storefront.transfer.files import open_table
from storefront.transfer.groups import Group
from storefront.transfer.locks import lock_check
from storefront.transfer.results import FOLDER, ImportResult, RejectedRows
from storefront.transfer.writing import IMPORTERS, Importer, Setting
from tenants.fleet.services.room import require_room

TASK = "storefront.transfer.run_import"
KEEP_FILES = timedelta(hours=24)
SUFFIXES = (".csv", ".csv.gz", ".gz", ".txt", ".tsv", ".xlsx")


class Report(Protocol):
    """Where progress goes, in rows; it may raise to stop the import between two batches."""

    def __call__(self, *, phase: str | None = None, done: int | None = None, total: int | None = None) -> None: ...


def no_report(*, phase: str | None = None, done: int | None = None, total: int | None = None) -> None:
    """Take progress that nobody wants to see."""


def import_products(
    *,
    source: BinaryIO | Path,
    filename: str,
    currency: str,
    now: datetime,
    dry_run: bool = False,
    report: Report = no_report,
    actor: str = "import",
    language: str = "en",
) -> ImportResult:
    """Create or update products by handle; prices are in `currency`, the store's own.

    Batches commit one by one, so a killed import goes on when it is started again.
    Raises: UnreadableFile, FileTooLarge, MissingColumns; nothing was written then.
    """
    setting = Setting(currency=currency, language=language, actor=actor, now=now)
    return _import(ImportKind.PRODUCTS, source, filename, setting, dry_run=dry_run, report=report)


def import_customers(
    *,
    source: BinaryIO | Path,
    filename: str,
    currency: str,
    now: datetime,
    dry_run: bool = False,
    report: Report = no_report,
    actor: str = "import",
    language: str = "en",
) -> ImportResult:
    """Create or update customers by e-mail, with the same promises as `import_products`."""
    setting = Setting(currency=currency, language=language, actor=actor, now=now)
    return _import(ImportKind.CUSTOMERS, source, filename, setting, dry_run=dry_run, report=report)


def import_orders(
    *,
    source: BinaryIO | Path,
    filename: str,
    currency: str,
    now: datetime,
    dry_run: bool = False,
    report: Report = no_report,
    actor: str = "import",
    language: str = "en",
) -> ImportResult:
    """Write orders of the past by their number; those that are here stay as they are. Same promises as above."""
    setting = Setting(currency=currency, language=language, actor=actor, now=now)
    return _import(ImportKind.ORDERS, source, filename, setting, dry_run=dry_run, report=report)


RUN = {
    ImportKind.PRODUCTS: import_products,
    ImportKind.CUSTOMERS: import_customers,
    ImportKind.ORDERS: import_orders,
}


def check_upload(*, name: str, size: int) -> None:
    """Refuse a file by what is known before it is read.

    Raises: FileTooLarge, UnreadableFile.
    """
    if size > settings.MAX_IMPORT_BYTES:
        raise FileTooLarge(
            _("“%(name)s” has %(size)s MB; at most %(limit)s MB can be imported at once. Split it into parts.")
            % {"name": name[:60], "size": size // 1024**2, "limit": settings.MAX_IMPORT_BYTES // 1024**2},
            field="file",
        )
    if size == 0:
        raise UnreadableFile(_("“%(name)s” is empty.") % {"name": name[:60]}, field="file")
    if not name.lower().endswith(SUFFIXES):
        raise UnreadableFile(
            _(
                "“%(name)s” is no list we can read. Save it as .xlsx or as “CSV UTF-8” in your spreadsheet program and try again."
            )
            % {"name": name[:60]},
            field="file",
        )


def start_check(*, kind: ImportKind, file: "UploadedFile[bytes]", filename: str, actor: str, now: datetime) -> Job:
    """Keep the upload under a random name and ask for a dry run of it.

    Raises: FileTooLarge, UnreadableFile, StorageFull.
    """
    check_upload(name=filename, size=file.size or 0)
    require_room(tenant=current_tenant(), bytes_count=file.size or 0)
    stored = storages["private"].save(f"{FOLDER}/{new_token()}.upload", file)
    return create_job(
        kind=CHECK_JOB,
        title=_("Check: %(name)s") % {"name": filename[:120]},
        task=TASK,
        params={
            "kind": kind.value,
            "file": stored,
            "filename": filename[:200],
            "dry_run": True,
            "language": get_language() or "en",
        },
        started_by=actor,
        now=now,
    )


def start_import(*, check_token: str, actor: str, now: datetime) -> Job:
    """Import the file of a finished check; asking twice starts it once.

    Raises: NotFound; Conflict while the check is not through, when nothing can be imported, or when the file is gone.
    """
    with transaction.atomic():
        check = lock_check(check_token)
        started = Job.objects.filter(schema_name=check.schema_name, kind=IMPORT_JOB, params__check=check.token).first()
        if started is not None:
            return started
        if not check.is_finished or check.state in (JobState.FAILED, JobState.CANCELED):
            raise Conflict(_("This file has not been checked yet. Wait until the check is through."))
        if not check.result.get("created") and not check.result.get("updated"):
            raise Conflict(_("Nothing in this file can be imported. Mend it and upload it again."))
        if not storages["private"].exists(check.params["file"]):
            raise Conflict(_("The upload was removed after 24 hours. Upload the file again."))
        return create_job(
            kind=IMPORT_JOB,
            title=_("Import: %(name)s") % {"name": check.params["filename"][:120]},
            task=TASK,
            params={**check.params, "dry_run": False, "check": check.token},
            started_by=actor,
            now=now,
        )


def carry_out(*, handle: JobHandle, currency: str, language: str, now: datetime) -> None:
    """Do the work of an import job or of its check, and leave the result on the job."""
    params = handle.params
    kind = ImportKind(params["kind"])
    if not storages["private"].exists(params["file"]):
        raise UnreadableFile(_("The upload was removed after 24 hours. Upload the file again."))
    with storages["private"].open(params["file"]) as source:
        result = RUN[kind](
            source=source,  # type: ignore[arg-type]
            filename=params["filename"],
            currency=currency,
            dry_run=params["dry_run"],
            now=now,
            report=handle.report,
            actor=handle.job.started_by or "import",
            language=language,
        )
    handle.partly_failed = bool(result.rejected) and not result.dry_run
    handle.result = {**result.as_json(), **_summary(result)}


def remove_old_files(*, now: datetime) -> int:
    """Delete the store's uploads and error files that are older than a day and return how many went."""
    storage = storages["private"]
    if not storage.exists(FOLDER):
        return 0
    names = [f"{FOLDER}/{name}" for name in storage.listdir(FOLDER)[1]]
    old = [name for name in names if storage.get_modified_time(name) < now - KEEP_FILES]
    for name in old:
        storage.delete(name)
    return len(old)


def _summary(result: ImportResult) -> dict[str, str]:
    if result.dry_run:
        return {"message": _("%(n)s can be imported") % {"n": f"{result.taken:,}"}}
    message = _("%(saved)s saved") % {"saved": f"{result.taken:,}"}
    if not result.rejected:
        return {"message": message}
    label = ngettext("Get the %(n)s row", "Get the %(n)s rows", result.errors_count) % {"n": result.errors_count}
    return {
        "message": _("%(saved)s saved, %(failed)s failed")
        % {
            "saved": f"{result.taken:,}",
            "failed": f"{result.rejected:,}",
        },
        "label": label,
    }


def _import(
    kind: ImportKind, source: BinaryIO | Path, filename: str, setting: Setting, *, dry_run: bool, report: Report
) -> ImportResult:
    result = ImportResult(kind=kind.value, filename=filename, dry_run=dry_run)
    report(phase=_("Reading"), done=0)
    with open_table(source) as table:
        columns = match_columns(table.header, kind)
        result.format_name = format_name(table.header)
        result.encoding = table.facts.encoding_name
        result.unused_columns = list(columns.unused)
        importer = IMPORTERS[kind](setting)
        phase = _("Checking") if dry_run else _("Writing")
        with RejectedRows(table.header, result) as rejected:
            batch: list[Group[Any]] = []
            for group in importer.read(table, columns):
                result.rows_count += len(group.rows)
                if group.record is None:
                    _reject(group, columns, rejected, result)
                    continue
                batch.append(group)
                if len(batch) >= importer.batch_size:
                    _take(importer, batch, columns, rejected, result)
                    batch = []
                    report(phase=phase, done=result.rows_count, total=max(table.facts.lines_count, result.rows_count))
            if batch:
                _take(importer, batch, columns, rejected, result)
            importer.conclude(result)
            result.error_file = rejected.store()
        if not dry_run:
            _refresh_statistics()
        report(phase=phase, done=result.rows_count, total=max(result.rows_count, 1))
    return result


def _refresh_statistics() -> None:
    """Tell the planner of the new rows at once: until it knows, a first report may take minutes instead of seconds."""
    with connection.cursor() as cursor:
        for model in (Product, ProductVariant, Customer, Order, OrderLine):
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def _take(
    importer: Importer,
    batch: Sequence[Group[Any]],
    columns: ColumnMap,
    rejected: RejectedRows,
    result: ImportResult,
) -> None:
    outcome = importer.take([group.record for group in batch], dry_run=result.dry_run)
    result.created += outcome.created
    result.updated += outcome.updated
    result.skipped += outcome.skipped
    for index, problem in sorted(outcome.problems.items()):
        group = batch[index]
        group.problem, group.problem_row = problem, group.rows[0]
        _reject(group, columns, rejected, result)


def _reject(group: Group[Any], columns: ColumnMap, rejected: RejectedRows, result: ImportResult) -> None:
    problem, row = group.problem, group.problem_row
    if problem is None or row is None:
        raise ValueError("a group without a record says why")
    result.rejected += 1
    rejected.add(
        group.rows,
        at=row,
        column=columns.label(problem.column),
        value=problem.value,
        message=problem.message,
    )
