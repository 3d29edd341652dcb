"""Build a schema for an archive's rows and put them in; nothing of the archive but COPY data ever reaches the database."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db import utils as django_errors
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django_tenants.utils import quote_schema_name
from psycopg import sql

from core.tenancy import in_tenant
from tenants.archive.errors import ArchiveDamaged, ArchiveTooNew
from tenants.archive.manifest import Manifest, Member
from tenants.archive.reading import ArchiveReader
from tenants.archive.snapshot import MIGRATIONS
from tenants.provisioning.schema import BareSchema, migration_names, schema_statements
from tenants.provisioning.schema import drop_schema as drop_unowned_schema

logger = logging.getLogger(__name__)

_RULES_OF_DJANGO = (django_errors.DataError, django_errors.IntegrityError, django_errors.ProgrammingError)
_RULES_OF_PSYCOPG = (psycopg.DataError, psycopg.IntegrityError, psycopg.ProgrammingError)

Migrations = set[tuple[str, str]]
# Asked between two blocks; it raises to stop the work.
Checkpoint = Callable[[], None]
Then = Callable[[], None]


def load_schema(
    *,
    reader: ArchiveReader,
    schema_name: str,
    then: Then,
    checkpoint: Checkpoint,
    floors: dict[str, int] | None = None,
) -> None:
    """Make the schema with the archive's rows in it, at today's state of migrations; call `then` inside it before it counts.

    An archive of today's state is loaded in one transaction: tables, rows, then indexes and constraints. An older one is
    loaded into a schema of its own age, which is then migrated. `floors` are values that sequences must not fall behind.
    Raises: ArchiveTooNew, ArchiveDamaged.
    """
    store = BareSchema(schema_name)
    is_of_today = check_migrations(reader.manifest)
    if is_of_today:
        with transaction.atomic():
            _work_without_limits()
            _create_schema(schema_name)
            with in_tenant(store, any_state=True):
                _run(statement for statement in schema_statements() if _makes_a_table(statement))
                with _blaming_the_archive():
                    _load(reader, schema_name, floors or {}, checkpoint)
                    _run(statement for statement in schema_statements() if not _makes_a_table(statement))
                _record_migrations()
                _analyze(schema_name, reader.manifest)
                then()
        return
    with transaction.atomic():
        _create_schema(schema_name)
    with in_tenant(store, any_state=True):
        # Its own record of migrations comes first, or the platform's would be taken for it.
        _run(schema_statements()[:1])
        _migrate_to_archive(reader.manifest)
        with _blaming_the_archive(), transaction.atomic():
            _work_without_limits()
            _empty(schema_name)
            _load(reader, schema_name, floors or {}, checkpoint)
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
        with transaction.atomic():
            then()


def check_migrations(manifest: Manifest) -> bool:
    """Tell whether the archive's schema is at today's state; False when it is older.

    Raises: ArchiveTooNew.
    """
    theirs = set(manifest.migrations)
    unknown = sorted(_of_stores(theirs) - set(migration_names())) + sorted(
        (app, name) for app, name in theirs if app not in {label for label, _name in migration_names()}
    )
    if unknown:
        raise ArchiveTooNew(
            _(
                "This archive was made by a newer Shopstead (%(version)s): it knows %(count)s changes of the database "
                "that are unknown here, such as %(first)s. Update this installation first. Nothing was changed."
            )
            % {"version": manifest.version, "count": len(unknown), "first": ".".join(unknown[0])[:80]}
        )
    return _of_stores(theirs) == _of_stores(set(migration_names()))


def drop_schema(schema_name: str) -> int:
    """Drop a schema that no store owns, if it is there, and return how many tables it had.

    Raises: SchemaInUse.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        _work_without_limits()
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = %s", [schema_name])
        tables = int(cursor.fetchone()[0])
        drop_unowned_schema(schema_name)
    return tables


@contextmanager
def _blaming_the_archive() -> Iterator[None]:
    """Rows that break a rule of their table were not written by a store."""
    try:
        yield
    except (*_RULES_OF_DJANGO, *_RULES_OF_PSYCOPG) as error:
        logger.warning("an archive was refused by the database: %s", error)
        raise ArchiveDamaged(_("The archive holds rows that no store can hold. Nothing was changed.")) from error


