"""Subscriptions: trials, the clock, checkout, dunning, proration, the portal."""

from typing import Any

import pytest
import stripe

from integrations.stripe.sandbox import SandboxServer
from tests.integrations.stripe.sandbox.conftest import (
    DAY,
    card_form,
    control,
    event_types,
    fetch,
    make_plan,
    open_checkout,
)


def advance(server: SandboxServer, seconds: int) -> None:
    control(server, "POST", "clock", advance=seconds)


def subscribe(client: stripe.StripeClient, method: str | None = "pm_card_visa", **changes: Any) -> stripe.Subscription:
    """Start a subscription over 29.00 USD a month for a new customer."""
    price = changes.pop("price", None) or make_plan(client).id
    customer = client.v1.customers.create({"email": "a@example.com"})
    if method:
        kept = client.v1.payment_methods.attach(method, {"customer": customer.id})
        client.v1.customers.update(customer.id, {"invoice_settings": {"default_payment_method": kept.id}})
    params: Any = {"customer": customer.id, "items": [{"price": price}]} | changes
    return client.v1.subscriptions.create(params)


def status_of(client: stripe.StripeClient, subscription: stripe.Subscription) -> str:
    return client.v1.subscriptions.retrieve(subscription.id).status


@pytest.mark.parametrize(
    ("ending", "status", "event"),
    [
        ("pause", "paused", "customer.subscription.paused"),
        ("cancel", "canceled", "customer.subscription.deleted"),
        ("create_invoice", "past_due", "customer.subscription.updated"),
    ],
)
def test_a_trial_without_a_card_ends_as_its_settings_say(
    server: SandboxServer, client: stripe.StripeClient, ending: str, status: str, event: str
) -> None:
    settings = {"end_behavior": {"missing_payment_method": ending}}
    subscription = subscribe(client, None, trial_period_days=14, trial_settings=settings)
    assert subscription.status == "trialing"
    advance(server, 11 * DAY + 60)
    assert "customer.subscription.trial_will_end" in event_types(client)
    assert status_of(client, subscription) == "trialing"
    advance(server, 3 * DAY)
    assert status_of(client, subscription) == status
    assert event_types(client)[-1] == event


def test_a_trial_with_a_card_ends_paid(server: SandboxServer, client: stripe.StripeClient) -> None:
    subscription = subscribe(client, trial_period_days=14)
    advance(server, 14 * DAY + 60)
    assert status_of(client, subscription) == "active"
    invoices = client.v1.invoices.list({"subscription": subscription.id}).data
    assert [(one.status, one.amount_paid, one.billing_reason) for one in invoices] == [
        ("paid", 2900, "subscription_cycle"),
        ("paid", 0, "subscription_create"),
    ]


def test_each_period_is_billed_once(server: SandboxServer, client: stripe.StripeClient) -> None:
    subscription = subscribe(client)
    advance(server, 100 * DAY)
    invoices = client.v1.invoices.list({"subscription": subscription.id}).data
    assert [one.amount_paid for one in invoices] == [2900] * 4
    periods = [one.to_dict()["lines"]["data"][0]["period"] for one in invoices[::-1]]
    assert [one["end"] for one in periods[:-1]] == [one["start"] for one in periods[1:]]
    assert len({one.number for one in invoices}) == 4


def test_a_first_payment_without_a_card_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="no attached payment source"):
        subscribe(client, None)
    assert client.v1.subscriptions.list({"status": "all"}).data == []


def test_a_declined_first_payment_is_incomplete_and_expires(server: SandboxServer, client: stripe.StripeClient) -> None:
    subscription = subscribe(client, "pm_card_chargeCustomerFail")
    assert subscription.status == "incomplete"
    advance(server, 23 * 3600 + 60)
    assert status_of(client, subscription) == "incomplete_expired"
    assert client.v1.invoices.retrieve(str(subscription.latest_invoice)).status == "void"


@pytest.mark.parametrize("ending", ["canceled", "unpaid"])
def test_unpaid_renewals_end_as_the_setting_says(
    server: SandboxServer, client: stripe.StripeClient, ending: str
) -> None:
    control(server, "POST", "settings", dunning_end=ending)
    subscription = subscribe(client)
    bad = client.v1.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": str(subscription.customer)})
    client.v1.subscriptions.update(subscription.id, {"default_payment_method": bad.id})
    advance(server, 32 * DAY)
    assert status_of(client, subscription) == "past_due"
    assert "invoice.payment_failed" in event_types(client)
    advance(server, 10 * DAY)
    assert status_of(client, subscription) == ending


