"""Several writes of one transaction as one statement: one round trip, planned once, all of it or nothing.

The parts are common table expressions. All see the rows as they were before the statement, so two parts must never write the
same row; what one part returns another may use (`Made`). Source: https://www.postgresql.org/docs/18/queries-with.html
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, models
from django.db.models.constants import OnConflict
from django.db.models.expressions import RawSQL
from django.db.models.sql import InsertQuery

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

        With `unique` a row that is there already with the same value in this column is taken as it is.
        """
        if not rows:
            return
        columns = dict.fromkeys(("id", *returning))
        sql, params = _insertion(rows, list(columns), unique)
        self.add(name, sql, params, then=lambda made: _tell(rows, made))

    def run(self) -> None:
        """Write everything, then hand each part's rows to whoever asked for them, in the order in which parts were added."""
        if not self._parts:
            return
        parts = ",\n".join(f'"{name}" AS (\n{sql}\n)' for name, sql in self._parts)
        asked = ", ".join(f'\'{name}\', (SELECT json_agg(row_to_json("{name}")) FROM "{name}")' for name in self._then)  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(f"WITH {parts}\nSELECT json_build_object({asked})::text", self._params)
            (answer,) = cursor.fetchone()
        found = json.loads(answer)
        for name, then in self._then.items():
            then(found[name] or [])


def _insertion(rows: Sequence[models.Model], returning: Sequence[str], unique: str) -> tuple[str, tuple[Any, ...]]:
    meta = rows[0]._meta
    fields = [field for field in meta.local_concrete_fields if not field.generated and field is not meta.pk]
    same = [meta.get_field(unique)] if unique else []  # written over itself, or the row would not be returned
    on_conflict = OnConflict.UPDATE if unique else None
    query = InsertQuery(type(rows[0]), on_conflict=on_conflict, update_fields=same, unique_fields=same)
    query.insert_values(fields, list(rows))
    compiler: Any = query.get_compiler(connection=connection)
    compiler.returning_fields = [meta.get_field(name) for name in returning]
    ((sql, params),) = compiler.as_sql()
    return sql, params


def _tell(rows: Sequence[models.Model], made: Sequence[Row]) -> None:
    for row, values in zip(rows, made, strict=True):
        for name, value in values.items():
            setattr(row, name, value)
        row._state.adding = False
