"""Create, run, watch over and end jobs."""

import logging
import os
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from core.clock import utc_now
from core.errors import ShopsteadError
from core.ids import new_token
from core.jobs.models import Job, JobState
from core.outbox.services import enqueue
from core.tenancy import PUBLIC, current_schema, in_public, list_working
from core.text import without_words

LEASE = timedelta(seconds=60)
QUEUED_TOO_LONG = timedelta(minutes=2)
PLATFORM_JOBS_AT_ONCE = 20
# Long work has workers of its own, so that no mail waits for an import.
QUEUE = "jobs"

logger = logging.getLogger(__name__)


class JobCanceled(Exception):
    """Somebody pressed Cancel; the work stops at its next report."""


class LeaseLost(Exception):
    """Another worker has taken this job over; this one must not write any more."""


class JobHandle:
    """What the work sees of its job: a place to report progress, which also keeps the lease."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.params: Mapping[str, Any] = job.params
        self.partly_failed = False
        self.result: dict[str, Any] = {}
        self._reported_at = utc_now()

    def report(self, *, phase: str | None = None, done: int | None = None, total: int | None = None) -> None:
        """Record progress at most once a second and renew the lease.

        Raises: JobCanceled, LeaseLost.
        """
        now = utc_now()
        changed_phase = phase is not None and phase != self.job.phase
        if not changed_phase and now - self._reported_at < timedelta(seconds=1):
            return
        self._reported_at = now
        if phase is not None:
            self.job.phase = phase
        if done is not None:
            self.job.done_count = done
        if total is not None:
            self.job.total_count = total
        held = Job.objects.filter(pk=self.job.pk, lease_owner=self.job.lease_owner, state=JobState.RUNNING)
        if not held.update(
            phase=self.job.phase,
            done_count=self.job.done_count,
            total_count=self.job.total_count,
            lease_expires_at=now + LEASE,
        ):
            raise LeaseLost(self.job.token)
        if Job.objects.filter(pk=self.job.pk, cancel_requested=True).exists():
            raise JobCanceled(self.job.token)


def create_job(
    *,
    kind: str,
    title: str,
    task: str,
    params: Mapping[str, Any],
    started_by: str,
    now: datetime,
    queue: str = QUEUE,
) -> Job:
    """Write a job of the current store and ask for its task, both or neither.

    A store has few jobs under way at once; the others wait for their turn, so that no store's flood stands before another's job.
    """
    with transaction.atomic():
        job = Job.objects.create(
            token=new_token(),
            schema_name=current_schema(),
            kind=kind,
            title=title,
            task=task,
            params=dict(params),
            queue=queue,
            started_by=started_by,
            created_at=now,
        )
        dispatch_turns(schema_name=job.schema_name, queue=queue, now=now)
    return job


def dispatch_turns(*, schema_name: str, queue: str, now: datetime) -> int:
    """Ask for the store's oldest waiting jobs of this queue, as many as it may have under way; return how many.

    Counting and asking happen under a lock of this store and queue, so that two at once never ask for one too many.
    """
    most = PLATFORM_JOBS_AT_ONCE if schema_name == PUBLIC else settings.STORE_JOBS_AT_ONCE
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('jobs'), hashtext(%s))", [f"{schema_name}:{queue}"])
        unfinished = Job.objects.filter(
            schema_name=schema_name, queue=queue, state__in=[JobState.QUEUED, JobState.RUNNING]
        )
        free = max(0, most - unfinished.filter(dispatched_at__isnull=False).count())
        turns = list(unfinished.filter(dispatched_at__isnull=True).order_by("pk")[:free])
        for job in turns:
            Job.objects.filter(pk=job.pk).update(dispatched_at=now)
            enqueue(task=job.task, kwargs={"job_id": job.pk}, schema_name=schema_name, queue=queue)
    return len(turns)


def strike_words(*, schema_name: str, words: Sequence[str]) -> int:
    """Take these words out of what the store's jobs have reported, such as rows of a file, and return how many jobs changed."""
    changed = 0
    with in_public():
        jobs = Job.objects.filter(schema_name=schema_name).annotate(
            said=Concat(Cast("result", TextField()), "error", "title", output_field=TextField())
        )
        named = Q()
        for word in words:
            named |= Q(said__icontains=word)
        for job in jobs.filter(named) if words else ():
            struck = without_words([job.result, job.error, job.title], words)
            job.result, job.error, job.title = struck
            job.save(update_fields=["result", "error", "title"])
            changed += 1
    return changed


