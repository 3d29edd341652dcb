"""What a merchant keeps of orders: holds, tags, notes, what is put away, how they are numbered, and calling one off."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from core.outbox.models import OutboxMessage
from core.tags import TagsRefused
from core.tenancy import in_tenant
from storefront.catalog.models import Product
from storefront.inventory.models import Stock
from storefront.inventory.services import allocate, reserve
from storefront.orders.enums import OrderStatus
from storefront.orders.errors import NumbersRefused, OrderStateRefused
from storefront.orders.models import Order, OrderEvent, OrderNumbers
from storefront.orders.selectors import OrderFilter, count_new_orders, list_orders
from storefront.orders.services import (
    archive_orders,
    cancel_order,
    fulfill_order,
    hold_order,
    mark_delivered,
    release_hold,
    save_number_series,
    set_tags,
    tag_orders,
    track_parcel,
)
from storefront.orders.services.mailing import mail_canceled, mail_confirmation
from storefront.payments.models import Payment, PaymentState, Refund
from storefront.payments.services import create_payment
from tenants.models import Tenant
from tests.storefront.orders.making import make_order

LIST = "/dashboard/orders/"
RUTH = "ruth@example.com"
BUYERS, EACH = 4, 5


def names(client: Client, query: str) -> list[str]:
    return [row["order"].name for row in client.get(LIST + query).context["rows"]]


def with_stock_and_money(order: Order, now: datetime) -> Payment:
    """Let a paid order have taken its goods, and its money be on the books."""
    lines = [(line.variant_id, line.quantity) for line in order.lines.all() if line.variant_id]
    reserve(order_token=order.token, lines=lines, now=now, expires_at=now + timedelta(minutes=30))
    allocate(order_token=order.token, now=now, actor="tests")
    payment = create_payment(order=order, provider_name="stripe", account_id="acct_1", now=now)
    payment.state, payment.paid_at, payment.stripe_payment_intent_id = PaymentState.PAID, now, "pi_1"
    payment.save()
    return payment


def test_nothing_is_sent_while_an_order_is_on_hold(in_acme: Tenant, now: datetime) -> None:
    order = make_order(now)
    hold_order(order_id=order.pk, reason="  waits for\nthe  gift card ", actor=RUTH, now=now)
    with pytest.raises(OrderStateRefused):
        fulfill_order(order_id=order.pk, actor=RUTH, now=now)
    assert Order.objects.get().hold_reason == "waits for the gift card"
    release_hold(order_id=order.pk, actor=RUTH, now=now)
    fulfill_order(order_id=order.pk, actor=RUTH, now=now)
    with pytest.raises(OrderStateRefused):
        hold_order(order_id=order.pk, reason="", actor=RUTH, now=now)
    kinds = list(OrderEvent.objects.filter(actor=RUTH).order_by("pk").values_list("type", flat=True))
    assert kinds == ["order.held", "order.released", "order.fulfilled"]


def test_a_parcel_has_several_boxes_and_arrives_once(in_acme: Tenant, now: datetime) -> None:
    order = make_order(now)
    parcel = fulfill_order(
        order_id=order.pk, tracking_number="1Z999AA10123456784，1Z 999 AA1 01 2345 6785", actor=RUTH, now=now
    )
    assert (parcel.carrier, parcel.tracking_number, parcel.more_numbers) == (
        "ups",
        "1Z999AA10123456784",
        ["1Z999AA10123456785"],
    )
    found = list_orders(wanted=OrderFilter(text="1z999aa10123456785"))
    assert [one.pk for one in found] == [order.pk]
    track_parcel(fulfillment_id=parcel.pk, carrier="", tracking_number="SF1234567890123", actor=RUTH, now=now)
    for _ in range(2):
        mark_delivered(fulfillment_id=parcel.pk, actor=RUTH, now=now)
    parcel.refresh_from_db()
    assert (parcel.carrier, parcel.more_numbers, parcel.delivered_at) == ("sf", [], now)
    assert OrderEvent.objects.filter(type="parcel.delivered").count() == 1


def test_tags_are_found_again_and_bounded(in_acme: Tenant, now: datetime) -> None:
    order, other = make_order(now), make_order(now + timedelta(seconds=1))
    both = [order.pk, other.pk]
    assert tag_orders(order_ids=both, add="Gift, gift ，礼物", actor=RUTH, now=now) == 2
    assert tag_orders(order_ids=both, add="GIFT", actor=RUTH, now=now) == 0
    tag_orders(order_ids=[other.pk], remove="gift", actor=RUTH, now=now)
    assert [one.pk for one in list_orders(wanted=OrderFilter(tag="Gift"))] == [order.pk]
    assert Order.objects.get(pk=other.pk).tags == ["礼物"]
    for words in ("x" * 41, ",".join(map(str, range(21)))):
        with pytest.raises(TagsRefused):
            set_tags(order_id=order.pk, text=words, actor=RUTH, now=now)
    assert Order.objects.get(pk=order.pk).tags == ["Gift", "礼物"]


def test_what_is_done_is_put_away_and_what_waits_is_not(acme: Tenant, merchant_client: Client, now: datetime) -> None:
    with in_tenant(acme):
        sent, waiting = make_order(now), make_order(now + timedelta(seconds=1))
        fulfill_order(order_id=sent.pk, actor=RUTH, now=now)
    picked = {"pick": [sent.pk, waiting.pk], "next": f"{LIST}?view=open"}
    page = merchant_client.post(f"{LIST}bulk/archive/", picked, follow=True).content.decode()
    assert "1 order put away." in page
    assert "1 order still has something to send and stays." in page
    assert names(merchant_client, "?view=archived") == [sent.name]
    assert names(merchant_client, "?view=open") == [waiting.name]
    merchant_client.post(f"{LIST}{sent.pk}/archive/", {"bring_back": "1"})
    assert names(merchant_client, "?view=archived") == []
    with in_tenant(acme):
        assert archive_orders(order_ids=[waiting.pk], is_archived=True, actor=RUTH, now=now) == (0, 1)


def test_filters_narrow_and_say_what_to_drop(acme: Tenant, merchant_client: Client, now: datetime) -> None:
    with in_tenant(acme):
        paid, unpaid = make_order(now), make_order(now + timedelta(seconds=1), is_paid=False, shipping_method="Express")
        hold_order(order_id=paid.pk, reason="", actor=RUTH, now=now)
    assert names(merchant_client, "?payment=paid&payment=refunded") == [paid.name]
    assert names(merchant_client, "?fulfillment=held") == [paid.name]
    assert names(merchant_client, "?fulfillment=held,unfulfilled") == [unpaid.name, paid.name]
    assert names(merchant_client, "?delivery=Express&payment=nonsense&days=abc") == [unpaid.name]
    page = merchant_client.get(f"{LIST}?view=unpaid&payment=paid").content.decode()
    assert "Drop “Payment Paid”: 1 order" in page
    state = "view=unpaid&delivery=Express"
    merchant_client.post(f"{LIST}views/", {"label": "Express", "state": state})
    kept = merchant_client.get(f"{LIST}?{state}")
    assert [tab["label"] for tab in kept.context["views"] if tab["current"]] == ["Express"]
    merchant_client.post(f"{LIST}bulk/tags/", {"all": "1", "state": state, "tags": "rush"})
    with in_tenant(acme):
        assert list(Order.objects.filter(tags=["rush"])) == [unpaid]


def test_the_bar_counts_what_became_an_order_since(acme: Tenant, merchant_client: Client, now: datetime) -> None:
    with in_tenant(acme):
        make_order(now - timedelta(hours=1))
        arranged = make_order(now - timedelta(hours=2), is_paid=False)
        late = make_order(now - timedelta(minutes=20), is_paid=False, status=OrderStatus.PENDING)
        OrderEvent.objects.create(order=arranged, type="order.opened", actor="", key="opened", created_at=now)
        assert count_new_orders(since=now) == 0
        moment = now + timedelta(seconds=5)
        Order.objects.filter(pk=late.pk).update(status=OrderStatus.OPEN, payment_status="paid", paid_at=moment)
        Order.objects.filter(pk=arranged.pk).update(payment_status="paid", paid_at=moment)
        make_order(now + timedelta(seconds=9), is_paid=False, status=OrderStatus.PENDING)
        make_order(now + timedelta(seconds=10))
        assert count_new_orders(since=now) == 2
    bar = merchant_client.get(f"{LIST}new/", {"since": int(now.timestamp())}).content.decode()
    assert "2 new orders. Show them" in bar
    for since in ("", "abc", "99999999999999"):
        assert "new order" not in merchant_client.get(f"{LIST}new/", {"since": since}).content.decode()


def test_canceling_gives_back_goods_money_and_what_was_counted(in_acme: Tenant, now: datetime) -> None:
    order = make_order(now, goods=(("Enamel mug", 1800, 2),))
    payment = with_stock_and_money(order, now)
    line = order.lines.get()
    Product.objects.filter(pk=line.product_id).update(sold_count=7)
    cancel_order(order_id=order.pk, reason="reason:customer", notify=True, actor=RUTH, now=now)
    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELED
    assert Stock.objects.get(variant_id=line.variant_id).on_hand_count == 5
    assert Product.objects.get(pk=line.product_id).sold_count == 5
    refund = Refund.objects.get(payment=payment)
    assert (refund.amount, refund.state, refund.actor) == (order.total_amount, "intent", RUTH)
    asked = set(OutboxMessage.objects.values_list("task", flat=True))
    assert {"storefront.payments.send_refund", "storefront.orders.send_canceled"} <= asked
    assert [mail_canceled(order_id=order.pk, now=now) for _ in range(2)] == [True, False]
    with pytest.raises(OrderStateRefused):
        cancel_order(order_id=order.pk, actor=RUTH, now=now)
    assert Refund.objects.count() == 1


def test_canceling_may_keep_the_goods_and_the_money(in_acme: Tenant, now: datetime) -> None:
    order = make_order(now, goods=(("Enamel mug", 1800, 2),))
    with_stock_and_money(order, now)
    cancel_order(order_id=order.pk, restock=False, refund=False, actor=RUTH, now=now)
    assert Stock.objects.get(variant_id=order.lines.get().variant_id).on_hand_count == 3
    assert not Refund.objects.exists()


def test_a_confirmation_is_sent_again_only_when_asked(acme: Tenant, merchant_client: Client, now: datetime) -> None:
    with in_tenant(acme):
        order = make_order(now)
    merchant_client.post(f"{LIST}{order.pk}/confirm/")
    with in_tenant(acme):
        message = OutboxMessage.objects.filter(task="storefront.orders.send_confirmation").latest("pk")
        again = message.kwargs["again"]
        sent = [mail_confirmation(order_id=order.pk, now=now, again=word) for word in ("", "", again, again)]
    assert sent == [True, False, True, False]


def test_orders_are_numbered_as_the_merchant_says(acme: Tenant, merchant_client: Client, now: datetime) -> None:
    with in_tenant(acme):
        first = make_order(now)
    wanted = {"before": "AC-", "next_number": "5000", "after": "/26"}
    assert (
        merchant_client.post("/dashboard/settings/orders/", wanted).status_code == 422
    )  # a slash is no sign of a number
    assert merchant_client.post("/dashboard/settings/orders/", wanted | {"after": "-26"}).status_code == 302
    with in_tenant(acme):
        assert [make_order(now + timedelta(seconds=n)).name for n in (1, 2)] == ["AC-5000-26", "AC-5001-26"]
        assert Order.objects.get(pk=first.pk).name == first.name
        for series in (("AC-", "-26", 5001), ("AC1", "", 9000), ("", "<", 1), ("", "", 0)):
            with pytest.raises(NumbersRefused):
                save_number_series(prefix=series[0], suffix=series[1], next_number=series[2])
        save_number_series(prefix="AC-", suffix="-26", next_number=5002)
        Order.objects.filter(pk=first.pk).update(name="AC-5002-26")
        assert make_order(now + timedelta(seconds=3)).name == "AC-5003-26"


def test_no_number_is_given_twice_and_none_is_skipped(committed_store: Tenant, now: datetime) -> None:
    start, errors = threading.Barrier(BUYERS), []

    def buy(number: int) -> None:
        try:
            with in_tenant(committed_store):
                start.wait()
                for turn in range(EACH):
                    make_order(now + timedelta(minutes=number, seconds=turn), email=f"b{number}@example.com")
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    with in_tenant(committed_store):
        save_number_series(prefix="N", suffix="", next_number=1)
    threads = [threading.Thread(target=buy, args=(number,)) for number in range(BUYERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    with in_tenant(committed_store):
        given = sorted(int(name[1:]) for name in Order.objects.values_list("name", flat=True))
        assert given == list(range(1, BUYERS * EACH + 1))
        assert OrderNumbers.objects.get().next_number == BUYERS * EACH + 1
