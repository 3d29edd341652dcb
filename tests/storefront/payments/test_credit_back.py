"""What gift cards and store credit paid goes back to them: with a cancellation, by line, once, and said before the click."""

from dataclasses import replace
from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.test import Client

from core.clock import utc_now
from core.tenancy import in_tenant
from integrations.stripe import gateway_refunds
from storefront.carts.services import Typed, enter_code
from storefront.checkout.services import start_checkout
from storefront.credits.models import GiftCard, StoreCredit, Tender
from storefront.credits.services import adjust_store_credit, issue_card
from storefront.customers.buyers import find_or_create_buyer
from storefront.orders.models import Order, OrderEvent
from storefront.orders.services import cancel_order
from storefront.orders.services.mailing import mail_canceled
from storefront.orders.timeline import list_moments
from storefront.payments.errors import RefundRefused
from storefront.payments.models import Payment, Refund
from storefront.payments.selectors import get_refundable
from storefront.payments.selectors.comparison import count_open_differences
from storefront.payments.services import (
    RefundRequest,
    crediting,
    open_account,
    refund_order,
    send_refund,
    settle_payment,
)
from storefront.payments.services.mailing import mail_refunded
from storefront.payments.services.reconciling import compare_books
from tenants.models import Tenant
from tests.storefront.checkout.orders import BASE_URL, BY_TRANSFER, DETAILS, fill_cart, open_store
from tests.storefront.goods import make_variant
from tests.storefront.payments.paid import asked
from tests.storefront.stripe_sandbox import GOOD_CARD, Shopper, sandbox_server, shopper

__all__ = ["sandbox_server", "shopper"]
RUTH = "ruth@acme.example"


@pytest.fixture
def clock() -> datetime:
    return utc_now().replace(microsecond=0)


@pytest.fixture
def store(in_acme: Tenant, shopper: Shopper, clock: datetime) -> Tenant:
    open_account(tenant=in_acme, now=clock)
    return open_store(in_acme, clock)


def buy(
    store: Tenant,
    shopper: Shopper,
    clock: datetime,
    *,
    cards: tuple[int, ...] = (),
    credit: int = 0,
    by_card: bool = True,
) -> Order:
    """Buy two mugs and a tin for 43.00, delivery 4.90 in it, partly with cards and credit; money that is due is paid by card."""
    cart = fill_cart(
        [(make_variant("Mug", price=1500, stock=9), 2), (make_variant("Tin", price=810, stock=9), 1)], clock
    )
    buyer = None
    if credit:
        buyer = find_or_create_buyer(email="maya@example.com", name="Maya", language="en", country="US", now=clock)
        adjust_store_credit(customer_id=buyer.pk, currency="USD", amount=credit, actor=RUTH, now=clock)
    for amount in cards:
        made = issue_card(amount=amount, currency="USD", actor=RUTH, now=clock)
        enter_code(cart=cart, text=made.code, who=Typed("203.0.113.7", None), now=clock)
    details = DETAILS if by_card else BY_TRANSFER
    order = start_checkout(tenant=store, cart=cart, details=details, customer=buyer, now=clock, base_url=BASE_URL).order
    payment = order.payments.get()
    if by_card and payment.amount:
        shopper.pay(payment.account_id, str(payment.stripe_checkout_session_id), card=GOOD_CARD)
        settle_payment(payment_id=payment.pk, actor="shopper", now=clock)
    order.refresh_from_db()
    assert order.total_amount == 4300
    return order


def lying() -> list[int]:
    """Return what lies on the cards, oldest first, and in the customer's credit; the ledger says the same of each."""
    owners = [*GiftCard.objects.order_by("pk"), *StoreCredit.objects.order_by("pk")]
    assert [one.balance_amount for one in owners] == [one.entries.aggregate(sum=Sum("amount"))["sum"] for one in owners]
    return [one.balance_amount for one in owners]


