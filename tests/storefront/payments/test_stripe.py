"""From checkout to a paid order through the sandbox: paid, declined, given up, late, broken in the middle."""

import json
from datetime import datetime, timedelta

import pytest

from core.clock import utc_now
from core.outbox.models import OutboxMessage
from integrations.stripe.client import _client
from integrations.stripe.errors import InvalidSignature, StripeUnavailable
from integrations.stripe.events import ConnectEventReceived, parse_event
from storefront.carts.models import Cart
from storefront.carts.services import add_to_cart
from storefront.checkout.services import start_checkout
from storefront.inventory.models import Stock
from storefront.inventory.services import release_expired
from storefront.orders.models import Order
from storefront.payments.connect import note_connect_event, settle_event
from storefront.payments.models import Payment, PaymentState, Refund
from storefront.payments.services import (
    close_payment,
    open_account,
    reconcile_open,
    refresh_account,
    settle_payment,
)
from storefront.payments.services.opening import HOLD, PAGE_LIFE
from tenants.models import Tenant
from tests.storefront.checkout.orders import BASE_URL, DETAILS, fill_cart, open_store
from tests.storefront.goods import make_variant
from tests.storefront.stripe_sandbox import DECLINED_CARD, Shopper, sandbox_server, shopper

__all__ = ["sandbox_server", "shopper"]
THREE_MINUTES = timedelta(minutes=3)


@pytest.fixture
def clock() -> datetime:
    """The sandbox lives in real time, so these tests do."""
    return utc_now().replace(microsecond=0)


@pytest.fixture
def store(in_acme: Tenant, shopper: Shopper, clock: datetime) -> Tenant:
    open_account(tenant=in_acme, now=clock)
    return open_store(in_acme, clock)


@pytest.fixture
def cart(store: Tenant, clock: datetime) -> Cart:
    return fill_cart([(make_variant("Enamel mug", price=1800, stock=1), 1)], clock)


def check_out(store: Tenant, cart: Cart, clock: datetime) -> str | None:
    return start_checkout(tenant=store, cart=cart, details=DETAILS, now=clock, base_url=BASE_URL).redirect_url


def pay(shopper: Shopper, payment: Payment, **kwargs: str) -> str:
    payment.refresh_from_db()
    return shopper.pay(payment.account_id, str(payment.stripe_checkout_session_id), **kwargs)


def counts() -> tuple[int, int]:
    return Stock.objects.values_list("on_hand_count", "reserved_count").get()


def test_a_store_gets_an_account_once(in_acme: Tenant, shopper: Shopper, clock: datetime) -> None:
    first, second = open_account(tenant=in_acme, now=clock), open_account(tenant=in_acme, now=clock)
    assert first.external_id == second.external_id
    assert refresh_account(tenant=in_acme, now=clock).charges_enabled


def test_checkout_writes_the_payment_and_opens_the_page_on_the_stores_account(
    store: Tenant, cart: Cart, clock: datetime, shopper: Shopper
) -> None:
    url = check_out(store, cart, clock)
    order, payment = Order.objects.get(), Payment.objects.get()
    assert url == payment.redirect_url
    assert (payment.state, payment.amount, payment.currency) == (PaymentState.WAITING, 2290, "USD")
    assert (order.status, order.expires_at) == ("pending", clock + HOLD)
    assert counts() == (1, 1)
    (session,) = [
        row for row in shopper.sessions(payment.account_id) if row["id"] == payment.stripe_checkout_session_id
    ]
    assert (session["amount_total"], session["currency"], session["client_reference_id"]) == (2290, "usd", order.token)
    assert session["metadata"] == {"tenant": store.schema_name, "order_token": order.token}
    assert session["success_url"] == f"{BASE_URL}/checkout/return/?session_id={{CHECKOUT_SESSION_ID}}"
    assert session["expires_at"] == int((clock + PAGE_LIFE).timestamp())


def test_a_paid_page_makes_a_paid_order(store: Tenant, cart: Cart, clock: datetime, shopper: Shopper) -> None:
    check_out(store, cart, clock)
    payment = Payment.objects.get()
    assert pay(shopper, payment) == "succeeded"
    for _caller in range(3):
        settle_payment(payment_id=payment.pk, actor="shopper", now=clock)
    payment.refresh_from_db()
    assert (payment.state, payment.method_type, payment.method_label) == (PaymentState.PAID, "card", "Visa •4242")
    assert Order.objects.get().payment_status == "paid"
    assert counts() == (0, 0)


def test_a_declined_card_leaves_the_page_open_for_another(
    store: Tenant, cart: Cart, clock: datetime, shopper: Shopper
) -> None:
    check_out(store, cart, clock)
    payment = Payment.objects.get()
    assert pay(shopper, payment, card=DECLINED_CARD) != "succeeded"
    assert settle_payment(payment_id=payment.pk, actor="shopper", now=clock).state == PaymentState.WAITING
    assert Order.objects.get().status == "pending"
    assert pay(shopper, payment) == "succeeded"
    assert settle_payment(payment_id=payment.pk, actor="shopper", now=clock).state == PaymentState.PAID