def test_paying_the_invoice_of_a_past_due_subscription_makes_it_active(
    server: SandboxServer, client: stripe.StripeClient
) -> None:
    subscription = subscribe(client, None, trial_period_days=1)
    advance(server, DAY + 60)
    assert status_of(client, subscription) == "past_due"
    invoice = client.v1.invoices.list({"status": "open"}).data[0]
    url = str(invoice.hosted_invoice_url)
    assert "$29.00" in fetch(url).text
    assert "Your card was declined." in fetch(url, card_form("4000000000000002")).text
    assert fetch(url, card_form()).location == url
    assert status_of(client, subscription) == "active"
    assert client.v1.invoices.retrieve(invoice.id).status == "paid"
    advance(server, 31 * DAY)
    assert status_of(client, subscription) == "active"


def test_a_hosted_checkout_starts_a_subscription(client: stripe.StripeClient) -> None:
    price, customer = make_plan(client), client.v1.customers.create({"email": "owner@example.com"})
    session = open_checkout(
        client,
        mode="subscription",
        customer=customer.id,
        line_items=[{"price": price.id, "quantity": 1}],
        subscription_data={"metadata": {"tenant": "t1"}},
    )
    answer = fetch(str(session.url), card_form())
    assert answer.location == f"https://shop.example/done?s={session.id}"
    paid = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["subscription", "invoice"]}).to_dict()
    subscription = paid["subscription"]
    assert (subscription["status"], subscription["metadata"]) == ("active", {"tenant": "t1"})
    assert subscription["items"]["data"][0]["price"]["id"] == price.id
    assert subscription["default_payment_method"].startswith("pm_")
    assert (paid["payment_status"], paid["payment_intent"]) == ("paid", None)
    assert (paid["invoice"]["status"], paid["invoice"]["amount_paid"]) == ("paid", 2900)
    assert paid["invoice"]["parent"]["subscription_details"]["subscription"] == subscription["id"]
    for kind in (
        "customer.subscription.created",
        "invoice.created",
        "invoice.finalized",
        "invoice.paid",
        "invoice.payment_succeeded",
        "payment_intent.succeeded",
        "charge.succeeded",
    ):
        assert event_types(client).count(kind) == 1
    assert event_types(client)[-1] == "checkout.session.completed"


def test_a_declined_checkout_starts_no_subscription(client: stripe.StripeClient) -> None:
    lines = [{"price": make_plan(client).id, "quantity": 1}]
    session = open_checkout(client, mode="subscription", line_items=lines)
    assert fetch(str(session.url), card_form("4000000000000002")).status == 402
    assert client.v1.subscriptions.list({"status": "all"}).data == []
    step = fetch(str(session.url), card_form("4000002760003184"))
    assert fetch(step.location, {"action": "complete"}).status == 303
    assert [one.status for one in client.v1.subscriptions.list().data] == ["active"]


def test_a_checkout_with_a_trial_charges_nothing_now(server: SandboxServer, client: stripe.StripeClient) -> None:
    session = open_checkout(
        client,
        mode="subscription",
        line_items=[{"price": make_plan(client).id, "quantity": 1}],
        subscription_data={"trial_period_days": 14},
    )
    assert "14 days free" in fetch(str(session.url)).text
    assert fetch(str(session.url), card_form()).status == 303
    subscription = client.v1.subscriptions.list().data[0]
    assert subscription.status == "trialing"
    assert client.v1.charges.list().data == []
    advance(server, 14 * DAY + 60)
    assert status_of(client, subscription) == "active"


def test_a_dearer_plan_is_prorated_on_the_next_bill(server: SandboxServer, client: stripe.StripeClient) -> None:
    subscription = subscribe(client)
    item = subscription.to_dict()["items"]["data"][0]
    half = (item["current_period_end"] - item["current_period_start"]) // 2
    advance(server, half)
    dearer = make_plan(client, 7900)
    changes: Any = {"items": [{"id": item["id"], "price": dearer.id}], "proration_behavior": "create_prorations"}
    preview: Any = {"subscription": subscription.id, "subscription_details": {"items": changes["items"]}}
    expected = client.v1.invoices.create_preview(preview).amount_due
    changed = client.v1.subscriptions.update(subscription.id, changes).to_dict()
    assert changed["items"]["data"][0]["price"]["id"] == dearer.id
    assert changed["items"]["data"][0]["current_period_end"] == item["current_period_end"]
    advance(server, half + 60)
    invoice = client.v1.invoices.list({"subscription": subscription.id}).data[0]
    assert abs(invoice.amount_paid - (7900 + 2500)) <= 2
    assert abs(invoice.amount_paid - expected) <= 2


