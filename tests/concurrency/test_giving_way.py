"""A deed at the work place that gave way to another is done again by itself, and said plainly where it never gets its turn."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.selectors import find_user_by_email
from core.ids import new_token
from core.tenancy import in_tenant
from storefront.orders.models import Order, OrderEvent
from storefront.orders.services import fulfill_order
from storefront.returns.models import Return
from storefront.returns.services import Arrived, ReturnRequest, approve_return, ask_return, receive_return
from tenants.models import Tenant
from tenants.selectors import default_host
from tests.fixtures.people import sign_in
from tests.storefront.orders.making import ADDRESS, make_order

# The order's history is written in each of these deeds; a sequence counts on through what is rolled back.
GIVE_WAY = """
    CREATE SEQUENCE given_way;
    CREATE FUNCTION give_way() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval(TG_TABLE_SCHEMA || '.given_way') <= {times} THEN
            RAISE EXCEPTION USING ERRCODE = '40P01', MESSAGE = 'deadlock detected';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER give_way BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION give_way();
"""
STOP = "DROP TRIGGER give_way ON {table}; DROP FUNCTION give_way(); DROP SEQUENCE given_way"
BUSY = "Others are changing the same things at this very moment. Nothing was changed."

DEEDS = ("cancel", "address", "ask", "approve", "refuse", "receive", "refund", "exchange", "close", "call_off")


@pytest.fixture
def merchant(committed_store: Tenant) -> Client:
    owner = find_user_by_email(committed_store.contact_email)
    assert owner is not None
    client = Client(headers={"host": default_host(committed_store.slug)}, raise_request_exception=False)
    return sign_in(client, committed_store, owner)


def test_each_deed_gives_way_twice_and_is_done(
    committed_store: Tenant, merchant: Client, now: datetime, subtests: pytest.Subtests
) -> None:
    for deed in DEEDS:
        with subtests.test(deed=deed):
            address, form, order = prepare(committed_store, deed, now)
            for answer in give_way(committed_store, merchant, address, form, times=2):
                assert answer.status_code == 302, answer.content
            assert told(committed_store, order) > 0


def test_each_deed_that_gives_way_each_time_says_so_and_changes_nothing(
    committed_store: Tenant, merchant: Client, now: datetime, subtests: pytest.Subtests
) -> None:
    for deed in DEEDS:
        with subtests.test(deed=deed):
            address, form, order = prepare(committed_store, deed, now)
            for answer in give_way(committed_store, merchant, address, form, times=1000):
                assert answer.status_code in (302, 409, 422)
                page = merchant.get(answer["Location"]) if answer.status_code == 302 else answer
                assert BUSY in page.content.decode()
            assert told(committed_store, order) == 0


def give_way(store: Tenant, client: Client, address: str, form: dict[str, Any], *, times: int) -> Iterator[Any]:
    table = OrderEvent._meta.db_table
    with in_tenant(store), connection.cursor() as cursor:
        cursor.execute(GIVE_WAY.format(times=times, table=table))
    try:
        yield client.post(address, form)
    finally:
        with in_tenant(store), connection.cursor() as cursor:
            cursor.execute(STOP.format(table=table))


def told(store: Tenant, order: Order) -> int:
    """Return how much came into the order's history at the merchant's hands."""
    with in_tenant(store):
        return OrderEvent.objects.filter(order=order, actor=store.contact_email).count()


def prepare(store: Tenant, deed: str, now: datetime) -> tuple[str, dict[str, Any], Order]:
    """Return the page, the form and the order of a deed that can be done next."""
    with in_tenant(store):
        order = make_order(now, goods=(("Shirt", 1800, 2),))
        page = f"/dashboard/orders/{order.pk}/"
        if deed == "cancel":
            return f"{page}cancel/", {"reason": "customer", "restock": "on"}, order
        if deed == "address":
            return f"{page}address/", {**ADDRESS, "line1": "1 New Street", "province": "Oregon"}, order
        fulfill_order(order_id=order.pk, actor="ruth", now=now, notify=False)
        line = order.lines.get()
        token = new_token()
        if deed == "ask":
            return (
                f"{page}return/",
                {"token": token, "reason": "damaged", "wish": "refund", f"line-{line.pk}": "1"},
                order,
            )
        asked = ReturnRequest(token=token, counts={line.pk: 1})
        made = ask_return(order_id=order.pk, asked=asked, actor="shopper", now=now)
        forms: dict[str, dict[str, Any]] = {
            "approve": {"words": "To Portland"},
            "refuse": {"words": "Too late"},
            "call_off": {},
            "receive": {f"line-{line.pk}": "1"},
            "exchange": {f"line-{line.pk}": str(line.variant_id)},
            "close": {"words": "It is worn"},
            "refund": {"seen": "1800"},
        }
        if deed in ("receive", "exchange", "close", "refund"):
            approve_return(return_id=made.pk, words="To Portland", label_url="", actor="ruth", now=now)
        if deed in ("exchange", "close", "refund"):
            arrived = {line.pk: Arrived(1, restocks=True)}
            receive_return(return_id=made.pk, arrived=arrived, actor="ruth", now=now)
        return address_of(made, deed), {"do": deed, **forms[deed]}, order


def address_of(made: Return, deed: str) -> str:
    page = f"/dashboard/orders/returns/{made.pk}/"
    return f"{page}refund/" if deed == "refund" else page
