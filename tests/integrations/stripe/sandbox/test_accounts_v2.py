"""Accounts v2 of the sandbox, by stripe-python's own client: shape, papers, old accounts, thin events."""

import json
from typing import Any

import pytest
import stripe

from integrations.stripe.events import verify_webhook
from integrations.stripe.sandbox import SandboxServer
from integrations.stripe.sandbox.control import configure_endpoint
from tests.integrations.stripe.sandbox.conftest import Receiver, control, fetch, wait_for

MERCHANT: dict[str, Any] = {
    "contact_email": "owner@example.com",
    "display_name": "Acme",
    "dashboard": "full",
    "identity": {"country": "gb"},
    "configuration": {"merchant": {"capabilities": {"card_payments": {"requested": True}}}},
    "defaults": {"responsibilities": {"fees_collector": "stripe", "losses_collector": "stripe"}},
    "metadata": {"tenant": "t_1"},
}
SECRET, CAPABILITY_CHANGED = "whsec_thin", "v2.core.account[configuration.merchant].capability_status_updated"
MERCHANT_ONLY: Any = {"include": ["configuration.merchant", "requirements"]}


def card_status(account: stripe.v2.core.Account) -> str:
    return str(account.configuration.merchant.capabilities.card_payments.status)  # type: ignore[union-attr]


def test_an_account_has_the_sections_that_were_asked_for_and_is_the_same_by_v1(client: stripe.StripeClient) -> None:
    params: Any = {**MERCHANT, **MERCHANT_ONLY}
    account = client.v2.core.accounts.create(params, {"idempotency_key": "k"})
    assert client.v2.core.accounts.create(params, {"idempotency_key": "k"}).id == account.id
    assert (account.object, account.dashboard, account.livemode) == ("v2.core.account", "full", False)
    assert (account.applied_configurations, card_status(account)) == (["merchant"], "active")
    assert (account.identity, account.defaults) == (None, None)
    more = client.v2.core.accounts.retrieve(account.id, {"include": ["identity", "defaults"]})
    assert (more.configuration, more.requirements, more.identity.country) == (None, None, "gb")  # type: ignore[union-attr]
    assert more.defaults.responsibilities.fees_collector == "stripe"  # type: ignore[union-attr]
    old = client.v1.accounts.retrieve(account.id)
    assert (old.charges_enabled, old.country, old.email, old.type) == (True, "GB", "owner@example.com", "none")
    assert old.controller.fees.payer == "account"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("without", "param"),
    [
        ("dashboard", "dashboard"),
        ("defaults", "defaults[responsibilities][fees_collector]"),
        ("identity", "identity[country]"),
    ],
)
def test_what_a_merchant_needs_is_asked_for(client: stripe.StripeClient, without: str, param: str) -> None:
    params: Any = {name: value for name, value in MERCHANT.items() if name != without}
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v2.core.accounts.create(params)
    assert caught.value.param == param


def test_unknown_parameters_sections_and_accounts_are_refused(client: stripe.StripeClient) -> None:
    params: Any = {**MERCHANT, "controller": {}}
    for call in (
        lambda: client.v2.core.accounts.create(params),
        lambda: client.v2.core.accounts.retrieve("acct_none"),
        lambda: client.v2.core.account_links.create(
            {"account": "acct_none", "use_case": {"type": "account_onboarding"}}
        ),
    ):
        with pytest.raises(stripe.InvalidRequestError):
            call()


def test_papers_are_handed_in_by_a_link_and_thin_events_say_which_account_changed(
    server: SandboxServer, client: stripe.StripeClient, receiver: Receiver
) -> None:
    configure_endpoint(server.world, receiver.url, SECRET)
    control(server, "POST", "settings", onboarding="required")
    params: Any = {**MERCHANT, **MERCHANT_ONLY}
    account = client.v2.core.accounts.create(params)
    assert card_status(account) == "restricted"
    assert account.requirements.entries[0].awaiting_action_from == "user"  # type: ignore[index,union-attr]
    back = {"return_url": "https://shop.example/back", "refresh_url": "https://shop.example/again"}
    use_case: Any = {"type": "account_onboarding", "account_onboarding": back}
    link = client.v2.core.account_links.create({"account": account.id, "use_case": use_case})
    assert (link.object, link.account) == ("v2.core.account_link", account.id)
    assert fetch(link.url, {"finish": "1"}).location == "https://shop.example/back"
    after = client.v2.core.accounts.retrieve(account.id, MERCHANT_ONLY)
    assert (card_status(after), after.requirements.entries) == ("active", [])  # type: ignore[union-attr]
    thin = {"v2.core.account.created", "v2.core.account[requirements].updated", CAPABILITY_CHANGED}
    wait_for(lambda: thin <= {json.loads(body)["type"] for body, _header in receiver.got})
    read = [verify_webhook(body, header, [SECRET]) for body, header in receiver.got]
    told = [event for event in read if event.type == CAPABILITY_CHANGED]
    assert [(event.account, event.object_id, event.object_type, dict(event.data)) for event in told] == [
        (account.id, account.id, "v2.core.account", {})
    ]
    assert any(event.type == "account.updated" and event.account == account.id for event in read), "v1 tells it, too"


def test_a_young_account_of_v1_is_not_known_to_v2_and_an_older_one_is(
    server: SandboxServer, client: stripe.StripeClient
) -> None:
    account_id = client.v1.accounts.create({"country": "US", "email": "a@example.com"}).id
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v2.core.accounts.retrieve(account_id)
    assert caught.value.code == "account_not_yet_compatible_with_v2"
    control(server, "POST", "clock", advance=11 * 60)
    assert card_status(client.v2.core.accounts.retrieve(account_id, MERCHANT_ONLY)) == "active"
