"""Runs over stores with real processes: workers that are killed, leaders that are killed, tables that are locked."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from core.clock import utc_now
from core.tenancy import in_public, in_tenant
from storefront.content.models import Page
from tenants.fleet.enums import RunState, StoreState
from tenants.fleet.errors import RunInProgress
from tenants.fleet.models import MigrationRun, SchemaVersion, StoreMigration
from tenants.fleet.selectors import read_applied
from tenants.fleet.services import migrate_fleet, storing, survey_fleet, workers
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
from tenants.fleet.services import migrate_fleet, storing, survey_fleet, workers
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
    now = utc_now()
    # Django reads migrations by importing and reloading them, which threads of one process cannot do at once; processes can.
    survey = survey_fleet(now=now)
    answers = run_together(lambda: migrate_fleet(survey=survey, actor="test", now=now, workers=1), count=3)
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


WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE %s"


@contextmanager
def somebody_inside(tenant: Tenant, meanwhile: Callable[[Callable[[str], bool]], None]) -> Iterator[None]:
    """Keep a page of the store in use, in a transaction that stays open until `meanwhile` has come to its end.

    `meanwhile` gets a function that tells whether a statement that begins so waits for a lock.
    """
    inside, leave = threading.Event(), threading.Event()

    def stay() -> None:
        try:
            with in_tenant(tenant), transaction.atomic():
                Page.objects.update(position=F("position"))
                inside.set()
                assert leave.wait(90)
        finally:
            connection.close()

    def waits(statement: str) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(WAITING, [f"{statement}%"])
            return bool(cursor.fetchone()[0])

    def watch() -> None:
        try:
            with in_tenant(tenant):
                meanwhile(waits)
        finally:
            leave.set()
            connection.close()

    threads = [threading.Thread(target=work) for work in (stay, watch)]
    threads[0].start()
    assert inside.wait(30)
    threads[1].start()
    yield
    for thread in threads:
        thread.join(90)


def test_a_table_in_use_is_waited_for_briefly_and_tried_again(
    fleet: list[Tenant], plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The migration lets go while the page is still in use, so that nobody queues behind it, and comes back."""
    monkeypatch.setattr(storing, "LOCK_TIMEOUT_SECONDS", 0.5)
    plant(NOTE)

    def see_it_let_go(waits: Callable[[str], bool]) -> None:
        wait_for(lambda: waits("ALTER TABLE"))
        wait_for(lambda: not waits("ALTER TABLE"))

    with somebody_inside(fleet[-1], see_it_let_go):
        run = migrate(workers=1)
    assert run is not None
    assert run.state == RunState.DONE
    assert StoreMigration.objects.get(run=run, slug=fleet[-1].slug).attempts_count > 1
    assert all(have_it(fleet))


def test_workers_that_end_without_a_store_in_hand_are_not_hired_for_ever(
    fleet: list[Tenant], plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the database has no connection left for them."""
    plant(NOTE)
    leader, claim = os.getpid(), workers._claim
    monkeypatch.setattr(workers, "_claim", lambda *words: claim(*words) if os.getpid() == leader else os._exit(3))
    run = migrate()
    assert run is not None
    assert (run.state, have_it(fleet).count(True)) == (RunState.STOPPED, 0)
    assert run.note.startswith("The worker processes ended before 1 of 1 stores")
    monkeypatch.undo()


BUILT = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)"
CONCURRENTLY = "AddIndexConcurrently('page', models.Index(fields=['title'], name='page_title')),"


@pytest.fixture
def indexed(fleet: list[Tenant]) -> Iterator[Callable[[], list[bool]]]:
    """Return a function that tells whether the index is whole, for each store that has it; gone afterwards."""

    def ask() -> list[bool]:
        with in_public(), connection.cursor() as cursor:
            found = []
            for tenant in fleet:
                cursor.execute(BUILT, [f"{tenant.schema_name}.page_title"])
                found += [row[0] for row in cursor.fetchall()]
        return found

    yield ask
    connection.set_schema_to_public()
    with connection.cursor() as cursor:
        for tenant in fleet:
            cursor.execute(f"DROP INDEX IF EXISTS {tenant.schema_name}.page_title")


def test_an_index_that_was_left_half_built_is_built_anew(
    fleet: list[Tenant], plant: Plant, indexed: Callable[[], list[bool]]
) -> None:
    """PostgreSQL leaves an invalid index of that name, and refuses the next one."""
    with in_tenant(fleet[-1]):
        Page.objects.update(title="The same")
        with pytest.raises(IntegrityError), connection.cursor() as cursor:
            cursor.execute("CREATE UNIQUE INDEX CONCURRENTLY page_title ON content_page (title)")
    assert indexed() == [False]
    plant(CONCURRENTLY, attributes="atomic = False")
    run = migrate()
    assert run is not None
    assert (run.state, indexed()) == (RunState.DONE, [True] * len(fleet))


def test_an_index_built_concurrently_waits_for_a_long_transaction_and_keeps_nobody_waiting(
    fleet: list[Tenant], plant: Plant, indexed: Callable[[], list[bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "LOCK_TIMEOUT_SECONDS", 0.1)
    plant(CONCURRENTLY, attributes="atomic = False")
    wrote: list[int] = []

    def write_a_page(waits: Callable[[str], bool]) -> None:
        wait_for(lambda: waits("CREATE INDEX CONCURRENTLY"))
        time.sleep(0.5)
        assert waits("CREATE INDEX CONCURRENTLY"), "it waits longer than others may"
        wrote.append(Page.objects.create(handle="meanwhile", title="m", updated_at=utc_now()).pk)

    with somebody_inside(fleet[-1], write_a_page):
        run = migrate()
    assert run is not None
    assert (run.state, indexed(), len(wrote)) == (RunState.DONE, [True] * len(fleet), 1)
    assert StoreMigration.objects.get(run=run, slug=fleet[-1].slug).attempts_count == 1
