"""The watch over jobs and the outbox's housekeeping."""

from celery import shared_task

from core.clock import utc_now
from core.jobs.services import sweep_jobs
from core.outbox.losing import publish_lost
from core.outbox.services import prune_published
from core.tasks import PlatformTask


@shared_task(base=PlatformTask, name="core.jobs.sweep", ignore_result=True)
def sweep() -> None:
    sweep_jobs(now=utc_now())


@shared_task(base=PlatformTask, name="core.outbox.prune", ignore_result=True)
def prune() -> None:
    prune_published(now=utc_now())


@shared_task(base=PlatformTask, name="core.outbox.publish_lost", ignore_result=True)
def publish_what_was_lost() -> None:
    publish_lost(now=utc_now())
