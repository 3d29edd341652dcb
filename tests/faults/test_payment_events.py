"""What the provider tells comes five times, in any order, late, or to somebody who is killed: it has its effect once."""

import itertools
import json
import os
import signal
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections, transaction

from billing.webhooks.models import WebhookEvent
from billing.webhooks.services import handle_event, store_event
from core.clock import utc_now
from core.outbox.models import OutboxMessage
from core.tenancy import in_tenant
from integrations.stripe.events import ConnectEventReceived, StripeEvent, parse_event
from storefront.customers.models import Customer
from storefront.inventory.models import Stock
from storefront.orders.models import Order, OrderEvent
from storefront.payments import tasks
from storefront.payments.connect import note_connect_event
from storefront.payments.models import Dispute, Payment, Refund
from storefront.payments.services import open_account, settle_payment
from tenants.models import Tenant
from tenants.selectors import find_payment_account
from tests.concurrency.together import run_together
from tests.storefront.checkout.orders import BASE_URL, DETAILS, fill_cart, open_store
from tests.storefront.goods import make_variant
from tests.storefront.stripe_sandbox import Shopper, sandbox_server, shopper

__all__ = ["sandbox_server", "shopper"]
DISPUTED = "4000000000002685"
OURS = {
    "storefront.payments.settle": tasks.settle,
    "storefront.payments.mirror_refunds": tasks.mirror_refunds,
    "storefront.payments.mirror_dispute": tasks.mirror_dispute,
}


@pytest.fixture
def clock() -> datetime:
    return utc_now().replace(microsecond=0)


class Store:
    """A committed store with an open checkout, paid at the provider; nobody has told us yet."""

    def __init__(self, tenant: Tenant, shopper: Shopper, clock: datetime, *, card: str = "4242424242424242") -> None:
        self.tenant, self.shopper, self.clock = tenant, shopper, clock
        with in_tenant(tenant):
            if find_payment_account(tenant) is None:
                open_account(tenant=tenant, now=clock)
                open_store(tenant, clock)
            self.variant = make_variant(price=1800, stock=5)
            self.order_id = self.check_out()
            self.payment = Payment.objects.get(order_id=self.order_id)
        self.account = self.payment.account_id
        shopper.pay(self.account, str(self.payment.stripe_checkout_session_id), card=card)

    def check_out(self) -> int:
        from storefront.checkout.services import start_checkout

        cart = fill_cart([(self.variant, 1)], self.clock)
        return start_checkout(
            tenant=self.tenant, cart=cart, details=DETAILS, now=self.clock, base_url=BASE_URL
        ).order.pk

    def events(self, *kinds: str) -> list[StripeEvent]:
        """Return what the provider has to tell of these kinds, oldest first."""
        found = self.shopper.server.world.store.all("event", self.account)
        told = [parse_event(json.dumps(one)) for one in reversed(found)]
        return [one for one in told if one.type in kinds]

    def tell(self, event: StripeEvent) -> None:
        """Take an event in as the address for events does, and do what it asks for."""
        store_event(event=event, now=self.clock)
        self.catch_up()

    def tell_straight(self, event: StripeEvent) -> None:
        """Do what an event asks for, without the inbox."""
        with in_tenant(self.tenant):
            note_connect_event(ConnectEventReceived(tenant=self.tenant, event=event))
            asked = OutboxMessage.objects.filter(task__in=OURS, published_at=None).latest("pk")
            OURS[asked.task].run(**asked.kwargs)

    def catch_up(self) -> None:
        """Handle what waits in the inbox, and run what that asked for, as sweeper, relay and worker would."""
        for row in WebhookEvent.objects.filter(account=self.account, state=WebhookEvent.WAITING).order_by("pk"):
            handle_event(event_id=row.pk, now=self.clock)
        waiting = OutboxMessage.objects.filter(schema_name=self.tenant.schema_name, task__in=OURS, published_at=None)
        for message in list(waiting.order_by("pk")):
            with in_tenant(self.tenant):
                OURS[message.task].run(**message.kwargs)
            OutboxMessage.objects.filter(pk=message.pk).update(published_at=self.clock)

    def outcome(self) -> dict[str, Any]:
        """Return all that an order, its goods and its buyer show of what happened."""
        with in_tenant(self.tenant):
            order = Order.objects.get(pk=self.order_id)
            return {
                "order": (order.status, order.payment_status, order.refunded_amount),
                "payment": Payment.objects.values_list("state", "refunded_amount").get(order_id=self.order_id),
                "refunds": sorted(Refund.objects.values_list("amount", "state")),
                "disputes": sorted(Dispute.objects.values_list("amount", "status")),
                "stock": Stock.objects.values_list("on_hand_count", "reserved_count").get(variant=self.variant),
                "bought": Customer.objects.values_list("orders_count", flat=True).get(),
                "told": sorted(
                    OrderEvent.objects.filter(order=order, type__in=("order.paid", "payment.refunded")).values_list(
                        "type", flat=True
                    )
                ),
            }


@pytest.fixture
def store(committed_store: Tenant, shopper: Shopper, clock: datetime) -> Store:
    return Store(committed_store, shopper, clock)


def refund_by_hand(store: Store, amount: int) -> None:
    """Give a part back in the provider's own dashboard."""
    world = store.shopper.server.world
    scope = world.scope(store.account)
    with world.store.transaction():
        from integrations.stripe.sandbox.payments import make_refund

        (charge,) = [one for one in world.store.all("charge", store.account) if one["paid"]]
        make_refund(scope, charge, amount=amount, reason=None, metadata={})


