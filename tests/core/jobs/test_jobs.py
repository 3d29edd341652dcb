"""Jobs: one worker at a time, and a row that outlives a lost message or a dead worker."""

import threading
from datetime import datetime, timedelta

from django.db import connection
from django.test import Client

from core.clock import utc_now
from core.errors import InvalidInput
from core.jobs.models import Job, JobState
from core.jobs.selectors import list_tray_jobs
from core.jobs.services import LEASE, JobHandle, create_job, request_cancel, run_job, sweep_jobs
from core.outbox.models import OutboxMessage
from core.tenancy import in_public, in_tenant
from tenants.models import Tenant


def make_job(title: str = "Count the shelves") -> Job:
    return create_job(
        kind="test", title=title, task="core.jobs.sweep", params={"n": 1}, started_by="me@example.com", now=utc_now()
    )


def test_a_job_and_the_request_for_its_task_are_written_together(in_acme: Tenant) -> None:
    job = make_job()
    message = OutboxMessage.objects.get(kwargs={"job_id": job.pk})
    assert (message.task, message.schema_name) == ("core.jobs.sweep", in_acme.schema_name)


def test_a_finished_job_keeps_its_result_and_loses_its_lease(in_acme: Tenant) -> None:
    job = make_job()

    def work(handle: JobHandle) -> None:
        handle.report(phase="Counting", done=0, total=7)
        handle.result = {"message": "7 shelves"}

    run_job(job_id=job.pk, work=work)
    job.refresh_from_db()
    assert (job.state, job.done_count, job.result) == (JobState.SUCCEEDED, 7, {"message": "7 shelves"})
    assert job.lease_expires_at is None
    assert job.finished_at is not None


def test_a_job_that_ran_is_not_run_again_by_a_second_delivery(in_acme: Tenant) -> None:
    job, runs = make_job(), []
    for _ in range(2):
        run_job(job_id=job.pk, work=lambda handle: runs.append(handle.job.pk))
    assert runs == [job.pk]


def test_of_two_workers_at_once_one_gets_the_job(committed_store: Tenant) -> None:
    with in_tenant(committed_store):
        job = make_job()
    runs: list[int] = []
    both_ready = threading.Barrier(2, timeout=20)
    inside = threading.Event()

    def work(handle: JobHandle) -> None:
        runs.append(threading.get_ident())
        inside.wait(20)

    def worker() -> None:
        try:
            with in_tenant(committed_store):
                both_ready.wait()
                run_job(job_id=job.pk, work=work)
        finally:
            inside.set()
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with in_public():
        state = Job.objects.get(pk=job.pk)
        Job.objects.filter(pk=job.pk).delete()
    assert len(runs) == 1
    assert (state.state, state.attempts_count) == (JobState.SUCCEEDED, 1)


def test_a_worker_that_lost_its_lease_stops_and_leaves_the_row_alone(in_acme: Tenant) -> None:
    job, written = make_job(), []

    def work(handle: JobHandle) -> None:
        Job.objects.filter(pk=job.pk).update(lease_owner="another worker")
        handle.report(phase="Writing", done=1, total=2)
        written.append("after the loss")

    run_job(job_id=job.pk, work=work)
    job.refresh_from_db()
    assert written == []
    assert (job.state, job.lease_owner, job.phase) == (JobState.RUNNING, "another worker", "")


def test_cancel_stops_the_work_at_its_next_report(in_acme: Tenant) -> None:
    job, written = make_job(), []

    def work(handle: JobHandle) -> None:
        request_cancel(token=job.token)
        written.append("before")
        handle.report(phase="Writing", done=1, total=2)
        written.append("after")

    run_job(job_id=job.pk, work=work)
    job.refresh_from_db()
    assert written == ["before"]
    assert job.state == JobState.CANCELED


def test_an_expected_error_is_shown_in_its_words_and_an_unexpected_one_by_number(in_acme: Tenant) -> None:
    expected, unexpected = make_job(), make_job()

    def refuse(handle: JobHandle) -> None:
        raise InvalidInput("The file is empty.")

    def crash(handle: JobHandle) -> None:
        raise ZeroDivisionError

    run_job(job_id=expected.pk, work=refuse)
    run_job(job_id=unexpected.pk, work=crash)
    expected.refresh_from_db()
    unexpected.refresh_from_db()
    assert (expected.state, expected.error) == (JobState.FAILED, "The file is empty.")
    assert unexpected.state == JobState.FAILED
    assert unexpected.token in unexpected.error
    assert "ZeroDivision" not in unexpected.error


