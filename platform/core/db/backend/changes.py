"""Which statements change what a store's pages show: every write to a table of a store that is not declared unseen.

An app names its unseen tables in `AppConfig.not_on_pages`. What cannot be recognized counts as a change.
"""

import re
import secrets
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

import psycopg
from psycopg import sql

_NAME = r'((?:"[^"]+"|\w+)(?:\."?\w+"?)?)'
_WRITES = re.compile(
    r"\b(?:INSERT\s+INTO|DELETE\s+FROM(?:\s+ONLY)?|MERGE\s+INTO|TRUNCATE(?:\s+TABLE)?(?:\s+ONLY)?"
    r"|(?<!FOR )(?<!KEY )(?<!ON )(?<!DO )UPDATE(?:\s+ONLY)?)\s+" + _NAME,
    re.IGNORECASE,
)
_COPIES_IN = re.compile(rf"\bCOPY\s+{_NAME}\s*(?:\([^)]*\))?\s*FROM\b", re.IGNORECASE)
_CALLS = re.compile(r"(?:^|;)\s*(?:DO|CALL|EXECUTE)\b", re.IGNORECASE)
_LIST_OF_TABLES = re.compile(r"\bTRUNCATE\b[^;]*,", re.IGNORECASE)
_STORE = re.compile(r"t_[0-9a-f]{20}")

_MARK = """
INSERT INTO public.freshness_storemark (schema_name, mark, xid)
SELECT name, %s, pg_current_xact_id()::text::bigint FROM unnest(%s::text[]) AS name ORDER BY name
ON CONFLICT (schema_name) DO UPDATE SET mark = excluded.mark, xid = excluded.xid
"""


def stores_changed_by(query: Any, *, schema_name: str, session: Any) -> frozenset[str]:
    """Return the schemas whose pages this statement may change; `schema_name` is where the connection stands."""
    text = query if isinstance(query, str) else _text(query, session)
    # Only a statement that begins with WITH can change anything inside a question.
    if text.startswith("SELECT") and ";" not in text:
        return _NONE
    if len(text) >= _LONG:
        text = _shape_of_code(text) if len(text) < _LONGEST_CODE else _shape(text)
    return _stores_changed_by(text, schema_name)


def write_marks(session: Any, schema_names: Iterable[str]) -> None:
    """Give these stores another mark, in the transaction that the session is in.

    Raises: psycopg.Error.
    """
    psycopg.Cursor(session).execute(_MARK, [secrets.randbits(62) + 1, sorted(schema_names)])


_NONE: frozenset[str] = frozenset()
_LONG = 4000
# What is written in the code, such as an order's placing, is no longer than this; what is longer has rows in it.
_LONGEST_CODE = 20_000


@lru_cache(maxsize=4096)
def _stores_changed_by(text: str, schema_name: str) -> frozenset[str]:
    tables = _WRITES.findall(text) + _COPIES_IN.findall(text)
    is_unclear = bool(_CALLS.search(text) or _LIST_OF_TABLES.search(text))
    if not is_unclear and all(_last(table) in _unseen() for table in tables):
        return _NONE
    named = {place for table in tables for place in _STORE.findall(table)} or set(_STORE.findall(text))
    here = {schema_name} if _STORE.fullmatch(schema_name) else set()
    return frozenset(named | here)


def _shape(text: str) -> str:
    """Return a long statement's head and what it writes, so that ten thousand rows of values are not remembered as text."""
    writes = [found.group(0) for pattern in (_WRITES, _COPIES_IN, _CALLS) for found in pattern.finditer(text)]
    return f"{' ; '.join(dict.fromkeys(writes))[:_LONG]} {' '.join(dict.fromkeys(_STORE.findall(text)))}"


_shape_of_code = lru_cache(maxsize=128)(_shape)


def _last(table: str) -> str:
    return table.rpartition(".")[2].strip('"').lower()


@cache
def _unseen() -> frozenset[str]:
    from django.apps import apps

    own = {name for config in apps.get_app_configs() for name in getattr(config, "not_on_pages", ())}
    return frozenset(own | {"django_migrations"})


def _text(query: Any, session: Any) -> str:
    if isinstance(query, sql.Composable):
        return query.as_string(session)
    return bytes(query).decode(errors="replace")
