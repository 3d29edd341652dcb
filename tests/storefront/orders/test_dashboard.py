"""The merchant's side: the list, one order, and what is done with them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from core.tenancy import in_tenant
from storefront.orders.enums import FulfillmentStatus, OrderStatus
from storefront.orders.models import Fulfillment, Order, OrderEvent
from storefront.orders.selectors import get_order_page, order_facts
from storefront.orders.services import cancel_order, fulfill_order
from tenants.models import Tenant
from tests.storefront.orders.making import make_order

LIST = "/dashboard/orders/"


def copies(order: Order, count: int) -> None:
    """Repeat an order's row with names and tokens of its own."""
    for number in range(count):
        order.pk, order.name, order.token = None, f"#X{number}", f"x{number}"
        order.placed_at -= timedelta(minutes=1)
        order._state.adding = True
        order.save(force_insert=True)


def reads(context: CaptureQueriesContext) -> int:
    """Count the questions put to the database, without the switches of schema that stand before each."""
    return sum(query["sql"].lstrip().startswith("SELECT") for query in context.captured_queries)


def names(client: Client, query: str = "") -> list[str]:
    return [row["order"].name for row in client.get(LIST + query).context["rows"]]


def test_an_empty_store_says_what_will_be_here(merchant_client: Client) -> None:
    assert "Orders will line up here" in merchant_client.get(LIST).content.decode()


def test_the_list_begins_with_what_is_to_be_sent_and_hides_what_is_no_sale(
    acme: Tenant, merchant_client: Client, now: datetime
) -> None:
    with in_tenant(acme):
        sent, waiting, open_, canceled = (
            make_order(now),
            make_order(now + timedelta(seconds=1), status=OrderStatus.PENDING, is_paid=False),
            make_order(now + timedelta(seconds=2), is_paid=False),
            make_order(now + timedelta(seconds=3), is_paid=False),
        )
        fulfill_order(order_id=sent.pk, actor="ruth", now=now)
        cancel_order(order_id=canceled.pk, actor="ruth", now=now)
    assert names(merchant_client) == [open_.name]
    assert names(merchant_client, "?view=all") == [canceled.name, open_.name, sent.name]
    assert names(merchant_client, "?view=all&sort=oldest") == [sent.name, open_.name, canceled.name]
    assert names(merchant_client, "?view=unpaid") == [open_.name]
    assert names(merchant_client, "?view=canceled") == [canceled.name]
    assert waiting.name not in names(merchant_client, f"?q={waiting.name[1:]}")
    with in_tenant(acme):
        fulfill_order(order_id=open_.pk, actor="ruth", now=now)
    assert names(merchant_client) == [canceled.name, open_.name, sent.name]


@pytest.mark.parametrize("query", ["{name}", "{number}", "maya@", "lindqv", "LINDQVIST"])
def test_search_finds_by_number_address_and_name(
    acme: Tenant, merchant_client: Client, now: datetime, query: str
) -> None:
    with in_tenant(acme):
        order = make_order(now)
        other = make_order(
            now + timedelta(seconds=1), email="nora@example.com", shipping_address={"name": "Nora Weiss"}
        )
        other.customer.name = "Nora Weiss"  # type: ignore[union-attr]
        other.customer.save()  # type: ignore[union-attr]
    text = query.format(name=order.name.replace("#", "%23"), number=order.name[1:])
    assert names(merchant_client, f"?q={text}") == [order.name]


def test_a_search_without_result_says_where_else_to_look(acme: Tenant, merchant_client: Client, now: datetime) -> None:
    with in_tenant(acme):
        order = make_order(now)
        fulfill_order(order_id=order.pk, actor="ruth", now=now)
    page = merchant_client.get(f"{LIST}?view=unfulfilled&q=maya").content.decode()
    assert "No orders match “maya”" in page
    assert "Look in all orders: 1 match" in page


