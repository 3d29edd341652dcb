"""Goods that come back: asked for line by line, answered, received, and given back for money or another version."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client

from core.events import publish
from core.ids import new_token
from core.outbox.models import OutboxMessage
from core.tenancy import in_tenant
from storefront.catalog.models import ProductVariant
from storefront.catalog.services import add_variant
from storefront.customers.events import CustomerDataAsked, CustomerErased, ErasureAsked
from storefront.inventory.models import Stock
from storefront.inventory.services import allocate, reserve, set_stock
from storefront.orders.errors import OrderStateRefused
from storefront.orders.models import Order, OrderEvent, OrderLine
from storefront.orders.services import cancel_order, fulfill_order, unfulfill_order
from storefront.payments.errors import RefundRefused
from storefront.payments.models import Refund
from storefront.payments.services import RefundRequest, refund_order
from storefront.returns.errors import ReturnRefused, ReturnStateRefused
from storefront.returns.models import Return
from storefront.returns.selectors import list_returnable
from storefront.returns.services import (
    Arrived,
    ReturnRequest,
    approve_return,
    ask_return,
    asking,
    call_off_return,
    exchange_return,
    mail_return,
    mail_return_notice,
    receive_return,
    refund_return,
    refuse_return,
    save_terms,
)
from tenants.models import Tenant
from tests.concurrency.together import run_together
from tests.storefront.orders.making import make_order

LABEL = b"%PDF-1.7 a label"
RETURNS = "/dashboard/orders/returns/"


@pytest.fixture
def shopper(acme: Tenant, store_client: Callable[[Tenant], Client]) -> Client:
    return store_client(acme)


def make_sent(now: datetime, **changes: Any) -> Order:
    """Return an order of two mugs and a blanket whose only parcel has left."""
    order = make_order(now, **changes)
    fulfill_order(order_id=order.pk, actor="ruth", now=now, notify=False)
    order.refresh_from_db()
    return order


def lines_of(order: Order) -> list[OrderLine]:
    return list(order.lines.order_by("pk"))


def asked(order: Order, *counts: int, **more: Any) -> ReturnRequest:
    keys = [line.pk for line in lines_of(order)]
    return ReturnRequest(token=new_token(), counts=dict(zip(keys, counts, strict=False)), **more)


def here(order: Order, *counts: int, restocks: bool = True) -> dict[int, Arrived]:
    keys = [line.pk for line in lines_of(order)]
    return {key: Arrived(count, restocks=restocks) for key, count in zip(keys, counts, strict=False)}


def on_hand(line: OrderLine) -> int:
    return Stock.objects.get(variant_id=line.variant_id).on_hand_count


def received(order: Order, now: datetime, *counts: int) -> Return:
    """Return a return of so many of each line whose goods are here, not on sale again."""
    made = ask_return(order_id=order.pk, asked=asked(order, *counts), actor="shopper", now=now)
    approve_return(return_id=made.pk, words="To Portland", label_url="", actor="ruth", now=now)
    arrived = here(order, *counts, restocks=False)
    return receive_return(return_id=made.pk, arrived=arrived, actor="ruth", now=now)


def test_from_the_question_to_the_money_by_the_pages_alone(
    acme: Tenant, shopper: Client, merchant_client: Client, now: datetime
) -> None:
    with in_tenant(acme):
        save_terms(offer="never", days=None, return_words="Put the number of the return on it.")
        order = make_sent(now)
        mugs, blanket = lines_of(order)
        before = on_hand(mugs), on_hand(blanket)
    address = f"/orders/{order.token}/"
    assert f"{address}return/" in shopper.get(address).content.decode()
    page = shopper.get(f"{address}return/").content.decode()
    assert "Put the number of the return on it." in page
    form = {"token": new_token(), "reason": "damaged", "wish": "refund", "note": "<b>Cracked</b>"}
    assert shopper.post(f"{address}return/", form).status_code == 422
    form |= {f"line-{mugs.pk}": "2", f"line-{blanket.pk}": "1"}
    assert [shopper.post(f"{address}return/", form).status_code for _ in range(2)] == [302, 302]
    with in_tenant(acme):
        made = Return.objects.get()
        assert (made.name, made.reason, made.asked_by) == (f"{order.name}-R1", "damaged", "shopper")
        assert list_returnable(order) == []
        tasks = set(OutboxMessage.objects.values_list("task", flat=True))
        assert {"storefront.returns.tell_return", "storefront.returns.tell_merchant"} <= tasks
    assert "Please do not send it yet" in shopper.get(address).content.decode()

    assert made.name in merchant_client.get(RETURNS).content.decode()
    one = f"{RETURNS}{made.pk}/"
    page = merchant_client.get(one).content.decode()
    assert "&lt;b&gt;Cracked&lt;/b&gt;" in page
    assert "Put the number of the return on it.</textarea>" in page
    file = SimpleUploadedFile("label.exe", LABEL)
    answer = {"do": "approve", "words": "To Portland", "label": file, "label_url": "https://example.com/code"}
    assert merchant_client.post(one, answer).status_code == 302
    page = shopper.get(address).content.decode()
    assert "To Portland" in page
    assert "https://example.com/code" in page
    label = shopper.get(f"{address}return/{made.pk}/label/")
    assert b"".join(label) == LABEL  # type: ignore[arg-type]
    assert "attachment" in label["Content-Disposition"]
    assert ".pdf" in label["Content-Disposition"]
    assert b"".join(merchant_client.get(f"{one}label/")) == LABEL  # type: ignore[arg-type]

    come = {"do": "receive", f"line-{mugs.pk}": "1", f"restock-{mugs.pk}": "on", f"line-{blanket.pk}": "1"}
    assert merchant_client.post(one, come).status_code == 302
    with in_tenant(acme):
        assert (on_hand(mugs), on_hand(blanket)) == (before[0] + 1, before[1])
        assert [line.returned_count for line in lines_of(order)] == [1, 1]
        assert [(found.line.pk, found.left) for found in list_returnable(order)] == [(mugs.pk, 1)]
    assert "$146.00" in merchant_client.get(one).content.decode()
    money = {"delivery": "1.00", "adjustment": "-7.00", "seen": "14600", "do": "refund"}
    assert merchant_client.post(f"{one}refund/", money).status_code == 422  # it comes to another sum than was seen
    summed = merchant_client.post(f"{one}refund/", {**money, "do": "update"}).content.decode()
    assert "$140.00" in summed
    for _ in range(2):
        assert merchant_client.post(f"{one}refund/", {**money, "seen": "14000"}).status_code == 302
    with in_tenant(acme):
        refund, found = Refund.objects.get(), Return.objects.get()
        assert (refund.amount, refund.delivery_amount, refund.adjustment_amount) == (14000, 100, -700)
        assert (found.state, found.refund) == ("closed", refund)
        assert sorted(refund.lines.values_list("order_line", "quantity", "amount", "is_restocked")) == [
            (mugs.pk, 1, 1800, False), (blanket.pk, 1, 12800, False),
        ]  # fmt: skip
        told = OrderEvent.objects.filter(order=order, type__startswith="return.").order_by("pk")
        assert list(told.values_list("type", "actor")) == [
            ("return.asked", "shopper"), ("return.approved", "acme@example.com"),
            ("return.received", "acme@example.com"), ("return.closed", "acme@example.com"),
        ]  # fmt: skip
    assert "Your money is on its way back" in shopper.get(address).content.decode()
    assert f"{made.name} closed" in merchant_client.get(f"/dashboard/orders/{order.pk}/").content.decode()


def test_another_version_is_an_order_of_its_own_that_costs_nothing(in_acme: Tenant, now: datetime) -> None:
    order = make_sent(now, goods=(("Shirt", 1800, 2),))
    (line,) = lines_of(order)
    assert line.product_id is not None
    add_variant(
        product_id=line.product_id, option_names=["Size"], option_values=["L"], price_amount=1900, actor="x", now=now
    )
    large = ProductVariant.objects.filter(product_id=line.product_id).latest("pk")
    set_stock(variant_id=large.pk, on_hand_count=3, actor="x", now=now)
    found = received(order, now, 2)
    other = make_order(now + timedelta(seconds=1)).lines.latest("pk").variant_id or 0
    with pytest.raises(ReturnRefused):
        exchange_return(return_id=found.pk, versions={line.pk: other}, actor="ruth", now=now)
    orders = {
        exchange_return(return_id=found.pk, versions={line.pk: large.pk}, actor="ruth", now=now).found.exchange
        for _ in range(2)
    }
    (made,) = orders
    assert made is not None
    assert (made.status, made.payment_status, made.total_amount, made.source) == ("open", "paid", 0, "staff")
    assert (made.subtotal_amount, made.discount_amount, made.email) == (3600, 3600, order.email)
    assert [(one.variant_id, one.quantity) for one in made.lines.all()] == [(large.pk, 2)]
    assert Stock.objects.get(variant=large).on_hand_count == 1
    assert made.name != order.name
    with pytest.raises(ReturnStateRefused):
        refund_return(
            return_id=found.pk, delivery_amount=0, adjustment_amount=0, expected_amount=None, actor="ruth", now=now
        )
    assert not Refund.objects.exists()


def test_what_is_not_the_next_thing_is_refused_and_changes_nothing(in_acme: Tenant, now: datetime) -> None:
    order = make_sent(now)
    made = ask_return(order_id=order.pk, asked=asked(order, 1), actor="shopper", now=now)
    who: dict[str, Any] = {"return_id": made.pk, "actor": "ruth", "now": now}
    money = {"delivery_amount": 0, "adjustment_amount": 0, "expected_amount": None}
    for early in (
        lambda: receive_return(arrived=here(order, 1), **who),
        lambda: refund_return(**money, **who),
        lambda: exchange_return(versions={}, **who),
    ):
        with pytest.raises(ReturnStateRefused):
            early()
    with pytest.raises(ReturnRefused):
        approve_return(words=" ", label_url="", **who)
    with pytest.raises(ReturnRefused):
        refuse_return(words="", **who)
    approve_return(words="To Portland", label_url="", **who)
    with pytest.raises(ReturnStateRefused):
        refuse_return(words="No", **who)
    for arrived in ({}, here(order, 0), here(order, 2), here(order, -1), {0: Arrived(1, restocks=True)}):
        with pytest.raises(ReturnRefused):
            receive_return(arrived=arrived, **who)
    receive_return(arrived=here(order, 1), **who)
    with pytest.raises(ReturnStateRefused):
        receive_return(arrived=here(order, 1), **who)
    with pytest.raises(ReturnStateRefused):
        call_off_return(**who)
    assert lines_of(order)[0].returned_count == 1


def test_what_is_refused_or_called_off_can_be_asked_for_again(in_acme: Tenant, now: datetime) -> None:
    order = make_sent(now)
    for end in (
        lambda pk: refuse_return(return_id=pk, words="Too old", actor="ruth", now=now),
        lambda pk: call_off_return(return_id=pk, actor="shopper", now=now),
        lambda pk: call_off_return(return_id=pk, actor="ruth", now=now),
    ):
        made = ask_return(order_id=order.pk, asked=asked(order, 2, 1), actor="shopper", now=now)
        parcel = order.fulfillments.get()
        with pytest.raises(OrderStateRefused):
            unfulfill_order(fulfillment_id=parcel.pk, actor="ruth", now=now)
        end(made.pk)
        assert [line.returned_count for line in lines_of(order)] == [0, 0]
    assert Return.objects.count() == 3


def test_only_what_was_sent_and_is_still_theirs_comes_back_and_within_the_days(in_acme: Tenant, now: datetime) -> None:
    order = make_order(now)
    mugs, _blanket = lines_of(order)
    with pytest.raises(ReturnRefused):
        ask_return(order_id=order.pk, asked=asked(order, 1), actor="shopper", now=now)
    fulfill_order(order_id=order.pk, lines={mugs.pk: 1}, actor="ruth", now=now)
    refund_order(order_id=order.pk, asked=RefundRequest(counts={mugs.pk: 1}), actor="ruth", now=now)
    assert [(one.line.pk, one.left) for one in list_returnable(order)] == [(mugs.pk, 1)]  # the other was never sent
    fulfill_order(order_id=order.pk, actor="ruth", now=now)
    assert [one.left for one in list_returnable(order)] == [1, 1]
    foreign = make_sent(now + timedelta(seconds=1))
    for wrong in (asked(order, 2), asked(order), asked(order, -1), asked(foreign, 1)):
        with pytest.raises(ReturnRefused):
            ask_return(order_id=order.pk, asked=wrong, actor="shopper", now=now)
    late = now + timedelta(days=14 + 30, seconds=1)
    with pytest.raises(ReturnRefused):
        ask_return(order_id=order.pk, asked=asked(order, 1), actor="shopper", now=late)
    ask_return(order_id=order.pk, asked=asked(order, 1), actor="ruth", now=late)
    save_terms(offer="never", days=None, return_days=0)
    with pytest.raises(ReturnRefused):
        ask_return(order_id=foreign.pk, asked=asked(foreign, 1), actor="shopper", now=now)


@pytest.mark.parametrize("locks", [True, False])
def test_two_tabs_at_once_send_back_what_was_sent_and_no_more(
    committed_store: Tenant, now: datetime, locks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the order's lock is forgotten, the database still refuses the second."""
    with in_tenant(committed_store):
        order = make_sent(now)
    if not locks:
        monkeypatch.setattr(asking, "lock_order", lambda pk: Order.objects.get(pk=pk))

    def ask() -> None:
        with in_tenant(committed_store):
            ask_return(order_id=order.pk, asked=asked(order, 2), actor="shopper", now=now)

    answers = run_together(ask, count=8)
    refused = ReturnRefused if locks else (ReturnRefused, OrderStateRefused, IntegrityError)
    assert all(one is None or isinstance(one, refused) for one in answers), answers
    assert answers.count(None) == 1
    with in_tenant(committed_store):
        assert lines_of(order)[0].returned_count == 2
        assert Return.objects.count() == 1


