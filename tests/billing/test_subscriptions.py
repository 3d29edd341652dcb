"""A trial, a purchase, and what only Stripe's word may change."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from billing.invoices.models import Invoice
from billing.plans.models import PlanPrice
from billing.plans.services import sync_default_plans
from billing.subscriptions.errors import PriceNotOffered
from billing.subscriptions.models import Subscription
from billing.subscriptions.selectors import find_subscription
from billing.subscriptions.services import apply_subscription, reconcile, scan_trials, start_plan_checkout, start_trial
from billing.webhooks.models import WebhookEvent
from billing.webhooks.services import handle_event, store_event
from core.clock import utc_now
from core.ids import new_token
from core.outbox.models import OutboxMessage
from integrations.stripe.events import parse_event
from tenants.models import Tenant
from tenants.selectors import get_limit, is_checkout_open
from tests.fixtures.stripe import StripeSandbox

Buy = Callable[..., str]


def price(code: str = "growth", interval: str = "month") -> PlanPrice:
    return PlanPrice.objects.get(plan__code=code, currency="USD", interval=interval, is_active=True)


def deliver_events(sandbox: StripeSandbox, *, skip: int = 0) -> list[str]:
    """Hand every event of the sandbox to the inbox and handle it, as the web and a worker would."""
    types = []
    for raw in sandbox.events()[skip:]:
        kept = store_event(event=parse_event(json.dumps(raw)), now=utc_now())
        if kept is not None:
            handle_event(event_id=kept.pk, now=utc_now())
            types.append(kept.type)
    return types


@pytest.fixture
def buy(acme: Tenant, stripe_sandbox: StripeSandbox) -> Buy:
    def purchase(code: str = "growth", *, number: str = "4242424242424242") -> str:
        url = start_plan_checkout(
            tenant=acme, price_id=price(code).pk, language="en", attempt=new_token(), now=utc_now()
        )
        return stripe_sandbox.pay(url, number=number) if "/c/pay/" in url else url

    return purchase


def test_a_new_store_is_on_trial_for_14_days_and_may_sell(acme: Tenant) -> None:
    subscription = find_subscription(acme)
    assert subscription is not None
    assert (subscription.status, subscription.stripe_subscription_id) == ("trialing", None)
    assert subscription.trial_ends_at == subscription.started_at + timedelta(days=14)
    assert is_checkout_open(tenant=acme, now=subscription.started_at)
    assert get_limit(tenant=acme, key="products", now=subscription.started_at) == 2500


def test_starting_a_trial_twice_changes_nothing(acme: Tenant, now: datetime) -> None:
    first = find_subscription(acme)
    again = start_trial(tenant=acme, now=now + timedelta(days=100))
    assert first is not None
    assert again.trial_ends_at == first.trial_ends_at


def test_a_trial_that_ends_unpaid_closes_the_checkout_even_before_the_scan(acme: Tenant) -> None:
    subscription = find_subscription(acme)
    assert subscription is not None and subscription.trial_ends_at is not None
    end = subscription.trial_ends_at
    assert is_checkout_open(tenant=acme, now=end - timedelta(seconds=1))
    assert not is_checkout_open(tenant=acme, now=end)


def test_the_scan_pauses_an_ended_trial_once_and_writes_to_the_owner(acme: Tenant, globex: Tenant) -> None:
    Subscription.objects.filter(tenant=globex).update(trial_ends_at=utc_now() + timedelta(days=9000))
    subscription = find_subscription(acme)
    assert subscription is not None and subscription.trial_ends_at is not None
    end = subscription.trial_ends_at
    assert scan_trials(now=end - timedelta(seconds=1)) == 0
    assert scan_trials(now=end) == 1
    assert scan_trials(now=end) == 0
    subscription.refresh_from_db()
    assert subscription.status == "paused"
    mails = OutboxMessage.objects.filter(task="billing.subscriptions.mail_trial_ended")
    assert [mail.kwargs for mail in mails] == [{"tenant_id": acme.pk}]


def test_only_the_webhook_makes_a_purchase_active(acme: Tenant, buy: Buy, stripe_sandbox: StripeSandbox) -> None:
    before = len(stripe_sandbox.events())
    assert "paid=1" in buy()
    subscription = find_subscription(acme)
    assert subscription is not None
    assert subscription.status == "trialing"
    types = deliver_events(stripe_sandbox, skip=before)
    assert {"checkout.session.completed", "customer.subscription.created", "invoice.paid"} <= set(types)
    subscription.refresh_from_db()
    assert (subscription.status, subscription.price) == ("active", price())
    assert subscription.stripe_subscription_id is not None
    invoice = Invoice.objects.get(tenant=acme)
    assert (invoice.status, invoice.total_amount, invoice.paid_amount) == ("paid", 4900, 4900)


def test_paying_after_an_ended_trial_opens_the_checkout_again(
    acme: Tenant, buy: Buy, stripe_sandbox: StripeSandbox
) -> None:
    scan_trials(now=utc_now() + timedelta(days=9000))
    assert not is_checkout_open(tenant=acme, now=utc_now())
    before = len(stripe_sandbox.events())
    buy()
    deliver_events(stripe_sandbox, skip=before)
    assert is_checkout_open(tenant=acme, now=utc_now())


def test_a_declined_card_leaves_the_trial_as_it_was(acme: Tenant, buy: Buy, stripe_sandbox: StripeSandbox) -> None:
    before = len(stripe_sandbox.events())
    assert buy(number="4000000000000002") == ""
    deliver_events(stripe_sandbox, skip=before)
    subscription = find_subscription(acme)
    assert subscription is not None
    assert (subscription.status, subscription.stripe_subscription_id) == ("trialing", None)


def test_events_in_any_order_and_twice_end_in_the_same_state(
    acme: Tenant, buy: Buy, stripe_sandbox: StripeSandbox
) -> None:
    before = len(stripe_sandbox.events())
    buy()
    deliver_events(stripe_sandbox, skip=before)
    kept = list(WebhookEvent.objects.filter(state="handled"))
    for event in [*reversed(kept), *kept]:
        WebhookEvent.objects.filter(pk=event.pk).update(state="waiting")
        handle_event(event_id=event.pk, now=utc_now())
    subscription = find_subscription(acme)
    assert subscription is not None
    assert subscription.status == "active"
    assert Invoice.objects.filter(tenant=acme).count() == 1


def test_a_running_plan_is_changed_without_a_second_subscription(
    acme: Tenant, buy: Buy, stripe_sandbox: StripeSandbox
) -> None:
    before = len(stripe_sandbox.events())
    buy("starter")
    deliver_events(stripe_sandbox, skip=before)
    first = find_subscription(acme)
    assert "changed=1" in buy("scale")
    changed = find_subscription(acme)
    assert first is not None and changed is not None
    assert (changed.stripe_subscription_id, changed.plan.code) == (first.stripe_subscription_id, "scale")
    assert get_limit(tenant=acme, key="products", now=utc_now()) == 50000


def test_the_reconciler_finds_what_no_webhook_told(acme: Tenant, buy: Buy) -> None:
    buy()
    assert reconcile(now=utc_now()) == 1
    assert reconcile(now=utc_now()) == 0
    subscription = find_subscription(acme)
    assert subscription is not None
    assert subscription.status == "active"


def test_a_price_that_is_not_offered_cannot_be_bought(acme: Tenant, stripe_sandbox: StripeSandbox) -> None:
    with pytest.raises(PriceNotOffered):
        start_plan_checkout(tenant=acme, price_id=0, language="en", attempt="x", now=utc_now())


def test_a_subscription_of_a_stranger_is_not_ours(acme: Tenant, buy: Buy, stripe_sandbox: StripeSandbox) -> None:
    before = len(stripe_sandbox.events())
    buy()
    deliver_events(stripe_sandbox, skip=before)
    subscription = find_subscription(acme)
    assert subscription is not None and subscription.stripe_subscription_id is not None
    acme.billing_account.delete()
    assert apply_subscription(stripe_subscription_id=subscription.stripe_subscription_id, now=utc_now()) is None


def test_the_database_refuses_an_active_subscription_that_stripe_does_not_know(acme: Tenant) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Subscription.objects.filter(tenant=acme).update(status="active")


def test_a_changed_price_becomes_a_new_row_and_the_old_one_stays(acme: Tenant) -> None:
    PlanPrice.objects.filter(pk=price().pk).update(amount=1)
    sync_default_plans()
    rows = PlanPrice.objects.filter(plan__code="growth", currency="USD", interval="month")
    assert sorted(rows.values_list("amount", "is_active")) == [(1, False), (4900, True)]
