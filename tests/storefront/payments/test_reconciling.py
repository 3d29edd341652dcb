"""Fifty differences of eight kinds are planted between the store's books and the provider's, and fifty are found."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from core.clock import utc_now
from integrations.stripe import gateway_refunds
from integrations.stripe.errors import StripeUnavailable
from storefront.orders.models import Order
from storefront.payments.comparing import compare_refunds
from storefront.payments.models import Comparison, Difference, Dispute, Payment, PaymentState, Refund, RefundState
from storefront.payments.selectors.comparison import get_books
from storefront.payments.services import open_account, refund_order, request_refund, send_refund
from storefront.payments.services import reconciling as reconciling_module
from storefront.payments.services.reconciling import compare_books
from tenants.models import Tenant
from tests.storefront.checkout.orders import open_store
from tests.storefront.goods import make_variant
from tests.storefront.payments.paid import asked, buy
from tests.storefront.stripe_sandbox import Shopper, sandbox_server, shopper

__all__ = ["sandbox_server", "shopper"]
EACH = {
    "paid_there": 7,
    "missing_here": 6,
    "unpaid_there": 6,
    "amount_differs": 6,
    "refund_missing_here": 7,
    "refund_missing_there": 6,
    "refund_differs": 6,
    "dispute_differs": 6,
}
MENDED = {"paid_there", "missing_here", "refund_missing_here", "dispute_differs"}
HOUR = timedelta(hours=1)
Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def clock() -> datetime:
    return utc_now().replace(microsecond=0)


@pytest.fixture
def store(in_acme: Tenant, shopper: Shopper, clock: datetime) -> Tenant:
    open_account(tenant=in_acme, now=clock)
    return open_store(in_acme, clock)


class Books:
    """A store with paid orders, and somebody who makes its books differ from the provider's."""

    def __init__(self, store: Tenant, shopper: Shopper, clock: datetime) -> None:
        self.store, self.shopper, self.clock = store, shopper, clock
        self.mug = make_variant(price=1800, stock=500)

    def sell(self) -> tuple[Order, Payment]:
        return buy(self.store, self.shopper, [(self.mug, 1)], self.clock)

    def give_back(self, order: Order, amount: int = 700) -> Refund:
        request = asked(order, adjustment_amount=amount)
        refund = refund_order(order_id=order.pk, asked=request, actor="ann", now=self.clock)
        return send_refund(refund_id=refund.pk, now=self.clock)

    def change_there(self, payment: Payment, object_id: str | None, change: Change) -> None:
        """Change an object at the provider behind everybody's back."""
        world = self.shopper.server.world
        with world.store.transaction():
            found = world.store.find(object_id or "", payment.account_id)
            assert found is not None
            change(found)
            world.store.put(found, payment.account_id)

    def remove_there(self, payment: Payment, object_id: str | None) -> None:
        world = self.shopper.server.world
        with world.store.transaction():
            world.store.delete(object_id or "", payment.account_id)

    def dispute(self, payment: Payment) -> None:
        charges = self.shopper.server.world.store.all("charge", payment.account_id)
        charge = next(one for one in charges if one["payment_intent"] == payment.stripe_payment_intent_id)
        self.shopper._control("POST", "disputes", {"charge": charge["id"]})

    def plant(self, kind: str) -> None:
        order, payment = self.sell()
        session_id = payment.stripe_checkout_session_id
        if kind == "paid_there":
            _forget(order, payment)
        elif kind == "missing_here":
            _forget(order, payment)
            payment.delete()
        elif kind == "unpaid_there":
            self.change_there(payment, session_id, lambda session: session.update(payment_status="unpaid"))
        elif kind == "amount_differs":
            change = {"amount_received": 2289}
            self.change_there(payment, payment.stripe_payment_intent_id, lambda intent: intent.update(change))
        elif kind == "refund_missing_here":
            gateway_refunds.create_refund(
                account_id=payment.account_id,
                payment_intent_id=str(payment.stripe_payment_intent_id),
                amount=300,
                currency="USD",
                idempotency_key=f"by hand {payment.pk}",
            )
        elif kind == "refund_missing_there":
            self.remove_there(payment, self.give_back(order).stripe_refund_id)
        elif kind == "refund_differs":
            refund = self.give_back(order)
            self.change_there(payment, refund.stripe_refund_id, lambda there: there.update(amount=699))
        else:
            self.dispute(payment)

    def compare(self, after: timedelta = HOUR) -> reconciling_module.Compared:
        account_id = Payment.objects.exclude(account_id="").first().account_id  # type: ignore[union-attr]
        schema_name = self.store.schema_name
        return compare_books(account_id=account_id, schema_name=schema_name, now=self.clock + after)