def stands(order: Order) -> tuple[str, int, int]:
    """Return how an order stands, what money went back of it, and what credit."""
    order.refresh_from_db()
    money = sum(Payment.objects.filter(order=order).values_list("refunded_amount", flat=True))
    back = Tender.objects.filter(order_token=order.token).aggregate(sum=Sum("refunded_amount"))["sum"] or 0
    assert (order.refunded_amount, order.credit_refunded_amount) == (money + back, back)
    return order.payment_status, money, back


def cancel(order: Order, clock: datetime, *, refund: bool = True) -> None:
    cancel_order(order_id=order.pk, reason="reason:customer", refund=refund, notify=True, actor=RUTH, now=clock)
    for written in Refund.objects.filter(payment__order=order, state="intent"):
        send_refund(refund_id=written.pk, now=clock)


@pytest.mark.parametrize(
    ("cards", "credit", "money"), [((1000,), 0, 3300), ((1000, 700), 600, 2000), ((5000,), 0, 0), ((), 4300, 0)]
)
def test_calling_a_paid_order_off_gives_every_part_back_where_it_came_from(
    store: Tenant, shopper: Shopper, clock: datetime, cards: tuple[int, ...], credit: int, money: int
) -> None:
    order = buy(store, shopper, clock, cards=cards, credit=credit)
    assert order.due_amount == money
    cancel(order, clock)
    assert stands(order) == ("refunded", money, 4300 - money)
    assert lying() == [*cards, *([credit] if credit else [])]
    event = OrderEvent.objects.get(order=order, type="order.canceled").data
    assert (event["refund_amount"], event["credit_amount"]) == (money, 4300 - money)
    assert not get_refundable(order).left


def test_the_mails_and_the_timeline_say_both_sums(store: Tenant, shopper: Shopper, clock: datetime) -> None:
    order = buy(store, shopper, clock, cards=(1000,), credit=300)
    cancel(order, clock)
    mail_canceled(order_id=order.pk, now=clock)
    assert [mail_refunded(refund_id=Refund.objects.get().pk, now=clock) for _time in range(2)] == [1, 0]
    canceled, refunded = mail.outbox
    assert "$30.00 goes back the way you paid" in canceled.body
    assert "$13.00 is back on your gift cards and store credit" in canceled.body
    assert refunded.subject.startswith("$43.00 of order")
    last4 = GiftCard.objects.get().last4
    for words in ("$30.00 goes back to Visa •4242", f"$10.00 is back on the gift card ending in {last4}",
                  "$3.00 is back in your store credit"):  # fmt: skip
        assert words in refunded.body
        assert words in str(refunded.alternatives[0].content)
    said = [(moment.title, moment.detail) for moment in list_moments(list(order.events.all()), currency="USD")]
    assert ("$13.00 back on gift cards and store credit", "") in said
    assert ("$30.00 given back", "") in said
    assert any("$13.00 goes back to gift cards and store credit." in detail for _title, detail in said)


def test_what_nobody_paid_the_rest_of_gives_the_card_back_whatever_was_chosen(
    store: Tenant, shopper: Shopper, clock: datetime
) -> None:
    order = buy(store, shopper, clock, cards=(1000,), by_card=False)
    assert (order.status, order.payment_status, lying()) == ("open", "pending", [0])
    cancel(order, clock, refund=False)
    assert (lying(), stands(order)) == ([1000], ("pending", 0, 1000))
    mail_canceled(order_id=order.pk, now=clock)
    assert "$10.00 is back on your gift cards" in mail.outbox[0].body
    assert "goes back the way you paid" not in mail.outbox[0].body


def test_a_merchant_who_keeps_the_money_keeps_the_card_too(store: Tenant, shopper: Shopper, clock: datetime) -> None:
    order = buy(store, shopper, clock, cards=(1000,))
    cancel(order, clock, refund=False)
    assert (lying(), stands(order)) == ([0], ("paid", 0, 0))


