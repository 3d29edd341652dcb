"""A migration that is not safe while the release before still runs is found, with words on what to do instead."""

import pytest

from tenants.fleet.baseline import BASELINE
from tenants.fleet.safety import GROWING, RULES, check_target
from tenants.fleet.targets import read_target
from tests.tenants.fleet.conftest import NOTE, Plant

FILL = "migrations.RunPython(migrations.RunPython.noop),"
TITLE = "models.CharField(max_length=200"
INDEX = "models.Index(fields=['title'], name='planted')"
CHECK = "models.CheckConstraint(condition=Q(title__gt=''), name='planted')"

BAD = [
    ("remove-field", "content", "migrations.RemoveField('page', 'title'),"),
    ("delete-model", "content", "migrations.DeleteModel('Page'),"),
    ("rename-field", "content", "migrations.RenameField('page', 'title', 'headline'),"),
    ("rename-field", "content", f"migrations.AlterField('page', 'title', {TITLE}, db_column='headline')),"),
    ("rename-table", "content", "migrations.RenameModel('Page', 'Leaf'),"),
    ("rename-table", "content", "migrations.AlterModelTable('page', 'leaves'),"),
    ("not-null-without-default", "content", "migrations.AddField('page', 'rank', models.IntegerField(default=0)),"),
    ("set-not-null", "content", NOTE + "migrations.AlterField('page', 'note', models.CharField(max_length=40)),"),
    ("drop-db-default", "content", "migrations.AddField('page', 'rank', models.IntegerField(db_default=0)),"
     "migrations.AlterField('page', 'rank', models.IntegerField()),"),
    ("drop-unique", "content", "migrations.AlterField('page', 'handle', models.SlugField(max_length=200)),"),
    ("drop-unique", "content", "migrations.AddConstraint('page', models.UniqueConstraint('title', name='planted')),"
     "migrations.RemoveConstraint('page', 'planted'),"),
    ("in-transaction", "content", f"AddIndexConcurrently('page', {INDEX}),"),
    ("narrow-type", "content", "migrations.AlterField('page', 'title', models.CharField(max_length=100)),"),
    ("narrow-type", "content", "migrations.AlterField('page', 'body_html', models.CharField(max_length=100)),"),
    ("change-type", "content", "migrations.AlterField('page', 'position', models.BigIntegerField()),"),
    ("rewrite-table", "content", "migrations.AddField('page', 'upper', models.GeneratedField(expression=Upper('title'),"
     " output_field=models.TextField(), db_persist=True)),"),
    ("rewrite-table", "content", "migrations.AddField('page', 'dice', models.FloatField(db_default=Random())),"),
    ("add-constraint", "content", f"migrations.AddConstraint('page', {CHECK}),"),
    ("add-constraint", "content", f"migrations.AlterField('page', 'title', {TITLE}, unique=True)),"),
    ("add-constraint", "content", "migrations.AlterUniqueTogether('page', {('title', 'position')}),"),
    ("add-index", "orders", "migrations.AddIndex('order', models.Index(fields=['status'], name='planted')),"),
    ("add-index", "orders", "migrations.AddField('order', 'till', models.CharField(max_length=9, null=True, db_index=True)),"),
    ("add-index", "content", f"migrations.AlterField('page', 'title', {TITLE}, db_index=True)),"),
    ("data-and-tables", "content", NOTE + FILL),
    ("unknown", "content", "migrations.RunSQL('UPDATE content_page SET title = title'),"),
    ("unknown", "content", "migrations.SeparateDatabaseAndState(database_operations=[migrations.RunSQL('SELECT 1')]),"),
    ("validate-apart", "content", f"AddConstraintNotValid('page', {CHECK}), ValidateConstraint('page', 'planted'),"),
]  # fmt: skip
GOOD = [
    NOTE,
    FILL,
    "migrations.AddField('page', 'rank', models.IntegerField(db_default=0)),",
    "migrations.AddField('page', 'at', models.DateTimeField(db_default=Now())),",
    f"migrations.AlterField('page', 'title', models.CharField(max_length=300)),migrations.AddIndex('page', {INDEX}),",
    "migrations.AlterField('page', 'title', models.TextField()),",
    f"AddConstraintNotValid('page', {CHECK}),",
    f"AddConstraintNotValid('page', {CHECK}), migrations.RemoveConstraint('page', 'planted'),",
    "migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField('page', 'title')]),",
    "migrations.CreateModel('Leaf', [('id', models.BigAutoField(primary_key=True)), ('n', models.IntegerField())]),"
    "migrations.AddIndex('leaf', models.Index(fields=['n'], name='planted')),"
    "migrations.AddConstraint('leaf', models.CheckConstraint(condition=Q(n__gt=0), name='leaf_n')),",
]