def _forget(order: Order, payment: Payment) -> None:
    """Make the store forget that the order was paid, as if neither the shopper nor an event had come back."""
    Order.objects.filter(pk=order.pk).update(status="pending", payment_status="pending", paid_at=None)
    order.events.filter(key__in=["paid"]).delete()
    Payment.objects.filter(pk=payment.pk).update(
        state=PaymentState.EXPIRED, stripe_payment_intent_id=None, paid_at=None, method_label=""
    )


@pytest.fixture
def books(store: Tenant, shopper: Shopper, clock: datetime) -> Books:
    return Books(store, shopper, clock)


@pytest.mark.guard("provider-is-read", found="refund")
def test_fifty_planted_differences_are_found_and_what_is_safe_is_mended(books: Books) -> None:
    for _ in range(3):
        books.sell()
    for kind, count in EACH.items():
        for _ in range(count):
            books.plant(kind)
    compared = books.compare()
    assert compared.found == sum(EACH.values()) == 50
    assert Counter(Difference.objects.values_list("kind", flat=True)) == EACH
    mended = set(Difference.objects.exclude(mended_at=None).values_list("kind", flat=True))
    assert (mended, compared.mended) == (MENDED, sum(EACH[kind] for kind in MENDED))
    assert len(get_books().open) == 50 - compared.mended
    assert Comparison.objects.get().payments_count == 53


def test_what_was_mended_is_equal_the_next_time_and_nothing_was_doubled(books: Books) -> None:
    for kind in sorted(MENDED):
        books.plant(kind)
    assert books.compare().mended == len(MENDED)
    again = books.compare(after=2 * HOUR)
    assert (again.found, again.mended) == (0, 0)
    assert Order.objects.filter(payment_status="pending").count() == 0
    assert Refund.objects.get().amount == 300
    assert Dispute.objects.count() == 1


def test_a_difference_that_a_person_settled_is_closed(books: Books) -> None:
    books.plant("amount_differs")
    books.compare()
    assert len(get_books().open) == 1
    intent = Payment.objects.get().stripe_payment_intent_id
    books.change_there(Payment.objects.get(), intent, lambda found: found.update(amount_received=2290))
    books.compare(after=2 * HOUR)
    assert get_books().open == []


def test_what_happened_a_moment_ago_and_what_goes_back_by_itself_is_no_difference(books: Books) -> None:
    books.plant("paid_there")
    assert books.compare(after=timedelta(minutes=5)).found == 0
    assert books.compare().found == 1
    _order, payment = books.sell()
    Payment.objects.filter(pk=payment.pk).update(state=PaymentState.FAILED)
    payment.refresh_from_db()
    refund = request_refund(payment=payment, amount=payment.amount, reason="duplicate", actor="x", now=books.clock)
    assert send_refund(refund_id=refund.pk, now=books.clock).state == RefundState.SUCCEEDED
    assert books.compare(after=2 * HOUR).found == 0


def test_another_stores_page_on_the_same_account_is_not_adopted(books: Books) -> None:
    _order, payment = books.sell()
    there = {"metadata": {"tenant": "t_other", "order_token": "x"}}
    books.change_there(payment, payment.stripe_checkout_session_id, lambda session: session.update(there))
    payment.delete()
    books.sell()
    assert books.compare().found == 0


def test_a_provider_that_does_not_answer_leaves_the_last_comparison_as_it_is(books: Books) -> None:
    books.plant("amount_differs")
    books.compare()
    books.shopper.plant(kind="error_500", match={"method": "GET", "path": "/v1/refunds"}, times=9)
    with pytest.raises(StripeUnavailable):
        books.compare(after=2 * HOUR)
    assert len(get_books().open) == 1


def test_the_comparison_sees_nothing_where_one_side_is_not_read(clock: datetime) -> None:
    """The control: what is left out of one side is a difference, so an empty answer never reads as equal books."""
    since = clock - HOUR
    here = [reconciling_module.RefundHere(1, "t", "re_1", "k", "succeeded", 5, "USD", clock)]
    assert len(list(compare_refunds(here, [], payments={}, since=since))) == 1
