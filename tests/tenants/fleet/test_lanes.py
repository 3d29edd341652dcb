"""What goes by a script and what by Django's executor, and that both end in the same schema."""

from datetime import datetime

import pytest
from django.core.management import call_command
from django.db import connection

from core.tenancy import in_public, in_tenant
from storefront.content.models import Page
from tenants.fleet.enums import Lane, RunState, StoreState
from tenants.fleet.fastlane import write_script
from tenants.fleet.models import SchemaVersion, StoreMigration
from tenants.fleet.selectors import read_applied
from tenants.fleet.targets import read_target
from tenants.models import Tenant
from tests.tenants.fleet.conftest import NOTE, Plant
from tests.tenants.fleet.running import PYTHON, UNIQUE, columns, put_last, run_now, spoil
from tests.tenants.provisioning.catalog import read_catalog


def test_an_added_column_takes_the_fast_lane_in_every_store(
    acme: Tenant, globex: Tenant, plant: Plant, now: datetime
) -> None:
    plant(NOTE)
    run = run_now(now)
    assert run is not None
    assert run.state == RunState.DONE
    rows = list(StoreMigration.objects.filter(run=run))
    assert {(row.state, row.lane, tuple(row.missing)) for row in rows} == {
        (StoreState.DONE, Lane.FAST, ("content.0900_planted",))
    }
    assert all("note" in columns(tenant) for tenant in (acme, globex))
    assert ("content", "0900_planted") in read_applied(acme.schema_name)
    assert run_now(now) is None


@pytest.mark.parametrize(
    "operations",
    [
        NOTE,
        "migrations.AddField('page', 'rank', models.PositiveIntegerField(default=3, db_index=True)),",
        "migrations.AddField('page', 'parent', models.ForeignKey('self', null=True, on_delete=models.CASCADE)),",
        "migrations.AddField('page', 'kinds', models.JSONField(default=dict, db_default=Value({}, models.JSONField()))),",
        "migrations.AddIndex('page', models.Index(fields=['title'], name='page_title')),",
        "migrations.AddConstraint('page', models.CheckConstraint(condition=~Q(title='100%'), name='page_percent')),",
        "AddConstraintNotValid('page', models.CheckConstraint(condition=Q(title__gt=''), name='page_titled')),",
        "migrations.CreateModel('Leaf', [('id', models.BigAutoField(primary_key=True)),"
        " ('page', models.ForeignKey('content.Page', on_delete=models.CASCADE)), ('slug', models.SlugField(unique=True))]),",
        "migrations.AlterField('page', 'title', models.TextField()),",
        "migrations.AlterField('page', 'title', models.CharField(max_length=20, null=True)),",
        "migrations.RenameField('page', 'title', 'headline'),",
        "migrations.RemoveField('page', 'title'),",
        "migrations.DeleteModel('Page'),",
        "migrations.RenameModel('Page', 'Leaf'),",
        "migrations.AlterModelTable('page', 'leaves'),",
    ],
    ids=lambda words: words[11:45].strip("('., "),
)
def test_the_fast_lane_gives_the_catalog_that_djangos_executor_gives(
    acme: Tenant, globex: Tenant, plant: Plant, now: datetime, operations: str
) -> None:
    """Each store goes another way; what comes out is the same to the last constraint."""
    plant(operations)
    call_command("migrate_schemas", schema_name=globex.schema_name, interactive=False, verbosity=0)
    run = run_now(now)
    assert run is not None
    assert (run.state, run.note) == (RunState.DONE, "")
    assert list(StoreMigration.objects.filter(run=run).values_list("slug", "lane")) == [("acme", Lane.FAST)]
    with in_public():
        fast, executor = read_catalog(acme.schema_name), read_catalog(globex.schema_name)
    assert len(fast) > 300
    assert fast == executor
    assert read_applied(acme.schema_name) == read_applied(globex.schema_name)


@pytest.mark.parametrize(
    ("operations", "attributes"),
    [
        (PYTHON, ""),
        ("migrations.RunSQL('UPDATE content_page SET title = title'),", ""),
        ("migrations.AddField('page', 'token', models.CharField(max_length=9, default=lambda: 'x')),", ""),
        ("migrations.AlterField('page', 'handle', models.SlugField(max_length=80)),", ""),
    ],
    ids=["python", "sql", "function", "asks the database"],
)
def test_what_may_differ_from_store_to_store_goes_by_djangos_executor(
    acme: Tenant, globex: Tenant, plant: Plant, now: datetime, operations: str, attributes: str
) -> None:
    plant(operations, attributes=attributes)
    run = run_now(now)
    assert run is not None
    assert (run.state, run.note) == (RunState.DONE, "")
    assert set(StoreMigration.objects.filter(run=run).values_list("lane", flat=True)) == {Lane.EXECUTOR}
    assert ("content", "0900_planted") in read_applied(acme.schema_name)
    assert run_now(now) is None


def test_python_of_a_migration_runs_in_each_store(acme: Tenant, globex: Tenant, plant: Plant, now: datetime) -> None:
    plant(PYTHON)
    run_now(now)
    for tenant in (acme, globex):
        with in_tenant(tenant):
            assert set(Page.objects.values_list("title", flat=True)) == {"Renamed"}


def test_a_platform_migration_is_recorded_in_stores_and_does_nothing_there(
    acme: Tenant, globex: Tenant, now: datetime
) -> None:
    with in_public(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {acme.schema_name}.django_migrations WHERE app = 'tenants' AND name LIKE '0003%%'")
    SchemaVersion.objects.all().delete()
    before = read_catalog(acme.schema_name)
    run = run_now(now)
    assert run is not None
    assert run.state == RunState.DONE
    after = read_catalog(acme.schema_name)
    assert [row for row in after if row not in before] == [("migration", "tenants", "0003_staff_become_managers")]
    assert [row for row in before if row not in after] == []
    assert read_target().missing(read_applied(acme.schema_name)) == ()


def test_each_migration_is_kept_and_recorded_by_itself(
    acme: Tenant, plant: Plant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(acme)
    put_last("globex", monkeypatch)
    plant(NOTE)
    plant(UNIQUE, name="0901_planted", after="0900_planted")
    run = run_now(now)
    assert run is not None
    assert run.state == RunState.STOPPED
    assert "note" in columns(acme)
    applied = read_applied(acme.schema_name)
    assert [("content", name) in applied for name in ("0900_planted", "0901_planted")] == [True, False]


def test_a_constraint_is_validated_after_the_lock_of_adding_it_was_let_go(
    acme: Tenant, plant: Plant, now: datetime
) -> None:
    plant(NOTE + "AddConstraintNotValid('page', models.CheckConstraint(condition=Q(title__gt=''), name='titled')),")
    plant("ValidateConstraint('page', 'titled'),", name="0901_planted", after="0900_planted")
    target = read_target()
    script = write_script(target, read_applied(acme.schema_name), acme)
    transactions = [(names, " ".join(statements)) for names, statements in script.transactions()]
    assert [names for names, _statements in transactions] == [
        [("content", "0900_planted")],
        [("content", "0901_planted")],
    ]
    assert ["VALIDATE" in statements for _names, statements in transactions] == [False, True]