def test_the_database_refuses_what_must_never_be(in_acme: Tenant, now: datetime) -> None:
    order = make_sent(now)
    made = ask_return(order_id=order.pk, asked=asked(order, 1), actor="shopper", now=now)
    refusals: list[Callable[[], object]] = [
        lambda: OrderLine.objects.filter(order=order).update(returned_count=3),
        lambda: OrderLine.objects.filter(order=order).update(returned_count=-1),
        lambda: made.lines.update(received_count=2),
        lambda: made.lines.update(quantity=0),
        lambda: Return.objects.filter(pk=made.pk).update(state="closed"),
        lambda: Return.objects.filter(pk=made.pk).update(exchange=order),
    ]
    for forbidden in refusals:
        with pytest.raises(IntegrityError), transaction.atomic():
            forbidden()


def test_what_is_uploaded_or_linked_is_a_label_or_refused(
    acme: Tenant, shopper: Client, merchant_client: Client, now: datetime
) -> None:
    with in_tenant(acme):
        order = make_sent(now)
        other = make_sent(now + timedelta(seconds=1))
        made = ask_return(order_id=order.pk, asked=asked(order, 1), actor="shopper", now=now)
    one = f"{RETURNS}{made.pk}/"
    wrong: list[dict[str, Any]] = [
        {"label": SimpleUploadedFile("label.pdf", b"<script>alert(1)</script>")},
        {"label_url": "javascript:alert(1)"},
        {"label_url": "ftp://example.com/x"},
        {"words": ""},
    ]
    for answer in wrong:
        assert merchant_client.post(one, {"do": "approve", "words": "", **answer}).status_code == 422, answer
    with in_tenant(acme):
        assert Return.objects.get().state == "asked"
    assert shopper.get(f"/orders/{order.token}/return/{made.pk}/label/").status_code == 404
    file = SimpleUploadedFile("label.png", b"\x89PNG\r\n\x1a\n")
    merchant_client.post(one, {"do": "approve", "words": "", "label": file})
    for path in (f"/orders/{other.token}/return/{made.pk}/label/", f"/orders/{'x' * 26}/return/{made.pk}/label/"):
        assert shopper.get(path).status_code == 404
    assert shopper.post(f"/orders/{other.token}/return/{made.pk}/off/").status_code == 404
    assert shopper.post(f"/orders/{order.token}/return/{made.pk}/off/").status_code == 302
    with in_tenant(acme):
        assert Return.objects.get().state == "canceled"


