"""Parcels: what may leave, who wins when two send the same, and what comes back."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection

from core.errors import ShopsteadError
from core.outbox.models import OutboxMessage
from core.tenancy import in_tenant
from storefront.inventory.models import Stock
from storefront.inventory.services import allocate, reserve
from storefront.orders.carriers import clean_tracking_number, guess_carrier
from storefront.orders.enums import FulfillmentStatus, OrderStatus
from storefront.orders.errors import (
    FulfillmentNotFound,
    FulfillmentRefused,
    NothingToFulfill,
    OrderStateRefused,
)
from storefront.orders.models import Fulfillment, FulfillmentLine, Order, OrderEvent
from storefront.orders.services import (
    add_note,
    cancel_order,
    fulfill_order,
    fulfill_orders,
    unfulfill_order,
    unfulfill_orders,
)
from storefront.orders.services.mailing import mail_shipped
from tenants.models import Tenant
from tests.storefront.orders.making import make_order

TABS = 6


def send(order: Order, now: datetime, **changes: object) -> Fulfillment:
    return fulfill_order(**{"order_id": order.pk, "actor": "ruth@example.com", "now": now, **changes})  # type: ignore[arg-type]


def status_of(order: Order) -> str:
    order.refresh_from_db()
    return order.fulfillment_status


def test_without_quantities_everything_that_is_left_is_sent(in_acme: Tenant, now: datetime) -> None:
    order = make_order(now)
    fulfillment = send(order, now)
    assert status_of(order) == FulfillmentStatus.FULFILLED
    assert [line.fulfilled_count for line in order.lines.order_by("pk")] == [2, 1]
    assert [line.quantity for line in fulfillment.lines.order_by("pk")] == [2, 1]
    event = OrderEvent.objects.get(order=order, type="order.fulfilled")
    assert (event.actor, event.data["items_count"]) == ("ruth@example.com", 3)


def test_a_part_leaves_the_rest_to_be_sent(in_acme: Tenant, now: datetime) -> None:
    order = make_order(now)
    mugs, _blanket = order.lines.order_by("pk")
    send(order, now, lines={mugs.pk: 1})
    assert status_of(order) == FulfillmentStatus.PARTLY_FULFILLED
    send(order, now)
    assert status_of(order) == FulfillmentStatus.FULFILLED
    assert sum(FulfillmentLine.objects.values_list("quantity", flat=True)) == 3


def test_more_than_is_left_is_refused_and_nothing_is_written(in_acme: Tenant, now: datetime) -> None:
    order = make_order(now)
    mugs, _blanket = order.lines.order_by("pk")
    with pytest.raises(NothingToFulfill):
        send(order, now, lines={mugs.pk: 3})
    assert not Fulfillment.objects.exists()
    assert status_of(order) == FulfillmentStatus.UNFULFILLED


@pytest.mark.parametrize("quantity", [-1, 1])
def test_lines_of_other_orders_and_negative_counts_are_refused(in_acme: Tenant, now: datetime, quantity: int) -> None:
    order, other = make_order(now), make_order(now + timedelta(seconds=1))
    line = (order if quantity < 0 else other).lines.first()
    assert line is not None
    with pytest.raises(FulfillmentRefused):
        send(order, now, lines={line.pk: quantity})


def test_an_empty_parcel_and_an_order_that_is_sent_are_refused(in_acme: Tenant, now: datetime) -> None:
    order = make_order(now)
    with pytest.raises(NothingToFulfill):
        send(order, now, lines={})
    send(order, now)
    with pytest.raises(NothingToFulfill):
        send(order, now)


def test_an_order_that_is_not_open_is_not_sent(in_acme: Tenant, now: datetime) -> None:
    order = make_order(now, status=OrderStatus.PENDING, is_paid=False)
    with pytest.raises(OrderStateRefused):
        send(order, now)


@pytest.mark.parametrize(
    ("number", "carrier", "url"),
    [
        ("1Z 999 AA1 01 2345 6784", "ups", "https://www.ups.com/track?tracknum=1Z999AA10123456784"),
        ("sf1234567890123", "sf", "https://www.sf-express.com/chn/sc/waybill/waybill-detail/SF1234567890123"),
        (
            "9400100000000000000000",
            "usps",
            "https://tools.usps.com/go/TrackConfirmAction?tLabels=9400100000000000000000",
        ),
        ("ZT123456789012", "zto", "https://www.kuaidi100.com/chaxun?com=zhongtong&nu=ZT123456789012"),
        ("436123456789012", "yunda", "https://www.kuaidi100.com/chaxun?com=yunda&nu=436123456789012"),
        ("777912345678", "fedex", "https://www.fedex.com/fedextrack/?trknbr=777912345678"),
        ("LX123456785CN", "china_post", "https://www.kuaidi100.com/chaxun?com=youzhengguonei&nu=LX123456785CN"),
        ("RB123456785GB", "royal_mail", "https://www.royalmail.com/track-your-item#/tracking-results/RB123456785GB"),
        ("EA123456785CN", "ems", "https://www.kuaidi100.com/chaxun?com=ems&nu=EA123456785CN"),
        ("ABC", "", ""),
    ],
)
def test_the_carrier_is_found_by_the_number(
    in_acme: Tenant, now: datetime, number: str, carrier: str, url: str
) -> None:
    assert guess_carrier(clean_tracking_number(number), "US") == carrier
    fulfillment = send(make_order(now), now, tracking_number=number)
    assert (fulfillment.carrier, fulfillment.tracking_url) == (carrier, url)


@pytest.mark.parametrize(
    ("carrier", "number"), [("pigeon", ""), ("ups", "<script>"), ("ups", "1" * 81), ("", "一二三")]
)
def test_what_is_no_carrier_and_no_number_is_refused(in_acme: Tenant, now: datetime, carrier: str, number: str) -> None:
    order = make_order(now)
    with pytest.raises(FulfillmentRefused):
        send(order, now, carrier=carrier, tracking_number=number)


def test_the_shopper_is_told_half_a_minute_later_and_only_if_wanted(in_acme: Tenant, now: datetime) -> None:
    mails = OutboxMessage.objects.filter(task="storefront.orders.send_shipped")
    send(make_order(now), now, notify=False)
    assert not mails.exists()
    order = make_order(now + timedelta(seconds=1))
    fulfillment = send(order, now)
    message = mails.get()
    assert message.kwargs == {"order_id": order.pk, "fulfillment_id": fulfillment.pk}
    assert message.available_at == now + timedelta(seconds=30)


def test_a_parcel_that_nobody_knows_of_can_be_taken_back(in_acme: Tenant, now: datetime) -> None:
    order = make_order(now)
    fulfillment = send(order, now)
    unfulfill_order(fulfillment_id=fulfillment.pk, actor="ruth@example.com", now=now)
    assert status_of(order) == FulfillmentStatus.UNFULFILLED
    assert [line.fulfilled_count for line in order.lines.order_by("pk")] == [0, 0]
    assert mail_shipped(order_id=order.pk, fulfillment_id=fulfillment.pk, now=now) is False
    with pytest.raises(FulfillmentNotFound):
        unfulfill_order(fulfillment_id=fulfillment.pk, actor="ruth@example.com", now=now)


def test_a_parcel_with_a_number_or_a_mail_stays_sent(in_acme: Tenant, now: datetime) -> None:
    numbered = send(make_order(now), now, tracking_number="ABC")
    with pytest.raises(OrderStateRefused):
        unfulfill_order(fulfillment_id=numbered.pk, actor="ruth@example.com", now=now)
    order = make_order(now + timedelta(seconds=1))
    told = send(order, now)
    assert mail_shipped(order_id=order.pk, fulfillment_id=told.pk, now=now) is True
    with pytest.raises(OrderStateRefused):
        unfulfill_order(fulfillment_id=told.pk, actor="ruth@example.com", now=now)
    assert status_of(order) == FulfillmentStatus.FULFILLED


def test_several_orders_are_sent_and_taken_back_together(in_acme: Tenant, now: datetime) -> None:
    orders = [make_order(now + timedelta(seconds=number)) for number in range(2)]
    waiting = make_order(now + timedelta(seconds=9), status=OrderStatus.PENDING, is_paid=False)
    sent, skipped = fulfill_orders(order_ids=[*(each.pk for each in orders), waiting.pk, 0], actor="ruth", now=now)
    assert (len(sent), skipped) == (2, 2)
    assert unfulfill_orders(fulfillment_ids=[each.pk for each in sent], actor="ruth", now=now) == 2
    assert {status_of(order) for order in orders} == {FulfillmentStatus.UNFULFILLED}


def test_canceling_puts_the_goods_back_on_sale(in_acme: Tenant, now: datetime) -> None:
    order = make_order(now, goods=(("Enamel mug", 1800, 2),), is_paid=False)
    line = order.lines.get()
    assert line.variant_id is not None
    reserve(order_token=order.token, lines=[(line.variant_id, 2)], now=now, expires_at=now + timedelta(minutes=30))
    allocate(order_token=order.token, now=now, actor="tests")
    cancel_order(order_id=order.pk, actor="ruth@example.com", now=now)
    order.refresh_from_db()
    assert (order.status, order.canceled_at) == (OrderStatus.CANCELED, now)
    assert Stock.objects.get(variant_id=line.variant_id).on_hand_count == 5


def test_an_order_that_was_sent_in_part_is_not_canceled(in_acme: Tenant, now: datetime) -> None:
    arranged = make_order(now + timedelta(seconds=1), is_paid=False)
    line = arranged.lines.first()
    assert line is not None
    send(arranged, now, lines={line.pk: 1})
    with pytest.raises(OrderStateRefused):
        cancel_order(order_id=arranged.pk, actor="ruth@example.com", now=now)


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 2001])
def test_a_note_has_words_and_an_end(in_acme: Tenant, now: datetime, text: str) -> None:
    order = make_order(now)
    with pytest.raises(ShopsteadError):
        add_note(order_id=order.pk, text=text, actor="ruth@example.com", now=now)
    assert not OrderEvent.objects.filter(order=order, type="note.added").exists()


def test_of_two_tabs_that_send_the_same_units_one_wins(committed_store: Tenant, now: datetime) -> None:
    with in_tenant(committed_store):
        order = make_order(now, goods=(("Enamel mug", 1800, 2),))
        line_id = order.lines.get().pk
    results: list[str] = []
    start = threading.Barrier(TABS)

    def tab() -> None:
        try:
            with in_tenant(committed_store):
                start.wait()
                send(order, now, lines={line_id: 2})
                results.append("sent")
        except NothingToFulfill:
            results.append("nothing left")
        finally:
            connection.close()

    threads = [threading.Thread(target=tab) for _ in range(TABS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with in_tenant(committed_store):
        order.refresh_from_db()
        assert order.lines.get().fulfilled_count == 2
        assert Fulfillment.objects.count() == 1
    assert sorted(results) == ["nothing left"] * (TABS - 1) + ["sent"]
    assert order.fulfillment_status == FulfillmentStatus.FULFILLED
