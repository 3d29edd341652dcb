"""The locks that make one check of one upload, and one import of one check."""

from django.utils.translation import gettext_lazy as _

from core.errors import NotFound
from core.jobs.models import Job
from core.tenancy import current_schema
from storefront.transfer.enums import CHECK_JOB
from storefront.transfer.models import ImportRun


def lock_check(token: str) -> Job:
    """Lock a check of the current store.

    Raises: NotFound.
    """
    job = Job.objects.select_for_update().filter(token=token, schema_name=current_schema(), kind=CHECK_JOB).first()
    if job is None:
        raise NotFound(_("There is no such import."))
    return job


def lock_run(token: str) -> ImportRun:
    """Lock an import of the current store.

    Raises: NotFound.
    """
    run = ImportRun.objects.select_for_update().filter(token=token).first()
    if run is None:
        raise NotFound(_("There is no such import."))
    return run