def test_without_an_account_number_and_address_are_enough_and_learn_nothing_more(
    acme: Tenant, shopper: Client, now: datetime
) -> None:
    with in_tenant(acme):
        order = make_sent(now)
        mugs, _blanket = lines_of(order)
    assert shopper.get("/track/order/return/").status_code == 302
    shopper.post("/track/", {"number": order.name, "contact": "maya@example.com"})
    assert "/track/order/return/" in shopper.get("/track/order/").content.decode()
    page = shopper.get("/track/order/return/").content.decode()
    form = {"token": new_token(), "reason": "fit", "wish": "exchange", f"line-{mugs.pk}": "1"}
    assert shopper.post("/track/order/return/", form).status_code == 302
    with in_tenant(acme):
        made = Return.objects.get()
        approve_return(return_id=made.pk, words="Secret words", label_url="", actor="ruth", now=now)
    after = shopper.get("/track/order/").content.decode()
    assert f"{order.name}-R1" in after
    for secret in (order.token, "Quimby", "maya@example.com", "Secret words", "$"):
        for text in (page, after):
            assert secret not in text.split("<main")[1].split("</main>")[0], secret


def test_mails_are_in_the_buyers_language_and_each_is_sent_once(in_acme: Tenant, now: datetime) -> None:
    order = make_sent(now, language="zh-hans")
    made = ask_return(order_id=order.pk, asked=asked(order, 1, note="It leaks"), actor="shopper", now=now)
    assert [mail_return_notice(return_id=made.pk, now=now) for _ in range(2)] == [True, False]
    approve_return(return_id=made.pk, words="To Portland", label_url="https://example.com/a", actor="ruth", now=now)
    for state in ("asked", "approved"):
        assert [mail_return(return_id=made.pk, state=state, now=now) for _ in range(2)] == [True, False]
    notice, first, second = mail.outbox
    assert "It leaks" in notice.body
    assert "Maya Lindqvist" in notice.subject
    assert "退货" in first.subject
    assert "To Portland" not in first.body
    assert "To Portland" in second.body
    assert "https://example.com/a" in second.body


