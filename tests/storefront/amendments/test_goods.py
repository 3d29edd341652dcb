"""Goods added to a placed order: paid for, waived, called off, too late; and an unpaid order that simply changes."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from core.money import format_money
from core.outbox.models import OutboxMessage
from storefront.amendments.errors import AmendmentChanged, AmendmentGone
from storefront.amendments.jinja import order_offer
from storefront.amendments.services import amend_order, call_off, close_expired, mail_difference, start_payment
from storefront.amendments.services.adding import HOLD, AmendmentRequest
from storefront.carts.models import Cart
from storefront.catalog.models import Product, ProductVariant
from storefront.checkout.services import start_checkout
from storefront.documents.errors import InvoiceRefused
from storefront.documents.models import CreditNote
from storefront.documents.services import issue_invoice
from storefront.inventory.errors import InsufficientStock
from storefront.inventory.models import Reservation, Stock, StockMovement
from storefront.inventory.services import release_expired, set_stock
from storefront.orders.additions import Additions
from storefront.orders.errors import AmendmentRefused, OrderStateRefused
from storefront.orders.models import Amendment, Order, OrderEvent
from storefront.orders.services import cancel_order, fulfill_order
from storefront.payments.models import Payment, PaymentState, Refund
from storefront.payments.services import (
    RefundRequest,
    receive_difference,
    receive_payment,
    reconcile_open,
    refund_order,
    send_refund,
    settle_payment,
)
from storefront.payments.services.mailing import mail_refunded
from storefront.taxes.models import TaxRate, TaxRegion, TaxSettings
from tenants.models import Tenant
from tests.storefront.checkout.orders import BASE_URL, BY_TRANSFER, DETAILS, fill_cart
from tests.storefront.goods import make_variant
from tests.storefront.stripe_sandbox import Shopper, sandbox_server, shopper
from tests.storefront.till import clock, mug, pay, store

__all__ = ["clock", "mug", "sandbox_server", "shopper", "store"]
THREE_MINUTES = timedelta(minutes=3)


@pytest.fixture
def tin(store: Tenant) -> ProductVariant:
    return make_variant("Tin", price=700, stock=4)


def cart_of(clock: datetime, variant: ProductVariant, count: int) -> Cart:
    return fill_cart([(variant, count)], clock)


@pytest.fixture
def paid(store: Tenant, mug: ProductVariant, shopper: Shopper, clock: datetime) -> Order:
    """An order of two mugs and delivery, 40.90, paid by card."""
    start_checkout(tenant=store, cart=cart_of(clock, mug, 2), details=DETAILS, now=clock, base_url=BASE_URL)
    return pay(shopper, Payment.objects.get(), clock).order


@pytest.fixture
def unpaid(store: Tenant, mug: ProductVariant, clock: datetime) -> Order:
    """The same order, to be paid by bank transfer."""
    cart = cart_of(clock, mug, 2)
    return start_checkout(tenant=store, cart=cart, details=BY_TRANSFER, now=clock, base_url=BASE_URL).order


def request(token: str = "a" * 26, *, kept: dict[int, int] | None = None, **additions: Any) -> AmendmentRequest:
    return AmendmentRequest(additions=Additions(**additions), token=token, kept=kept or {})


def amend(order: Order, asked: AmendmentRequest, now: datetime) -> Order:
    done = amend_order(order_id=order.pk, asked=asked, actor="ruth", now=now).order
    done.refresh_from_db()
    return done


def open_page(store: Tenant, order: Order, now: datetime) -> Payment:
    start_payment(tenant=store, order_id=order.pk, base_url=BASE_URL, now=now)
    return Payment.objects.filter(order=order, amendment__isnull=False).latest("pk")


def shelf(variant: ProductVariant) -> tuple[int, int]:
    return Stock.objects.filter(variant=variant).values_list("on_hand_count", "reserved_count").get()


def books_agree(order: Order) -> bool:
    """Tell whether what was paid for an order is its total, and its sums are those of its lines."""
    order.refresh_from_db()
    paid = sum(order.payments.filter(state=PaymentState.PAID).values_list("amount", flat=True))
    lines = list(order.lines.all())
    return (paid, order.subtotal_amount, order.items_count) == (
        order.total_amount - order.credit_amount,
        sum(line.total_amount for line in lines),
        sum(line.quantity for line in lines),
    )


def test_the_difference_is_asked_for_and_then_the_goods_join_the_order_once(
    store: Tenant, paid: Order, mug: ProductVariant, tin: ProductVariant, shopper: Shopper, clock: datetime
) -> None:
    line = paid.lines.get()
    order = amend(paid, request(variants={tin.pk: 2}, lines={line.pk: 1}, delivery_amount=300), clock)
    assert (order.total_amount, order.items_count, order.lines.count()) == (4090, 2, 1)
    assert (shelf(tin), shelf(mug)) == ((4, 2), (7, 1))
    added = Amendment.objects.get()
    assert (added.state, added.total_amount, added.expires_at) == ("open", 1400 + 1800 + 300, clock + HOLD)
    payment = open_page(store, order, clock)
    assert payment == open_page(store, order, clock + timedelta(minutes=5))
    (session,) = [
        row for row in shopper.sessions(payment.account_id) if row["id"] == payment.stripe_checkout_session_id
    ]
    assert (session["amount_total"], session["client_reference_id"]) == (3500, order.token)
    assert session["metadata"]["amendment"] == added.token
    assert session["cancel_url"] == f"{BASE_URL}/orders/{order.token}/#added"
    pay(shopper, payment, clock)
    for _caller in range(3):
        settle_payment(payment_id=payment.pk, actor="reconciler", now=clock)
    order.refresh_from_db()
    assert (order.total_amount, order.shipping_amount, order.payment_status) == (7590, 490 + 300, "paid")
    assert [(one.title, one.quantity, one.unit_amount) for one in order.lines.order_by("pk")] == [
        ("Enamel mug", 2, 1800), ("Tin", 2, 700), ("Enamel mug", 1, 1800)
    ]  # fmt: skip
    assert (shelf(tin), shelf(mug)) == ((2, 0), (6, 0))
    assert books_agree(order)
    assert order.customer is not None
    order.customer.refresh_from_db()
    assert (order.customer.spent_amount, order.customer.orders_count) == (7590, 1)
    assert Product.objects.get(pk=tin.product_id).sold_count == 2
    assert OrderEvent.objects.filter(order=order, type="order.items_added").count() == 1
    assert OrderEvent.objects.filter(order=order, type="order.paid").count() == 1


def test_the_goods_of_an_order_that_grew_go_back_with_it(
    store: Tenant, paid: Order, mug: ProductVariant, tin: ProductVariant, shopper: Shopper, clock: datetime
) -> None:
    amend(paid, request(variants={tin.pk: 1, mug.pk: 1}), clock)
    pay(shopper, open_page(store, paid, clock), clock)
    assert set(Reservation.objects.values_list("order_token", flat=True)) == {paid.token}
    assert StockMovement.objects.filter(reference=paid.token, reason="sale").count() == 3
    order = cancel_order(order_id=paid.pk, actor="ruth", now=clock)
    assert (shelf(tin), shelf(mug)) == ((4, 0), (9, 0))
    assert sorted(Refund.objects.values_list("amount", flat=True)) == [2500, 4090]
    event = OrderEvent.objects.get(order=order, type="order.canceled")
    assert event.data["refund_amount"] == 6590


def test_money_goes_back_from_the_payment_that_has_it_all_else_from_the_newest_first_and_never_more_than_it_paid(
    store: Tenant, paid: Order, tin: ProductVariant, shopper: Shopper, clock: datetime
) -> None:
    amend(paid, request(variants={tin.pk: 2}), clock)
    pay(shopper, open_page(store, paid, clock), clock)
    first, second = Payment.objects.order_by("pk")

    def back(**asked: Any) -> list[tuple[int, int]]:
        known = set(Refund.objects.values_list("pk", flat=True))
        refund_order(order_id=paid.pk, asked=RefundRequest(**asked), actor="ruth", now=clock)
        made = Refund.objects.exclude(pk__in=known).order_by("pk")
        assert all(
            one.amount == sum(one.lines.values_list("amount", flat=True)) + one.delivery_amount + one.adjustment_amount
            for one in made
        )
        return list(made.values_list("payment_id", "amount"))

    tins = paid.lines.order_by("pk").last()
    assert tins is not None
    assert back(counts={tins.pk: 1}) == [(first.pk, 700)]
    mugs = paid.lines.order_by("pk").first()
    assert mugs is not None
    assert back(counts={mugs.pk: 2, tins.pk: 1}) == [(second.pk, 1400), (first.pk, 2900)]
    assert back(delivery_amount=490) == [(first.pk, 490)]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.refunded_amount, second.refunded_amount) == (4090, 1400)


@pytest.mark.parametrize("is_canceled", [False, True])
def test_one_decision_over_two_payments_is_one_mail_and_one_note(
    store: Tenant, paid: Order, tin: ProductVariant, shopper: Shopper, clock: datetime, is_canceled: bool
) -> None:
    amend(paid, request(variants={tin.pk: 1}), clock)
    pay(shopper, open_page(store, paid, clock), clock)
    issue_invoice(order_id=paid.pk, actor="ruth", now=clock)
    if is_canceled:
        cancel_order(order_id=paid.pk, actor="ruth", now=clock)
    else:
        counts = {line.pk: line.quantity for line in paid.lines.all()}
        refund_order(order_id=paid.pk, asked=RefundRequest(counts=counts), actor="ruth", now=clock)
    lead, part = Refund.objects.order_by("pk")
    assert (lead.amount + part.amount, part.part_of) == (4790 if is_canceled else 4300, lead)
    mail.outbox.clear()
    send_refund(refund_id=lead.pk, now=clock)
    assert mail_refunded(refund_id=lead.pk, now=clock) == 0
    assert not CreditNote.objects.exists()
    send_refund(refund_id=part.pk, now=clock)
    assert [mail_refunded(refund_id=one.pk, now=clock) for one in (lead, part, lead)] == [1, 0, 0]
    (said,) = mail.outbox
    total = "$47.90" if is_canceled else "$43.00"
    assert f"{total} of order {paid.name}" in str(said.subject)
    assert [write_amount(one.amount) in str(said.body) for one in (lead, part)] == [True, True]
    note = CreditNote.objects.get()
    assert note.total_amount == lead.amount + part.amount
    assert note.content["besides"] is None and len(note.content["lines"]) >= 2


def test_of_a_decision_of_which_one_part_fails_what_left_is_told(
    store: Tenant, paid: Order, tin: ProductVariant, shopper: Shopper, clock: datetime
) -> None:
    amend(paid, request(variants={tin.pk: 1}), clock)
    pay(shopper, open_page(store, paid, clock), clock)
    issue_invoice(order_id=paid.pk, actor="ruth", now=clock)
    counts = {line.pk: line.quantity for line in paid.lines.all()}
    refund_order(order_id=paid.pk, asked=RefundRequest(counts=counts), actor="ruth", now=clock)
    lead, part = Refund.objects.order_by("pk")
    send_refund(refund_id=lead.pk, now=clock)
    Payment.objects.filter(pk=part.payment_id).update(stripe_payment_intent_id="pi_unknown")
    assert send_refund(refund_id=part.pk, now=clock).state == "failed"
    mail.outbox.clear()
    assert mail_refunded(refund_id=part.pk, now=clock) == 1
    assert write_amount(lead.amount) in mail.outbox[0].body and write_amount(part.amount) not in mail.outbox[0].body
    assert CreditNote.objects.get().total_amount == lead.amount


def write_amount(amount: int) -> str:
    return format_money(amount, "USD", "en")


def test_paid_after_the_hold_is_honored_while_there_are_goods_else_it_goes_back_and_the_order_stays(
    store: Tenant, paid: Order, tin: ProductVariant, shopper: Shopper, clock: datetime
) -> None:
    late = clock + HOLD + THREE_MINUTES
    amend(paid, request(variants={tin.pk: 2}), clock)
    payment = open_page(store, paid, clock)
    release_expired(now=late)
    assert shelf(tin) == (4, 0)
    with pytest.raises(AmendmentGone):
        start_payment(tenant=store, order_id=paid.pk, base_url=BASE_URL, now=late)
    pay(shopper, payment, late)
    assert books_agree(paid)
    assert (paid.total_amount, shelf(tin)) == (5490, (2, 0))
    amend(paid, request("b" * 26, variants={tin.pk: 2}), clock)
    payment = open_page(store, paid, clock)
    release_expired(now=late)
    set_stock(variant_id=tin.pk, on_hand_count=0, actor="ruth", now=late)
    assert pay(shopper, payment, late).state == PaymentState.FAILED
    paid.refresh_from_db()
    assert (paid.total_amount, paid.status, paid.payment_status, shelf(tin)) == (5490, "open", "paid", (0, 0))
    refund = Refund.objects.get()
    assert (refund.payment, refund.amount) == (payment, 1400)
    assert books_agree(paid)
    assert mail_refunded(refund_id=refund.pk, now=late) == 2
    assert [("sold before your payment came" in one.body, "canceled" in one.body) for one in mail.outbox] == [
        (True, False), (False, False)
    ]  # fmt: skip
    assert Amendment.objects.latest("pk").state == "called_off"


def test_what_is_not_paid_in_time_ends_by_itself_and_gives_its_goods_back(
    store: Tenant, paid: Order, tin: ProductVariant, shopper: Shopper, clock: datetime
) -> None:
    amend(paid, request(variants={tin.pk: 2}), clock)
    payment = open_page(store, paid, clock)
    over = clock + HOLD
    assert close_expired(now=over - timedelta(seconds=1)) == 0
    assert (close_expired(now=over), close_expired(now=over)) == (1, 0)
    assert (Amendment.objects.get().state, shelf(tin)) == ("expired", (4, 0))
    assert paid.events.filter(type="order.amendment_expired").count() == 1
    assert order_offer(paid)["missed"].lines[0]["quantity"] == 2  # type: ignore[index]
    amend(paid, request("b" * 26, variants={tin.pk: 1}), over)
    pay(shopper, payment, over + THREE_MINUTES)
    assert books_agree(paid)
    assert (paid.total_amount, shelf(tin)) == (5490, (2, 1))
    assert list(Amendment.objects.order_by("pk").values_list("state", flat=True)) == ["done", "open"]


def test_money_for_what_ended_goes_back_once_an_invoice_says_what_the_order_is(
    store: Tenant, paid: Order, tin: ProductVariant, shopper: Shopper, clock: datetime
) -> None:
    amend(paid, request(variants={tin.pk: 2}), clock)
    payment = open_page(store, paid, clock)
    close_expired(now=clock + HOLD)
    issue_invoice(order_id=paid.pk, actor="ruth", now=clock + HOLD)
    pay(shopper, payment, clock + HOLD + THREE_MINUTES)
    assert [(one.amount, one.reason) for one in Refund.objects.all()] == [(1400, "called_off")]
    assert books_agree(paid)
    assert (paid.total_amount, shelf(tin)) == (4090, (4, 0))


def test_what_was_called_off_gives_its_goods_back_and_money_that_still_comes(
    store: Tenant, paid: Order, tin: ProductVariant, shopper: Shopper, clock: datetime
) -> None:
    amend(paid, request(variants={tin.pk: 2}), clock)
    payment = open_page(store, paid, clock)
    Payment.objects.filter(pk=payment.pk).update(
        stripe_checkout_session_id=None
    )  # The page cannot be closed from here.
    call_off(order_id=paid.pk, actor="ruth", now=clock)
    assert shelf(tin) == (4, 0)
    with pytest.raises(AmendmentGone):
        call_off(order_id=paid.pk, actor="ruth", now=clock)
    Payment.objects.filter(pk=payment.pk).update(
        stripe_checkout_session_id=payment.stripe_checkout_session_id, state=PaymentState.WAITING
    )
    pay(shopper, payment, clock)
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason, refund.payment) == (1400, "called_off", payment)
    assert books_agree(paid)
    assert paid.total_amount == 4090


def test_calling_off_closes_the_page_or_finds_that_it_was_paid_a_moment_ago(
    store: Tenant, paid: Order, tin: ProductVariant, shopper: Shopper, clock: datetime
) -> None:
    amend(paid, request(variants={tin.pk: 1}), clock)
    payment = open_page(store, paid, clock)
    call_off(order_id=paid.pk, actor="ruth", now=clock)
    states = {row["id"]: row["status"] for row in shopper.sessions(payment.account_id)}
    assert states[str(payment.stripe_checkout_session_id)] == "expired"
    amend(paid, request("b" * 26, variants={tin.pk: 1}), clock)
    payment = open_page(store, paid, clock)
    shopper.pay(payment.account_id, str(payment.stripe_checkout_session_id))
    with pytest.raises(AmendmentGone):
        call_off(order_id=paid.pk, actor="ruth", now=clock)
    assert books_agree(paid)
    assert paid.total_amount == 4790


def test_an_order_that_is_called_off_takes_along_what_waits(
    store: Tenant, paid: Order, tin: ProductVariant, shopper: Shopper, clock: datetime
) -> None:
    amend(paid, request(variants={tin.pk: 2}), clock)
    payment = open_page(store, paid, clock)
    cancel_order(order_id=paid.pk, actor="ruth", now=clock)
    assert Amendment.objects.get().state == "called_off"
    release_expired(now=clock)
    assert shelf(tin) == (4, 0)
    pay(shopper, payment, clock)
    assert sorted(Refund.objects.values_list("amount", "reason")) == [(1400, "called_off"), (4090, "")]


def test_the_reconciler_completes_a_difference_that_nobody_told_of(
    store: Tenant, paid: Order, tin: ProductVariant, shopper: Shopper, clock: datetime
) -> None:
    amend(paid, request(variants={tin.pk: 1}), clock)
    payment = open_page(store, paid, clock)
    shopper.pay(payment.account_id, str(payment.stripe_checkout_session_id))
    assert reconcile_open(now=clock + THREE_MINUTES) == 1
    assert books_agree(paid)
    assert paid.total_amount == 4790


def test_what_is_on_the_house_or_costs_nothing_is_in_the_order_at_once(
    paid: Order, tin: ProductVariant, clock: datetime
) -> None:
    order = amend(paid, request(variants={tin.pk: 2}, is_free=True), clock)
    assert (order.total_amount, order.subtotal_amount, order.discount_amount) == (4090, 3600 + 1400, 1400)
    assert (shelf(tin), Payment.objects.count(), Amendment.objects.get().state) == ((2, 0), 1, "done")
    assert [one["title"] for one in order.discounts] == ["On the house"]
    assert books_agree(order)
    assert not OutboxMessage.objects.filter(task="storefront.amendments.ask").exists()


def test_the_merchant_may_have_seen_the_money_elsewhere(paid: Order, tin: ProductVariant, clock: datetime) -> None:
    amend(paid, request(variants={tin.pk: 1}), clock)
    receive_difference(order_id=paid.pk, actor="ruth", now=clock)
    assert books_agree(paid)
    assert paid.total_amount == 4790
    with pytest.raises(OrderStateRefused):
        receive_difference(order_id=paid.pk, actor="ruth", now=clock)


def test_an_unpaid_order_simply_changes_and_is_paid_as_a_whole(
    unpaid: Order, mug: ProductVariant, tin: ProductVariant, clock: datetime
) -> None:
    mugs = unpaid.lines.get()
    order = amend(unpaid, request(variants={tin.pk: 3}, kept={mugs.pk: 1}), clock)
    assert (order.total_amount, order.items_count, order.payment_status) == (1800 + 2100 + 490, 4, "pending")
    assert (shelf(mug), shelf(tin)) == ((8, 0), (1, 0))
    assert [product.sold_count for product in Product.objects.order_by("pk")] == [1, 3]
    assert Payment.objects.get().amount == 4390
    receive_payment(order_id=order.pk, actor="ruth", now=clock)
    assert books_agree(order)
    cancel_order(order_id=order.pk, actor="ruth", now=clock, refund=False)
    assert (shelf(mug), shelf(tin)) == ((9, 0), (4, 0))


def test_what_leaves_an_unpaid_order_takes_its_share_of_tax_and_discount_along(unpaid: Order, clock: datetime) -> None:
    line = unpaid.lines.get()
    discount = {"promotion_id": 1, "title": "Ten", "code": "TEN", "amount": 101, "shipping_amount": 0}
    tax = {"name": "VAT", "rate": "10", "base": 3499, "amount": 351}
    line.discount_amount, line.tax_amount, line.taxes = 101, 351, [tax]
    line.save()
    Order.objects.filter(pk=unpaid.pk).update(
        discount_amount=101, tax_amount=351, total_amount=3600 - 101 + 490 + 351, discounts=[discount], taxes=[tax]
    )
    order = amend(unpaid, request(kept={line.pk: 1}), clock)
    assert (order.discount_amount, order.tax_amount, order.total_amount) == (51, 176, 1800 - 51 + 490 + 176)
    assert [one["amount"] for one in (*order.discounts, *order.taxes)] == [51, 176]
    line.refresh_from_db()
    assert line.taxes == order.taxes == [{**tax, "base": 1749, "amount": 176}]
    with pytest.raises(OrderStateRefused, match="Something has to stay"):
        amend(order, request("b" * 26, kept={line.pk: 0}), clock)


def test_tax_is_counted_where_the_order_goes_and_added_to_what_was_counted(
    store: Tenant, tin: ProductVariant, mug: ProductVariant, shopper: Shopper, clock: datetime
) -> None:
    TaxSettings.objects.update_or_create(
        pk=1, defaults={"is_on": True, "prices_include_tax": False, "updated_at": clock}
    )
    region = TaxRegion.objects.create(country="US", province="")
    TaxRate.objects.create(region=region, name="Sales tax", percent="10")
    start_checkout(tenant=store, cart=cart_of(clock, mug, 1), details=DETAILS, now=clock, base_url=BASE_URL)
    order = pay(shopper, Payment.objects.get(), clock).order
    before = order.tax_amount
    assert before >= 180
    amend(order, request(variants={tin.pk: 1}), clock)
    assert Amendment.objects.get().total_amount == 770
    pay(shopper, open_page(store, order, clock), clock)
    assert books_agree(order)
    assert (order.tax_amount, [one["amount"] for one in order.taxes]) == (before + 70, [before + 70])
    assert sum(line.tax_amount for line in order.lines.all()) + order.shipping_tax_amount == order.tax_amount
    added = order.lines.get(variant=tin)
    assert [(one["rate"], one["base"], one["amount"]) for one in added.taxes or []] == [("10", 700, 70)]
    assert order.shipping_taxes is not None
    TaxSettings.objects.update(prices_include_tax=True)
    with pytest.raises(AmendmentRefused, match="Taxes are counted otherwise"):
        amend(order, request("b" * 26, variants={tin.pk: 1}), clock)


def test_the_same_form_twice_is_one_change_and_another_sum_than_seen_is_shown_first(
    paid: Order, tin: ProductVariant, clock: datetime
) -> None:
    with pytest.raises(AmendmentChanged):
        amend(paid, replace(request(variants={tin.pk: 1}), expected_amount=699), clock)
    assert (shelf(tin), Amendment.objects.count()) == ((4, 0), 0)
    for _time in range(2):
        amend(paid, replace(request(variants={tin.pk: 1}), expected_amount=700), clock)
    assert (shelf(tin), Amendment.objects.count()) == ((4, 1), 1)
    with pytest.raises(AmendmentRefused, match="wait to be added already"):
        amend(paid, request("b" * 26, variants={tin.pk: 1}), clock)


def test_what_is_not_there_or_not_possible_is_refused_and_changes_nothing(
    paid: Order, tin: ProductVariant, clock: datetime
) -> None:
    line = paid.lines.get()
    for wrong in (
        {"variants": {tin.pk + 999: 1}}, {"lines": {line.pk + 999: 1}}, {"variants": {tin.pk: 10_000}},
        {"variants": {tin.pk: 0}}, {},
    ):  # fmt: skip
        with pytest.raises(AmendmentRefused):
            amend(paid, request(**wrong), clock)
    with pytest.raises(InsufficientStock):
        amend(paid, request(variants={tin.pk: 5}), clock)
    with pytest.raises(OrderStateRefused, match="paid or canceled"):
        amend(paid, request(kept={line.pk: 1}), clock)
    assert not Amendment.objects.exists()
    fulfill_order(order_id=paid.pk, actor="ruth", now=clock)
    with pytest.raises(AmendmentRefused, match="sent or canceled"):
        amend(paid, request(variants={tin.pk: 1}), clock)


def test_an_invoice_and_goods_that_wait_keep_each_other_out(paid: Order, tin: ProductVariant, clock: datetime) -> None:
    amend(paid, request(variants={tin.pk: 1}), clock)
    with pytest.raises(InvoiceRefused, match="wait to be added"):
        issue_invoice(order_id=paid.pk, actor="ruth", now=clock)
    call_off(order_id=paid.pk, actor="ruth", now=clock)
    issue_invoice(order_id=paid.pk, actor="ruth", now=clock)
    with pytest.raises(AmendmentRefused, match="invoice was issued"):
        amend(paid, request("b" * 26, variants={tin.pk: 1}), clock)


def test_the_customer_is_asked_once_with_the_sum_and_the_link(
    paid: Order, tin: ProductVariant, clock: datetime
) -> None:
    amend(paid, request(variants={tin.pk: 2}), clock)
    message = OutboxMessage.objects.get(task="storefront.amendments.ask")
    assert mail_difference(amendment_id=message.kwargs["amendment_id"], now=clock)
    assert not mail_difference(amendment_id=message.kwargs["amendment_id"], now=clock)
    (letter,) = mail.outbox
    assert letter.to == ["maya@example.com"]
    assert "$14.00 to pay" in letter.subject
    assert f"/orders/{paid.token}/#added" in letter.body
    assert "Tin" in letter.body


def test_the_database_refuses_a_second_payment_of_either_and_two_that_wait(
    store: Tenant, paid: Order, tin: ProductVariant, clock: datetime
) -> None:
    amend(paid, request(variants={tin.pk: 1}), clock)
    receive_difference(order_id=paid.pk, actor="ruth", now=clock)
    for known in Payment.objects.all():
        with pytest.raises(IntegrityError), transaction.atomic():
            Payment.objects.create(
                order=paid, amendment=known.amendment, state="paid", amount=1, currency="USD", idempotency_key="again",
                created_at=clock, updated_at=clock,
            )  # fmt: skip
    added = Amendment.objects.get()
    facts = {"order": paid, "subtotal_amount": 1, "total_amount": 1, "created_at": clock, "expires_at": clock}
    Amendment.objects.create(token="x", **facts)
    for more in ({"token": "y"}, {"token": "z", "state": "done"}, {"token": "w", "state": "done", "ended_at": clock,
                                                                    "total_amount": 2}):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Amendment.objects.create(**{**facts, **more})
    assert added.state == "done"
