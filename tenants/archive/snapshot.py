"""One moment of a store's schema, seen over a connection of its own while the shop goes on selling."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connection
from psycopg import IsolationLevel, sql

from core.handling import tables_that_stay_behind

MIGRATIONS = "django_migrations"
# The same words for the same rows, whatever the server's settings are.
_SPELLING = (
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL timezone = 'UTC'",
    "SET LOCAL datestyle = 'ISO, YMD'",
    "SET LOCAL intervalstyle = 'postgres'",
    "SET LOCAL extra_float_digits = 3",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL client_encoding = 'UTF8'",
    "SET LOCAL search_path = pg_catalog",
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it stands: its columns in order, those of its key, the columns with a sequence, its size on disk."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    sequences: tuple[str, ...]
    disk_bytes: int


class Snapshot:
    """A read-only view of one schema that does not move."""

    def __init__(self, raw: "psycopg.Connection[tuple[Any, ...]]", schema_name: str) -> None:
        self._raw = raw
        self.schema_name = schema_name

    def tables(self) -> list[Table]:
        """Return every table but the one that records migrations, by name."""
        rows = self._raw.execute(_TABLES, [self.schema_name, MIGRATIONS]).fetchall()
        return [
            Table(name, tuple(columns), tuple(key), tuple(counted), size) for name, columns, key, counted, size in rows
        ]

    def migrations(self) -> list[tuple[str, str]]:
        """Return (app, name) of what has been applied."""
        query = sql.SQL("SELECT app, name FROM {} ORDER BY app, name")
        rows = self._raw.execute(query.format(sql.Identifier(self.schema_name, MIGRATIONS))).fetchall()
        return [(str(app), str(name)) for app, name in rows]

    def sequence(self, table: str, column: str) -> tuple[int, bool]:
        """Return (last value, whether it was given out) of the column's sequence."""
        found = self._raw.execute(_SEQUENCE, [self.schema_name, table, column]).fetchone()
        query = sql.SQL("SELECT last_value, is_called FROM {}")
        name = sql.Identifier(*[str(part) for part in found or ()])
        row = self._raw.execute(query.format(name)).fetchone()
        return (int(row[0]), bool(row[1])) if row else (1, False)

    def copy(self, table: Table) -> Iterator[bytes]:
        """Yield the table's rows in PostgreSQL's text form, in the order of its key."""
        if table.name in tables_that_stay_behind():
            return
        query = sql.SQL("COPY (SELECT {columns} FROM {table} ORDER BY {key}) TO STDOUT").format(
            columns=sql.SQL(", ").join(map(sql.Identifier, table.columns)),
            table=sql.Identifier(self.schema_name, table.name),
            key=sql.SQL(", ").join(map(sql.Identifier, table.key or table.columns)),
        )
        with self._raw.cursor() as cursor, cursor.copy(query) as copy:
            yield from _gather(bytes(chunk) for chunk in copy)


@contextmanager
def open_snapshot(schema_name: str) -> Iterator[Snapshot]:
    """Look at the schema as it is at this moment, until the block ends."""
    params = dict(connection.get_connection_params())
    params.pop("cursor_factory", None)
    raw = psycopg.connect(**params)
    try:
        raw.isolation_level = IsolationLevel.REPEATABLE_READ
        raw.read_only = True
        with raw.transaction():
            for statement in _SPELLING:
                raw.execute(statement)
            yield Snapshot(raw, schema_name)
    finally:
        raw.close()


def _gather(rows: Iterator[bytes], size: int = 256 * 1024) -> Iterator[bytes]:
    """Join the server's small messages into blocks worth compressing."""
    block = bytearray()
    for row in rows:
        block += row
        if len(block) >= size:
            yield bytes(block)
            block.clear()
    if block:
        yield bytes(block)


_TABLES = """
SELECT c.relname,
       array(SELECT a.attname::text FROM pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum),
       array(SELECT a.attname::text FROM pg_index i
             CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, place)
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
             WHERE i.indrelid = c.oid AND i.indisprimary ORDER BY k.place),
       array(SELECT a.attname::text FROM pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
               AND (a.attidentity <> '' OR pg_get_serial_sequence(format('%%I.%%I', n.nspname, c.relname), a.attname)
                    IS NOT NULL)
             ORDER BY a.attnum),
       pg_table_size(c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> %s
ORDER BY c.relname COLLATE "C"
"""

_SEQUENCE = """
SELECT n.nspname, s.relname
FROM pg_class s JOIN pg_namespace n ON n.oid = s.relnamespace
WHERE s.oid = pg_get_serial_sequence(format('%%I.%%I', %s::text, %s::text), %s::text)::regclass
"""
