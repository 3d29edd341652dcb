"""What is sent instead of goods that came back and is called off gives them back to their return."""

from datetime import datetime

import pytest
from django.test import Client

from core.tenancy import in_tenant
from storefront.orders.errors import OrderStateRefused
from storefront.orders.models import Order, OrderEvent
from storefront.orders.services import cancel_order
from storefront.returns.enums import ReturnState
from storefront.returns.services import approve_return, ask_return, exchange_return, receive_return, refund_return
from storefront.returns.services.giving_back import counts_to_refund
from tenants.models import Tenant
from tests.storefront.returns.test_returns import asked, here, lines_of, make_sent, received


def cancel(order: Order, now: datetime) -> None:
    cancel_order(order_id=order.pk, reason="sold_out", refund=True, restock=True, notify=False, actor="ruth", now=now)


def test_what_is_called_off_can_be_exchanged_or_refunded_again(in_acme: Tenant, now: datetime) -> None:
    order = make_sent(now)
    found = received(order, now, 2, 1)
    versions = {line.pk: line.variant_id or 0 for line in lines_of(order)}
    for _round in range(2):
        found = exchange_return(return_id=found.pk, versions=versions, actor="ruth", now=now).found
        assert [line.exchanged_count for line in lines_of(order)] == [2, 1] and counts_to_refund(found) == {}
        assert found.exchange is not None
        cancel(found.exchange, now)
        found.refresh_from_db()
        assert (found.state, found.exchange, found.closed_at) == (ReturnState.RECEIVED, None, None)
        assert [line.exchanged_count for line in lines_of(order)] == [0, 0]
    assert OrderEvent.objects.filter(order=order, type="return.freed").count() == 2
    refund = refund_return(
        return_id=found.pk, delivery_amount=0, adjustment_amount=0, expected_amount=None, actor="ruth", now=now
    )
    assert refund.amount > 0 and [part.quantity for part in refund.lines.order_by("order_line_id")] == [2, 1]


def test_of_two_returns_only_that_of_the_canceled_order_waits_again(in_acme: Tenant, now: datetime) -> None:
    order = make_sent(now)
    versions = {line.pk: line.variant_id or 0 for line in lines_of(order)}
    first, second = (
        exchange_return(return_id=received(order, now, 1).pk, versions=versions, actor="ruth", now=now).found
        for _ in "ab"
    )
    assert first.exchange is not None
    cancel(first.exchange, now)
    assert [line.exchanged_count for line in lines_of(order)] == [1, 0]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (ReturnState.RECEIVED, ReturnState.CLOSED)


def test_an_unpaid_order_whose_goods_are_on_their_way_back_is_not_canceled(in_acme: Tenant, now: datetime) -> None:
    """Asked to come back is not here: what is on its way has to be received, or called off, first."""
    order = make_sent(now)
    Order.objects.filter(pk=order.pk).update(paid_at=None, payment_status="pending")
    made = ask_return(order_id=order.pk, asked=asked(order, 2, 1), actor="ruth", now=now)
    with pytest.raises(OrderStateRefused, match="on its way"):
        cancel(order, now)
    approve_return(return_id=made.pk, words="To us", label_url="", actor="ruth", now=now)
    with pytest.raises(OrderStateRefused, match="on its way"):
        cancel(order, now)
    order.refresh_from_db()
    assert order.status == "open"
    receive_return(return_id=made.pk, arrived=here(order, 2, 1), actor="ruth", now=now)
    cancel(order, now)
    order.refresh_from_db()
    assert order.status == "canceled"


def test_the_list_of_orders_counts_the_returns_that_wait(acme: Tenant, merchant_client: Client, now: datetime) -> None:
    with in_tenant(acme):
        order = make_sent(now)
    page = merchant_client.get("/dashboard/orders/?view=all").content.decode()
    assert 'Returns<span class="count">' not in page
    with in_tenant(acme):
        ask_return(order_id=order.pk, asked=asked(order, 1), actor="shopper", now=now)
        received(order, now, 1)
    page = merchant_client.get("/dashboard/orders/?view=all").content.decode()
    assert 'Returns<span class="count">2</span>' in page
