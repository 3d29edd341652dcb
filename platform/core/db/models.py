"""What every table of a store has: questions that are bound to the store they were asked in."""

from typing import Any, TypeVar

from django.db import models

from core.tenancy import current_schema, is_public

Row = TypeVar("Row", bound=models.Model)


class AskedElsewhere(RuntimeError):
    """A question put together in one store was sent while the connection stood in another."""


class StoreQuerySet(models.QuerySet[Row]):
    """A lazy question that remembers its store and refuses to be answered by another.

    Raises: AskedElsewhere when it is evaluated, counted, updated or deleted there.
    """

    _store: str | None = None

    def _clone(self) -> Any:
        clone = super()._clone()  # type: ignore[misc]
        clone._store = self._store
        return clone

    @property
    def db(self) -> str:
        """Return the database to ask; Django comes here whenever it is about to."""
        if self._store is not None and self._store != current_schema():
            raise AskedElsewhere(f"{self.model._meta.label} of {self._store} asked in {current_schema()}")
        return super().db


class StoreManager(models.Manager[Row]):
    def get_queryset(self) -> models.QuerySet[Row]:
        queryset = StoreQuerySet[Row](self.model, using=self._db, hints=self._hints)  # type: ignore[attr-defined]
        # Put together outside any store, as a form's class does at import, it belongs to none yet.
        queryset._store = None if is_public() else current_schema()
        return queryset


class StoreModel(models.Model):
    """A table that every store has in its own schema."""

    objects = StoreManager()

    class Meta:
        abstract = True
