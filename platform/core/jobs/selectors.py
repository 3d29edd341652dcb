"""Read jobs; each question is about the current store only."""

from django.utils.translation import gettext_lazy as _

from core.errors import NotFound
from core.jobs.models import Job
from core.tenancy import current_schema


def get_job(token: str) -> Job:
    """Return the current store's job.

    Raises: NotFound.
    """
    job = Job.objects.filter(token=token, schema_name=current_schema()).first()
    if job is None:
        raise NotFound(_("There is no such job."))
    return job


def list_tray_jobs() -> list[Job]:
    """Return what the tray shows, newest first: at most five jobs that nobody has dismissed."""
    return list(Job.objects.filter(schema_name=current_schema(), dismissed=False).order_by("-pk")[:5])
