"""Money given back: per line, once, never more than was paid, and the same here as at the provider."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from core.clock import utc_now
from core.tenancy import in_tenant
from integrations.stripe import gateway_refunds
from integrations.stripe.errors import StripeUnavailable
from storefront.checkout.services import start_checkout
from storefront.customers.models import Customer
from storefront.inventory.services import release
from storefront.orders.models import Order, OrderEvent
from storefront.payments.errors import RefundChanged, RefundRefused
from storefront.payments.models import Payment, Refund, RefundState
from storefront.payments.selectors import get_refundable
from storefront.payments.services import (
    mirror_refunds,
    open_account,
    receive_payment,
    reconcile_open,
    refund_order,
    request_refund,
    send_refund,
)
from storefront.payments.services.mailing import mail_refund_failed, mail_refunded
from tenants.models import Tenant
from tests.concurrency.together import run_together
from tests.storefront.checkout.orders import BASE_URL, BY_TRANSFER, fill_cart, open_store
from tests.storefront.goods import make_variant
from tests.storefront.payments.paid import asked, buy, on_hand
from tests.storefront.stripe_sandbox import Shopper, sandbox_server, shopper

__all__ = ["sandbox_server", "shopper"]
LATER = timedelta(minutes=3)
REFUND_FAILS, REFUND_WAITS = "4000000000005126", "4000000000007726"


@pytest.fixture
def clock() -> datetime:
    return utc_now().replace(microsecond=0)


@pytest.fixture
def store(in_acme: Tenant, shopper: Shopper, clock: datetime) -> Tenant:
    open_account(tenant=in_acme, now=clock)
    return open_store(in_acme, clock)


def give_back(order: Order, clock: datetime, *counts: int, **more: object) -> Refund:
    """Write a refund and send it, as the dashboard does."""
    refund = refund_order(order_id=order.pk, asked=asked(order, *counts, **more), actor="ann@acme.example", now=clock)
    return send_refund(refund_id=refund.pk, now=clock)


def at_stripe(payment: Payment) -> list[tuple[int, str]]:
    found = gateway_refunds.list_refunds(
        account_id=payment.account_id, payment_intent_id=str(payment.stripe_payment_intent_id)
    )
    return [(one.amount, one.status) for one in found]


def state(order: Order) -> tuple[str, int, int]:
    order.refresh_from_db()
    return order.payment_status, order.refunded_amount, order.payments.get().refunded_amount


def test_lines_delivery_and_goodwill_in_pieces_make_what_was_paid(
    store: Tenant, shopper: Shopper, clock: datetime
) -> None:
    mug, tin = make_variant("Mug", price=333, stock=5), make_variant("Tin", price=700, stock=5)
    order, payment = buy(store, shopper, [(mug, 3), (tin, 1)], clock)
    assert order.total_amount == 999 + 700 + 490
    first = give_back(order, clock, 1, 0)
    second = give_back(order, clock, 2, 1, delivery_amount=200, adjustment_amount=-50, reason="late")
    assert (first.amount, second.amount) == (333, 666 + 700 + 200 - 50)
    assert state(order) == ("partly_refunded", 333 + 1516, 333 + 1516)
    rest = give_back(order, clock, delivery_amount=290, adjustment_amount=50)
    assert (rest.amount, state(order)) == (340, ("refunded", order.total_amount, order.total_amount))
    assert sum(amount for amount, _status in at_stripe(payment)) == order.total_amount
    assert not get_refundable(order).left


def test_what_a_customer_spent_waits_for_the_money_and_is_less_what_went_back(
    store: Tenant, shopper: Shopper, clock: datetime
) -> None:
    mug = make_variant("Mug", price=1000, stock=9)

    def spent() -> tuple[int, int]:
        customer = Customer.objects.get()
        return customer.orders_count, customer.spent_amount

    order, _payment = buy(store, shopper, [(mug, 2)], clock)
    assert spent() == (1, order.total_amount)
    give_back(order, clock, 1)
    assert spent() == (1, order.total_amount - 1000)
    cart = fill_cart([(mug, 1)], clock)
    later = start_checkout(tenant=store, cart=cart, details=BY_TRANSFER, now=clock, base_url=BASE_URL).order
    assert spent() == (2, order.total_amount - 1000)
    give_back(order, clock, 1)
    receive_payment(order_id=later.pk, actor="ann@acme.example", now=clock)
    assert spent() == (2, order.total_amount - 2000 + later.total_amount)


@pytest.mark.parametrize(
    ("counts", "more"),
    [
        ((3,), {}),
        ((-1,), {}),
        ((0,), {}),
        ((1,), {"delivery_amount": 491}),
        ((1,), {"delivery_amount": -1}),
        ((2,), {"delivery_amount": 490, "adjustment_amount": 1}),
        ((1,), {"adjustment_amount": -1800}),
    ],
)
def test_more_than_was_bought_paid_or_left_is_refused_and_nothing_is_written(
    store: Tenant, shopper: Shopper, clock: datetime, counts: tuple[int, ...], more: dict[str, int]
) -> None:
    order, _payment = buy(store, shopper, [(make_variant(price=1800, stock=5), 2)], clock)
    with pytest.raises(RefundRefused):
        give_back(order, clock, *counts, **more)
    assert not Refund.objects.exists()
    assert state(order) == ("paid", 0, 0)


def test_a_line_of_another_order_is_refused(store: Tenant, shopper: Shopper, clock: datetime) -> None:
    mug = make_variant(price=1800, stock=5)
    order, _payment = buy(store, shopper, [(mug, 1)], clock)
    other, _payment = buy(store, shopper, [(mug, 1)], clock)
    with pytest.raises(RefundRefused):
        refund_order(order_id=order.pk, asked=asked(other, 1), actor="ann", now=clock)


@pytest.mark.guard("form-is-known", found="== 1")
def test_the_same_form_sent_again_is_one_refund(store: Tenant, shopper: Shopper, clock: datetime) -> None:
    order, payment = buy(store, shopper, [(make_variant(price=1800, stock=5), 3)], clock)
    form = {"token": "f" * 26, "restocks": True}
    refunds = {give_back(order, clock, 1, **form).pk for _time in range(3)}
    assert len(refunds) == 1
    assert (at_stripe(payment), on_hand()) == ([(1800, "succeeded")], [3])


def test_what_comes_to_another_sum_than_was_on_the_button_is_not_sent(
    store: Tenant, shopper: Shopper, clock: datetime
) -> None:
    order, _payment = buy(store, shopper, [(make_variant(price=1000, stock=9), 3)], clock)
    with pytest.raises(RefundChanged):
        give_back(order, clock, 1, expected_amount=999)
    assert give_back(order, clock, 1, expected_amount=1000).state == RefundState.SUCCEEDED


def test_goods_lie_on_the_shelf_again_only_where_asked_and_calling_off_adds_the_rest(
    store: Tenant, shopper: Shopper, clock: datetime
) -> None:
    order, _payment = buy(store, shopper, [(make_variant(price=1000, stock=9), 5)], clock)
    give_back(order, clock, 1)
    assert on_hand() == [4]
    give_back(order, clock, 2, restocks=True)
    assert on_hand() == [6]
    release(order_token=order.token, now=clock, actor="ann")
    assert on_hand() == [9]


def test_an_answer_that_is_lost_is_found_again_and_no_second_refund_is_made(
    store: Tenant, shopper: Shopper, clock: datetime
) -> None:
    order, payment = buy(store, shopper, [(make_variant(price=1800, stock=5), 1)], clock)
    shopper.plant(kind="reset", match={"method": "POST", "path": "/v1/refunds"}, times=5)
    refund = refund_order(order_id=order.pk, asked=asked(order, 1), actor="ann", now=clock)
    with pytest.raises(StripeUnavailable):
        send_refund(refund_id=refund.pk, now=clock)
    shopper.repair()
    shopper.advance(25 * 3600)  # Stripe has forgotten our key by then.
    assert reconcile_open(now=clock + timedelta(hours=25)) == 1
    refund.refresh_from_db()
    assert (refund.state, at_stripe(payment)) == (RefundState.SUCCEEDED, [(1800, "succeeded")])


def test_a_refund_made_at_the_provider_is_mirrored_once(store: Tenant, shopper: Shopper, clock: datetime) -> None:
    order, payment = buy(store, shopper, [(make_variant(price=1800, stock=5), 1)], clock)
    gateway_refunds.create_refund(
        account_id=payment.account_id,
        payment_intent_id=str(payment.stripe_payment_intent_id),
        amount=700,
        currency="USD",
        idempotency_key="by hand in the provider's dashboard",
    )
    assert [mirror_refunds(payment_id=payment.pk, now=clock) for _time in range(3)] == [1, 0, 0]
    assert state(order) == ("partly_refunded", 700, 700)
    assert OrderEvent.objects.filter(type="payment.refunded").count() == 1
    with pytest.raises(RefundRefused):
        give_back(order, clock, 1)


def test_a_refund_that_comes_back_days_later_is_undone_and_said(
    store: Tenant, shopper: Shopper, clock: datetime
) -> None:
    order, payment = buy(store, shopper, [(make_variant(price=1800, stock=5), 1)], clock, card=REFUND_FAILS)
    refund = give_back(order, clock, 1, restocks=True)
    assert state(order) == ("partly_refunded", 1800, 1800)
    shopper.advance(3600)
    assert mirror_refunds(payment_id=payment.pk, now=clock + LATER) == 1
    refund.refresh_from_db()
    assert (refund.state, refund.failure_message) == (RefundState.FAILED, "expired_or_canceled_card")
    assert state(order) == ("paid", 0, 0)
    assert OrderEvent.objects.filter(type="payment.refund_failed").count() == 1
    mail_refund_failed(refund_id=refund.pk, now=clock)
    assert "failed" in mail.outbox[-1].subject
    again = refund_order(order_id=order.pk, asked=asked(order, 1, restocks=True), actor="ann", now=clock)
    assert (again.state, on_hand()) == (RefundState.INTENT, [5]), "the mug came back once"


def test_a_refund_that_waits_for_the_bank_arrives_later(store: Tenant, shopper: Shopper, clock: datetime) -> None:
    order, _payment = buy(store, shopper, [(make_variant(price=1800, stock=5), 1)], clock, card=REFUND_WAITS)
    refund = give_back(order, clock, 1)
    assert (refund.state, state(order)) == (RefundState.PENDING, ("partly_refunded", 1800, 1800))
    shopper.advance(3600)
    assert reconcile_open(now=clock + timedelta(hours=2)) == 1
    refund.refresh_from_db()
    assert (refund.state, OrderEvent.objects.filter(type="payment.refunded").count()) == (RefundState.SUCCEEDED, 1)


def test_a_refusal_ends_the_refund_and_frees_its_sum(store: Tenant, shopper: Shopper, clock: datetime) -> None:
    order, payment = buy(store, shopper, [(make_variant(price=1800, stock=5), 1)], clock)
    whole = {"account_id": payment.account_id, "payment_intent_id": str(payment.stripe_payment_intent_id)}
    gateway_refunds.create_refund(**whole, amount=payment.amount, currency="USD", idempotency_key="by hand")
    refund = give_back(order, clock, 1)
    assert refund.state == RefundState.FAILED
    assert state(order) == ("refunded", payment.amount, payment.amount), "what was given back at Stripe is seen at once"


def test_an_order_paid_outside_is_noted_as_given_back(in_acme: Tenant, clock: datetime) -> None:
    mug = make_variant(price=1800, stock=5)
    order = Order.objects.create(
        name="#7", token="t" * 26, status="open", payment_status="paid", currency="USD", subtotal_amount=1800,
        total_amount=1800, placed_at=clock, paid_at=clock,
    )  # fmt: skip
    order.lines.create(variant=mug, title="Mug", unit_amount=1800, quantity=1, total_amount=1800)
    assert give_back(order, clock, 1, restocks=True).state == RefundState.SUCCEEDED
    assert (state(order), on_hand()) == (("refunded", 1800, 1800), [6])


def test_the_shopper_is_told_once_in_their_language_with_goods_and_sum(
    store: Tenant, shopper: Shopper, clock: datetime
) -> None:
    order, _payment = buy(store, shopper, [(make_variant("Enamel mug", price=1800, stock=5), 1)], clock)
    refund = give_back(order, clock, 1)
    assert [mail_refunded(refund_id=refund.pk, now=clock) for _time in range(2)] == [1, 0]
    (sent,) = mail.outbox
    assert sent.to == [order.email]
    for words in ("$18.00", "Enamel mug", "Visa •4242", order.name):
        assert words in sent.subject + sent.body, words


PARALLEL = 20


def ask_together(committed_store: Tenant, order: Order, clock: datetime) -> int:
    """Ask for a tenth of the payment in twenty threads at once and return how many were let through."""

    def ask() -> None:
        with in_tenant(committed_store):
            request = replace(asked(order), adjustment_amount=order.total_amount // 10)
            refund_order(order_id=order.pk, asked=request, actor="ann", now=clock)

    answers = run_together(ask, count=PARALLEL)
    assert all(one is None or isinstance(one, RefundRefused | IntegrityError) for one in answers), answers
    return answers.count(None)


@pytest.fixture
def paid_outside(committed_store: Tenant, clock: datetime) -> Order:
    with in_tenant(committed_store):
        order = Order.objects.create(
            name="#7", token="t" * 26, status="open", payment_status="paid", currency="USD", subtotal_amount=1000,
            total_amount=1000, placed_at=clock, paid_at=clock,
        )  # fmt: skip
        Payment.objects.create(
            order=order, provider="manual", state="paid", amount=1000, currency="USD", idempotency_key="k",
            created_at=clock, updated_at=clock,
        )  # fmt: skip
    return order


@pytest.mark.guard("refunds-held", found="== 10")
def test_twenty_refunds_at_once_give_back_what_was_paid_and_no_more(
    committed_store: Tenant, paid_outside: Order, clock: datetime
) -> None:
    assert ask_together(committed_store, paid_outside, clock) == 10
    with in_tenant(committed_store):
        assert sum(Refund.objects.values_list("amount", flat=True)) == 1000
        assert Payment.objects.get().refunded_amount == 1000


def test_the_database_refuses_more_than_was_paid_even_if_the_code_forgets(
    store: Tenant, shopper: Shopper, clock: datetime
) -> None:
    _order, payment = buy(store, shopper, [(make_variant(price=1800, stock=5), 1)], clock)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(refunded_amount=payment.amount + 1)
    with pytest.raises(RefundRefused):
        request_refund(payment=payment, amount=payment.amount + 1, reason="", actor="x", now=clock)
