"""Events reach their endpoints signed, again after failures, and across restarts."""

import json
from pathlib import Path
from typing import Any

import pytest
import stripe

from integrations.stripe.sandbox import SandboxServer
from integrations.stripe.sandbox.webhooks import sign
from tests.integrations.stripe.sandbox.conftest import (
    Receiver,
    card_form,
    client_of,
    control,
    fetch,
    open_checkout,
    wait_for,
)


def register(client: stripe.StripeClient, receiver: Receiver, *events: str, **options: Any) -> str:
    """Register the receiver and return its secret."""
    params: Any = {"url": receiver.url, "enabled_events": list(events) or ["*"]} | options
    secret = client.v1.webhook_endpoints.create(params).secret
    assert secret is not None
    return secret


def test_a_delivery_is_signed_and_carries_the_event(client: stripe.StripeClient, receiver: Receiver) -> None:
    secret = register(client, receiver, "customer.created")
    assert secret.startswith("whsec_")
    customer = client.v1.customers.create({"email": "a@example.com"}, {"idempotency_key": "k1"})
    wait_for(lambda: receiver.got)
    event = receiver.events(secret)[0]
    assert (event["type"], event["data"]["object"]["id"]) == ("customer.created", customer.id)
    assert event["api_version"] == "2026-10-28.endive"
    assert event["request"]["idempotency_key"] == "k1"
    assert client.v1.events.retrieve(event["id"])["type"] == "customer.created"
    with pytest.raises(stripe.SignatureVerificationError):
        receiver.events("whsec_other")


def test_the_signature_is_stripes_own_scheme() -> None:
    header = stripe.WebhookSignature.generate_signature_header('{"a": 1}', "whsec_x", timestamp=1_700_000_000)
    assert sign('{"a": 1}', "whsec_x", 1_700_000_000) == header


def test_an_endpoint_gets_only_what_it_asked_for(client: stripe.StripeClient, receiver: Receiver) -> None:
    secret = register(client, receiver, "product.created")
    client.v1.customers.create({})
    client.v1.products.create({"name": "Cup"})
    wait_for(lambda: receiver.got)
    assert [event["type"] for event in receiver.events(secret)] == ["product.created"]


def test_connect_endpoints_get_the_events_of_accounts(client: stripe.StripeClient, receiver: Receiver) -> None:
    secret = register(client, receiver, "customer.created", connect=True)
    account = client.v1.accounts.create({}).id
    client.v1.customers.create({"name": "platform"})
    client.v1.customers.create({"name": "account"}, {"stripe_account": account})
    wait_for(lambda: receiver.got)
    events = receiver.events(secret)
    assert [(event["account"], event["data"]["object"]["name"]) for event in events] == [(account, "account")]


def test_a_failed_delivery_comes_again_with_a_fresh_signature(
    server: SandboxServer, client: stripe.StripeClient, receiver: Receiver
) -> None:
    secret = register(client, receiver, "customer.created")
    receiver.answers = [500, 302]
    client.v1.customers.create({})
    wait_for(lambda: [one for one in control(server, "GET", "deliveries") if one["status"] == "delivered"])
    events = receiver.events(secret)
    assert len({event["id"] for event in events}) == 1
    assert len(events) == 3
    assert control(server, "GET", "deliveries")[0]["attempts"] == 3
    assert client.v1.events.retrieve(events[0]["id"])["pending_webhooks"] == 0


def test_a_delivery_gives_up_in_the_end_and_can_be_sent_again(
    server: SandboxServer, client: stripe.StripeClient, receiver: Receiver
) -> None:
    register(client, receiver, "customer.created")
    receiver.answers = [500] * 4
    client.v1.customers.create({})
    wait_for(lambda: control(server, "GET", "deliveries")[0]["status"] == "failed")
    assert control(server, "POST", "deliveries/retry") == {"retried": 1}
    wait_for(lambda: control(server, "GET", "deliveries")[0]["status"] == "delivered")


