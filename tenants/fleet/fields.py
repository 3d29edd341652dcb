"""What adding or changing a column does to code that does not know of it, and to whoever waits for the table."""

from typing import Any

from django.db import connection
from django.db.models import NOT_PROVIDED, CharField, GeneratedField, ManyToManyField, TextField
from django.db.models.functions import Now

_Field = Any  # Django's stubs hide half of what a field has


def added_field_risks(field: _Field, *, growing: bool) -> list[str]:
    """Return the rules that adding this field to a table that stands already breaks."""
    if isinstance(field, ManyToManyField):
        return []
    if isinstance(field, GeneratedField):
        return ["rewrite-table"]
    risks = []
    if not field.null and field.db_default is NOT_PROVIDED:
        risks.append("not-null-without-default")
    if _is_computed(field.db_default):
        risks.append("rewrite-table")
    if growing and (field.unique or field.db_index):
        risks.append("add-index")
    return risks


def altered_field_risks(before: _Field, after: _Field) -> list[str]:
    """Return the rules that changing a column breaks."""
    if isinstance(before, ManyToManyField) or isinstance(after, ManyToManyField):
        return [] if isinstance(before, ManyToManyField) and isinstance(after, ManyToManyField) else ["change-type"]
    risks = []
    if before.null and not after.null:
        risks.append("set-not-null")
    if before.db_default is not NOT_PROVIDED and after.db_default is NOT_PROVIDED and not after.null:
        risks.append("drop-db-default")
    if before.unique and not after.unique:
        risks.append("drop-unique")
    if before.db_column != after.db_column:
        risks.append("rename-field")
    if (after.unique and not before.unique) or (after.remote_field and not before.remote_field):
        risks.append("add-constraint")
    elif after.db_index and not before.db_index:
        risks.append("add-index")
    return risks + _type_risks(before, after)


def _type_risks(before: _Field, after: _Field) -> list[str]:
    if before.remote_field or after.remote_field:
        return []
    old, new = before.db_type(connection), after.db_type(connection)
    if old == new:
        return []
    if isinstance(before, CharField | TextField) and isinstance(after, CharField | TextField):
        limits = (before.max_length, after.max_length)
        if isinstance(after, TextField) or limits[1] is None or (limits[0] is not None and limits[0] <= limits[1]):
            return []
        return ["narrow-type"]
    return ["change-type"]


def _is_computed(default: Any) -> bool:
    """Tell whether the database has to compute a value for each row; now() is one value for all."""
    return hasattr(default, "resolve_expression") and not isinstance(default, Now) and not _is_plain(default)


def _is_plain(default: Any) -> bool:
    return type(default).__name__ == "Value"
