"""From an upload to a job: keep the file, look at its first rows, say what its columns are, check it, import it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.errors import Conflict
from core.ids import new_token
from core.jobs.models import Job, JobState
from core.jobs.services import JobHandle, create_job
from core.tenancy import current_tenant
from storefront.transfer.choices import AS_ALWAYS, Choices, read_choices
from storefront.transfer.columns import guess_fields, guess_format, guess_kind, header_key, match_columns
from storefront.transfer.enums import CHECK_JOB, IMPORT_JOB, FileFormat, ImportKind
from storefront.transfer.errors import FileTooLarge, UnreadableFile
from storefront.transfer.files import peek_table
from storefront.transfer.locks import lock_check, lock_run
from storefront.transfer.models import ColumnMemory, ImportRun
from storefront.transfer.results import FOLDER, ImportResult
from storefront.transfer.selectors import get_run
from storefront.transfer.services.pictures import start_fetching
from storefront.transfer.services.running import import_file
from tenants.fleet.services.room import require_room

TASK = "storefront.transfer.run_import"
KEEP_FILES = timedelta(hours=24)
SUFFIXES = (".csv", ".csv.gz", ".gz", ".txt", ".tsv", ".xlsx")
SAMPLE_ROWS = 20
_SAMPLE_CHARACTERS = 80
_SAMPLES = 3


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


def start_upload(
    *, kind: ImportKind, file: "UploadedFile[bytes]", filename: str, actor: str, now: datetime
) -> ImportRun:
    """Keep the upload under a random name and look at its first rows; what it holds is told by its header where that is plain.

    Raises: FileTooLarge, UnreadableFile, StorageFull; nothing is kept then.
    """
    check_upload(name=filename, size=file.size or 0)
    require_room(tenant=current_tenant(), bytes_count=file.size or 0)
    header, rows = peek_table(file, rows_count=SAMPLE_ROWS)  # type: ignore[arg-type]
    kind = guess_kind(header) or kind
    file_format = guess_format(header, kind)
    file.seek(0)
    stored = storages["private"].save(f"{FOLDER}/{new_token()}.upload", file)
    return ImportRun.objects.create(
        token=new_token(),
        kind=kind,
        file_format=file_format,
        filename=filename[:200],
        stored_name=stored,
        header=[name.strip()[:200] for name in header],
        samples=_pick_samples(header, rows),
        mapping=_recall(header, kind) or _guess(header, kind, file_format),
        created_by=actor,
        created_at=now,
    )


def change_kind(*, token: str, kind: ImportKind) -> ImportRun:
    """Read an upload as something else than it was taken for.

    Raises: NotFound; Conflict once it is being checked.
    """
    with transaction.atomic():
        run = _lock_fresh(token)
        run.kind, run.file_format = kind, guess_format(run.header, kind)
        run.mapping = _recall(run.header, kind) or _guess(run.header, kind, run.file_format)
        run.save(update_fields=["kind", "file_format", "mapping"])
    return run


def start_check(
    *, token: str, mapping: Mapping[str, str], actor: str, now: datetime, choices: Choices = AS_ALWAYS
) -> Job:
    """Ask for a dry run with the columns as they were said to be, and remember them for the next file of this header.

    Raises: NotFound, MissingColumns; Conflict once it is being checked.
    """
    with transaction.atomic():
        run = _lock_fresh(token)
        kind = ImportKind(run.kind)
        match_columns(run.header, kind, file_format=FileFormat(run.file_format), chosen=mapping)
        fields = [mapping.get(name, "") for name in run.header]
        ColumnMemory.objects.update_or_create(
            kind=kind, header_key=header_key(run.header), defaults={"fields": fields, "used_at": now}
        )
        job = create_job(
            kind=CHECK_JOB,
            title=_("Check: %(name)s") % {"name": run.filename[:120]},
            task=TASK,
            params={
                "run": run.token,
                "kind": kind.value,
                "file": run.stored_name,
                "filename": run.filename,
                "dry_run": True,
                "language": get_language() or "en",
            },
            started_by=actor,
            now=now,
        )
        run.mapping, run.choices, run.check_token = dict(mapping), choices.as_json(), job.token
        run.save(update_fields=["mapping", "choices", "check_token"])
    return job


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
        job = create_job(
            kind=IMPORT_JOB,
            title=_("Import: %(name)s") % {"name": check.params["filename"][:120]},
            task=TASK,
            params={**check.params, "dry_run": False, "check": check.token},
            started_by=actor,
            now=now,
        )
        ImportRun.objects.filter(token=check.params["run"]).update(job_token=job.token, imported_at=now)
        return job


def carry_out(*, handle: JobHandle, currency: str, language: str, now: datetime) -> None:
    """Do the work of an import job or of its check, and leave the result on the job."""
    params = handle.params
    run = get_run(params["run"])
    if not storages["private"].exists(params["file"]):
        raise UnreadableFile(_("The upload was removed after 24 hours. Upload the file again."))
    with storages["private"].open(params["file"]) as source:
        result = import_file(
            kind=ImportKind(params["kind"]),
            source=source,  # type: ignore[arg-type]
            filename=params["filename"],
            currency=currency,
            dry_run=params["dry_run"],
            now=now,
            report=handle.report,
            actor=handle.job.started_by or "import",
            language=language,
            file_format=FileFormat(run.file_format),
            chosen=run.mapping,
            run=run,
            choices=read_choices(run.choices),
        )
    handle.partly_failed = bool(result.rejected) and not result.dry_run
    handle.result = {**result.as_json(), **_summary(result)}
    if not result.dry_run:
        conclude_run(run=run, result=result, actor=handle.job.started_by, now=now)


def conclude_run(*, run: ImportRun, result: ImportResult, actor: str, now: datetime) -> None:
    """Write down what came of an import, and ask for its pictures."""
    ImportRun.objects.filter(pk=run.pk).update(
        created_count=result.created, updated_count=result.updated, rejected_count=result.rejected, imported_at=now
    )
    if result.images_count:
        start_fetching(run_token=run.token, filename=run.filename, actor=actor, now=now)


def _lock_fresh(token: str) -> ImportRun:
    run = lock_run(token)
    if run.check_token:
        check = Job.objects.filter(token=run.check_token).first()
        if run.job_token or (check is not None and not check.is_finished):
            raise Conflict(_("This file is being imported already. Upload it again to read it in another way."))
    return run


def _guess(header: Any, kind: ImportKind, file_format: FileFormat) -> dict[str, str]:
    return {name.strip(): ours for name, ours in zip(header, guess_fields(header, kind, file_format), strict=True)}


def _recall(header: Any, kind: ImportKind) -> dict[str, str] | None:
    found = ColumnMemory.objects.filter(kind=kind, header_key=header_key(header)).first()
    return None if found is None else dict(zip((name.strip() for name in header), found.fields, strict=False))


def _pick_samples(header: Any, rows: list[list[str]]) -> list[list[str]]:
    """Return a few different values of each column."""
    picked = []
    for at in range(len(header)):
        values = (" ".join(row[at].split())[:_SAMPLE_CHARACTERS] for row in rows)
        picked.append(list(dict.fromkeys(value.replace("\0", "") for value in values if value))[:_SAMPLES])
    return picked


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
