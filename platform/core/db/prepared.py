"""Statements that the server plans once a session instead of each time they are asked."""

from typing import Any

from django.db import connection


def prepared_cursor() -> Any:
    """Return a cursor for a statement of one text that is asked often and costs more to plan than to run.

    It is planned anew wherever the session stands in another store. Its parameters are bound by the server (`%s`, no lists in
    `IN`), and what it returns must keep its type through migrations: cast it to text.
    """
    wrapper: Any = connection
    return wrapper.prepared_cursor()


def keep_plans() -> None:
    """Let the open transaction's prepared statements run by the plan that is kept, whatever they are asked with.

    For statements that find their rows by keys: the server plans one that is given lists anew each time, which costs more than
    to run it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