PAID = {
    "order": ("open", "paid", 0),
    "stock": (4, 0),
    "bought": 1,
    "told": ["order.paid"],
}


@pytest.mark.parametrize("kind", ["checkout.session.completed", "payment_intent.succeeded"])
def test_an_event_five_times_in_turn_and_five_at_once_completes_once(store: Store, kind: str) -> None:
    (event,) = store.events(kind)
    answers = run_together(lambda: store.tell(event), count=5)
    assert [one for one in answers if isinstance(one, Exception)] == []
    for _time in range(5):
        store.tell(event)
    assert WebhookEvent.objects.filter(external_id=event.id).count() == 1
    assert PAID.items() <= store.outcome().items()


def test_two_different_events_of_one_fact_at_once_are_one_fact(store: Store) -> None:
    events = iter(store.events("checkout.session.completed", "payment_intent.succeeded"))
    answers = run_together(lambda: store.tell(next(events)), count=2)
    assert [one for one in answers if isinstance(one, Exception)] == []
    assert PAID.items() <= store.outcome().items()


EVERY = 5  # With 1 all hundred and twenty orders are tried: three quarters of a minute.


def test_in_whatever_order_five_events_come_the_end_is_the_same(store: Store) -> None:
    refund_by_hand(store, 300)
    told = store.events("checkout.session.completed", "payment_intent.succeeded", "refund.created", "charge.refunded")
    charge = next(one for one in store.shopper.server.world.store.all("charge", store.account) if one["paid"])
    store.shopper._control("POST", "disputes", {"charge": charge["id"], "reason": "duplicate"})
    told += store.events("charge.dispute.created")
    assert len(told) == 5
    ends = set()
    for arrangement in list(itertools.permutations(told))[::EVERY]:
        with transaction.atomic():
            for event in arrangement:
                store.tell_straight(event)
            ends.add(repr(store.outcome()))
            transaction.set_rollback(True)
    (end,) = ends
    assert "partly_refunded" in end
    assert "needs_response" in end


def test_an_event_three_days_late_and_one_of_a_store_that_is_gone_are_taken(store: Store) -> None:
    (event,) = store.events("checkout.session.completed")
    with in_tenant(store.tenant):
        settle_payment(payment_id=store.payment.pk, actor="reconciler", now=store.clock)
    store.clock += timedelta(days=3)
    store.tell(event)
    assert PAID.items() <= store.outcome().items()


# ---- killed in the middle

Step = Callable[[], None]


def die(*_args: Any, **_words: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killed_while(work: Step) -> None:
    """Do the work in a process that is killed in it."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os._exit(0)
    _pid, status = os.waitpid(pid, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL, "it was not killed"


DEATHS = {
    "before the event is kept": ("billing.webhooks.services.enqueue", "before"),
    "after the event is kept": ("billing.webhooks.services.store_event", "after"),
    "before the event is handed over": ("billing.webhooks.services.publish", "before"),
    "after it was handed over, before it is noted": ("billing.webhooks.services.publish", "after"),
    "in the middle of completing": ("storefront.payments.services.completing.mark_paid", "after"),
    "after completing": ("storefront.payments.connect.settle_payment", "after"),
}


def survive(store: Store, moment: str) -> None:
    (event,) = store.events("checkout.session.completed")
    name, when = DEATHS[moment]
    module, _, function = name.rpartition(".")

    def work() -> None:
        from importlib import import_module

        target = import_module(module)
        real = getattr(target, function)

        def around(*args: Any, **words: Any) -> Any:
            if when == "before":
                die()
            answer = real(*args, **words)
            die()
            return answer

        setattr(target, function, around)
        if function == "store_event":
            target.store_event(event=event, now=store.clock)
        else:
            store.tell(event)

    killed_while(work)
    store.tell(event)  # Stripe sends it again, the sweeper looks at what waits, and the broker hands the task out anew.
    store.catch_up()
    assert PAID.items() <= store.outcome().items()


@pytest.mark.parametrize("moment", DEATHS)
def test_whoever_is_killed_with_an_event_in_hand_neither_loses_nor_doubles_it(store: Store, moment: str) -> None:
    survive(store, moment)


@pytest.mark.guard("noted-when-done", found=r"'told', \[\]")
def test_an_event_is_noted_as_handled_after_it_was(store: Store) -> None:
    survive(store, "before the event is handed over")


# ---- return page, event and reconciler at one instant

ROUNDS = 5


def settle_together(store: Store) -> list[Any]:
    def settle(actor: str) -> None:
        with in_tenant(store.tenant):
            settle_payment(payment_id=store.payment.pk, actor=actor, now=store.clock)

    actors = iter(("shopper", "stripe", "reconciler", "shopper", "stripe", "reconciler"))
    return [one for one in run_together(lambda: settle(next(actors)), count=6) if isinstance(one, Exception)]


@pytest.mark.guard("payment-held")
def test_return_page_event_and_reconciler_at_one_instant_complete_once_in_every_round(
    committed_store: Tenant, shopper: Shopper, clock: datetime
) -> None:
    for number in range(ROUNDS):
        store = Store(committed_store, shopper, clock)
        assert settle_together(store) == []
        assert (PAID | {"bought": number + 1}).items() <= store.outcome().items()
