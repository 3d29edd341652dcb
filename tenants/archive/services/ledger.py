"""Remember who was erased, outside every archive, and erase them again in whatever comes back from one."""

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.apps import apps
from django.db import connection, models
from psycopg import sql

from core.events import publish
from core.handling import Handling, handled_columns
from core.tenancy import current_schema, in_public
from tenants.archive.models import ArchivePolicy, Erasure
from tenants.events import ErasuresDue

BLANKED = (Handling.PHONE, Handling.WORDS)


def record_erasure(*, tenant_id: int, email: str, now: datetime) -> Erasure:
    """Write down, as a hash, that the store has erased this person."""
    with in_public():
        policy, _made = ArchivePolicy.objects.get_or_create(tenant_id=tenant_id)
        erasure, _made = Erasure.objects.get_or_create(
            lineage=policy.lineage, subject_hash=hash_subject(policy.lineage, email), defaults={"erased_at": now}
        )
    return erasure


def reapply_erasures(*, lineage: UUID, now: datetime, only: Collection[str] | None = None) -> int:
    """Erase in the current schema, which was just restored, everybody whom the store had erased; return how many rows changed.

    With `only` it is these people, by hash, and the ledger is not asked. First the parts erase whom they know
    (`ErasuresDue`), then every column that names people is looked through.
    """
    if only is None:
        with in_public():
            hashes = list(Erasure.objects.filter(lineage=lineage).values_list("subject_hash", flat=True))
    else:
        hashes = sorted(only)
    if not hashes:
        return 0
    known = frozenset(hashes)
    publish(ErasuresDue(is_meant=lambda email: hash_subject(lineage, email) in known, now=now))
    changed = 0
    for table, columns in handled_columns().items():
        email = _email_column(table)
        if email is None:
            changed += _erase_children(table, columns, lineage, hashes)
    for table, columns in handled_columns().items():
        email = _email_column(table)
        if email is not None:
            hit = sql.SQL("{} = ANY(%s)").format(_hashed(sql.Identifier(email), lineage))
            changed += _erase_rows(table, columns, hit, hashes)
    return changed


def hash_subject(lineage: UUID, email: str) -> str:
    """Return what the ledger keeps of an e-mail: another store's ledger has another hash of it."""
    return hashlib.sha256(f"{lineage}:{email.strip().lower()}".encode()).hexdigest()


def _erase_children(table: str, columns: dict[str, Handling], lineage: UUID, hashes: list[str]) -> int:
    """Erase rows that name nobody themselves but hang on a row that does, such as a customer's addresses."""
    changed = 0
    for column, parent, key in _parents(table):
        email = _email_column(parent)
        if email is not None:
            hit = sql.SQL("{column} IN (SELECT {key} FROM {parent} WHERE {email} = ANY(%s))").format(
                column=sql.Identifier(column),
                key=sql.Identifier(key),
                parent=sql.Identifier(current_schema(), parent),
                email=_hashed(sql.Identifier(email), lineage),
            )
            changed += _erase_rows(table, columns, hit, hashes)
    return changed


def _erase_rows(table: str, columns: dict[str, Handling], hit: sql.Composable, hashes: list[str]) -> int:
    changes = [change for column, kind in columns.items() if (change := _blank(column, kind)) is not None]
    if not changes:
        return 0
    query = sql.SQL("UPDATE {} SET {} WHERE {}").format(
        sql.Identifier(current_schema(), table), sql.SQL(", ").join(changes), hit
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [hashes])
        return int(cursor.rowcount)


def _blank(column: str, kind: Handling) -> sql.Composable | None:
    name = sql.Identifier(column)
    if kind is Handling.EMAIL:
        return sql.SQL("{0} = 'erased-' || left(md5(random()::text || {0}), 16) || '@erased.invalid'").format(name)
    if kind in (Handling.PHONE, Handling.WORDS, Handling.PASSWORD):
        return sql.SQL("{} = ''").format(name)
    if kind is Handling.PEOPLE:
        return sql.SQL("{} = '[]'").format(name)
    if kind is Handling.ADDRESS:
        return sql.SQL("{0} = jsonb_strip_nulls(jsonb_build_object('country', {0} -> 'country'))").format(name)
    return None


def _hashed(column: sql.Composable, lineage: UUID) -> sql.Composable:
    return sql.SQL("encode(sha256(convert_to({} || lower({}), 'UTF8')), 'hex')").format(
        sql.Literal(f"{lineage}:"), column
    )


def _email_column(table: str) -> str | None:
    found = handled_columns().get(table, {})
    return next((column for column, kind in found.items() if kind is Handling.EMAIL), None)


def _parents(table: str) -> Iterable[tuple[str, str, str]]:
    """Yield (column, table it points at, its key) of each foreign key of the table."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table == table:
            for field in model._meta.concrete_fields:
                if isinstance(field, models.ForeignKey):
                    target = field.related_model._meta
                    yield field.column, target.db_table, str(target.pk.column)