def test_whoever_leaves_takes_their_words_along_and_not_before_it_is_closed(
    in_acme: Tenant, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    order = make_sent(now)
    assert order.customer_id is not None
    made = ask_return(order_id=order.pk, asked=asked(order, 1, note="My knee"), actor="shopper", now=now)
    file = SimpleUploadedFile("label.pdf", LABEL)
    made = approve_return(return_id=made.pk, words="Maya", label=file, label_url="", actor="ruth", now=now)
    question = ErasureAsked(customer_id=order.customer_id)
    publish(question)
    assert any(made.name in reason for reason in question.reasons)
    asked_for = CustomerDataAsked(customer_id=order.customer_id, email=order.email)
    publish(asked_for)
    assert asked_for.sections["returns"][0]["note"] == "My knee"
    path = made.label_path
    with django_capture_on_commit_callbacks(execute=True):
        publish(CustomerErased(customer_id=order.customer_id, email=order.email, now=now))
    made.refresh_from_db()
    assert (made.note, made.answer, made.label_path) == ("", "", "")
    assert path
    assert made.lines.get().quantity == 1


def test_a_unit_goes_back_on_sale_once_whichever_way_it_comes(in_acme: Tenant, now: datetime) -> None:
    def refund(order: Order, count: int = 1, **more: Any) -> None:
        request = RefundRequest(counts={lines_of(order)[0].pk: count}, restocks=True, **more)
        refund_order(order_id=order.pk, asked=request, actor="ruth", now=now)

    def receive(order: Order, count: int = 1) -> None:
        made = Return.objects.get(order=order, state="approved")
        receive_return(return_id=made.pk, arrived=here(order, count), actor="ruth", now=now)

    def ask(order: Order) -> None:
        made = ask_return(order_id=order.pk, asked=asked(order, 1), actor="shopper", now=now)
        approve_return(return_id=made.pk, words="To Portland", label_url="", actor="ruth", now=now)

    for second, ways in enumerate([(receive, refund), (refund, receive)]):
        order = make_sent(now + timedelta(seconds=second), goods=(("Enamel mug", 1800, 1),))
        (mug,) = lines_of(order)
        before = on_hand(mug)
        ask(order)
        for way in ways:
            way(order)
        assert (on_hand(mug), lines_of(order)[0].restocked_count) == (before + 1, 1), ways
    with pytest.raises(IntegrityError), transaction.atomic():
        OrderLine.objects.filter(order=order).update(restocked_count=2)

    order = make_order(now + timedelta(seconds=2), goods=(("Enamel mug", 1800, 2),))
    (mug,) = lines_of(order)
    before = on_hand(mug)
    fulfill_order(order_id=order.pk, lines={mug.pk: 1}, actor="ruth", now=now)
    ask(order)
    receive(order)
    refund(order, removes=True)  # the other one, that was never sent
    assert on_hand(mug) == before + 2
    refund(order)  # the one that came back
    assert on_hand(mug) == before + 2


def test_what_was_put_back_by_canceling_is_not_put_back_by_a_refund(in_acme: Tenant, now: datetime) -> None:
    order = make_order(now, goods=(("Enamel mug", 1800, 1),))
    (mug,) = lines_of(order)
    cancel_order(order_id=order.pk, actor="ruth", now=now, refund=False)
    before = on_hand(mug)
    refund_order(order_id=order.pk, asked=RefundRequest(counts={mug.pk: 1}, restocks=True), actor="ruth", now=now)
    assert on_hand(mug) == before


def test_a_unit_is_refunded_or_exchanged_and_only_where_it_was_paid(in_acme: Tenant, now: datetime) -> None:
    def exchange(found: Return) -> Order | None:
        return exchange_return(return_id=found.pk, versions={}, actor="ruth", now=now).found.exchange

    order = make_sent(now, goods=(("Enamel mug", 1800, 3),))
    (mug,) = lines_of(order)
    found = received(order, now, 2)
    by_hand = RefundRequest(counts={mug.pk: 1})
    for _ in range(2):
        refund_order(order_id=order.pk, asked=by_hand, actor="ruth", now=now)
    made = exchange(found)
    assert made is not None
    assert made.lines.get().quantity == 1, "of three, two were refunded"
    with pytest.raises(RefundRefused):
        refund_order(order_id=order.pk, asked=by_hand, actor="ruth", now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        OrderLine.objects.filter(pk=mug.pk).update(exchanged_count=3)

    order = make_sent(now + timedelta(seconds=1), goods=(("Enamel mug", 1800, 1),))
    found = received(order, now, 1)
    refund_order(order_id=order.pk, asked=RefundRequest(counts={lines_of(order)[0].pk: 1}), actor="ruth", now=now)
    with pytest.raises(ReturnRefused, match="given back already"):
        exchange(found)
    found = received(make_sent(now + timedelta(seconds=2), is_paid=False), now, 1)
    with pytest.raises(ReturnRefused, match="Mark it as paid first"):
        exchange(found)
    assert Return.objects.exclude(exchange=None).count() == 1


def test_a_parcel_that_was_refused_at_the_door_comes_back_and_the_unpaid_order_is_canceled(
    acme: Tenant, merchant_client: Client, now: datetime
) -> None:
    with in_tenant(acme):
        order = make_order(now, goods=(("Enamel mug", 1800, 3),), is_paid=False)
        (mug,) = lines_of(order)
        reserve(order_token=order.token, lines=[(mug.variant_id or 0, 3)], now=now, expires_at=now)
        allocate(order_token=order.token, now=now, actor="shopper")
        before = on_hand(mug)
        fulfill_order(order_id=order.pk, lines={mug.pk: 2}, actor="ruth", now=now, notify=False)
        with pytest.raises(OrderStateRefused):
            cancel_order(order_id=order.pk, actor="ruth", now=now)
        received(order, now, 2)  # broken: not on sale again
    cancel = f"/dashboard/orders/{order.pk}/cancel/"
    assert cancel in merchant_client.get(f"/dashboard/orders/{order.pk}/").content.decode()
    assert merchant_client.get(cancel).status_code == 200
    with in_tenant(acme):
        cancel_order(order_id=order.pk, actor="ruth", now=now)
        order.refresh_from_db()
        assert (order.status, on_hand(mug)) == ("canceled", before + 1)
        assert lines_of(order)[0].restocked_count == 1
        paid = make_sent(now + timedelta(seconds=1), goods=(("Enamel mug", 1800, 1),))
        received(paid, now, 1)
        with pytest.raises(OrderStateRefused):
            cancel_order(order_id=paid.pk, actor="ruth", now=now)
