"""Ask for a training; pages import this without the engine and its libraries."""

from datetime import datetime

from core.jobs.models import FINISHED_STATES, Job
from core.jobs.services import create_job
from core.tenancy import current_schema

TASK, QUEUE, JOB_KIND = "recsys.serving.train", "training", "recs.train"


def start_training(*, title: str, actor: str, now: datetime) -> Job:
    """Ask for a training of the current store as a job; a job that has not ended is given back instead."""
    unfinished = Job.objects.filter(schema_name=current_schema(), kind=JOB_KIND).exclude(state__in=FINISHED_STATES)
    running = unfinished.order_by("-pk").first()
    if running is not None:
        return running
    return create_job(kind=JOB_KIND, title=title, task=TASK, params={}, started_by=actor, now=now, queue=QUEUE)
