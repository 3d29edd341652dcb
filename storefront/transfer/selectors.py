"""Read imports; an import is a job, its upload and its result."""

from django.utils.translation import gettext_lazy as _

from core.errors import NotFound
from core.jobs.models import Job
from core.jobs.selectors import get_job
from core.tenancy import current_schema
from storefront.transfer.enums import CHECK_JOB, EXPORT_JOB, IMPORT_JOB, PICTURES_JOB
from storefront.transfer.models import ImportRun


def get_import(token: str) -> Job:
    """Return the current store's import or check.

    Raises: NotFound.
    """
    job = get_job(token)
    if job.kind not in (CHECK_JOB, IMPORT_JOB):
        raise NotFound(_("There is no such import."))
    return job


def get_run(token: str) -> ImportRun:
    """Return an import as it is written down.

    Raises: NotFound.
    """
    run = ImportRun.objects.filter(token=token).first()
    if run is None:
        raise NotFound(_("There is no such import."))
    return run


def find_run_of(job: Job) -> ImportRun | None:
    """Return the import that a job checks or writes; None for one from before imports were written down."""
    return ImportRun.objects.filter(token=job.params.get("run", "")).first()


def find_pictures_job(run: ImportRun) -> Job | None:
    """Return the newest job that fetches an import's pictures."""
    jobs = Job.objects.filter(schema_name=current_schema(), kind=PICTURES_JOB, params__run=run.token)
    return jobs.order_by("-pk").first()


def list_runs(*, limit: int) -> list[ImportRun]:
    """Return the store's last imports, newest first; uploads that led to nothing are left out."""
    return list(ImportRun.objects.filter(imported_at__isnull=False).order_by("-imported_at", "-pk")[:limit])


def get_export(token: str) -> Job:
    """Return the current store's export.

    Raises: NotFound.
    """
    job = get_job(token)
    if job.kind != EXPORT_JOB:
        raise NotFound(_("There is no such export."))
    return job


def list_exports(*, limit: int) -> list[Job]:
    """Return the store's last exports, newest first."""
    return list(Job.objects.filter(schema_name=current_schema(), kind=EXPORT_JOB).order_by("-pk")[:limit])
