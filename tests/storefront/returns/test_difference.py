"""Another version that costs less or more than what came back: what is left goes back once, what is missing is on the house."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from core.clock import utc_now
from core.tenancy import in_tenant
from storefront.catalog.models import ProductVariant
from storefront.catalog.services import add_variant
from storefront.checkout.services import start_checkout
from storefront.credits.models import StoreCredit
from storefront.documents.models import CreditNote
from storefront.documents.services import issue_invoice
from storefront.inventory.errors import InsufficientStock
from storefront.inventory.models import Stock
from storefront.inventory.services import set_stock
from storefront.orders.models import Order, OrderEvent
from storefront.orders.services import cancel_order, fulfill_order
from storefront.orders.timeline import list_moments
from storefront.payments.errors import RefundRefused
from storefront.payments.models import Payment, Refund, RefundState
from storefront.payments.services import RefundRequest, open_account, refund_order, send_refund, settle_payment
from storefront.payments.services.mailing import mail_refunded
from storefront.returns.enums import Rest
from storefront.returns.errors import ReturnChanged
from storefront.returns.models import Return
from storefront.returns.selectors import compare_exchange
from storefront.returns.services import exchange_return
from storefront.returns.services.giving_back import counts_to_refund
from storefront.taxes.models import TaxRate, TaxRegion, TaxSettings
from tenants.models import Tenant
from tests.concurrency.together import run_together
from tests.storefront.checkout.orders import BASE_URL, DETAILS, fill_cart, open_store
from tests.storefront.goods import make_variant
from tests.storefront.returns.test_returns import RETURNS, lines_of, received
from tests.storefront.stripe_sandbox import Shopper, sandbox_server, shopper

__all__ = ["sandbox_server", "shopper"]
SMALL, MIDDLE, LARGE = 2500, 3000, 3400


@pytest.fixture
def clock() -> datetime:
    """The sandbox lives in real time, so these tests do."""
    return utc_now().replace(microsecond=0)


def pay(store: Tenant, shopper: Shopper, now: datetime) -> Order:
    """Return an order of two shirts at 30.00, paid by card at the sandbox, whose parcel has left."""
    open_account(tenant=store, now=now)
    open_store(store, now)
    shirt = make_variant("Shirt", price=MIDDLE, stock=9)
    for size, price in (("M", MIDDLE), ("S", SMALL), ("L", LARGE)):
        added = {"option_names": ["Size"], "option_values": [size], "price_amount": price}
        made = add_variant(product_id=shirt.product_id, **added, actor="ada", now=now)
        set_stock(variant_id=made.pk, on_hand_count=3, actor="ada", now=now)
    cart = fill_cart([(version(MIDDLE), 2)], now)
    order = start_checkout(tenant=store, cart=cart, details=DETAILS, now=now, base_url=BASE_URL).order
    payment = Payment.objects.get(order=order)
    assert shopper.pay(payment.account_id, str(payment.stripe_checkout_session_id)) == "succeeded"
    settle_payment(payment_id=payment.pk, actor="shopper", now=now)
    fulfill_order(order_id=order.pk, actor="ruth", now=now, notify=False)
    order.refresh_from_db()
    return order


@pytest.fixture
def order(in_acme: Tenant, shopper: Shopper, clock: datetime) -> Order:
    return pay(in_acme, shopper, clock)


def version(price: int) -> ProductVariant:
    return ProductVariant.objects.get(price_amount=price)


def exchange(found: Return, price: int, now: datetime, rest: Rest = Rest.MONEY, seen: int | None = None) -> Return:
    versions = {line.order_line_id: version(price).pk for line in found.lines.all()}
    who = {"actor": "ruth", "now": now}
    return exchange_return(return_id=found.pk, versions=versions, rest=rest, expected_balance=seen, **who).found


def said(order: Order) -> list[str]:
    """Return what the timeline says of what was sent instead, the newest first."""
    moments = list_moments(order.events.order_by("-pk"), currency=order.currency)
    return [one.detail for one in moments if one.title.startswith("Something else sent")]


def test_what_is_left_goes_back_to_the_payment_once_and_is_said(order: Order, clock: datetime) -> None:
    found = received(order, clock, 2)
    for _again in range(2):
        found = exchange(found, SMALL, clock, seen=1000)
    refund, made = Refund.objects.get(), found.exchange
    assert (refund.amount, refund.adjustment_amount, refund.lines.count()) == (1000, 1000, 0)
    assert send_refund(refund_id=refund.pk, now=clock).state == RefundState.SUCCEEDED
    assert made is not None
    assert (made.subtotal_amount, made.discount_amount, made.total_amount) == (5000, 5000, 0)
    assert Stock.objects.get(variant=version(SMALL)).on_hand_count == 1
    order.refresh_from_db()
    assert (order.refunded_amount, order.payment_status, found.rest_amount) == (1000, "partly_refunded", 1000)
    assert said(order) == ["It costs $10.00 less, which goes back."]
    assert mail_refunded(refund_id=refund.pk, now=clock) == 1
    assert "$10.00" in mail.outbox[-1].subject
    with pytest.raises(RefundRefused):
        refund_order(order_id=order.pk, asked=RefundRequest(counts={lines_of(order)[0].pk: 1}), actor="ruth", now=clock)


def test_it_becomes_credit_or_stays_where_the_merchant_says_so(order: Order, clock: datetime) -> None:
    first = exchange(received(order, clock, 1), SMALL, clock, Rest.CREDIT)
    assert StoreCredit.objects.get(customer_id=order.customer_id).balance_amount == 500
    second = exchange(received(order, clock, 1), SMALL, clock, Rest.KEPT)
    assert (Refund.objects.get().as_credit, first.rest_amount, second.rest_amount) == (True, 500, 0)
    assert said(order) == ["It costs $5.00 less, and nothing goes back.", "It costs $5.00 less, which goes back."]


def test_what_costs_more_is_on_the_house_and_the_timeline_says_how_much(order: Order, clock: datetime) -> None:
    found = exchange(received(order, clock, 2), LARGE, clock, seen=-800)
    assert found.exchange is not None
    assert (found.exchange.total_amount, found.exchange.discount_amount, Refund.objects.count()) == (0, 6800, 0)
    assert said(order) == ["It costs $8.00 more, which the customer does not pay."]


def test_another_sum_than_was_seen_sends_nothing(order: Order, clock: datetime) -> None:
    found = received(order, clock, 2)
    ProductVariant.objects.filter(price_amount=SMALL).update(price_amount=2600)
    with pytest.raises(ReturnChanged):
        exchange(found, 2600, clock, seen=1000)
    refund_order(order_id=order.pk, asked=RefundRequest(adjustment_amount=6000), actor="ruth", now=clock)
    with pytest.raises(RefundRefused):
        exchange(found, 2600, clock, seen=800)
    Stock.objects.filter(variant=version(2600)).update(on_hand_count=1)
    with pytest.raises(InsufficientStock):
        exchange(found, 2600, clock, Rest.KEPT)
    found.refresh_from_db()
    assert (found.state, found.exchange, found.rest_amount, Order.objects.count()) == ("received", None, 0, 1)
    assert [line.exchanged_count for line in lines_of(order)] == [0]


@pytest.mark.parametrize("is_included", [False, True])
def test_taxes_are_in_both_sums_and_the_same_version_is_never_a_difference(
    in_acme: Tenant, shopper: Shopper, clock: datetime, is_included: bool
) -> None:
    TaxSettings.objects.update_or_create(
        pk=1, defaults={"is_on": True, "prices_include_tax": is_included, "updated_at": clock}
    )
    TaxRate.objects.create(region=TaxRegion.objects.create(country="US", province=""), name="Sales tax", percent="10")
    order = pay(in_acme, shopper, clock)
    found = received(order, clock, 2)
    line = lines_of(order)[0]
    compared = compare_exchange(found, counts=counts_to_refund(found), versions={line.pk: version(SMALL).pk})
    assert (compared.paid, compared.costs) == ((6000, 5000) if is_included else (6600, 5500))
    ProductVariant.objects.filter(pk=line.variant_id).update(price_amount=1)
    same = compare_exchange(found, counts=counts_to_refund(found), versions={line.pk: line.variant_id or 0})
    assert same.balance == 0
    issue_invoice(order_id=order.pk, actor="ruth", now=clock)
    exchange(found, SMALL, clock, seen=compared.balance)
    send_refund(refund_id=Refund.objects.get().pk, now=clock)
    note = CreditNote.objects.get()
    assert note.total_amount == compared.balance
    TaxSettings.objects.update(prices_include_tax=not is_included)
    again = compare_exchange(found, counts={line.pk: 2}, versions={line.pk: version(LARGE).pk})
    assert (again.balance, "Taxes are counted otherwise" in again.problem) == (0, True)


def test_what_went_back_counts_when_the_exchange_is_called_off(order: Order, clock: datetime) -> None:
    found = exchange(received(order, clock, 2), SMALL, clock)
    assert found.exchange is not None
    cancel_order(order_id=found.exchange.pk, actor="ruth", now=clock)
    found.refresh_from_db()
    assert (found.state, found.rest_amount) == ("received", 1000)
    counts, line = counts_to_refund(found), lines_of(order)[0]
    assert compare_exchange(found, counts=counts, versions={}).balance == -1000
    assert compare_exchange(found, counts=counts, versions={line.pk: version(SMALL).pk}).balance == 0
    found = exchange(found, SMALL, clock, seen=0)
    assert (Refund.objects.count(), found.rest_amount) == (1, 1000)
    with pytest.raises(IntegrityError), transaction.atomic():
        Return.objects.update(rest_amount=-1)


def test_six_clicks_at_once_are_one_order_and_one_rest(
    committed_store: Tenant, shopper: Shopper, clock: datetime
) -> None:
    with in_tenant(committed_store):
        found = received(pay(committed_store, shopper, clock), clock, 2)

    def click() -> None:
        with in_tenant(committed_store):
            exchange(found, SMALL, clock)

    assert run_together(click, count=6) == [None] * 6
    with in_tenant(committed_store):
        assert (Refund.objects.count(), Refund.objects.get().amount, Order.objects.count()) == (1, 1000, 2)
        assert Return.objects.get().rest_amount == 1000


def test_the_page_says_the_difference_before_it_is_pressed(
    acme: Tenant, shopper: Shopper, merchant_client: Client, store_client: Callable[[Tenant], Client], clock: datetime
) -> None:
    with in_tenant(acme):
        order = pay(acme, shopper, clock)
        found = received(order, clock, 2)
        line, small, large = lines_of(order)[0], version(SMALL), version(LARGE)
    page, field = f"{RETURNS}{found.pk}/", f"line-{line.pk}"
    assert "The customer pays nothing, and nothing goes back." in merchant_client.get(page).content.decode()
    dear = merchant_client.post(page, {"do": "compare", field: large.pk}).content.decode()
    assert "It costs $8.00 more." in dear and 'value="-800"' in dear
    cheap = merchant_client.post(page, {"do": "compare", field: small.pk}).content.decode()
    assert "Make the order, give $10.00 back" in cheap and 'value="1000"' in cheap
    assert cheap.count(" checked") == 1, "the usual one is chosen"
    kept = merchant_client.post(page, {"do": "compare", field: small.pk, "rest": "kept"}).content.decode()
    assert "Make the order, give" not in kept
    for wrong in ({field: "x"}, {field: small.pk, "rest": "bank"}):
        assert merchant_client.post(page, {"do": "compare", **wrong}).status_code == 422
    unseen = merchant_client.post(page, {"do": "exchange", field: small.pk, "seen": "0"})
    assert (unseen.status_code, "another sum now" in unseen.content.decode()) == (422, True)
    sent = {"do": "exchange", field: small.pk, "seen": "1000", "rest": "money"}
    done = merchant_client.post(page, sent, follow=True).content.decode()
    assert "$10.00 went back" in done
    with in_tenant(acme):
        assert Refund.objects.get().state == RefundState.SUCCEEDED
        assert OrderEvent.objects.filter(order=order, type="return.exchanged").count() == 1
    seen = store_client(acme).get(f"/orders/{order.token}/").content.decode()
    assert "It costs less: $10.00 goes back to you." in seen
