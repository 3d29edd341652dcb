"""Refuse migrations that are not safe while the code before them still runs.

A release goes out in two steps. First the database grows (expand): old and new code both work on it. A release later, when
nothing uses what has become needless, it shrinks (contract). A migration that shrinks or waits on a lock says why it may, by
rule: ``accepted_risks = {"remove-field": "Nothing has read or written Page.color since 1.4."}`` on its class.
"""

from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass

from django.apps import apps
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db.migrations import Migration, operations
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.operations.models import IndexOperation, ModelOperation
from django.db.migrations.state import ProjectState
from django.db.models import UniqueConstraint

from tenants.fleet.fields import added_field_risks, altered_field_risks
from tenants.fleet.targets import Name, Target

SHORTEST_REASON = 20

# Tables that grow with orders and visits: an index built on them in the usual way stops all writing for its time.
GROWING = frozenset(
    {
        "catalog.product",
        "catalog.productvariant",
        "customers.customer",
        "customers.session",
        "carts.cart",
        "carts.cartline",
        "orders.order",
        "orders.orderline",
        "orders.orderevent",
        "payments.payment",
        "interactions.interaction",
        "merchant.visit",
        "support.message",
        "outbox.outboxmessage",
        "jobs.job",
    }
)

RULES: dict[str, tuple[str, str]] = {
    "remove-field": (
        "code of the release before still names the column {what} in every query",
        "take the field out of the model now (SeparateDatabaseAndState, state_operations), and drop the column one release later",
    ),
    "delete-model": (
        "code of the release before still uses the table of {what}",
        "delete the model now (SeparateDatabaseAndState, state_operations), and drop the table one release later",
    ),
    "rename-field": (
        "code of the release before knows the column of {what} by its former name",
        "keep the column's name with db_column, or add the new column, fill it, and drop the old one a release later",
    ),
    "rename-table": (
        "code of the release before knows the table of {what} by its former name",
        "keep the table's name with Meta.db_table",
    ),
    "not-null-without-default": (
        "code of the release before inserts rows without {what} and would be refused",
        "give the field a db_default, or make it nullable now and fill it before it is closed a release later",
    ),
    "set-not-null": (
        "code of the release before may still write NULL into {what}, and the table is read under a lock",
        "write values everywhere first, then AddConstraintNotValid with a check, then ValidateConstraint",
    ),
    "drop-db-default": (
        "code of the release before may insert rows without {what} and counts on the database to fill it",
        "drop the default one release later",
    ),
    "drop-unique": (
        "code of the release before may count on the uniqueness of {what}, and inserts that name it in ON CONFLICT fail",
        "drop it one release later",
    ),
    "narrow-type": (
        "rows or code of the release before may hold longer values in {what}",
        "refuse long values in forms first, and narrow the column one release later, or never",
    ),
    "change-type": (
        "{what} is written anew row by row under a lock that stops all reading",
        "add a column of the new type, fill it in batches, switch over, and drop the old one a release later",
    ),
    "rewrite-table": (
        "adding {what} writes every row anew under a lock that stops all reading",
        "add it nullable and fill it in batches",
    ),
    "add-constraint": (
        "{what} is checked on every row under a lock that stops all writing, and rows may break it",
        "AddConstraintNotValid, then ValidateConstraint in the next migration; for uniqueness build the index concurrently first",
    ),
    "add-index": (
        "building {what} stops all writing to a table that grows without end",
        "AddIndexConcurrently in a migration of its own with atomic = False",
    ),
    "data-and-tables": (
        "rows and tables change in one transaction, which holds locks for long and which Citus refuses",
        "put RunPython into a migration of its own",
    ),
    "unknown": (
        "nobody can tell what {what} does while code of the release before runs",
        "use Django's own operations, or say why this is safe",
    ),
    "not-atomic": (
        "without a transaction a failure in the middle leaves the first operations done and unrecorded",
        "one operation in each migration with atomic = False",
    ),
    "in-transaction": (
        "{what} works concurrently, which PostgreSQL refuses inside a transaction, in every store",
        "atomic = False on the migration, with nothing else in it",
    ),
    "validate-apart": (
        "the constraint {what} is checked in the transaction that adds it, so its lock is held all along",
        "ValidateConstraint in a migration of its own",
    ),
    "stale-acceptance": ("it accepts the risk {what}, which it does not run, or not for a reason of 20 letters",
                         "take the acceptance out, or write the reason"),
}  # fmt: skip