def test_another_interval_starts_a_new_period_at_once(server: SandboxServer, client: stripe.StripeClient) -> None:
    subscription = subscribe(client)
    item = subscription.to_dict()["items"]["data"][0]
    yearly = make_plan(client, 29000, "year")
    advance(server, DAY)
    client.v1.subscriptions.update(subscription.id, {"items": [{"id": item["id"], "price": yearly.id}]})
    invoice = client.v1.invoices.list({"subscription": subscription.id}).data[0]
    assert 29000 - 2900 < invoice.amount_paid < 29000 - 2700


def test_a_trial_changes_plan_without_proration(client: stripe.StripeClient) -> None:
    subscription = subscribe(client, trial_period_days=14)
    item = subscription.to_dict()["items"]["data"][0]
    client.v1.subscription_items.update(item["id"], {"price": make_plan(client, 7900).id, "quantity": 2})
    assert client.v1.subscription_items.retrieve(item["id"]).quantity == 2
    assert len(client.v1.invoices.list({"subscription": subscription.id}).data) == 1


def test_a_cancellation_at_the_period_end_can_be_taken_back(server: SandboxServer, client: stripe.StripeClient) -> None:
    subscription = subscribe(client)
    asked = client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    assert asked.cancel_at == asked.to_dict()["items"]["data"][0]["current_period_end"]
    kept = client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": False})
    assert (kept.cancel_at, kept.canceled_at) == (None, None)
    client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    advance(server, 32 * DAY)
    assert status_of(client, subscription) == "canceled"
    assert len(client.v1.invoices.list({"subscription": subscription.id}).data) == 1
    assert client.v1.subscriptions.list().data == []


def test_a_canceled_subscription_stays_canceled(client: stripe.StripeClient) -> None:
    subscription = subscribe(client)
    assert client.v1.subscriptions.cancel(subscription.id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.subscriptions.cancel(subscription.id)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})


def test_plans_paid_by_hand_are_sent_and_fall_past_due(server: SandboxServer, client: stripe.StripeClient) -> None:
    subscription = subscribe(client, None, collection_method="send_invoice", days_until_due=7)
    assert subscription.status == "active"
    assert "invoice.sent" in event_types(client)
    advance(server, 8 * DAY)
    assert status_of(client, subscription) == "past_due"
    invoice = client.v1.invoices.retrieve(str(subscription.latest_invoice))
    step = fetch(str(invoice.hosted_invoice_url), {"method": "alipay", "pay": "1"})
    assert fetch(step.location, {"action": "authorize"}).location == invoice.hosted_invoice_url
    assert status_of(client, subscription) == "active"


def portal_of(client: stripe.StripeClient, subscription: stripe.Subscription) -> str:
    params: Any = {"customer": str(subscription.customer), "return_url": "https://shop.example/billing/"}
    return client.v1.billing_portal.sessions.create(params).url


def test_the_portal_cancels_keeps_and_changes_the_card(client: stripe.StripeClient) -> None:
    subscription = subscribe(client)
    url = portal_of(client, subscription)
    page = fetch(url).text
    assert "Growth" in page
    assert "ending in 4242" in page
    chosen = {"subscription": subscription.id}
    assert fetch(url, chosen | {"action": "cancel"}).status == 303
    assert client.v1.subscriptions.retrieve(subscription.id).cancel_at_period_end is True
    assert "Keep the plan" in fetch(url).text
    assert fetch(url, chosen | {"action": "keep"}).status == 303
    assert client.v1.subscriptions.retrieve(subscription.id).cancel_at_period_end is False
    assert fetch(url, card_form("4000000000000002", action="card")).status == 402
    assert fetch(url, card_form("5555555555554444", action="card")).status == 303
    assert "Mastercard ending in 4444" in fetch(url).text


def test_the_portal_resumes_a_paused_plan_with_a_card(server: SandboxServer, client: stripe.StripeClient) -> None:
    settings = {"end_behavior": {"missing_payment_method": "pause"}}
    subscription = subscribe(client, None, trial_period_days=14, trial_settings=settings)
    advance(server, 15 * DAY)
    url = portal_of(client, subscription)
    assert "Resume plan</button>" not in fetch(url).text
    step = fetch(url, card_form("4000002760003184", action="card"))
    assert fetch(step.location, {"action": "complete"}).location == url
    assert fetch(url, {"action": "resume", "subscription": subscription.id}).status == 303
    assert status_of(client, subscription) == "active"
    assert event_types(client)[-1] == "customer.subscription.resumed"


def test_the_portal_does_not_touch_another_customers_plan(client: stripe.StripeClient) -> None:
    mine, other = subscribe(client), subscribe(client)
    answer = fetch(portal_of(client, mine), {"action": "cancel", "subscription": other.id})
    assert answer.status == 404
    assert client.v1.subscriptions.retrieve(other.id).cancel_at_period_end is False