def _create_schema(schema_name: str) -> None:
    with connection.cursor() as cursor:
        if settings.DATABASE_TOPOLOGY == "citus":
            cursor.execute("SET LOCAL citus.enable_schema_based_sharding = on")
        cursor.execute(f"CREATE SCHEMA {quote_schema_name(schema_name)}")


def _makes_a_table(statement: str) -> bool:
    return statement.startswith("CREATE TABLE")


def _run(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _record_migrations() -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())", list(migration_names())
        )


def _migrate_to_archive(manifest: Manifest) -> None:
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    wanted = _of_stores(set(manifest.migrations))
    targets = [
        node
        for node in sorted(wanted)
        if not any(child.key in wanted and child.key[0] == node[0] for child in graph.node_map[node].children)
    ]
    executor.migrate(targets)
    reached = _of_stores(set(MigrationExecutor(connection).loader.applied_migrations))
    if reached != wanted:
        raise ArchiveDamaged(_("The archive claims a state of the database that never was. Nothing was changed."))


def _load(reader: ArchiveReader, schema_name: str, floors: dict[str, int], checkpoint: Checkpoint) -> None:
    columns = _columns(schema_name)
    members = reader.manifest.tables()
    found = {member.table: set(member.columns) for member in members}
    if found != {table: set(names) for table, names in columns.items()}:
        raise ArchiveDamaged(_("The archive's tables are not those of its version of Shopstead. Nothing was changed."))
    for member in members:
        _copy_in(reader, member, schema_name, checkpoint)
    _set_sequences(reader.manifest, schema_name, floors)


def _copy_in(reader: ArchiveReader, member: Member, schema_name: str, checkpoint: Checkpoint) -> None:
    query = sql.SQL("COPY {table} ({columns}) FROM STDIN").format(
        table=sql.Identifier(schema_name, member.table or ""),
        columns=sql.SQL(", ").join(map(sql.Identifier, member.columns)),
    )
    with connection.cursor() as cursor:
        if member.rows:
            with cursor.copy(query) as copy:
                for chunk in reader.read(member):
                    checkpoint()
                    copy.write(chunk)
            if cursor.rowcount != member.rows:
                raise ArchiveDamaged(
                    _("The part “%(name)s” of the archive is damaged. Nothing was changed.") % {"name": member.name}
                )


def _columns(schema_name: str) -> dict[str, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_class c "
            "JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid "
            "WHERE n.nspname = %s AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> %s "
            "AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' GROUP BY c.relname",
            [schema_name, MIGRATIONS],
        )
        return dict(cursor.fetchall())


def _set_sequences(manifest: Manifest, schema_name: str, floors: dict[str, int]) -> None:
    with connection.cursor() as cursor:
        for key, (stated, was_called) in sorted(manifest.sequences.items()):
            last, is_called = stated, was_called
            table, column = key.split(".")
            name = sql.Identifier(schema_name, table)
            cursor.execute(
                "SELECT pg_get_serial_sequence(%s, %s)", [f'{quote_schema_name(schema_name)}."{table}"', column]
            )
            sequence = cursor.fetchone()[0]
            if sequence is None:
                raise ArchiveDamaged(_("The archive counts what has no number. Nothing was changed."))
            cursor.execute(
                sql.SQL("SELECT coalesce(max({column}), 0) FROM {table}").format(
                    column=sql.Identifier(column), table=name
                )
            )
            highest = max(cursor.fetchone()[0], floors.get(key, 0))
            if highest >= last:
                last, is_called = max(highest, 1), highest >= 1
            cursor.execute("SELECT setval(%s, %s, %s)", [sequence, last, is_called])


def _empty(schema_name: str) -> None:
    """Remove the rows that migrations wrote: the archive has its own."""
    tables = [sql.Identifier(schema_name, table) for table in _columns(schema_name)]
    if tables:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(tables)))


def _analyze(schema_name: str, manifest: Manifest) -> None:
    with connection.cursor() as cursor:
        for member in manifest.tables():
            if member.rows:
                cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(schema_name, member.table or "")))


def _work_without_limits() -> None:
    """A whole store takes longer than any request may; only this transaction may, too."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '10min'")


def _of_stores(migrations: Migrations) -> Migrations:
    labels = {config.label for config in apps.get_app_configs() if config.name in list(settings.TENANT_APPS)}  # type: ignore[misc]
    return {(app, name) for app, name in migrations if app in labels}