def test_webhooks_can_be_dropped_and_doubled(
    server: SandboxServer, client: stripe.StripeClient, receiver: Receiver
) -> None:
    register(client, receiver, "customer.created", "product.created")
    control(server, "POST", "faults", kind="drop_webhook", match={"event": "^customer"})
    control(server, "POST", "faults", kind="duplicate_webhook", match={"event": "^product"})
    client.v1.customers.create({})
    client.v1.products.create({"name": "Cup"})
    wait_for(lambda: not [one for one in control(server, "GET", "deliveries") if one["status"] == "pending"])
    types = [json.loads(body)["type"] for body, _ in receiver.got]
    assert types == ["product.created", "product.created"]


def test_a_disabled_or_deleted_endpoint_gets_nothing(
    server: SandboxServer, client: stripe.StripeClient, receiver: Receiver
) -> None:
    register(client, receiver)
    endpoint = client.v1.webhook_endpoints.list().data[0]
    assert "secret" not in endpoint.to_dict()
    client.v1.webhook_endpoints.update(endpoint.id, {"disabled": True})
    client.v1.customers.create({})
    client.v1.webhook_endpoints.delete(endpoint.id)
    client.v1.customers.create({})
    assert control(server, "GET", "deliveries") == []


def test_the_configured_endpoint_gets_platform_and_account_events(tmp_path: Path, receiver: Receiver) -> None:
    state, secret = tmp_path / "s.sqlite3", "whsec_configured"
    server = SandboxServer(state, webhook_url=receiver.url, webhook_secret=secret).start()
    try:
        client = client_of(server)
        account = client.v1.accounts.create({}).id
        client.v1.customers.create({})
        session = open_checkout(client, account=account)
        fetch(str(session.url), card_form())
        wait_for(lambda: "checkout.session.completed" in [event["type"] for event in receiver.events(secret)])
        wait_for(lambda: not [one for one in control(server, "GET", "deliveries") if one["status"] == "pending"])
        accounts = {event["type"]: event.to_dict().get("account") for event in receiver.events(secret)}
        assert (accounts["customer.created"], accounts["checkout.session.completed"]) == (None, account)
    finally:
        server.stop()


def test_the_configured_endpoint_gets_no_others_than_were_named(tmp_path: Path, receiver: Receiver) -> None:
    state, secret, named = tmp_path / "s.sqlite3", "whsec_configured", ["customer.updated"]
    server = SandboxServer(state, webhook_url=receiver.url, webhook_secret=secret, webhook_events=named).start()
    try:
        client = client_of(server)
        customer = client.v1.customers.create({})
        client.v1.customers.update(customer.id, {"name": "Somebody"})
        wait_for(lambda: receiver.got)
        assert [event["type"] for event in receiver.events(secret)] == named
    finally:
        server.stop()


def test_pending_deliveries_and_objects_survive_a_restart(tmp_path: Path, receiver: Receiver) -> None:
    state = tmp_path / "s.sqlite3"
    first = SandboxServer(state, retry_seconds=(3600,)).start()
    client = client_of(first)
    secret = register(client, receiver, "customer.created")
    receiver.answers = [500]
    customer = client.v1.customers.create({"name": "A"}, {"idempotency_key": "k1"})
    control(first, "POST", "clock", advance=1000)
    wait_for(lambda: control(first, "GET", "deliveries")[0]["attempts"])
    before = control(first, "GET", "clock")["now"]
    first.stop()
    second = SandboxServer(state).start()
    try:
        client = client_of(second)
        assert client.v1.customers.retrieve(customer.id).name == "A"
        assert client.v1.customers.create({"name": "A"}, {"idempotency_key": "k1"}).id == customer.id
        assert control(second, "GET", "clock")["now"] >= before
        wait_for(lambda: control(second, "GET", "deliveries")[0]["status"] == "delivered")
        assert [event["data"]["object"]["id"] for event in receiver.events(secret)] == [customer.id] * 2
    finally:
        second.stop()