def test_money_goes_back_first_then_credit_then_cards_and_all_pieces_make_the_whole(
    store: Tenant, shopper: Shopper, clock: datetime
) -> None:
    order = buy(store, shopper, clock, cards=(1000, 500), credit=800)
    assert (order.due_amount, lying()) == (2000, [0, 0, 0])
    pieces = [
        (asked(order, 1, 0, token="1" * 26), (1500, 0), [0, 0, 0]),
        (asked(order, 1, 0, token="2" * 26, restocks=True), (500, 1000), [200, 0, 800]),
        (asked(order, 0, 1, delivery_amount=490, token="3" * 26), (0, 1300), [1000, 500, 800]),
    ]
    for request, parts, balances in pieces:
        for _time in range(2):  # The same form again gives nothing more.
            written = refund_order(order_id=order.pk, asked=request, actor=RUTH, now=clock)
            send_refund(refund_id=written.pk, now=clock)
        assert ((written.amount, written.credit_amount), lying()) == (parts, balances)
        assert sum(line.amount for line in written.lines.all()) + written.delivery_amount == sum(parts)
    assert stands(order) == ("refunded", 2000, 2300)
    assert Refund.objects.filter(state="succeeded").count() == 3
    with pytest.raises(RefundRefused):
        refund_order(order_id=order.pk, asked=asked(order, adjustment_amount=1), actor=RUTH, now=clock)
    cancel(order, clock)
    assert (stands(order), lying()) == (("refunded", 2000, 2300), [1000, 500, 800])


@pytest.mark.guard("cards-have-their-part", found="10")
def test_calling_off_after_a_piece_went_back_gives_the_rest(store: Tenant, shopper: Shopper, clock: datetime) -> None:
    order = buy(store, shopper, clock, cards=(2000,), credit=1000)
    first = refund_order(order_id=order.pk, asked=asked(order, 1, 1), actor=RUTH, now=clock)
    assert (first.amount, first.credit_amount) == (1300, 1010)
    cancel(order, clock)
    assert (stands(order), lying()) == (("refunded", 1300, 3000), [2000, 1000])
    crediting.give_canceled_credit(order_id=order.pk, actor=RUTH, now=clock)
    assert lying() == [2000, 1000]


def test_money_that_cannot_be_given_back_leaves_the_cards_part_given_and_says_so(
    store: Tenant, shopper: Shopper, clock: datetime
) -> None:
    order = buy(store, shopper, clock, cards=(1000,))
    payment = order.payments.get()
    gateway_refunds.create_refund(
        account_id=payment.account_id,
        payment_intent_id=str(payment.stripe_payment_intent_id),
        amount=3300,
        currency="USD",
        idempotency_key="by hand in the provider's dashboard",
    )
    cancel(order, clock)
    refund = Refund.objects.earliest("pk")
    assert (refund.state, refund.credit_amount, lying()) == ("failed", 1000, [1000])
    assert stands(order) == ("refunded", 3300, 1000), "what was given back at Stripe is seen at once"
    assert mail_refunded(refund_id=refund.pk, now=clock) == 1
    assert mail.outbox[0].subject.startswith("$10.00 of order")
    assert "Visa" not in mail.outbox[0].body