def test_the_list_needs_as_many_queries_for_sixty_orders_as_for_one(
    acme: Tenant, merchant_client: Client, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with in_tenant(acme):
        order = make_order(now)
    merchant_client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        merchant_client.get(LIST)
    with in_tenant(acme):
        copies(order, 60)
    with django_assert_num_queries(len(one)):
        page = merchant_client.get(LIST)
    assert len(page.context["rows"]) == 50
    assert reads(one) == 9


def test_an_orders_page_needs_nine_queries(in_acme: Tenant, now: datetime) -> None:
    order = make_order(now)
    for line in order.lines.all():
        fulfill_order(order_id=order.pk, lines={line.pk: 1}, actor="ruth", now=now)
    with CaptureQueriesContext(connection) as asked:
        page = get_order_page(order.pk, now=now)
        assert [part.order_line.title for each in page.fulfillments for part in each.lines.all()]
    assert reads(asked) == 9
    assert page.left_count == 1


def test_ticked_orders_are_sent_and_undo_takes_them_back(acme: Tenant, merchant_client: Client, now: datetime) -> None:
    with in_tenant(acme):
        orders = [make_order(now + timedelta(seconds=number)) for number in range(2)]
    merchant_client.post(f"{LIST}bulk/", {"pick": [order.pk for order in orders], "next": f"{LIST}?view=all"})
    response = merchant_client.get(f"{LIST}?view=all")
    assert "2 orders marked as sent." in response.content.decode()
    undo = response.context["undo"]["url"]
    with in_tenant(acme):
        assert set(Order.objects.values_list("fulfillment_status", flat=True)) == {FulfillmentStatus.FULFILLED}
    assert merchant_client.get(undo).status_code == 405
    merchant_client.post(undo)
    with in_tenant(acme):
        assert set(Order.objects.values_list("fulfillment_status", flat=True)) == {FulfillmentStatus.UNFULFILLED}
        assert not Fulfillment.objects.exists()


def test_a_parcel_is_sent_from_the_orders_page(acme: Tenant, merchant_client: Client, now: datetime) -> None:
    with in_tenant(acme):
        order = make_order(now)
        first, second = order.lines.order_by("pk")
    facts = {f"line-{first.pk}": "1", f"line-{second.pk}": "0", "tracking_number": "1Z 999 AA1 01 2345 6784"}
    assert merchant_client.post(f"{LIST}{order.pk}/fulfill/", facts).status_code == 302
    page = merchant_client.get(f"{LIST}{order.pk}/").content.decode()
    assert "https://www.ups.com/track?tracknum=1Z999AA10123456784" in page
    assert "Fulfill 2 items" in page
    assert "acme@example.com" in page
    with in_tenant(acme):
        assert OrderEvent.objects.get(order=order, type="order.fulfilled").actor == "acme@example.com"


def test_what_was_typed_stays_when_a_parcel_is_refused(acme: Tenant, merchant_client: Client, now: datetime) -> None:
    with in_tenant(acme):
        order = make_order(now)
        first, _second = order.lines.order_by("pk")
    response = merchant_client.post(
        f"{LIST}{order.pk}/fulfill/", {f"line-{first.pk}": "9", "tracking_number": "KEEP-ME"}
    )
    assert response.status_code == 422
    assert "KEEP-ME" in response.content.decode()
    with in_tenant(acme):
        assert not Fulfillment.objects.exists()


def test_notes_canceling_and_marking_as_paid(acme: Tenant, merchant_client: Client, now: datetime) -> None:
    with in_tenant(acme):
        kept, called_off, paid = (make_order(now + timedelta(seconds=n), is_paid=n == 2) for n in range(3))
    merchant_client.post(f"{LIST}{kept.pk}/note/", {"text": "Leave the price slip <out>"})
    assert "Leave the price slip &lt;out&gt;" in merchant_client.get(f"{LIST}{kept.pk}/").content.decode()
    merchant_client.post(f"{LIST}{kept.pk}/paid/")
    why = {"reason": "customer", "restock": "on", "refund": "on"}
    merchant_client.post(f"{LIST}{called_off.pk}/cancel/", why)
    assert merchant_client.post(f"{LIST}{paid.pk}/cancel/", {"reason": "no such reason"}).status_code == 422
    with in_tenant(acme):
        for order in (kept, called_off, paid):
            order.refresh_from_db()
    assert kept.payment_status == "paid"
    assert called_off.status == OrderStatus.CANCELED
    assert paid.status == OrderStatus.OPEN


def test_another_stores_order_cannot_be_seen_or_sent(
    acme: Tenant, globex: Tenant, merchant_client: Client, now: datetime
) -> None:
    with in_tenant(globex):
        order = make_order(now)
    for path in ("", "fulfill/", "cancel/", "note/", "paid/"):
        method = merchant_client.post if path else merchant_client.get
        response = method(f"{LIST}{order.pk}/{path}", {"text": "x"})
        assert response.status_code == 404 or path == "cancel/", path
    with in_tenant(globex):
        order.refresh_from_db()
        assert (order.status, order.fulfillment_status) == (OrderStatus.OPEN, FulfillmentStatus.UNFULFILLED)


def test_nobody_but_the_merchant_gets_in(acme: Tenant, store_client: Callable[[Tenant], Client]) -> None:
    client = store_client(acme)
    assert client.get(LIST).status_code == 302
    assert client.post(f"{LIST}bulk/", {"pick": "1"}).status_code == 302


def test_a_customers_orders_are_shown_on_their_page(acme: Tenant, merchant_client: Client, now: datetime) -> None:
    with in_tenant(acme):
        order = make_order(now)
        other = make_order(now + timedelta(seconds=1), email="other@example.com")
    fragment = merchant_client.get(f"{LIST}of/{order.customer_id}/").content.decode()
    assert order.name in fragment
    assert other.name not in fragment
    assert "<html" not in fragment


def test_the_facts_of_an_order_name_its_parcels(in_acme: Tenant, now: datetime) -> None:
    order = make_order(now)
    fulfill_order(order_id=order.pk, tracking_number="1Z999AA10123456784", actor="ruth", now=now)
    order.refresh_from_db()
    facts = order_facts(order)
    assert facts["fulfillment_label"] == "Fulfilled"
    assert facts["parcels"][0]["carrier"] == "UPS"
    assert facts["total_amount"] == 17000
