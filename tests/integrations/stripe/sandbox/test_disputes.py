"""Disputes and refunds that do not end where they began, as Stripe's test cards make them."""

from io import BytesIO
from typing import Any

import pytest
import stripe

from integrations.stripe.sandbox import SandboxServer
from tests.integrations.stripe.sandbox.conftest import card_form, control, error_of, event_types, fetch, open_checkout


def paid_with(client: stripe.StripeClient, number: str) -> stripe.Charge:
    """Pay a checkout with a card and return its charge."""
    fetch(str(open_checkout(client).url), card_form(number))
    return client.v1.charges.list().data[0]


def only_dispute(client: stripe.StripeClient) -> stripe.Dispute:
    (found,) = client.v1.disputes.list().data
    return found


def test_a_disputed_charge_takes_the_money_and_a_fee_and_cannot_be_refunded(
    server: SandboxServer, client: stripe.StripeClient
) -> None:
    charge = paid_with(client, "4000000000000259")
    control(server, "POST", "clock", advance=60)
    dispute = only_dispute(client)
    assert (dispute.status, dispute.reason, dispute.amount) == ("needs_response", "fraudulent", 1250)
    assert dispute.evidence_details.due_by
    assert dispute.balance_transactions[0].net == -1250 - 1500
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create({"charge": charge.id})
    assert error_of(caught.value)["code"] == "charge_disputed"
    assert event_types(client)[-2:] == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]


@pytest.mark.parametrize(
    ("words", "status", "last"),
    [
        ("winning_evidence", "won", "charge.dispute.funds_reinstated"),
        ("losing_evidence", "lost", "charge.dispute.closed"),
        ("It was sent.", "under_review", "charge.dispute.updated"),
    ],
)
def test_evidence_decides_a_dispute(
    server: SandboxServer, client: stripe.StripeClient, words: str, status: str, last: str
) -> None:
    paid_with(client, "4000000000002685")
    control(server, "POST", "clock", advance=60)
    dispute = only_dispute(client)
    file = BytesIO(b"%PDF-1.7")
    file.name = "proof.pdf"
    uploads = stripe.StripeClient(
        "sk_test_sandbox", base_addresses={"api": server.url, "files": server.url}, max_network_retries=0
    )
    made = uploads.v1.files.create({"purpose": "dispute_evidence", "file": file})
    assert (made.filename, made.size, made.type) == ("proof.pdf", 8, "pdf")
    evidence: Any = {"uncategorized_text": words, "uncategorized_file": made.id}
    staged = client.v1.disputes.update(dispute.id, {"evidence": evidence, "submit": False})
    assert (staged.status, staged.evidence_details.has_evidence) == ("needs_response", True)
    sent = client.v1.disputes.update(dispute.id, {"evidence": {"customer_name": "Maya"}, "submit": True})
    assert (sent.status, event_types(client)[-1]) == (status, last)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.disputes.update(dispute.id, {"evidence": {"customer_name": "Maya"}})


def test_an_unknown_piece_of_evidence_and_a_file_of_a_wrong_kind_are_refused(
    server: SandboxServer, client: stripe.StripeClient
) -> None:
    paid_with(client, "4000000000000259")
    control(server, "POST", "clock", advance=60)
    with pytest.raises(stripe.InvalidRequestError, match="unknown parameter"):
        client.v1.disputes.update(only_dispute(client).id, {"evidence": {"guess": "x"}})  # type: ignore[typeddict-unknown-key]


def test_a_bank_that_only_asks_takes_nothing(server: SandboxServer, client: stripe.StripeClient) -> None:
    charge = paid_with(client, "4000000000001976")
    control(server, "POST", "clock", advance=60)
    assert only_dispute(client).status == "warning_needs_response"
    assert client.v1.refunds.create({"charge": charge.id}).status == "succeeded"


def test_a_refund_may_come_back_and_the_charge_has_its_money_again(
    server: SandboxServer, client: stripe.StripeClient
) -> None:
    charge = paid_with(client, "4000000000005126")
    refund = client.v1.refunds.create({"charge": charge.id})
    assert refund.status == "succeeded"
    control(server, "POST", "clock", advance=60)
    assert client.v1.refunds.retrieve(refund.id).status == "failed"
    assert client.v1.charges.retrieve(charge.id).amount_refunded == 0
    assert "refund.failed" in event_types(client)


def test_a_refund_may_wait_for_the_bank(server: SandboxServer, client: stripe.StripeClient) -> None:
    charge = paid_with(client, "4000000000007726")
    refund = client.v1.refunds.create({"charge": charge.id})
    assert refund.status == "pending"
    control(server, "POST", "clock", advance=60)
    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"
    assert event_types(client)[-1] == "refund.updated"


def test_a_charge_is_disputed_and_a_refund_fails_on_command(server: SandboxServer, client: stripe.StripeClient) -> None:
    charge = paid_with(client, "4242424242424242")
    refund = client.v1.refunds.create({"charge": charge.id, "amount": 250})
    assert control(server, "POST", "refunds/fail", refund=refund.id)["status"] == "failed"
    opened = control(server, "POST", "disputes", charge=charge.id, reason="duplicate")
    assert (opened["amount"], opened["reason"]) == (1250, "duplicate")
    assert control(server, "POST", "disputes", dispute=opened["id"], won=True)["status"] == "won"
