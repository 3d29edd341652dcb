"""Inside the platform: the controls. A shop that looks and then writes, without a lock, a condition or a constraint."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

# What there is, what each buyer wants of it, and by how much the sum of what was given may not be more.
THINGS = {"the last unit": (1, 1), "a code for one": (1, 1), "a gift card": (2500, 1490)}


def give_naively(*, what: str, rounds: int, buyers: int) -> int:
    """Give one thing a round to so many buyers at once; return the rounds in which more was given than there was."""
    there, wanted = THINGS[what]
    _run("CREATE UNLOGGED TABLE IF NOT EXISTS public.drill_naive (left_count int, given_count int)")
    over = 0
    try:
        for _round in range(rounds):
            _run("DELETE FROM public.drill_naive")
            _run("INSERT INTO public.drill_naive VALUES (%s, 0)", there)
            gate = threading.Barrier(buyers)
            with ThreadPoolExecutor(buyers) as pool:
                list(pool.map(lambda _n, gate=gate: _take(gate.wait, wanted), range(buyers)))
            over += _run("SELECT given_count FROM public.drill_naive") > there
    finally:
        _run("DROP TABLE public.drill_naive")
    return over


def _take(wait: Callable[[], int], wanted: int) -> None:
    try:
        connection.ensure_connection()
        wait()
        left = _run("SELECT left_count FROM public.drill_naive")
        part = min(left, wanted)
        if part > 0:
            _run("UPDATE public.drill_naive SET left_count = %s, given_count = given_count + %s", left - part, part)
    finally:
        connection.close()


def _run(statement: str, *values: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone() if cursor.description else None
    return int(row[0]) if row else 0
