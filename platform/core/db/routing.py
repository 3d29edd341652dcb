"""Rows know the store they were read in, and none is saved, followed or pointed at from another.

Django asks a router whenever a row or a question goes to the database, and writes the answer into the row. The answer here is
the database's name with the store written on it, so a row costs nothing to mark.
"""

from functools import cache, lru_cache
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, models

from core.tenancy import PUBLIC, current_schema


class AskedElsewhere(RuntimeError):
    """A question or a row of one store was used while the connection stood in another."""


class Place(str):
    """The database's name, as rows keep it in `_state.db`, and the schema of the store."""

    __slots__ = ("store",)
    store: str


def home_of(row: models.Model | None) -> str | None:
    """Return the schema that this row was read or written in; None for a new one and for the platform's."""
    return getattr(row._state.db, "store", None) if row is not None else None


def refuse_stranger(row: models.Model) -> None:
    """Let a row of another store go no further.

    Raises: AskedElsewhere.
    """
    if (home := home_of(row)) is not None and home != (here := current_schema()):
        raise AskedElsewhere(f"{row._meta.label} of {home} used in {here}")


class StoreRouter:
    """Send a store's table to the one database there is, and refuse what belongs to another store.

    Raises: AskedElsewhere.
    """

    def db_for_read(
        self, model: type[models.Model], store: str | None = None, instance: models.Model | None = None, **_hints: Any
    ) -> Place | None:
        if not _is_of_a_store(model._meta.app_label):
            return None
        here = current_schema()
        for home in (store, home_of(instance)):
            if home is not None and home != here:
                raise AskedElsewhere(f"{model._meta.label} of {home} asked in {here}")
        return None if here == PUBLIC else _place(here)

    db_for_write = db_for_read

    def allow_relation(self, one: models.Model, other: models.Model, **_hints: Any) -> bool:
        here, there = home_of(one), home_of(other)
        if here is not None and there is not None and here != there:
            raise AskedElsewhere(f"{one._meta.label} of {here} and {other._meta.label} of {there}")
        return True


@cache
def _is_of_a_store(app_label: str) -> bool:
    return bool(getattr(apps.get_app_config(app_label), "schema", PUBLIC) != PUBLIC)


@lru_cache(maxsize=1024)
def _place(schema_name: str) -> Place:
    place = Place(DEFAULT_DB_ALIAS)
    place.store = schema_name
    return place
