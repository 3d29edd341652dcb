"""Read jobs; each question is about the current store only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.errors import NotFound
from core.jobs.models import Job, JobState
from core.tenancy import current_schema

FAILED_FOR = timedelta(days=7)
WELL_FOR, BADLY_FOR = timedelta(hours=1), timedelta(days=1)
MOST_FAILED = 20


@dataclass(frozen=True, slots=True)
class FailedJob:
    """Work that ended without doing what it was asked, and that nobody has put away."""

    token: str
    title: str


def get_job(token: str) -> Job:
    """Return the current store's job.

    Raises: NotFound.
    """
    job = Job.objects.filter(token=token, schema_name=current_schema()).first()
    if job is None:
        raise NotFound(_("There is no such job."))
    return job


def list_tray_jobs(*, now: datetime) -> list[Job]:
    """Return what the tray shows, newest first: at most five jobs that nobody has dismissed.

    What went well leaves it by itself after an hour, what did not after a day: the home page goes on telling of that.
    """
    jobs = Job.objects.filter(schema_name=current_schema(), dismissed=False)
    well = Q(state__in=[JobState.SUCCEEDED, JobState.CANCELED], finished_at__lt=now - WELL_FOR)
    return list(jobs.exclude(well | Q(finished_at__lt=now - BADLY_FOR)).order_by("-pk")[:5])


def list_failed_jobs(*, now: datetime) -> list[FailedJob]:
    """Return what failed in the last days and was not put away, newest first; one query, twenty at most."""
    failed = Job.objects.filter(
        schema_name=current_schema(),
        dismissed=False,
        state__in=[JobState.FAILED, JobState.PARTLY_FAILED],
        created_at__gte=now - FAILED_FOR,
    )
    return [FailedJob(*row) for row in failed.order_by("-pk").values_list("token", "title")[:MOST_FAILED]]
