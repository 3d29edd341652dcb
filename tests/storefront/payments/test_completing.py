"""The one function that completes an order: once, whoever calls it and how often."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from core.events import subscribe
from core.outbox.models import OutboxMessage
from core.tenancy import in_tenant
from storefront.carts.models import Cart
from storefront.carts.quoting import Buyer, get_quote
from storefront.catalog.models import Product, ProductVariant
from storefront.checkout.services import start_checkout
from storefront.customers.models import Customer
from storefront.inventory.models import Stock
from storefront.inventory.services import release_expired, reserve
from storefront.orders.enums import OrderSource
from storefront.orders.errors import OrderStateRefused
from storefront.orders.events import OrderPaid, OrderPlaced
from storefront.orders.models import Order, OrderEvent
from storefront.orders.services import NewLine, NewOrder, place_order, receive_money
from storefront.payments.errors import PaymentNotFound, RefundRefused
from storefront.payments.models import Payment, PaymentState, Refund
from storefront.payments.services import PaidFacts, complete_order, create_payment, request_refund
from storefront.payments.services.opening import HOLD
from tenants.models import Tenant
from tests.storefront.checkout.orders import BASE_URL, BY_TRANSFER, DETAILS, fill_cart, open_store
from tests.storefront.goods import make_variant

CALLERS = 20


def place_pending(variant: ProductVariant, now: datetime, *, quantity: int = 1) -> tuple[Order, Payment]:
    """Return a pending order with its goods held and its payment written, as checkout leaves them."""
    cart = fill_cart([(variant, quantity)], now)
    quote = get_quote(cart=cart, buyer=Buyer("US"), method_id=None, now=now)
    customer, _ = Customer.objects.get_or_create(email=DETAILS.email, defaults={"created_at": now})
    line = quote.view.lines[0]
    new = NewOrder(
        email=DETAILS.email,
        currency="USD",
        lines=[NewLine(variant.pk, variant.product_id, line.title, line.unit_amount, quantity)],
        totals=quote.totals,
        shipping_address=DETAILS.as_address(),
        customer_id=customer.pk,
        cart_token=cart.token,
        expires_at=now + HOLD,
    )
    order = place_order(new=new, status="pending", actor="tests", now=now)  # type: ignore[arg-type]
    reserve(order_token=order.token, lines=[(variant.pk, quantity)], now=now, expires_at=now + HOLD)
    return order, create_payment(order=order, provider_name="stripe", account_id="acct_1", now=now)


def facts(payment: Payment, **changes: object) -> PaidFacts:
    values = {
        "amount": payment.amount,
        "currency": payment.currency,
        "payment_intent_id": f"pi_{payment.pk}",
        "method_type": "card",
        "method_label": "Visa •4242",
        **changes,
    }
    return PaidFacts(**values)  # type: ignore[arg-type]


def complete(order: Order, payment: Payment, now: datetime, **changes: object) -> Order:
    return complete_order(
        order_id=order.pk, payment_id=payment.pk, facts=facts(payment, **changes), actor="stripe", now=now
    )


def stock_of(variant: ProductVariant) -> tuple[int, int]:
    return Stock.objects.values_list("on_hand_count", "reserved_count").get(variant=variant)


def test_a_paid_order_is_open_and_counted_everywhere(in_acme: Tenant, now: datetime) -> None:
    variant = make_variant(price=1800, stock=5)
    order, payment = place_pending(variant, now, quantity=2)
    order = complete(order, payment, now)
    assert (order.status, order.payment_status, order.paid_at, order.expires_at) == ("open", "paid", now, None)
    payment.refresh_from_db()
    assert (payment.state, payment.method_label, payment.paid_at) == (PaymentState.PAID, "Visa •4242", now)
    assert stock_of(variant) == (3, 0)
    assert Product.objects.get(pk=variant.product_id).sold_count == 2
    customer = Customer.objects.get()
    assert (customer.orders_count, customer.spent_amount, customer.last_order_at) == (1, order.total_amount, now)
    assert Cart.objects.get().ordered_at == now


def test_completing_again_changes_nothing_and_announces_nothing(in_acme: Tenant, now: datetime) -> None:
    heard: list[object] = []
    for kind in (OrderPlaced, OrderPaid):
        subscribe(kind, heard.append)
    order, payment = place_pending(make_variant(stock=5), now)
    for minutes in range(3):
        complete(order, payment, now + timedelta(minutes=minutes))
    assert heard == [OrderPlaced(order.pk, now, OrderSource.WEB), OrderPaid(order.pk, now)]
    assert Customer.objects.get().orders_count == 1
    assert OrderEvent.objects.filter(type="order.paid").count() == 1


@pytest.mark.parametrize("change", [{"amount": 1}, {"currency": "JPY"}, {"amount": 10**9}])
def test_another_sum_or_currency_is_refused_flagged_and_never_paid(
    in_acme: Tenant, now: datetime, change: dict[str, object]
) -> None:
    variant = make_variant(stock=5)
    order, payment = place_pending(variant, now)
    for _time in range(2):
        order = complete(order, payment, now, **change)
    assert (order.status, order.payment_status, order.paid_at) == ("pending", "pending", None)
    payment.refresh_from_db()
    assert payment.state == PaymentState.FAILED
    assert OrderEvent.objects.filter(type="payment.mismatch").count() == 1
    assert stock_of(variant) == (5, 1)
    assert not Refund.objects.exists()


def test_an_order_that_changed_after_the_page_was_opened_is_not_paid_by_it(in_acme: Tenant, now: datetime) -> None:
    order, payment = place_pending(make_variant(stock=5), now)
    Order.objects.filter(pk=order.pk).update(tax_amount=100, total_amount=order.total_amount + 100)
    assert complete(order, payment, now).paid_at is None


def test_late_money_is_kept_when_the_goods_are_still_there(in_acme: Tenant, now: datetime) -> None:
    variant = make_variant(stock=1)
    order, payment = place_pending(variant, now)
    later = now + HOLD + timedelta(minutes=1)
    assert release_expired(now=later) == 1
    assert complete(order, payment, later).status == "open"
    assert stock_of(variant) == (0, 0)


def test_late_money_goes_back_when_the_goods_are_gone(in_acme: Tenant, now: datetime) -> None:
    variant = make_variant(stock=1)
    order, payment = place_pending(variant, now)
    later = now + HOLD + timedelta(minutes=1)
    release_expired(now=later)
    winner, winning = place_pending(variant, later)
    complete(winner, winning, later)
    order = complete(order, payment, later)
    assert (order.status, order.paid_at) == ("canceled", None)
    assert list(Refund.objects.values_list("payment_id", "amount", "state")) == [(payment.pk, payment.amount, "intent")]
    assert OutboxMessage.objects.filter(task="storefront.payments.send_refund").count() == 1
    assert OrderEvent.objects.filter(order=order, type="payment.too_late").exists()
    assert stock_of(variant) == (0, 0)
    assert complete(order, payment, later).status == "canceled"
    assert Refund.objects.count() == 1


def test_a_second_payment_of_a_paid_order_goes_back(in_acme: Tenant, now: datetime) -> None:
    variant = make_variant(stock=5)
    order, payment = place_pending(variant, now)
    second = create_payment(order=order, provider_name="stripe", account_id="acct_1", now=now)
    complete(order, payment, now)
    for _time in range(2):
        complete(order, second, now)
    assert list(Refund.objects.values_list("payment_id", "amount")) == [(second.pk, second.amount)]
    assert stock_of(variant) == (4, 0)
    assert Customer.objects.get().orders_count == 1


def test_a_payment_of_another_order_completes_nothing(in_acme: Tenant, now: datetime) -> None:
    variant = make_variant(stock=5)
    order, _payment = place_pending(variant, now)
    _other, foreign = place_pending(variant, now)
    with pytest.raises(PaymentNotFound):
        complete(order, foreign, now)


def test_the_database_refuses_a_second_paid_payment_even_if_the_code_forgets(in_acme: Tenant, now: datetime) -> None:
    order, payment = place_pending(make_variant(stock=5), now)
    second = create_payment(order=order, provider_name="stripe", account_id="acct_1", now=now)
    Payment.objects.filter(pk=payment.pk).update(state=PaymentState.PAID)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=second.pk).update(state=PaymentState.PAID)


def test_no_more_is_given_back_than_was_paid(in_acme: Tenant, now: datetime) -> None:
    order, payment = place_pending(make_variant(price=1000, stock=5), now)
    with pytest.raises(RefundRefused):
        request_refund(payment=payment, amount=1, reason="", actor="x", now=now)
    complete(order, payment, now)
    payment.refresh_from_db()
    request_refund(payment=payment, amount=1000, reason="", actor="x", now=now)
    for amount in (491, 0, -1):
        with pytest.raises(RefundRefused):
            request_refund(payment=payment, amount=amount, reason="", actor="x", now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(refunded_amount=payment.amount + 1)


def test_return_page_webhook_and_reconciler_at_once_complete_once(committed_store: Tenant, now: datetime) -> None:
    with in_tenant(committed_store):
        variant = make_variant(stock=5)
        order, payment = place_pending(variant, now)
    barrier = threading.Barrier(CALLERS, timeout=60)
    troubles: list[str] = []

    def call() -> None:
        try:
            with in_tenant(committed_store):
                barrier.wait()
                complete(order, payment, now)
        except Exception as error:
            troubles.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _ in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert troubles == []
    with in_tenant(committed_store):
        assert stock_of(variant) == (4, 0)
        assert Customer.objects.get().orders_count == 1
        assert OrderEvent.objects.filter(type="order.paid").count() == 1


def test_money_that_the_merchant_saw_arrive_completes_once_and_counts_the_sale_once(
    in_acme: Tenant, now: datetime
) -> None:
    variant = make_variant(price=1800, stock=5)
    open_store(in_acme, now)
    cart = fill_cart([(variant, 2)], now)
    order = start_checkout(tenant=in_acme, cart=cart, details=BY_TRANSFER, now=now, base_url=BASE_URL).order
    assert (order.status, order.payment_status, stock_of(variant)) == ("open", "pending", (3, 0))
    paid = receive_money(order_id=order.pk, actor="ann@acme.example", now=now)
    payment = order.payments.get()
    assert (paid.payment_status, payment.state, payment.amount) == ("paid", "paid", order.total_amount)
    assert (stock_of(variant), Customer.objects.get().orders_count) == ((3, 0), 1)
    assert Product.objects.get(pk=variant.product_id).sold_count == 2
    with pytest.raises(OrderStateRefused):
        receive_money(order_id=order.pk, actor="ann@acme.example", now=now)


def test_an_order_that_was_brought_in_unpaid_is_completed_the_same_way(in_acme: Tenant, now: datetime) -> None:
    order, _payment = place_pending(make_variant(price=1800, stock=5), now)
    Payment.objects.all().delete()
    Order.objects.filter(pk=order.pk).update(status="open")
    assert receive_money(order_id=order.pk, actor="ann", now=now).paid_at == now
    assert Payment.objects.values_list("provider", "state", "amount").get() == ("manual", "paid", order.total_amount)
