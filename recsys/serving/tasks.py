"""Trainings and the hourly best-sellers."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from celery import shared_task
from django.conf import settings
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext

from core.clock import utc_now
from core.jobs.services import JobCanceled, JobHandle, LeaseLost, run_job
from core.memory import memory_bounded
from core.tasks import TenantTask
from core.tenancy import current_tenant
from recsys.serving.errors import TrainingRunning
from recsys.serving.services.trending import refresh_trending as refresh_trending_now

HEARTBEAT_SECONDS = 15
TRAINING_SECONDS = 25 * 60
STEPS = 100

logger = logging.getLogger(__name__)


@shared_task(
    base=TenantTask,
    name="recsys.serving.train",
    ignore_result=True,
    soft_time_limit=TRAINING_SECONDS,
    time_limit=TRAINING_SECONDS + 60,
)
def train(*, job_id: int | None = None) -> None:
    """Train the store's lists, within bounds of time and memory: as a job that somebody watches, or by the schedule."""
    with memory_bounded(settings.TRAINING_MEMORY_MB):
        _train(job_id)


def _train(job_id: int | None) -> None:
    if job_id is not None:
        run_job(job_id=job_id, work=_work)
        return
    from recsys.serving.services.training import train_store  # only who trains carries the engine

    try:
        train_store(tenant=current_tenant(), now=utc_now())
    except TrainingRunning:
        logger.info("a training of this store runs already")


@shared_task(base=TenantTask, name="recsys.serving.refresh_trending", ignore_result=True)
def refresh_trending() -> None:
    """Rank best-sellers anew."""
    refresh_trending_now(now=utc_now())


def _work(handle: JobHandle) -> None:
    from recsys.serving.services.training import train_store  # only who trains carries the engine

    tenant = current_tenant()
    with translation.override(tenant.language), _heartbeat(handle):

        def report(share: float, stage: str) -> None:
            handle.report(phase=gettext(stage), done=round(share * STEPS), total=STEPS)

        model = train_store(tenant=tenant, now=utc_now(), report=report)
        headline = model.metrics["headline"]
        handle.result = {
            "message": gettext(headline["template"]) % headline["values"],
            "url": "/dashboard/recommendations/",
        }


@contextmanager
def _heartbeat(handle: JobHandle) -> Iterator[None]:
    """Keep the job's lease while the engine works without a word: one of its stages may outlast the lease."""
    stop = threading.Event()

    def beat() -> None:
        try:
            while not stop.wait(HEARTBEAT_SECONDS):
                handle.report()
        except (JobCanceled, LeaseLost):
            return  # the work itself meets the same answer at its next report
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name="training-heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
