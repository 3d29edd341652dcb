"""Migrations over many stores: in order, each alone, and nobody held up by a store that fails."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.ids import new_schema_name
from core.tenancy import in_tenant
from storefront.content.models import Page
from tenants.enums import TenantState
from tenants.fleet.enums import Ring, RunState, StoreState
from tenants.fleet.errors import CanaryNotFound, RunInProgress, StoreBehind
from tenants.fleet.models import MigrationRun, StoreMigration
from tenants.fleet.selectors import Behind, list_suspects, read_applied
from tenants.fleet.services import migrate_fleet, running, survey_fleet, workers
from tenants.fleet.targets import read_target
from tenants.models import Tenant
from tenants.services import resume_tenant, suspend_tenant
from tests.fixtures.tenancy import make_store
from tests.tenants.fleet.conftest import NOTE, Plant
from tests.tenants.fleet.running import UNIQUE, columns, put_last, run_now, spoil


def test_with_nothing_to_apply_there_is_no_run(acme: Tenant, globex: Tenant, now: datetime) -> None:
    assert run_now(now) is None
    assert MigrationRun.objects.count() == 0
    assert list_suspects(read_target()) == []


def count_queries(now: datetime) -> int:
    """Return how many questions a survey asks; the switches between schemas ask none."""
    with CaptureQueriesContext(connection) as captured:
        survey_fleet(now=now)
    return sum(not query["sql"].startswith("SET ") for query in captured.captured_queries)


def test_what_is_known_costs_the_same_queries_for_two_stores_and_for_six(
    acme: Tenant, globex: Tenant, now: datetime
) -> None:
    survey_fleet(now=now)
    two = count_queries(now)
    for number in range(4):
        make_store(f"fleet-{number}")
    assert count_queries(now) > two + 4, "whoever is new is looked into"
    assert count_queries(now) == two <= 3


def test_a_store_that_fails_is_set_aside_and_the_others_go_on(
    acme: Tenant, globex: Tenant, plant: Plant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [make_store(f"fleet-{number}") for number in range(4)]
    spoil(acme)
    plant(NOTE + UNIQUE)
    put_last("acme", monkeypatch)
    run = run_now(now, canaries=["fleet-0"])
    assert run is not None
    assert run.state == RunState.PARTLY_FAILED
    failed = StoreMigration.objects.get(run=run, state=StoreState.FAILED)
    assert failed.slug == "acme"
    assert failed.error.rstrip().splitlines()[-1].startswith("DETAIL:  Key (title)=(The same) is duplicated")
    assert "note" not in columns(acme), "a migration is applied whole or not at all"
    assert all("note" in columns(tenant) for tenant in (globex, *others))


def test_when_most_of_the_first_fail_the_rest_is_not_touched(
    acme: Tenant, globex: Tenant, plant: Plant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(acme)
    plant(NOTE + UNIQUE)
    put_last("globex", monkeypatch)
    run = run_now(now)
    assert run is not None
    assert (run.state, run.note) == (RunState.STOPPED, "1 of the first 1 stores failed, so the rest was not touched.")
    assert "note" not in columns(globex)


def test_a_store_that_opens_while_the_others_are_migrated_comes_last(
    acme: Tenant, globex: Tenant, plant: Plant, now: datetime
) -> None:
    """A process of the release before opens it: nothing brings it up to date then but the run."""
    suspend_tenant(tenant_id=acme.pk, reason="test", actor="test", now=now)
    plant(NOTE)
    survey = survey_fleet(now=now)
    assert [each.tenant.slug for each in survey.behind] == ["globex"]
    Tenant.objects.filter(pk=acme.pk).update(state=TenantState.READY)
    run = migrate_fleet(survey=survey, actor="test", now=now)
    assert run is not None
    assert run.state == RunState.DONE
    rows = StoreMigration.objects.filter(run=run).order_by("pk").values_list("slug", "state")
    assert list(rows) == [("globex", StoreState.DONE), ("acme", StoreState.DONE)]
    assert "note" in columns(acme)


def test_who_lost_a_store_to_another_process_writes_nothing_of_it(acme: Tenant, plant: Plant, now: datetime) -> None:
    """A worker of a dead leader ends late, when somebody has resumed the run and done its store."""
    plant(NOTE)
    run = run_now(now)
    assert run is not None
    StoreMigration.objects.filter(run=run).update(state=StoreState.WAITING)
    late = workers._claim(run, Ring.EARLY)
    assert late is not None
    StoreMigration.objects.filter(run=run).update(state=StoreState.DONE, worker="another")
    late.state, late.error = StoreState.FAILED, "the connection was lost"
    workers._write_down(late)
    late.refresh_from_db()
    assert (late.state, late.error) == (StoreState.DONE, "")


def test_after_the_data_is_mended_a_rerun_finishes(acme: Tenant, globex: Tenant, plant: Plant, now: datetime) -> None:
    spoil(acme)
    plant(UNIQUE)
    first = run_now(now, canaries=["globex"])
    assert first is not None
    assert first.state in (RunState.PARTLY_FAILED, RunState.STOPPED)
    with in_tenant(acme):
        for page in Page.objects.all():
            Page.objects.filter(pk=page.pk).update(title=f"Mended {page.pk}")
    second = run_now(now)
    assert second is not None
    assert second.state == RunState.DONE
    assert list(StoreMigration.objects.filter(run=second).values_list("slug", flat=True)) == ["acme"]


def test_a_canary_that_fails_stops_the_run_before_anybody_else(
    acme: Tenant, globex: Tenant, plant: Plant, now: datetime
) -> None:
    spoil(acme)
    plant(UNIQUE)
    run = run_now(now, canaries=["acme"])
    assert run is not None
    assert run.state == RunState.STOPPED
    assert run.note == "1 of 1 canaries failed, so no other store was touched."
    states = dict(StoreMigration.objects.filter(run=run).values_list("slug", "state"))
    assert states == {"acme": StoreState.FAILED, "globex": StoreState.WAITING}
    assert ("content", "0900_planted") not in read_applied(globex.schema_name)


def test_a_canary_has_to_be_a_store(acme: Tenant, plant: Plant, now: datetime) -> None:
    plant(NOTE)
    with pytest.raises(CanaryNotFound):
        run_now(now, canaries=["nobody"])
    assert MigrationRun.objects.count() == 0


def test_one_in_twenty_goes_before_the_rest(acme: Tenant, now: datetime) -> None:
    run = MigrationRun.objects.create(
        fingerprint="x", started_by="x", lease_owner="x", lease_expires_at=now, started_at=now
    )
    many = Tenant.objects.bulk_create(
        Tenant(slug=f"fleet-{n}", name="x", schema_name=new_schema_name(), created_at=now) for n in range(21)
    )
    behind = [Behind(tenant, frozenset()) for tenant in (acme, *many)]
    running._line_up(run, running.Survey(read_target(), behind=behind), ["acme"])
    rings = list(StoreMigration.objects.filter(run=run).values_list("ring", flat=True))
    assert [rings.count(ring) for ring in Ring] == [1, 2, 19]
    assert StoreMigration.objects.get(run=run, ring=Ring.CANARY).slug == "acme"


def test_two_runs_at_once_are_refused(acme: Tenant, globex: Tenant, plant: Plant, now: datetime) -> None:
    plant(NOTE)
    survey = survey_fleet(now=now)
    MigrationRun.objects.create(
        fingerprint=survey.target.fingerprint,
        started_by="somebody",
        lease_owner="elsewhere",
        lease_expires_at=now + timedelta(seconds=5),
        started_at=now,
    )
    with pytest.raises(RunInProgress, match="somebody"):
        migrate_fleet(survey=survey, actor="test", now=now)
    with pytest.raises(RunInProgress):
        migrate_fleet(survey=survey, actor="test", now=now, resume=True)
    assert "note" not in columns(acme)


def test_a_run_whose_leader_died_is_resumed_in_its_order(
    acme: Tenant, globex: Tenant, plant: Plant, now: datetime
) -> None:
    plant(NOTE)
    survey = survey_fleet(now=now)
    dead = MigrationRun.objects.create(
        fingerprint=survey.target.fingerprint,
        started_by="somebody",
        lease_owner="gone",
        lease_expires_at=now - timedelta(seconds=1),
        started_at=now,
    )
    StoreMigration.objects.create(
        run=dead, tenant=globex, schema_name=globex.schema_name, slug="globex", ring=Ring.CANARY,
        state=StoreState.RUNNING, worker="1", from_fingerprint="",
    )  # fmt: skip
    run = migrate_fleet(survey=survey, actor="test", now=now, workers=1, resume=True)
    assert run is not None
    assert (run.pk, run.state) == (dead.pk, RunState.DONE)
    rows = dict(StoreMigration.objects.filter(run=run).values_list("slug", "ring"))
    assert rows == {"globex": Ring.CANARY, "acme": Ring.EARLY}
    assert all("note" in columns(tenant) for tenant in (acme, globex))


def test_a_new_run_puts_an_end_to_a_dead_one(acme: Tenant, plant: Plant, now: datetime) -> None:
    plant(NOTE)
    dead = MigrationRun.objects.create(
        fingerprint="other", started_by="x", lease_owner="x", lease_expires_at=now - timedelta(1), started_at=now
    )
    run = run_now(now)
    dead.refresh_from_db()
    assert run is not None
    assert (dead.state, run.state) == (RunState.STOPPED, RunState.DONE)


def test_closed_stores_are_left_alone_and_brought_up_to_date_when_they_open(
    acme: Tenant, globex: Tenant, plant: Plant, now: datetime
) -> None:
    suspend_tenant(tenant_id=acme.pk, reason="test", actor="test", now=now)
    plant(NOTE)
    run = run_now(now)
    assert run is not None
    assert list(StoreMigration.objects.filter(run=run).values_list("slug", flat=True)) == ["globex"]
    assert "note" not in columns(acme)
    resume_tenant(tenant_id=acme.pk, actor="test", now=now)
    assert "note" in columns(acme)
    assert run_now(now) is None


def test_a_store_that_cannot_be_brought_up_to_date_stays_closed(acme: Tenant, plant: Plant, now: datetime) -> None:
    spoil(acme)
    suspend_tenant(tenant_id=acme.pk, reason="test", actor="test", now=now)
    plant(UNIQUE)
    with pytest.raises(StoreBehind):
        resume_tenant(tenant_id=acme.pk, actor="test", now=now)
    acme.refresh_from_db()
    assert acme.state == TenantState.SUSPENDED


@pytest.mark.crosses_stores("renames a schema")
def test_a_schema_that_was_replaced_is_not_believed(acme: Tenant, globex: Tenant, now: datetime) -> None:
    """A restored schema has another identity; the record of the former one says nothing of it."""
    survey_fleet(now=now)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER SCHEMA {acme.schema_name} RENAME TO t_00000000000000000001")
        cursor.execute(f"CREATE SCHEMA {acme.schema_name}")
        cursor.execute(f"CREATE TABLE {acme.schema_name}.django_migrations (id bigint, app text, name text)")
    assert [tenant.slug for tenant in list_suspects(read_target())] == ["acme"]
    assert [each.tenant.slug for each in survey_fleet(now=now).behind] == ["acme"]


def test_a_schema_without_a_record_of_its_migrations_never_reads_that_of_public(
    acme: Tenant, globex: Tenant, now: datetime
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {acme.schema_name}.django_migrations")
    run = run_now(now, canaries=["globex"])
    assert run is not None
    row = StoreMigration.objects.get(run=run, slug="acme")
    assert row.state == StoreState.FAILED
    assert "has no table django_migrations" in row.error


def test_verify_finds_a_schema_that_lies(acme: Tenant, globex: Tenant, now: datetime) -> None:
    """Somebody dropped a column and put another one in: the record and the shape agree, the models do not."""
    with in_tenant(acme), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE content_page DROP COLUMN title CASCADE")
    assert survey_fleet(now=now).drifted == {}
    assert survey_fleet(now=now, verify=True).drifted == {"acme": ["content_page.title"]}