def test_clicking_twice_is_one_order_and_one_page(store: Tenant, cart: Cart, clock: datetime, shopper: Shopper) -> None:
    first, second = check_out(store, cart, clock), check_out(store, cart, clock + timedelta(minutes=5))
    assert first == second
    assert (Order.objects.count(), Payment.objects.count()) == (1, 1)


def test_a_changed_cart_closes_the_old_page_and_opens_one_for_the_new_sum(
    store: Tenant, cart: Cart, clock: datetime, shopper: Shopper
) -> None:
    first = check_out(store, cart, clock)
    add_to_cart(cart=cart, variant_id=make_variant("Tin", price=700, stock=3).pk, quantity=2, now=clock)
    second = check_out(store, cart, clock)
    assert first != second
    old, new = Payment.objects.order_by("pk")
    assert (old.state, new.state, new.amount) == (PaymentState.EXPIRED, PaymentState.WAITING, 1800 + 1400 + 490)
    assert Order.objects.get().total_amount == 3690
    states = {row["id"]: row["status"] for row in shopper.sessions(old.account_id)}
    assert states == {old.stripe_checkout_session_id: "expired", new.stripe_checkout_session_id: "open"}


def test_changing_the_cart_after_paying_keeps_the_paid_order(
    store: Tenant, cart: Cart, clock: datetime, shopper: Shopper
) -> None:
    check_out(store, cart, clock)
    pay(shopper, Payment.objects.get())
    add_to_cart(cart=cart, variant_id=make_variant("Tin", price=700, stock=3).pk, quantity=1, now=clock)
    assert check_out(store, cart, clock) is None
    order = Order.objects.get()
    assert (order.payment_status, order.total_amount) == ("paid", 2290)


@pytest.mark.guard("event-is-a-hint", found="nobody has paid")
def test_an_event_is_a_hint_and_only_the_fetched_page_counts(
    store: Tenant, cart: Cart, clock: datetime, shopper: Shopper
) -> None:
    check_out(store, cart, clock)
    payment = Payment.objects.get()
    hint = {"session_id": str(payment.stripe_checkout_session_id), "payment_intent_id": "", "order_token": ""}
    assert settle_event(**hint, now=clock) == 1
    assert Order.objects.get().status == "pending", "nobody has paid, whatever an event says"
    pay(shopper, payment)
    settle_event(session_id="", payment_intent_id="pi_unknown", order_token=Order.objects.get().token, now=clock)
    assert Order.objects.get().status == "open"
    assert settle_event(session_id="cs_of_nobody", payment_intent_id="", order_token="", now=clock) == 0


@pytest.mark.guard("asked-after", found="== 1")
def test_without_return_and_webhook_the_reconciler_completes(
    store: Tenant, cart: Cart, clock: datetime, shopper: Shopper
) -> None:
    check_out(store, cart, clock)
    pay(shopper, Payment.objects.get())
    assert reconcile_open(now=clock + timedelta(minutes=1)) == 0, "it is too early to ask"
    assert reconcile_open(now=clock + THREE_MINUTES) == 1
    assert reconcile_open(now=clock + THREE_MINUTES) == 0
    assert Order.objects.get().status == "open"


def test_a_page_that_ran_out_gives_goods_and_cart_back(
    store: Tenant, cart: Cart, clock: datetime, shopper: Shopper
) -> None:
    check_out(store, cart, clock)
    shopper.advance(int(PAGE_LIFE.total_seconds()) + 60)
    assert reconcile_open(now=clock + PAGE_LIFE + THREE_MINUTES) == 1
    assert Payment.objects.get().state == PaymentState.EXPIRED
    order = Order.objects.get()
    assert (order.status, order.cart_token) == ("expired", None)
    assert counts() == (1, 0)
    cart.refresh_from_db()
    assert cart.ordered_at is None


@pytest.mark.guard("late-money-finds-goods")
def test_money_for_goods_that_were_sold_meanwhile_goes_back_at_the_provider_too(
    store: Tenant, cart: Cart, clock: datetime, shopper: Shopper
) -> None:
    check_out(store, cart, clock)
    payment = Payment.objects.get()
    pay(shopper, payment)
    release_expired(now=clock + HOLD)
    Stock.objects.update(on_hand_count=0)
    settle_payment(payment_id=payment.pk, actor="stripe", now=clock + HOLD)
    assert reconcile_open(now=clock + HOLD + THREE_MINUTES) == 1
    refund, order = Refund.objects.get(), Order.objects.get()
    assert (refund.state, refund.amount, bool(refund.stripe_refund_id)) == ("succeeded", 2290, True)
    assert (order.status, order.refunded_amount, order.payment_status) == ("canceled", 2290, "refunded")


