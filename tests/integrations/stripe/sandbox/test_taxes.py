"""Stripe Tax as the sandbox answers it: places, codes, behaviors, reports and what takes them back."""

from typing import Any

import pytest
import stripe

from integrations.stripe.sandbox import SandboxServer
from tests.integrations.stripe.sandbox.conftest import DAY, control, error_of

GOODS, BOOKS, NOTHING = "txcd_99999999", "txcd_35010000", "txcd_00000000"
SAN_MATEO = {"country": "US", "state": "CA", "postal_code": "94080", "city": "South San Francisco"}
EXPAND = ["line_items.data.tax_breakdown", "shipping_cost.tax_breakdown"]


def ask(client: stripe.StripeClient, **changes: Any) -> stripe.tax.Calculation:
    params: dict[str, Any] = {
        "currency": "usd",
        "line_items": [
            {"amount": 1499, "reference": "a", "tax_code": GOODS, "quantity": 2},
            {"amount": 900, "reference": "b", "tax_code": NOTHING},
        ],
        "customer_details": {"address": SAN_MATEO, "address_source": "shipping"},
        "shipping_cost": {"amount": 300},
        "expand": EXPAND,
    }
    return client.v1.tax.calculations.create(params | changes)  # type: ignore[arg-type]


def test_tax_is_counted_by_authority_and_line(client: stripe.StripeClient) -> None:
    found = ask(client)
    lines = found.line_items.data if found.line_items else []
    assert [(line.reference, line.amount_tax) for line in lines] == [("a", 141), ("b", 0)]
    parts = lines[0].tax_breakdown or []
    assert [(one.jurisdiction.level, one.amount) for one in parts] == [("state", 90), ("county", 4), ("district", 47)]
    assert found.shipping_cost and found.shipping_cost.amount_tax == 0  # delivery is not taxed there
    assert (found.tax_amount_exclusive, found.tax_amount_inclusive, found.amount_total) == (
        141,
        0,
        1499 + 900 + 300 + 141,
    )


def test_tax_inside_a_price_adds_nothing(client: stripe.StripeClient) -> None:
    items = [{"amount": 11_900, "reference": "a", "tax_behavior": "inclusive"}]
    items += [{"amount": 10_700, "reference": "b", "tax_behavior": "inclusive", "tax_code": BOOKS}]
    place = {"address": {"country": "DE"}, "address_source": "shipping"}
    shipping = {"amount": 595, "tax_behavior": "inclusive"}
    found = ask(client, currency="eur", line_items=items, customer_details=place, shipping_cost=shipping)
    assert (found.tax_amount_inclusive, found.amount_total) == (1900 + 700 + 95, 11_900 + 10_700 + 595)


def test_a_business_in_another_country_of_the_union_settles_it_itself(client: stripe.StripeClient) -> None:
    account = client.v1.accounts.create({"country": "DE", "type": "standard"})
    place = {"address": {"country": "FR"}, "tax_ids": [{"type": "eu_vat", "value": "FR40303265045"}]}
    params: Any = {"currency": "eur", "line_items": [{"amount": 100, "reference": "a"}], "customer_details": place}
    found = client.v1.tax.calculations.create(params, {"stripe_account": account.id})
    assert found.tax_breakdown[0].taxability_reason == "reverse_charge" and found.tax_amount_exclusive == 0


def test_an_address_that_decides_nothing_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        ask(client, customer_details={"address": {"country": "US"}})
    assert error_of(caught.value)["code"] == "customer_tax_location_invalid"
    with pytest.raises(stripe.InvalidRequestError, match="unknown parameter"):
        ask(client, guess="x")


def test_a_sale_is_reported_once_and_taken_back_within_what_it_was(
    server: SandboxServer, client: stripe.StripeClient
) -> None:
    calculation = ask(client)
    report: Any = {"calculation": calculation.id, "reference": "order-1", "expand": ["line_items"]}
    sale = client.v1.tax.transactions.create_from_calculation(report)
    assert sale.line_items and [line.reference for line in sale.line_items.data] == ["a", "b"]
    with pytest.raises(stripe.InvalidRequestError, match="already exists"):
        client.v1.tax.transactions.create_from_calculation(report)
    line = {"original_line_item": sale.line_items.data[0].id, "reference": "a-1", "amount": -1499, "amount_tax": -141}
    back: Any = {"mode": "partial", "original_transaction": sale.id, "reference": "back-1", "line_items": [line]}
    taken = client.v1.tax.transactions.create_reversal(back)
    assert taken.type == "reversal" and taken.reversal and taken.reversal.original_transaction == sale.id
    more: Any = {"mode": "partial", "original_transaction": sale.id, "reference": "back-2"}
    with pytest.raises(stripe.InvalidRequestError, match="more than is left"):
        client.v1.tax.transactions.create_reversal(more | {"flat_amount": -1300})
    client.v1.tax.transactions.create_reversal(more | {"flat_amount": -1200})
    control(server, "POST", "clock", advance=91 * DAY)
    with pytest.raises(stripe.InvalidRequestError, match="expired"):
        client.v1.tax.transactions.create_from_calculation(report | {"reference": "order-2"})
