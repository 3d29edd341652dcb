"""Read imports; an import is a job, its upload and its result."""

from django.utils.translation import gettext_lazy as _

from core.errors import NotFound
from core.jobs.models import Job
from core.jobs.selectors import get_job
from core.tenancy import current_schema
from storefront.transfer.enums import CHECK_JOB, IMPORT_JOB


def get_import(token: str) -> Job:
    """Return the current store's import or check.

    Raises: NotFound.
    """
    job = get_job(token)
    if job.kind not in (CHECK_JOB, IMPORT_JOB):
        raise NotFound(_("There is no such import."))
    return job


def list_recent_imports() -> list[Job]:
    """Return the store's last five imports, newest first; checks that led to nothing are left out."""
    return list(Job.objects.filter(schema_name=current_schema(), kind=IMPORT_JOB).order_by("-pk")[:5])
