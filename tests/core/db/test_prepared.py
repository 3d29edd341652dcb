"""A statement that is planned once is planned for the store where the session stands; a session that ended is noticed unasked."""

from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from core.db.prepared import keep_plans, prepared_cursor
from core.tenancy import in_tenant
from tests.core.db.canaries import rooms

QUESTION = "SELECT word::text FROM canary WHERE word <> %s"


def ask() -> str:
    with prepared_cursor() as cursor:
        cursor.execute(QUESTION, [""])
        return str(cursor.fetchone()[0])


def test_a_planned_statement_answers_from_the_store_where_the_session_stands(committed: None) -> None:
    with rooms() as (acme, globex, _public):
        said = []
        for _ in range(8):
            for room in (acme, globex):
                with in_tenant(room):
                    said.append(ask())
        with connection.cursor() as cursor:
            cursor.execute("SELECT generic_plans FROM pg_prepared_statements WHERE statement LIKE '%%FROM canary%%'")
            kept = cursor.fetchall()
    assert said == [acme.word, globex.word] * 8
    assert len(kept) == 1
    assert kept[0][0] > 0


def test_a_plan_is_kept_for_a_statement_with_lists_in_this_transaction_alone(committed: None) -> None:
    with transaction.atomic(), prepared_cursor() as cursor:
        keep_plans()
        cursor.execute("SELECT count(*)::text FROM pg_class WHERE oid = ANY(%s::oid[])", [[1, 2]])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE '%%oid = ANY%%'"
        )
        assert cursor.fetchall() == [(1, 0)]
        cursor.execute("SHOW plan_cache_mode")
        assert cursor.fetchone() == ("auto",)


def test_nothing_is_planned_ahead_that_did_not_ask_for_it(committed: None) -> None:
    with connection.cursor() as cursor:
        for _ in range(12):
            cursor.execute("SELECT %s::int", [1])
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone()[0] == 0


@pytest.fixture
def between_requests(committed: None) -> None:
    connection.ensure_connection()
    connection.health_check_enabled = True
    connection.health_check_done = False


def test_a_session_is_not_asked_whether_it_lives(between_requests: None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(type(connection._connections["default"]), "is_usable", lambda self: asked.append(self) or True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert asked == []


def test_a_session_that_the_server_ended_is_replaced_before_the_next_question(between_requests: None) -> None:
    connection.health_check_done = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        before = cursor.fetchone()[0]
    address = settings.DATABASES["default"]
    with psycopg.connect(
        host=address["HOST"], port=address["PORT"], user=address["USER"], password=address["PASSWORD"],
        dbname=connection.settings_dict["NAME"], autocommit=True,
    ) as other:  # fmt: skip
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [before])
    connection.health_check_done = False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone()[0] != before