def rules(app: str = "content") -> list[str]:
    return [finding.rule for finding in check_target(read_target(), only={(app, "0900_planted")})]


@pytest.mark.parametrize(("rule", "app", "operations"), BAD)
def test_a_planted_bad_migration_is_found(plant: Plant, rule: str, app: str, operations: str) -> None:
    plant(operations, app=app)
    assert rule in rules(app)


def test_every_rule_has_a_planted_migration() -> None:
    elsewhere = {"not-atomic", "stale-acceptance"}
    assert {rule for rule, _app, _operations in BAD} | elsewhere == set(RULES)


@pytest.mark.parametrize("operations", GOOD)
def test_a_migration_that_only_adds_passes(plant: Plant, operations: str) -> None:
    plant(operations)
    assert rules() == []


def test_several_operations_outside_a_transaction_are_found(plant: Plant) -> None:
    concurrently = f"AddIndexConcurrently('page', {INDEX}),"
    plant(concurrently, attributes="atomic = False")
    assert rules() == []
    plant(concurrently + NOTE, attributes="atomic = False")
    assert rules() == ["not-atomic"]


def test_a_reason_makes_a_risk_acceptable_and_only_that_one(plant: Plant) -> None:
    both = "migrations.RemoveField('page', 'title'), migrations.RenameField('page', 'position', 'rank'),"
    plant(both, attributes="accepted_risks = {'remove-field': 'No code has named Page.title since 1.4.'}")
    assert rules() == ["rename-field"]


def test_an_acceptance_without_a_reason_or_without_its_risk_is_found(plant: Plant) -> None:
    plant("migrations.RemoveField('page', 'title'),", attributes="accepted_risks = {'remove-field': 'ok'}")
    assert rules() == ["remove-field", "stale-acceptance"]
    plant(NOTE, attributes="accepted_risks = {'remove-field': 'No code has named Page.title since 1.4.'}")
    assert rules() == ["stale-acceptance"]


def test_a_finding_names_the_migration_and_says_what_to_do(plant: Plant) -> None:
    plant("migrations.RemoveField('page', 'title'),")
    (finding,) = check_target(read_target(), only={("content", "0900_planted")})
    assert finding.migration == "content.0900_planted"
    assert "content.page.title" in finding.says
    assert "one release later" in finding.instead


def test_the_tables_that_grow_exist() -> None:
    state = read_target().loader.project_state()
    assert {label for label in GROWING if tuple(label.split(".")) not in state.models} == set()


def test_every_migration_after_the_baseline_is_safe_beside_the_release_before() -> None:
    target = read_target()
    newer = {name for name in target.names if ".".join(name) not in BASELINE}
    findings = [f"{each.migration}: {each.says} ({each.rule}). Instead: {each.instead}"
                for each in check_target(target, only=newer)]  # fmt: skip
    assert findings == [], "mend it, or say why it may with accepted_risks (tenants/fleet/safety.py)"


def test_the_baseline_names_nothing_that_is_safe() -> None:
    target = read_target()
    names = {".".join(name): name for name in target.names}
    found = {
        finding.migration for finding in check_target(target, only={names[each] for each in BASELINE & set(names)})
    }
    assert (BASELINE & set(names)) - found == set()
