"""Two schemas and public, each with a table of one name that holds one word: reading the wrong word is a leak."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

from django.db import connection

from core.tenancy import PUBLIC


@dataclass(frozen=True)
class Room:
    """A schema that can be entered like a store, and the word in its table `canary`."""

    schema_name: str
    word: str
    is_open_for_work: bool = True


@contextmanager
def rooms() -> Iterator[list[Room]]:
    """Yield two rooms and public, really committed; gone afterwards."""
    found = [
        Room(f"t_{uuid4().hex[:20]}", "albatross"),
        Room(f"t_{uuid4().hex[:20]}", "quetzal"),
        Room(PUBLIC, "nobody"),
    ]
    with connection.cursor() as cursor:
        for room in found:
            if room.schema_name != PUBLIC:
                cursor.execute(f"CREATE SCHEMA {room.schema_name}")
            cursor.execute(f"CREATE TABLE {room.schema_name}.canary (word text NOT NULL)")
            cursor.execute(f"CREATE TABLE {room.schema_name}.written (word text NOT NULL)")
            cursor.execute(f"INSERT INTO {room.schema_name}.canary VALUES (%s)", [room.word])
    try:
        yield found
    finally:
        connection.close()
        connection.set_schema_to_public()
        with connection.cursor() as cursor:
            for room in found:
                if room.schema_name == PUBLIC:
                    cursor.execute("DROP TABLE canary, written")
                else:
                    cursor.execute(f"DROP SCHEMA {room.schema_name} CASCADE")
