"""Several writes of one transaction as one statement: one round trip, planned once, all of it or nothing.

The parts are common table expressions. All see the rows as they were before the statement, so two parts must never write the
same row; what one part returns another may use (`Made`). Source: https://www.postgresql.org/docs/18/queries-with.html
"""

import json
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault, RawSQL

from core.db.prepared import prepared_cursor

Row = dict[str, Any]
Then = Callable[[list[Row]], object]


class Made(RawSQL):
    """The one value that a part of the same batch returns: `OrderLine(order_id=Made("orders", "id"))`."""

    def __init__(self, part: str, column: str) -> None:
        super().__init__(f'(SELECT "{column}" FROM "{part}")', ())  # noqa: S608  names of our own parts


class Batch:
    """Writes that go to the database together when `run` is called."""

    def __init__(self) -> None:
        self._parts: list[tuple[str, str]] = []
        self._params: list[Any] = []
        self._then: dict[str, Then] = {}

    def add(self, name: str, sql: str, params: Sequence[Any] = (), *, then: Then | None = None) -> None:
        """Add a statement; with `then` it has to end in RETURNING, and its rows are handed over after the run.

        Raises: ValueError for a name that is taken.
        """
        if any(name == other for other, _sql in self._parts):
            raise ValueError(f"the batch has a part {name!r} already")
        self._parts.append((name, sql))
        self._params.extend(params)
        if then is not None:
            self._then[name] = then

    def insert(self, name: str, rows: Sequence[models.Model], *returning: str, unique: str = "") -> None:
        """Add new rows of one table; after the run they know their keys and the columns of `returning`.

        What one row takes from another part of the batch, all of them take.
        With `unique` a row that is there already with the same value in this column is taken as it is.
        """
        if not rows:
            return
        columns = dict.fromkeys(("id", *returning))
        sql, params = _insertion(rows, list(columns), unique)
        self.add(name, sql, params, then=lambda made: _tell(rows, made))

    def run(self, *, is_prepared: bool = False) -> None:
        """Write everything, then hand each part's rows to whoever asked for them, in the order in which parts were added.

        `is_prepared` is for a batch whose text is always the same, and asked often: the server plans it once (`core.db.prepared`).
        """
        if not self._parts:
            return
        parts = ",\n".join(f'"{name}" AS (\n{sql}\n)' for name, sql in self._parts)
        asked = ", ".join(f'\'{name}\', (SELECT json_agg(row_to_json("{name}")) FROM "{name}")' for name in self._then)  # noqa: S608
        with prepared_cursor() if is_prepared else connection.cursor() as cursor:
            cursor.execute(f"WITH {parts}\nSELECT json_build_object({asked})::text", self._params)
            (answer,) = cursor.fetchone()
        found = json.loads(answer)
        for name, then in self._then.items():
            then(found[name] or [])


def _insertion(rows: Sequence[models.Model], returning: Sequence[str], unique: str) -> tuple[str, list[Any]]:
    """Write an INSERT whose text is the same however many rows there are: what is in them comes as one parameter."""
    table, fields = _table(type(rows[0]))
    columns: list[str] = []
    sources: list[str] = []
    known: dict[str, list[Any]] = {}
    for field in fields:
        values = [field.pre_save(row, add=True) for row in rows]
        if isinstance(values[0], DatabaseDefault):
            continue
        columns.append(f'"{field.column}"')
        if isinstance(values[0], Made):
            sources.append(str(values[0].sql))
        else:
            sources.append(f'made."{field.column}"')
            known[field.column] = [field.get_prep_value(value) for value in values]
    told = [dict(zip(known, row, strict=True)) for row in zip(*known.values(), strict=True)]
    # Written over itself, or a row that is there would not be returned.
    on_conflict = f'\nON CONFLICT ("{unique}") DO UPDATE SET "{unique}" = EXCLUDED."{unique}"' if unique else ""
    answer = ", ".join(f'{table}."{name}"' for name in returning)
    return (
        f"INSERT INTO {table} ({', '.join(columns)})\n"
        f"SELECT {', '.join(sources)} FROM json_populate_recordset(NULL::{table}, %s::json) AS made{on_conflict}\n"
        f"RETURNING {answer}",
        [json.dumps(told, default=_as_text)],
    )


@cache
def _table(model: type[models.Model]) -> tuple[str, list[Any]]:
    """Return a model's table and its fields besides the key and what the database makes."""
    meta = model._meta
    fields = [field for field in meta.local_concrete_fields if not field.generated and field is not meta.pk]
    return f'"{meta.db_table}"', fields


def _as_text(value: Any) -> str:
    """Return what JSON has no form for as the database reads it.

    Raises: TypeError for what is no moment, day or number.
    """
    if isinstance(value, date | Decimal):
        return str(value)
    raise TypeError(f"{value!r} cannot be written")


def _tell(rows: Sequence[models.Model], made: Sequence[Row]) -> None:
    for row, values in zip(rows, made, strict=True):
        for name, value in values.items():
            setattr(row, name, value)
        row._state.adding = False
