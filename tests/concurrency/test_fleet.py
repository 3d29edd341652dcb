"""Runs over stores with real processes: workers that are killed, leaders that are killed, tables that are locked."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from core.clock import utc_now
from core.tenancy import in_public, in_tenant
from tenants.fleet.enums import RunState, StoreState
from tenants.fleet.errors import RunInProgress
from tenants.fleet.models import MigrationRun, SchemaVersion, StoreMigration
from tenants.fleet.selectors import read_applied
from tenants.fleet.services import migrate_fleet, survey_fleet
from tenants.models import Tenant
from tests.concurrency.together import run_together
from tests.tenants.fleet.conftest import NOTE, Plant, plant

ROOT = Path(__file__).resolve().parents[2]
PLANTED = ("content", "0900_planted")
SLOW = "migrations.RunPython(lambda apps, editor: __import__('time').sleep(2)),"
LEADER = """
import django, sys
from django.conf import settings
django.setup()
settings.MIGRATION_MODULES = {"content": sys.argv[1]}
settings.DATABASES["default"]["NAME"] = sys.argv[2]
from core.clock import utc_now
from tenants.fleet.services import migrate_fleet, survey_fleet
now = utc_now()
migrate_fleet(survey=survey_fleet(now=now), actor="the leader", now=now, workers=2)
"""

__all__ = ["plant"]


@pytest.fixture
def fleet(committed_store: Tenant) -> Iterator[list[Tenant]]:
    """Every store that is really committed, put back afterwards as far as the record goes."""
    yield list(Tenant.objects.working())
    connection.set_schema_to_public()
    for tenant in Tenant.objects.working():
        with in_tenant(tenant), connection.cursor() as cursor:
            cursor.execute("ALTER TABLE content_page DROP COLUMN IF EXISTS note")
            cursor.execute("DELETE FROM django_migrations WHERE name = '0900_planted'")
    MigrationRun.objects.all().delete()
    SchemaVersion.objects.all().delete()


def migrate(workers: int = 2, *, resume: bool = False) -> MigrationRun | None:
    now = utc_now()
    return migrate_fleet(survey=survey_fleet(now=now), actor="test", now=now, workers=workers, resume=resume)


def have_it(fleet: list[Tenant]) -> list[bool]:
    return [PLANTED in read_applied(tenant.schema_name) for tenant in fleet]


def wait_for(answer: object, patience: float = 30) -> None:
    deadline = time.monotonic() + patience
    while not answer():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)


def test_several_processes_bring_every_store_up_to_date(fleet: list[Tenant], plant: Plant) -> None:
    plant(SLOW)
    run = migrate()
    assert run is not None
    assert (run.state, all(have_it(fleet))) == (RunState.DONE, True)
    workers = set(StoreMigration.objects.filter(run=run).values_list("worker", flat=True))
    assert workers - {str(os.getpid())}


def test_two_who_begin_at_once_make_one_run(fleet: list[Tenant], plant: Plant) -> None:
    plant(NOTE)
    answers = run_together(lambda: migrate(workers=1), count=3)
    runs = [each for each in answers if isinstance(each, MigrationRun)]
    assert len(runs) == 1
    assert all(isinstance(each, RunInProgress) or each is None for each in answers if each not in runs)
    assert MigrationRun.objects.count() == 1
    assert all(have_it(fleet))


def test_a_worker_that_is_killed_gives_its_store_back(fleet: list[Tenant], plant: Plant) -> None:
    plant(SLOW)
    killed: list[int] = []

    def kill_one() -> None:
        try:
            others = StoreMigration.objects.filter(state=StoreState.RUNNING).exclude(worker=str(os.getpid()))
            wait_for(others.exists)
            row = others.first()
            assert row is not None
            os.kill(int(row.worker), signal.SIGKILL)
            killed.append(row.pk)
        finally:
            connection.close()

    thread = threading.Thread(target=kill_one)
    with in_public():
        now = utc_now()
        survey = survey_fleet(now=now)
        thread.start()
        run = migrate_fleet(survey=survey, actor="test", now=now, workers=2)
    thread.join(30)
    assert run is not None
    row = StoreMigration.objects.get(pk=killed[0])
    assert (run.state, row.state) == (RunState.DONE, StoreState.DONE)
    assert row.attempts_count >= 2
    assert all(have_it(fleet))


def test_after_its_leader_was_killed_a_run_is_resumed(fleet: list[Tenant], plant: Plant, settings: object) -> None:
    plant(SLOW)
    package = settings.MIGRATION_MODULES["content"]  # type: ignore[attr-defined]
    folder = next(path for path in sys.path if (Path(path) / package).is_dir())
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([folder, str(ROOT / "platform"), str(ROOT)])}
    name = connection.settings_dict["NAME"]
    leader = subprocess.Popen([sys.executable, "-c", LEADER, package, name], env=environment, cwd=ROOT)
    try:
        wait_for(lambda: StoreMigration.objects.filter(state=StoreState.RUNNING).exists())
    finally:
        leader.send_signal(signal.SIGKILL)
        leader.wait(10)
    with pytest.raises(RunInProgress, match="the leader"):
        migrate()
    assert not all(have_it(fleet))
    dead = MigrationRun.objects.get()
    MigrationRun.objects.update(lease_expires_at=utc_now() - timedelta(seconds=1))
    run = migrate(resume=True)
    assert run is not None
    assert (run.pk, run.state) == (dead.pk, RunState.DONE)
    assert all(have_it(fleet))
    assert StoreMigration.objects.filter(run=run).count() == len(fleet)


def test_a_table_in_use_is_waited_for_briefly_and_tried_again(fleet: list[Tenant], plant: Plant) -> None:
    """Somebody reads a page for three seconds: the migration lets go after two, so that nobody queues behind it, and comes back."""
    plant(NOTE)
    reading, tenant = threading.Event(), fleet[-1]

    def read_slowly() -> None:
        try:
            with in_tenant(tenant), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM content_page")
                reading.set()
                cursor.execute("SELECT pg_sleep(3)")
        finally:
            connection.close()

    thread = threading.Thread(target=read_slowly)
    thread.start()
    assert reading.wait(20)
    run = migrate(workers=1)
    thread.join(20)
    assert run is not None
    assert run.state == RunState.DONE
    assert StoreMigration.objects.get(run=run, slug=tenant.slug).attempts_count > 1
    assert all(have_it(fleet))