def test_the_database_refuses_more_to_cards_or_by_money_than_each_paid(
    store: Tenant, shopper: Shopper, clock: datetime
) -> None:
    order = buy(store, shopper, clock, cards=(1000,))
    for wrong in (
        {"refunded_amount": 1001, "credit_refunded_amount": 1001},
        {"refunded_amount": 3301},
        {"refunded_amount": 500, "credit_refunded_amount": 501},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Order.objects.filter(pk=order.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.create(payment=order.payments.get(), amount=0, idempotency_key="k", actor=RUTH, created_at=clock)


def test_the_screen_says_where_each_part_goes_before_the_click(
    acme: Tenant, merchant_client: Client, shopper: Shopper, clock: datetime
) -> None:
    with in_tenant(acme):
        open_account(tenant=acme, now=clock)
        order = buy(open_store(acme, clock), shopper, clock, cards=(1000,))
        line = order.lines.earliest("pk").pk
        last4 = GiftCard.objects.get().last4
    address = f"/dashboard/orders/{order.pk}/refund/"
    token = BeautifulSoup(merchant_client.get(address).content, "html.parser").select_one("[name=token]")
    typed = {f"line-{line}": "1", "adjustment": "20.00", "token": str(token["value"]) if token else ""}
    seen = BeautifulSoup(merchant_client.post(address, {**typed, "do": "update"}).content, "html.parser")
    total = seen.select_one("#refund-sum")
    assert total is not None
    text = " ".join(total.get_text(" ").split())
    for words in ("$35.00", "To Visa •4242 $33.00", f"To the gift card ending in {last4} $2.00", "Refund $35.00"):
        assert words in text, text
    answer = merchant_client.post(address, {**typed, "do": "refund", "seen": "3500"}, follow=True).content.decode()
    assert "$2.00 is back on gift cards and store credit." in answer
    assert "$33.00 is on its way to Visa •4242." in answer
    cancel_page = merchant_client.get(f"/dashboard/orders/{order.pk}/cancel/").content.decode()
    assert "Of this $8.00 goes back to gift cards and store credit." in cancel_page
    with in_tenant(acme):
        assert stands(order) == ("partly_refunded", 3300, 200)


def test_money_that_is_given_as_store_credit_stays_and_is_the_customers_once(
    store: Tenant, shopper: Shopper, clock: datetime
) -> None:
    order = buy(store, shopper, clock, cards=(1000,))
    wanted = replace(asked(order, 2, 1), as_credit=True, token="t" * 26)
    refund = refund_order(order_id=order.pk, asked=wanted, actor=RUTH, now=clock)
    again = refund_order(order_id=order.pk, asked=wanted, actor=RUTH, now=clock)
    sent = send_refund(refund_id=refund.pk, now=clock)
    assert (again.pk, sent.state, sent.amount, sent.credit_amount) == (refund.pk, "succeeded", 3300, 510)
    assert StoreCredit.objects.values_list("customer_id", "balance_amount").get() == (order.customer_id, 3300)
    assert stands(order) == ("partly_refunded", 3300, 510)
    assert not [row for row in shopper.requests() if (row["method"], row["path"]) == ("POST", "/v1/refunds")]
    payment = order.payments.get()
    compare_books(account_id=payment.account_id, schema_name=store.schema_name, now=clock)
    assert count_open_differences() == 0, "the comparison knows that nothing left"
    assert mail_refunded(refund_id=refund.pk, now=clock) == 1
    assert "$33.00 is yours as store credit." in mail.outbox[0].body
    assert "Visa" not in mail.outbox[0].body
    with pytest.raises(RefundRefused):
        refund_order(order_id=order.pk, asked=asked(order, 2, 1), actor=RUTH, now=clock)
    Order.objects.filter(pk=order.pk).update(customer=None)
    with pytest.raises(RefundRefused, match="no customer"):
        refund_order(
            order_id=order.pk, asked=replace(RefundRequest(adjustment_amount=1), as_credit=True), actor=RUTH, now=clock
        )


def test_the_screen_offers_store_credit_and_says_that_no_money_leaves(
    acme: Tenant, merchant_client: Client, shopper: Shopper, clock: datetime
) -> None:
    with in_tenant(acme):
        open_account(tenant=acme, now=clock)
        order = buy(open_store(acme, clock), shopper, clock)
        line = order.lines.earliest("pk").pk
    address = f"/dashboard/orders/{order.pk}/refund/"
    assert "As store credit, for the next order" in merchant_client.get(address).content.decode()
    typed = {f"line-{line}": "1", "token": "u" * 26, "as_credit": "1"}
    seen = merchant_client.post(address, typed).content.decode()
    assert "Give $15.00 as credit" in seen
    assert "The fee of" not in seen
    done = merchant_client.post(address, {**typed, "do": "refund", "seen": "1500"}, follow=True).content.decode()
    assert "$15.00 is the customer’s store credit now." in done
    assert "Given as store credit" in done