def run_job(*, job_id: int, work: Callable[[JobHandle], None]) -> None:
    """Take the job's lease, do the work, record how it ended; return at once when another worker holds it."""
    job = _take_lease(job_id=job_id, now=utc_now())
    if job is None:
        return
    handle = JobHandle(job)
    try:
        work(handle)
    except JobCanceled:
        _finish(handle, state=JobState.CANCELED)
    except LeaseLost:
        logger.warning("job %s went on elsewhere", job.token)
    except ShopsteadError as error:
        _finish(handle, state=JobState.FAILED, error=str(error))
    except Exception:
        logger.exception("job %s failed", job.token)
        message = _(
            "Something went wrong on our side. What was saved before stays; try again or ask us with this number: %(token)s."
        )
        _finish(handle, state=JobState.FAILED, error=message % {"token": job.token})
    else:
        _finish(handle, state=JobState.PARTLY_FAILED if handle.partly_failed else JobState.SUCCEEDED)


def request_cancel(*, token: str) -> None:
    """Ask a job of the current store to stop at its next report."""
    Job.objects.filter(token=token, schema_name=current_schema()).update(cancel_requested=True)


def dismiss_job(*, token: str) -> None:
    """Take a finished job of the current store out of the tray."""
    Job.objects.filter(token=token, schema_name=current_schema()).update(dismissed=True)


def sweep_jobs(*, now: datetime) -> int:
    """Ask again for jobs whose worker died or whose message was lost; park those that were tried three times.

    Jobs of a store that does not work now wait until it does.
    """
    swept = 0
    with transaction.atomic():
        lost = Q(lease_expires_at__lt=now) | Q(lease_expires_at__isnull=True, dispatched_at__lt=now - QUEUED_TOO_LONG)
        lost &= Q(state__in=[JobState.QUEUED, JobState.RUNNING])
        jobs = list(Job.objects.select_for_update(skip_locked=True).filter(lost).order_by("pk"))
        working = list_working(job.schema_name for job in jobs)
        for job in [job for job in jobs if job.schema_name in working]:
            if job.attempts_count >= Job.MAX_ATTEMPTS:
                job.state = JobState.FAILED
                job.error = _("Tried %(count)s times without success.") % {"count": job.attempts_count}
                job.finished_at = now
            else:
                job.state = JobState.QUEUED
                job.lease_owner = ""
                job.lease_expires_at = now + QUEUED_TOO_LONG
                enqueue(task=job.task, kwargs={"job_id": job.pk}, schema_name=job.schema_name, queue=job.queue)
            job.save()
            swept += 1
    waiting = Job.objects.filter(state=JobState.QUEUED, dispatched_at__isnull=True)
    turns = list(waiting.values_list("schema_name", "queue").distinct().order_by("schema_name", "queue"))
    working = list_working(schema_name for schema_name, _queue in turns)
    for schema_name, queue in turns:
        if schema_name in working:
            dispatch_turns(schema_name=schema_name, queue=queue, now=now)
    return swept


def _take_lease(*, job_id: int, now: datetime) -> Job | None:
    owner = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}:{now.timestamp()}"
    free = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, lease_expires_at__lt=now)
    with transaction.atomic():
        job = (
            Job.objects.select_for_update(skip_locked=True)
            .filter(free, pk=job_id, schema_name=current_schema(), attempts_count__lt=Job.MAX_ATTEMPTS)
            .first()
        )
        if job is None:
            return None
        job.state = JobState.RUNNING
        job.lease_owner = owner[:100]
        job.lease_expires_at = now + LEASE
        job.attempts_count += 1
        job.started_at = job.started_at or now
        job.save()
    return job


def _finish(handle: JobHandle, *, state: JobState, error: str = "") -> None:
    job, now = handle.job, utc_now()
    with transaction.atomic():
        Job.objects.filter(pk=job.pk, lease_owner=job.lease_owner).update(
            state=state,
            error=error,
            result=handle.result,
            phase="",
            done_count=job.total_count if state == JobState.SUCCEEDED and job.total_count else job.done_count,
            finished_at=now,
            lease_expires_at=None,
        )
        dispatch_turns(schema_name=job.schema_name, queue=job.queue, now=now)
