"""One connection through everything that can happen to it, drawn by Hypothesis; the model is the store that is meant."""

import threading
from collections import Counter
from contextlib import AbstractContextManager, ExitStack, suppress
from typing import Any

import psycopg
from django.db import connection, transaction
from django.db.utils import DatabaseError
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from core.tenancy import current_schema, in_public, in_tenant
from tests.core.db.canaries import Room, rooms

READ = "SELECT word FROM canary"
# What moves or forgets the session's path behind everybody's back.
MOVES = (
    "RESET search_path",
    "SET search_path = public",
    "SET LOCAL search_path = pg_catalog",
    "SELECT set_config('search_path', 'public', false)",
    "SELECT set_config('search_path', 'public', true)",
)
BREAKS = ("SELECT 1 / 0", "SELECT nothing FROM nowhere", "SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(1)")
DEEPEST = 6
# What needs a new session of the server is offered at every so-many-th step only.
DEAR = 5


class Aborted(Exception):
    """What ends a block from within."""


class Reuse(RuleBasedStateMachine):
    """Enter, leave, read, write, break, roll back: every word read is the one of the store that is meant just then."""

    found: list[Room] = []
    counts: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.steps = 0
        self.blocks: list[tuple[AbstractContextManager[Any], Room | None]] = []
        self.savepoints: list[str] = []
        self.held: Any = None
        self.fetching: tuple[Any, str] | None = None
        connection.set_schema_to_public()

    @property
    def meant(self) -> Room:
        stores = [room for _block, room in self.blocks if room is not None]
        return stores[-1] if stores else self.found[2]

    # ---- where the connection stands

    @precondition(lambda self: len(self.blocks) < DEEPEST)
    @rule(number=st.integers(0, 2))
    def enter(self, number: int) -> None:
        room = self.found[number]
        self._open(in_public() if number == 2 else in_tenant(room), room)

    @precondition(lambda self: len(self.blocks) < DEEPEST)
    @rule()
    def begin(self) -> None:
        self._open(transaction.atomic(), None)

    @precondition(lambda self: self.blocks)
    @rule(fails=st.booleans())
    def leave(self, fails: bool) -> None:
        self._close(Aborted() if fails else None)

    # ---- what is read and written

    @rule()
    def read(self) -> None:
        self._expect(lambda cursor: cursor.execute(READ).fetchone()[0])

    @rule()
    def copy(self) -> None:
        def copied(cursor: Any) -> str:
            with cursor.copy("COPY canary TO STDOUT") as copy:
                return b"".join(bytes(block) for block in copy).decode().strip()

        self._expect(copied)

    @rule()
    def stream(self) -> None:
        self._expect(lambda cursor: next(iter(list(cursor.cursor.stream(READ))))[0])

    @rule()
    def write(self) -> None:
        word = self.meant.word
        self._try(lambda cursor: cursor.executemany("INSERT INTO written VALUES (%s)", [(word,), (word,)]))

    @precondition(lambda self: self.held is None)
    @rule()
    def hold(self) -> None:
        """Open a cursor here, to be used wherever the connection stands later."""
        self.held = connection.cursor()

    @precondition(lambda self: self.held is not None)
    @rule()
    def read_held(self) -> None:
        held, self.held = self.held, None
        self._judge(self._guarded(lambda: held.execute(READ).fetchone()[0]), self.meant.word)

    @rule()
    def iterate(self) -> None:
        """Read through a server-side cursor, as iterator() does."""

        def first() -> str:
            with connection.chunked_cursor() as cursor:
                cursor.execute(READ)
                return str(cursor.fetchone()[0])

        self._judge(self._guarded(first), self.meant.word)

    @precondition(lambda self: self.fetching is None)
    @rule()
    def start_fetching(self) -> None:
        """Open a server-side cursor: its rows are of the store it was opened in, wherever they are fetched."""

        def declared() -> None:
            cursor = connection.chunked_cursor()
            cursor.execute(READ)
            self.fetching = (cursor, self.meant.word)

        self._guarded(declared)

    @precondition(lambda self: self.fetching is not None)
    @rule()
    def fetch(self) -> None:
        assert self.fetching is not None
        (cursor, word), self.fetching = self.fetching, None
        try:
            row = cursor.fetchone()
        except (DatabaseError, psycopg.Error):
            return
        self._judge(row[0] if row else None, word)

    # ---- what goes wrong

    @rule(sql=st.sampled_from(BREAKS))
    def fail(self, sql: str) -> None:
        self._try(lambda cursor: cursor.execute(sql))

    @rule(sql=st.sampled_from(MOVES))
    def move(self, sql: str) -> None:
        self._try(lambda cursor: cursor.execute(sql))

    @precondition(lambda self: connection.in_atomic_block and not connection.needs_rollback)
    @rule()
    def save(self) -> None:
        self._try(lambda _cursor: self.savepoints.append(transaction.savepoint()))

    @precondition(lambda self: self.savepoints and connection.in_atomic_block and not connection.needs_rollback)
    @rule(keeps=st.booleans())
    def back(self, keeps: bool) -> None:
        sid = self.savepoints.pop()
        self._try(lambda _cursor: (transaction.savepoint_commit if keeps else transaction.savepoint_rollback)(sid))

    @precondition(lambda self: self.steps % DEAR == 0 and not connection.in_atomic_block)
    @rule()
    def close(self) -> None:
        self._step()
        self.held = self.fetching = None
        connection.close()

    @precondition(lambda self: self.steps % DEAR == 0 and not connection.in_atomic_block)
    @rule()
    def lose(self) -> None:
        """Have the server end the session, and go on as Django does between two requests."""
        self.held = self.fetching = None
        self._try(lambda cursor: cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())"))
        connection.close_if_unusable_or_obsolete()

    @precondition(lambda self: self.steps % DEAR == 0)
    @rule()
    def ask_in_a_thread(self) -> None:
        """A thread has a connection of its own, and that one stands on public."""
        self._step()
        words: list[str] = []

        def ask() -> None:
            try:
                with connection.cursor() as cursor:
                    words.append(cursor.execute(READ).fetchone()[0])
            finally:
                connection.close()

        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
        self._judge(words[0], self.found[2].word)

    def teardown(self) -> None:
        while self.blocks:
            self._close(Aborted())
        connection.close()
        for room in self.found:
            with ExitStack() as stack:
                stack.enter_context(in_tenant(room))
                with connection.cursor() as cursor:
                    words = {row[0] for row in cursor.execute("SELECT DISTINCT word FROM written")}
            assert words <= {room.word}, f"{words - {room.word}} was written into the store of {room.word}"

    # ---- how

    def _step(self) -> None:
        self.steps += 1
        self.counts["steps"] += 1

    def _open(self, block: AbstractContextManager[Any], room: Room | None) -> None:
        self._step()
        try:
            block.__enter__()
        except (DatabaseError, transaction.TransactionManagementError):
            return
        self.blocks.append((block, room))

    def _close(self, error: Exception | None) -> None:
        self._step()
        block, room = self.blocks.pop()
        if room is None:
            self.savepoints.clear()
            self.fetching = None
        with suppress(Aborted, DatabaseError, transaction.TransactionManagementError):
            block.__exit__(type(error) if error else None, error, None)
        assert current_schema() == self.meant.schema_name

    def _try(self, deed: Any) -> Any:
        def with_cursor() -> Any:
            with connection.cursor() as cursor:
                return deed(cursor)

        return self._guarded(with_cursor)

    def _guarded(self, deed: Any) -> Any:
        self._step()
        try:
            return deed()
        except (DatabaseError, psycopg.Error, transaction.TransactionManagementError):
            self.counts["refused"] += 1
            if connection.connection is not None and connection.connection.closed and not connection.in_atomic_block:
                connection.close()
            return None

    def _expect(self, deed: Any) -> None:
        self._judge(self._try(deed), self.meant.word)

    def _judge(self, word: str | None, expected: str) -> None:
        if word is None:
            return
        self.counts["own" if word == expected else "foreign"] += 1
        assert word == expected, f"read {word} where {expected} is meant"


def walk(*, steps: int) -> Counter[str]:
    """Walk at least so many steps, the same ones each time, and return how often what was seen.

    Raises: AssertionError at the first foreign word.
    """
    Reuse.counts = Counter()
    with rooms() as found:
        Reuse.found = found
        for round_ in range(1_000):
            if Reuse.counts["steps"] >= steps:
                break
            machine = type(f"Reuse{round_}", (Reuse,), {})  # each name draws its own walks
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=25, stateful_step_count=50, deadline=None, database=None, derandomize=True,
                    phases=[Phase.generate], suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
                ),
            )  # fmt: skip
    return Reuse.counts
