"""Names of orders, one after another."""

import re
from datetime import datetime
from itertools import pairwise

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from storefront.orders.models import OrderNumbers
from tests.storefront.orders.making import make_order


def test_names_go_on_where_they_are_and_past_those_that_others_brought(in_acme: object, now: datetime) -> None:
    brought = make_order(now)
    assert brought.name == "#1001"
    type(brought).objects.filter(pk=brought.pk).update(name="#1003")
    assert [make_order(now, email=f"{n}@example.com").name for n in range(3)] == ["#1002", "#1004", "#1005"]
    OrderNumbers.objects.all().delete()
    assert make_order(now, email="last@example.com").name == "#1001"


def test_the_next_name_is_found_without_looking_through_all_orders(in_acme: object, now: datetime) -> None:
    make_order(now)
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        make_order(now, email="second@example.com")
        transaction.set_rollback(True)
    (placing,) = [one["sql"] for one in asked.captured_queries if 'INSERT INTO "orders_order"' in one["sql"]]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF) {placing}".replace("%", "%%"))
        plan = [line for (line,) in cursor.fetchall()]
        transaction.set_rollback(True)
    scans = [before for before, line in pairwise(plan) if re.search(r"Filter.*~ .*0-9", line)]
    assert len(scans) == 2
    assert all("never executed" in line for line in scans), "\n".join(scans)