@pytest.mark.parametrize("kind", ["error_500", "reset", "error_429"])
def test_a_broken_service_loses_nothing_and_the_second_try_doubles_nothing(
    store: Tenant, cart: Cart, clock: datetime, shopper: Shopper, kind: str
) -> None:
    shopper.plant(kind=kind, match={"method": "POST", "path": "/v1/checkout/sessions"}, times=5)
    with pytest.raises(StripeUnavailable):
        check_out(store, cart, clock)
    payment = Payment.objects.get()
    left_as = PaymentState.FAILED if kind == "error_500" else PaymentState.INTENT
    assert (payment.state, Order.objects.get().status, counts()) == (left_as, "pending", (1, 1))
    assert cart.lines.count() == 1
    shopper.repair()
    assert check_out(store, cart, clock + timedelta(seconds=20))
    keys = 2 if kind == "error_500" else 1
    assert (Order.objects.count(), Payment.objects.count(), counts()) == (1, keys, (1, 1))
    assert len([s for s in shopper.sessions(payment.account_id) if s["client_reference_id"]]) == 1


@pytest.mark.guard("key-before-the-call", found="== 1")
def test_an_answer_that_breaks_off_and_is_asked_for_again_is_one_page(
    store: Tenant, cart: Cart, clock: datetime, shopper: Shopper
) -> None:
    """The page was made before the connection went; only the same key finds it again."""
    shopper.plant(kind="reset", match={"method": "POST", "path": "/v1/checkout/sessions"}, times=5)
    with pytest.raises(StripeUnavailable):
        check_out(store, cart, clock)
    shopper.repair()
    assert check_out(store, cart, clock + timedelta(seconds=20))
    assert len(shopper.sessions(Payment.objects.get().account_id)) == 1


def test_a_service_that_does_not_answer_in_time_is_unavailable(
    store: Tenant, cart: Cart, clock: datetime, shopper: Shopper, settings: object
) -> None:
    settings.STRIPE_TIMEOUT_SECONDS = 0.3  # type: ignore[attr-defined]
    shopper.plant(kind="delay", match={"method": "POST", "path": "/v1/checkout/sessions"}, times=5, delay_seconds=2)
    with pytest.raises(StripeUnavailable):
        check_out(store, cart, clock)
    assert Order.objects.get().status == "pending"
    _client.cache_clear()


def test_closing_a_page_that_was_just_paid_completes_the_order(
    store: Tenant, cart: Cart, clock: datetime, shopper: Shopper
) -> None:
    check_out(store, cart, clock)
    payment = Payment.objects.get()
    pay(shopper, payment)
    assert close_payment(payment_id=payment.pk, actor="shopper", now=clock).state == PaymentState.PAID
    assert Order.objects.get().status == "open"


def test_every_call_for_a_store_names_its_account(store: Tenant, cart: Cart, clock: datetime, shopper: Shopper) -> None:
    check_out(store, cart, clock)
    payment = Payment.objects.get()
    calls = [row for row in shopper.requests() if "/v1/checkout/sessions" in str(row.get("path"))]
    assert calls
    assert calls[-1]["account"] == payment.account_id


def test_an_order_that_no_payment_will_settle_is_given_up(
    store: Tenant, cart: Cart, clock: datetime, shopper: Shopper
) -> None:
    shopper.plant(kind="error_500", match={"method": "POST", "path": "/v1/checkout/sessions"}, times=5)
    with pytest.raises(StripeUnavailable):
        check_out(store, cart, clock)
    assert reconcile_open(now=clock + HOLD) == 0
    assert reconcile_open(now=clock + HOLD + THREE_MINUTES) == 1
    assert (Order.objects.get().status, counts()) == ("expired", (1, 0))


def test_a_thin_event_about_the_stores_account_makes_us_look_at_it(in_acme: Tenant, clock: datetime) -> None:
    account_id = "acct_1Nv0FGQ9RKHgCVdK"
    thin = {
        "id": "evt_test_1",
        "object": "v2.core.event",
        "type": "v2.core.account[requirements].updated",
        "created": "2026-11-23T09:00:00.000Z",
        "livemode": False,
        "context": None,
        "related_object": {
            "id": account_id,
            "type": "v2.core.account",
            "url": f"/v2/core/accounts/{account_id}",
        },
    }
    event = parse_event(json.dumps(thin))
    assert (event.account, event.object_type, dict(event.data)) == (account_id, "v2.core.account", {})
    note_connect_event(ConnectEventReceived(tenant=in_acme, event=event))
    asked = OutboxMessage.objects.get(task="storefront.payments.open_account", kwargs={"tenant_id": in_acme.pk})
    assert asked.schema_name == "public"
    with pytest.raises(InvalidSignature):
        parse_event(json.dumps({**thin, "related_object": None}))
