"""Every object the sandbox answers has the fields that Stripe's own fixtures give its type."""

import json
from pathlib import Path
from typing import Any

import pytest
import stripe

from integrations.stripe.sandbox import SandboxServer
from tests.integrations.stripe.sandbox.conftest import DAY, KEY, card_form, control, fetch, make_plan, open_checkout

ROOT = Path(__file__).resolve().parents[4]
FIXTURES = ROOT.parent / "shared" / "stripe" / "fixtures3.json"
# Values whose keys are chosen by callers or by the kind of payment method, and not by the type.
FREE = frozenset({"metadata", "payment_method_options", "payment_settings", "controller", "payment_method_details"})
KINDS = frozenset({"custom_text", "billing_mode", "flow", "payment", "last_payment_error", "next_action", "parent"})
KINDS |= {"pricing", "destination_details", "request", "discount", "previous_attributes"}


def fields_missing(answer: Any, fixture: Any, path: str) -> list[str]:
    """Return the paths of fields that a fixture has and an answered object lacks."""
    if isinstance(fixture, list) and isinstance(answer, list):
        return [hit for one in answer if fixture for hit in fields_missing(one, fixture[0], path + "[]")]
    if not isinstance(fixture, dict) or not isinstance(answer, dict):
        return []
    missing = [f"{path}.{key}" for key in fixture if key not in answer]
    # What an event carries is of another type than the fixture's and is compared by itself.
    skipped = FREE | KINDS | ({"data"} if answer.get("object") == "event" else frozenset())
    for key in fixture.keys() & answer.keys() - skipped:
        missing += fields_missing(answer[key], fixture[key], f"{path}.{key}")
    return missing


def objects_in(value: Any) -> list[dict[str, Any]]:
    """Return all typed objects in an answer, nested ones too, without what is only quoted in events and errors."""
    if isinstance(value, list):
        return [found for one in value for found in objects_in(one)]
    if not isinstance(value, dict):
        return []
    kind = value.get("object")
    mine = [value] if isinstance(kind, str) and kind != "list" else []
    return mine + [found for key, one in value.items() if key != "previous_attributes" for found in objects_in(one)]


def _report_taxes(client: stripe.StripeClient) -> list[stripe.StripeObject]:
    asked: Any = {"currency": "eur", "line_items": [{"amount": 100, "reference": "a"}], "shipping_cost": {"amount": 9}}
    place: Any = {"customer_details": {"address": {"country": "DE"}}, "expand": ["line_items"]}
    found = client.v1.tax.calculations.create(asked | place)
    report: Any = {"calculation": found.id, "reference": "order-1", "expand": ["line_items"]}
    sale = client.v1.tax.transactions.create_from_calculation(report)
    back: Any = {"mode": "full", "original_transaction": sale.id, "reference": "order-1-back", "expand": ["line_items"]}
    return [found, sale, client.v1.tax.transactions.create_reversal(back)]


@pytest.fixture
def answers(server: SandboxServer, client: stripe.StripeClient) -> list[dict[str, Any]]:
    """What the sandbox lists after a checkout, a refund, a trial, a paid plan, a decline, a portal and an account."""
    account = client.v1.accounts.create({"business_profile": {"name": "Acme"}})
    session = open_checkout(client, customer_creation="always")
    fetch(str(session.url), card_form("4000000000000002"))
    fetch(str(session.url), card_form())
    client.v1.refunds.create({"charge": client.v1.charges.list().data[0].id})
    fetch(
        str(open_checkout(client, account=account.id, payment_intent_data={"application_fee_amount": 9}).url),
        card_form(),
    )
    plan = make_plan(client)
    lines = [{"price": plan.id, "quantity": 1}]
    trial = {"trial_period_days": 5}
    fetch(str(open_checkout(client, mode="subscription", line_items=lines).url), card_form())
    fetch(str(open_checkout(client, mode="subscription", line_items=lines, subscription_data=trial).url), card_form())
    fetch(str(open_checkout(client, mode="setup", line_items=[], currency="usd").url), card_form())
    control(server, "POST", "clock", advance=40 * DAY)
    customer = client.v1.subscriptions.list().data[0].customer
    portal: Any = {"customer": str(customer), "return_url": "https://shop.example/"}
    link: Any = {
        "account": account.id,
        "type": "account_onboarding",
        "return_url": "http://a",
        "refresh_url": "http://b",
    }
    endpoint: Any = {"url": "http://127.0.0.1:9/", "enabled_events": ["balance.available"]}
    made: list[stripe.StripeObject] = [
        client.v1.billing_portal.sessions.create(portal),
        client.v1.account_links.create(link),
        client.v1.webhook_endpoints.create(endpoint),
        client.v1.balance.retrieve(),
        client.v1.products.delete(client.v1.products.create({"name": "Gone"}).id),
        client.v1.customers.delete(client.v1.customers.create({}).id),
        *_report_taxes(client),
    ]
    names = (
        "accounts account customers products prices payment_methods?type=card payment_intents setup_intents charges "
        "refunds checkout/sessions subscriptions?status=all invoices invoice_payments events balance_transactions "
        "application_fees webhook_endpoints billing_portal/configurations"
    )
    found = [one.to_dict() for one in made]
    for name in names.split():
        path, _, query = name.partition("?")
        answer = fetch(f"{server.url}/v1/{path}?limit=100&{query}", Authorization=f"Bearer {KEY}")
        assert answer.status == 200, name
        found.append(json.loads(answer.text))
    session_lines = client.v1.checkout.sessions.line_items.list(session.id)
    return [*found, session_lines.to_dict()]


def test_answered_objects_have_the_fields_of_stripes_fixtures(answers: list[dict[str, Any]]) -> None:
    if not FIXTURES.exists():
        pytest.skip("../shared/stripe/fixtures3.json is not beside this checkout")
    fixtures = json.loads(FIXTURES.read_text(encoding="utf-8"))["resources"]
    seen: set[str] = set()
    missing: set[str] = set()
    for obj in objects_in(answers):
        kind = f"deleted_{obj['object']}" if obj.get("deleted") else obj["object"]
        seen.add(kind)
        missing |= set(fields_missing(obj, fixtures[kind], kind))
    assert missing == set()
    assert seen >= {
        *(
            "account",
            "account_link",
            "application_fee",
            "balance",
            "balance_transaction",
            "billing_portal.configuration",
        ),
        *("billing_portal.session", "charge", "checkout.session", "customer", "deleted_customer", "deleted_product"),
        *(
            "event",
            "invoice",
            "invoice_payment",
            "item",
            "line_item",
            "payment_intent",
            "payment_method",
            "plan",
            "price",
        ),
        *("product", "refund", "setup_intent", "subscription", "subscription_item", "webhook_endpoint"),
    }


def test_no_answer_shows_a_field_of_the_sandboxs_own(answers: list[dict[str, Any]]) -> None:
    def own(value: Any) -> list[str]:
        if isinstance(value, list):
            return [hit for one in value for hit in own(one)]
        if isinstance(value, dict):
            return [key for key in value if key.startswith("_")] + [hit for one in value.values() for hit in own(one)]
        return []

    assert own(answers) == []
