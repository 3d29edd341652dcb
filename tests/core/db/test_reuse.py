"""One connection serves every store in turn: by chance and by force, never a row of another.

On a developer's machine the walk is shorter; with CI in the environment, and in `infra/drills/run isolation`, it has 50,000 steps.
"""

import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django_tenants.postgresql_backend.base import DatabaseWrapper as LibraryWrapper

from core.db.backend.base import DatabaseWrapper
from tests.core.db.canaries import Room, rooms
from tests.core.db.cancels import Outcome, alternate
from tests.core.db.reuse import walk

STEPS = int(os.environ.get("ISOLATION_STEPS", "25000" if os.environ.get("CI") else "10000"))
CANCELED_READS = int(os.environ.get("ISOLATION_CANCELED_READS", "50000"))
# The library's own wrapper read a foreign word once in 300 to 10,000 reads here.
UNGUARDED_READS = 200_000


@pytest.mark.guard(
    "path-told-by-server",
    "path-asked-at-statement",
    "server-side-cursors-too",
    "copies-too",
    found="is meant|was written",
)
def test_no_walk_over_one_connection_reads_or_writes_in_another_store(
    committed: None, record_property: Callable[[str, Any], None]
) -> None:
    seen = walk(steps=STEPS)
    record_property("walk", json.dumps(seen))
    assert seen["steps"] >= STEPS
    assert seen["own"] > STEPS / 4
    assert seen["refused"] > STEPS / 20
    assert seen["foreign"] == 0


@pytest.mark.guard("unknown-path-is-sent", found="is meant|was written")
def test_a_server_that_does_not_tell_its_path_is_sent_it_each_time(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL before 18."""
    monkeypatch.setattr("core.db.backend.cursors.reported_path", lambda _session: None)
    assert walk(steps=500)["own"] > 100


@pytest.mark.guard("switch-or-stop", found="read another store's word")
def test_statements_canceled_by_the_server_never_show_another_store(
    committed: None, record_property: Callable[[str, Any], None]
) -> None:
    """The library's own wrapper, in the same run, does."""
    with rooms() as (acme, globex, _public):
        guarded = _alternate(DatabaseWrapper, [acme, globex], CANCELED_READS)
        assert guarded.foreign == 0, f"read another store's word: {guarded}"
        unguarded = _alternate(LibraryWrapper, [acme, globex], UNGUARDED_READS)
    record_property("canceled", json.dumps({"guarded": vars(guarded), "unguarded": vars(unguarded)}))
    assert guarded.own + guarded.failed == CANCELED_READS
    assert guarded.failed > CANCELED_READS / 1000
    assert unguarded.foreign == 1


def _alternate(kind: type[Any], stores: list[Room], reads: int) -> Outcome:
    wrapper = kind(connections["default"].settings_dict, "default")
    try:
        return alternate(wrapper, stores, iterations=reads, until_foreign=True)
    finally:
        wrapper.close()
