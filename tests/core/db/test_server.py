"""A server on which stores would not be apart is refused with the first session of a process, in words, and stays refused."""

from typing import Any

import pytest
from django.db import connection
from django.db.backends.base import base as django_base

from core.db.backend.server import ServerRefused
from tests.core.db.canaries import Room, rooms
from tests.core.db.pooler import TOLD, pooled


@pytest.fixture
def first_session(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process that has not met the server yet."""
    monkeypatch.setattr(django_base, "RAN_DB_VERSION_CHECK", set())


def read(wrapper: Any, room: Room) -> str:
    """Return the word that is read, or why none is."""
    wrapper.set_schema(room.schema_name)
    try:
        with wrapper.cursor() as cursor:
            return str(cursor.execute("SELECT word FROM canary").fetchone()[0])
    except ServerRefused as refusal:
        return str(refusal)


@pytest.mark.guard("server-fit-for-stores", found="read another store's word")
def test_through_a_pooler_that_shares_sessions_nothing_is_read(first_session: None) -> None:
    with rooms() as found, pooled() as wrapper:
        said = [read(wrapper, room) for room in found[:2]]
    wrong = [word for word, room in zip(said, found, strict=False) if word != room.word]
    assert all("A pooler stands between" in word for word in wrong), f"read another store's word: {wrong}"
    assert len(wrong) == len(said)


def test_a_pooler_is_refused_at_each_try_and_not_only_at_the_first(first_session: None) -> None:
    with pooled() as wrapper:
        with pytest.raises(ServerRefused):
            wrapper.ensure_connection()
        assert wrapper.connection is None


def test_a_server_that_does_not_tell_its_path_is_refused(first_session: None) -> None:
    with (
        pooled(tells=tuple(name for name in TOLD if name != "search_path"), process=None) as wrapper,
        pytest.raises(ServerRefused, match=r"PostgreSQL \d\d does not tell its search_path"),
    ):
        wrapper.ensure_connection()


def test_the_server_itself_is_taken(first_session: None) -> None:
    connection.close()
    connection.ensure_connection()
    assert connection.alias in django_base.RAN_DB_VERSION_CHECK
