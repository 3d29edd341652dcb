"""A store's jobs take turns, so that one store's flood does not stand before another one's job."""

from datetime import datetime, timedelta

import pytest

from core.clock import utc_now
from core.jobs.models import Job, JobState
from core.jobs.services import QUEUE, create_job, dispatch_turns, run_job, sweep_jobs
from core.outbox.models import OutboxMessage
from core.tenancy import in_tenant
from tenants.models import Tenant
from tests.concurrency.together import run_together


def ask(tenant: Tenant, count: int = 1, queue: str = QUEUE) -> list[Job]:
    with in_tenant(tenant):
        return [
            create_job(
                kind="test", title=f"{n}", task="test.job", params={}, started_by="me", now=utc_now(), queue=queue
            )
            for n in range(count)
        ]


def asked() -> list[int]:
    """Return the ids of the jobs that the broker has been asked for, in order."""
    return [
        row["job_id"]
        for row in OutboxMessage.objects.filter(task="test.job").order_by("pk").values_list("kwargs", flat=True)
    ]


def finish(tenant: Tenant, job: Job) -> None:
    with in_tenant(tenant):
        run_job(job_id=job.pk, work=lambda handle: None)


@pytest.mark.guard("share-of-jobs")
def test_another_stores_job_stands_behind_one_of_the_flood_and_not_behind_all(acme: Tenant, globex: Tenant) -> None:
    flood = ask(acme, 50)
    (other,) = ask(globex)
    assert asked() == [flood[0].pk, other.pk]


def test_every_job_of_a_flood_comes_to_its_turn_in_order(acme: Tenant) -> None:
    flood = ask(acme, 5)
    for job in flood:
        assert asked()[-1] == job.pk
        finish(acme, job)
    assert [Job.objects.get(pk=job.pk).state for job in flood] == [JobState.SUCCEEDED] * 5
    assert asked() == [job.pk for job in flood]


def test_a_job_that_fails_makes_room_as_well(acme: Tenant) -> None:
    first, second = ask(acme, 2)

    def fails(_handle: object) -> None:
        raise ZeroDivisionError

    with in_tenant(acme):
        run_job(job_id=first.pk, work=fails)
    assert asked() == [first.pk, second.pk]


def test_queues_have_turns_of_their_own(acme: Tenant) -> None:
    (imports,), (training,) = ask(acme), ask(acme, queue="training")
    assert asked() == [imports.pk, training.pk]


def test_a_turn_that_was_missed_is_made_up_for_by_the_sweeper(acme: Tenant, now: datetime) -> None:
    """A worker died between ending its job and asking for the next: the row was committed, the next was not asked for."""
    first, second = ask(acme, 2)
    Job.objects.filter(pk=first.pk).update(state=JobState.SUCCEEDED)
    sweep_jobs(now=utc_now())
    assert asked() == [first.pk, second.pk]


def test_waiting_for_a_turn_is_not_being_lost(acme: Tenant) -> None:
    first, second = ask(acme, 2)
    Job.objects.filter(pk=first.pk).update(state=JobState.RUNNING, lease_expires_at=utc_now() + timedelta(hours=9))
    assert sweep_jobs(now=utc_now() + timedelta(hours=1)) == 0
    assert asked() == [first.pk]
    second.refresh_from_db()
    assert (second.state, second.attempts_count) == (JobState.QUEUED, 0)


def test_many_who_ask_at_once_get_no_more_turns_than_there_are(committed_store: Tenant) -> None:
    made = run_together(lambda: ask(committed_store)[0], count=6)
    try:
        assert [each for each in made if isinstance(each, Exception)] == []
        assert len(asked()) == 1
        run_together(
            lambda: dispatch_turns(schema_name=committed_store.schema_name, queue=QUEUE, now=utc_now()), count=4
        )
        assert len(asked()) == 1
    finally:
        Job.objects.filter(schema_name=committed_store.schema_name).delete()