def test_a_dead_workers_job_is_asked_for_again(in_acme: Tenant) -> None:
    job, now = make_job(), utc_now()
    OutboxMessage.objects.all().delete()
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING, lease_owner="dead", lease_expires_at=now - timedelta(seconds=1), attempts_count=1
    )
    with in_public():
        assert sweep_jobs(now=now) == 1
    job.refresh_from_db()
    assert (job.state, job.lease_owner) == (JobState.QUEUED, "")
    assert OutboxMessage.objects.get().schema_name == in_acme.schema_name


def test_a_living_workers_job_is_left_alone(in_acme: Tenant) -> None:
    job, now = make_job(), utc_now()
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, lease_owner="alive", lease_expires_at=now + LEASE)
    assert sweep_jobs(now=now) == 0


def test_a_job_whose_message_was_lost_is_asked_for_again(in_acme: Tenant) -> None:
    job = make_job()
    OutboxMessage.objects.all().delete()
    assert sweep_jobs(now=job.created_at + timedelta(minutes=1)) == 0
    assert sweep_jobs(now=job.created_at + timedelta(minutes=3)) == 1
    assert OutboxMessage.objects.get().kwargs == {"job_id": job.pk}


def test_after_three_attempts_a_job_is_parked(in_acme: Tenant) -> None:
    job, now = make_job(), utc_now()
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING, lease_owner="dead", lease_expires_at=now - timedelta(seconds=1), attempts_count=3
    )
    OutboxMessage.objects.all().delete()
    sweep_jobs(now=now)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "3" in job.error
    assert not OutboxMessage.objects.exists()


def test_the_tray_shows_this_stores_jobs_and_no_other_ones(
    merchant_client: Client, acme: Tenant, globex: Tenant
) -> None:
    with in_tenant(acme):
        make_job("Ours")
    with in_tenant(globex):
        theirs = make_job("Theirs")
    tray = merchant_client.get("/dashboard/jobs/").content.decode()
    assert "Ours" in tray
    assert "Theirs" not in tray
    for address in ("", "cancel/", "dismiss/"):
        method = merchant_client.post if address else merchant_client.get
        assert method(f"/dashboard/jobs/{theirs.token}/{address}").status_code == 404
    theirs.refresh_from_db()
    assert (theirs.cancel_requested, theirs.dismissed) == (False, False)


def test_what_is_done_leaves_the_tray_by_itself_and_what_failed_later(acme: Tenant, now: datetime) -> None:
    done, failed, waiting = JobState.SUCCEEDED, JobState.FAILED, JobState.QUEUED
    with in_tenant(acme):
        for state, hours in ((done, 0), (done, 2), (failed, 2), (failed, 25), (waiting, None)):
            job = make_job(f"{state} {hours}")
            ended = None if hours is None else now - timedelta(hours=hours)
            Job.objects.filter(pk=job.pk).update(state=state, finished_at=ended)
        shown = [job.title for job in list_tray_jobs(now=now)]
    assert shown == ["queued None", "failed 2", "succeeded 0"]


def test_cancel_and_dismiss_answer_htmx_with_the_tray(merchant_client: Client, acme: Tenant) -> None:
    with in_tenant(acme):
        job = make_job("Ours")
    answer = merchant_client.post(f"/dashboard/jobs/{job.token}/cancel/", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert 'id="job-tray"' in answer.content.decode()
    job.refresh_from_db()
    assert job.cancel_requested
    Job.objects.filter(pk=job.pk).update(state=JobState.CANCELED)
    answer = merchant_client.post(f"/dashboard/jobs/{job.token}/dismiss/", headers={"HX-Request": "true"})
    assert "Ours" not in answer.content.decode()


def test_a_running_job_cannot_be_dismissed(merchant_client: Client, acme: Tenant) -> None:
    with in_tenant(acme):
        job = make_job("Ours")
    merchant_client.post(f"/dashboard/jobs/{job.token}/dismiss/")
    job.refresh_from_db()
    assert not job.dismissed


def test_the_job_page_looks_again_until_the_job_has_ended(merchant_client: Client, acme: Tenant) -> None:
    with in_tenant(acme):
        job = make_job("Ours")
    address = f"/dashboard/jobs/{job.token}/"
    assert 'hx-select="#job-state"' in merchant_client.get(address).content.decode()
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, error="The shelf broke.")
    page = merchant_client.get(address).content.decode()
    assert 'hx-select="#job-state"' not in page
    assert "The shelf broke." in page
