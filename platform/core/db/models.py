"""What every table of a store has: questions that are bound to the store they were asked in."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import models

from core.db.routing import refuse_stranger
from core.tenancy import PUBLIC, current_schema

Row = TypeVar("Row", bound=models.Model)


class StoreQuerySet(models.QuerySet[Row]):
    """Questions that name no row of another store.

    Raises: AskedElsewhere.
    """

    def bulk_update(self, objs: Iterable[Row], fields: Iterable[str], batch_size: int | None = None) -> int:
        rows = tuple(objs)
        for row in rows:
            refuse_stranger(row)
        return super().bulk_update(rows, fields, batch_size)

    def _filter_or_exclude(self, negate: bool, args: Any, kwargs: Any) -> Any:
        for value in kwargs.values():
            if isinstance(value, models.Model):
                refuse_stranger(value)
        return super()._filter_or_exclude(negate, args, kwargs)  # type: ignore[misc]


class StoreManager(models.Manager[Row]):
    """Lazy questions remember the store they were put together in; `StoreRouter` refuses to have another answer them."""

    def get_queryset(self) -> models.QuerySet[Row]:
        here = current_schema()
        # Put together outside any store, as a form's class does at import, it belongs to none yet.
        hints = self._hints if here == PUBLIC else {**self._hints, "store": here}  # type: ignore[attr-defined]
        return StoreQuerySet[Row](self.model, using=self._db, hints=hints)


class StoreModel(models.Model):
    """A table that every store has in its own schema."""

    objects = StoreManager()

    class Meta:
        abstract = True