_HARMLESS = (
    operations.CreateModel,
    operations.RemoveIndex,
    operations.RenameIndex,
    operations.AlterConstraint,
    operations.AlterModelOptions,
    operations.AlterModelManagers,
    operations.AlterModelTableComment,
    operations.RunPython,
    AddConstraintNotValid,
    ValidateConstraint,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
_BY_CLASS: dict[type[Operation], str] = {
    operations.DeleteModel: "delete-model",
    operations.RenameModel: "rename-table",
    operations.AlterModelTable: "rename-table",
    operations.AlterUniqueTogether: "add-constraint",
    operations.AlterIndexTogether: "add-index",
    operations.AlterOrderWithRespectTo: "not-null-without-default",
    operations.RemoveField: "remove-field",
    operations.RenameField: "rename-field",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why a migration must not run beside the code before it."""

    migration: str
    rule: str
    says: str
    instead: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def check_target(target: Target, *, only: Collection[Name]) -> list[Finding]:
    """Return what is not safe in these of the target's migrations."""
    state = ProjectState(real_apps=target.loader.unmigrated_apps)
    findings: list[Finding] = []
    for migration in target.plan:
        if (migration.app_label, migration.name) in only and is_own(migration.app_label):
            findings += check_migration(migration, state)
        migration.mutate_state(state, preserve=False)
    return findings


def is_own(app_label: str) -> bool:
    """Tell whether the app is ours: only those say which schema they live in."""
    return hasattr(apps.get_app_config(app_label), "schema")


def check_migration(migration: Migration, state: ProjectState) -> list[Finding]:
    """Return what is not safe in one migration; `state` is the models before it and is left as it was."""
    state = state.clone()
    name = f"{migration.app_label}.{migration.name}"
    accepted: dict[str, str] = getattr(migration, "accepted_risks", {})
    fresh: set[str] = set()
    risks = list(_migration_risks(migration))
    for operation in migration.operations:
        risks += _operation_risks(operation, migration.app_label, state, fresh)
        if isinstance(operation, operations.CreateModel):
            fresh.add(operation.name_lower)
        operation.state_forwards(migration.app_label, state)
    run = {rule for rule, _what in risks}
    risks = [(rule, what) for rule, what in risks if len(accepted.get(rule, "").strip()) < SHORTEST_REASON]
    risks += [
        ("stale-acceptance", rule)
        for rule, reason in accepted.items()
        if rule not in run or len(reason.strip()) < SHORTEST_REASON
    ]
    return [Finding(name, rule, RULES[rule][0].format(what=what), RULES[rule][1]) for rule, what in risks]


def _migration_risks(migration: Migration) -> Iterator[tuple[str, str]]:
    kinds = [type(operation) for operation in migration.operations]
    if operations.RunPython in kinds and len(set(kinds)) > 1:
        yield "data-and-tables", migration.name
    if not migration.atomic and len(kinds) > 1:
        yield "not-atomic", migration.name
    if migration.atomic and {AddIndexConcurrently, RemoveIndexConcurrently} & {*kinds}:
        yield "in-transaction", migration.name
    added = {str(each.constraint.name) for each in migration.operations if isinstance(each, AddConstraintNotValid)}
    for each in migration.operations:
        if isinstance(each, ValidateConstraint) and each.name in added:
            yield "validate-apart", each.name


def _operation_risks(
    operation: Operation, app_label: str, state: ProjectState, fresh: set[str]
) -> Iterator[tuple[str, str]]:
    if isinstance(operation, operations.SeparateDatabaseAndState):
        for each in operation.database_operations:
            yield from _operation_risks(each, app_label, state, fresh)
        return
    model = _model_of(operation)
    if model in fresh or isinstance(operation, _HARMLESS):
        return
    label = f"{app_label}.{model}"
    what = f"{label}.{operation.name}" if isinstance(operation, FieldOperation) else label
    if isinstance(operation, operations.RenameField):
        what = f"{label}.{operation.old_name}"
    if isinstance(operation, operations.AddField):
        risks = added_field_risks(operation.field, growing=label in GROWING)
    elif isinstance(operation, operations.AlterField):
        before = state.models[app_label, operation.model_name_lower].fields[operation.name]
        risks = altered_field_risks(before, operation.field)
    elif isinstance(operation, IndexOperation):
        what, risks = _index_risks(operation, app_label, state)
    else:
        risks = [_BY_CLASS.get(type(operation), "unknown")]
        what = what if type(operation) in _BY_CLASS else f"a {type(operation).__name__}"
    for risk in risks:
        yield risk, what


def _index_risks(operation: IndexOperation, app_label: str, state: ProjectState) -> tuple[str, list[str]]:
    """Return what an index or a constraint is called in words, and the rules that adding or removing it breaks."""
    label = f"{app_label}.{operation.model_name_lower}"
    if isinstance(operation, operations.AddConstraint):
        return f"{label}'s constraint {operation.constraint.name}", ["add-constraint"]
    if isinstance(operation, operations.AddIndex):
        return f"the index {operation.index.name} of {label}", ["add-index"] if label in GROWING else []
    if isinstance(operation, operations.RemoveConstraint):
        known = state.models[app_label, operation.model_name_lower].options.get("constraints", [])
        named = [each for each in known if each.name == operation.name]
        unique = any(isinstance(each, UniqueConstraint) for each in named)
        return f"{label}'s constraint {operation.name}", ["drop-unique"] if unique else []
    return f"a {type(operation).__name__}", ["unknown"]


def _model_of(operation: Operation) -> str:
    if isinstance(operation, FieldOperation | IndexOperation):
        return operation.model_name_lower
    if isinstance(operation, operations.RenameModel):
        return operation.old_name_lower
    return operation.name_lower if isinstance(operation, ModelOperation) else ""
