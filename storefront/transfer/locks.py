"""The lock that makes one import of one check."""

from django.utils.translation import gettext_lazy as _

from core.errors import NotFound
from core.jobs.models import Job
from core.tenancy import current_schema
from storefront.transfer.enums import CHECK_JOB


def lock_check(token: str) -> Job:
    """Lock a check of the current store.

    Raises: NotFound.
    """
    job = Job.objects.select_for_update().filter(token=token, schema_name=current_schema(), kind=CHECK_JOB).first()
    if job is None:
        raise NotFound(_("There is no such import."))
    return job
