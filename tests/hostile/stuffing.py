"""Put every hostile text into every text of a planted store: whatever column is added later is filled by itself."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from core.tenancy import in_public, in_tenant
from storefront.catalog.services.text import sanitize_html
from storefront.search.services import index_all
from storefront.search.services.meanings import write_terms
from tests.isolation.planting import Planted
from tests.isolation.watching import NAMES, about_stores

TEXT, JSON_TYPES, TEXTS = ("text", "character varying"), ("jsonb", "json"), ("ARRAY",)
# The sessions of whoever looks, and what only search writes.
LEFT_ALONE = {"customers_session", "search_searchdocument", "search_synonymterm"}
# Sentences of our own, translated when they are shown.
LEFT_ALONE |= {"serving_trainedmodel"}
# What a form takes for an address.
EMAIL = '"<img/src=x/onerror=__pwned(9999)>"'
COLUMNS = """
    SELECT table_name, column_name, data_type FROM information_schema.columns
     WHERE table_schema = %s AND is_generated = 'NEVER'
       AND (data_type = ANY(%s) OR (data_type = 'ARRAY' AND udt_name IN ('_text', '_varchar')))
"""
IN_THE_WAY = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I CASCADE', conrelid::regclass, conname)
      FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'u', 'x')
    UNION ALL
    SELECT format('DROP INDEX %%s', indexrelid::regclass) FROM pg_index
     WHERE indrelid = %s::regclass AND NOT indisprimary
       AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
"""


@dataclass(frozen=True)
class Column:
    """A column that held the store's word."""

    table: str
    name: str
    kind: str


def stuff(planted: Planted, text: str) -> list[Column]:
    """Replace the store's word by the text wherever a row has it, and return the columns; no column has a limit any more.

    Addresses of mail become one that forms take. Columns of HTML get what the sanitizer leaves of the text, as every
    service gives them. For tests that are rolled back.
    """
    with in_tenant(planted.tenant):
        found = [*_replace(connection.schema_name, planted.word, text, "true", [])]
        index_all()
        write_terms()
    with in_public():
        for table, key in about_stores():
            value = getattr(planted.tenant, NAMES[key])
            found += _replace("public", planted.word, text, f"{key} = %s", [value], only=table)
        people = [planted.owner.pk, planted.rows["tenants.Membership"].user_id]
        for table, key, values in (
            ("accounts_user", "id", people), ("tenants_tenant", "id", [planted.tenant.pk]),
            ("console_announcement", "id", [planted.pk("console.Announcement")]),
        ):  # fmt: skip
            found += _replace("public", planted.word, text, f"{key} = ANY(%s)", [values], only=table)
    return found


def _replace(
    schema: str, word: str, text: str, which: str, values: list[object], only: str | None = None
) -> Iterator[Column]:
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, [schema, [*TEXT, *JSON_TYPES]])
        tables: dict[str, list[Column]] = {}
        for table, name, kind in cursor.fetchall():
            if table not in LEFT_ALONE and only in (None, table):
                tables.setdefault(table, []).append(Column(table, name, kind))
        for table, columns in tables.items():
            whole = f'"{schema}"."{table}"'
            seen = ", ".join(f'bool_or("{one.name}"::text LIKE %s)' for one in columns)
            cursor.execute(f"SELECT {seen} FROM {whole} WHERE {which}", [*[f"%{word}%"] * len(columns), *values])
            hits = [one for one, is_there in zip(columns, cursor.fetchone(), strict=True) if is_there]
            if not hits:
                continue
            _widen(whole, hits)
            changes = ", ".join(f'"{one.name}" = {_changed(one)}' for one in hits)
            told = [part for one in hits for part in (word, _written(one, text))]
            cursor.execute(f"UPDATE {whole} SET {changes} WHERE {which}", [*told, *values])
            yield from hits


def _widen(table: str, columns: list[Column]) -> None:
    """Take off what holds no such texts: limits, checks, indexes, and the triggers of rows that are never changed."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(IN_THE_WAY, [table, table])
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
        types = [(one.name, "text[]" if one.kind in TEXTS else "text") for one in columns if one.kind not in JSON_TYPES]
        if types:
            cursor.execute(
                f"ALTER TABLE {table} " + ", ".join(f'ALTER COLUMN "{name}" TYPE {kind}' for name, kind in types)
            )


def _changed(column: Column) -> str:
    if column.kind in TEXTS:
        return f'ARRAY(SELECT replace(one, %s, %s) FROM unnest("{column.name}") one)'
    if column.kind in JSON_TYPES:
        return f'replace("{column.name}"::text, %s, %s)::{column.kind}'
    if "email" in column.name:
        return f"""regexp_replace("{column.name}", '^' || %s, %s)"""
    return f'replace("{column.name}", %s, %s)'


def _written(column: Column, text: str) -> str:
    if column.kind in JSON_TYPES:
        return json.dumps(text)[1:-1]
    if "email" in column.name:
        return EMAIL
    return sanitize_html(text) if column.name.endswith("_html") else text
