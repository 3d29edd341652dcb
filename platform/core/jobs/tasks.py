"""The watch over jobs and the outbox's housekeeping."""

from celery import shared_task

from core.clock import utc_now
from core.jobs.services import sweep_jobs
from core.outbox.services import prune_published
from core.tasks import PlatformTask


@shared_task(base=PlatformTask, name="core.jobs.sweep", ignore_result=True)
def sweep() -> None:
    sweep_jobs(now=utc_now())


@shared_task(base=PlatformTask, name="core.outbox.prune", ignore_result=True)
def prune() -> None:
    prune_published(now=utc_now())
