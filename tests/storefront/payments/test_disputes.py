"""Disputes: seen once, answered once, and nothing is refunded of what the bank has taken already."""

from datetime import datetime
from typing import Any

import pytest
import requests
from django.core import mail

from core.clock import utc_now
from integrations.stripe.events import ConnectEventReceived, parse_event
from storefront.orders.models import OrderEvent
from storefront.payments.connect import note_connect_event
from storefront.payments.errors import DisputeClosed, EvidenceRefused, RefundRefused
from storefront.payments.models import Dispute, Payment
from storefront.payments.selectors import get_refundable
from storefront.payments.services import open_account, refund_order
from storefront.payments.services.disputes import LARGEST_FILE, accept_dispute, answer_dispute, mirror_dispute
from storefront.payments.services.mailing import mail_dispute
from tenants.models import Tenant
from tests.storefront.checkout.orders import open_store
from tests.storefront.goods import make_variant
from tests.storefront.payments.paid import asked, buy
from tests.storefront.stripe_sandbox import Shopper, sandbox_server, shopper

__all__ = ["sandbox_server", "shopper"]
NOT_RECEIVED, INQUIRY = "4000000000002685", "4000000000001976"
PDF = b"%PDF-1.7 proof of delivery"


@pytest.fixture
def clock() -> datetime:
    return utc_now().replace(microsecond=0)


@pytest.fixture
def store(in_acme: Tenant, shopper: Shopper, clock: datetime) -> Tenant:
    open_account(tenant=in_acme, now=clock)
    return open_store(in_acme, clock)


def dispute_of(shopper: Shopper, payment: Payment, clock: datetime) -> Dispute:
    """Wait until the bank disputes the payment, and mirror what the provider says."""
    shopper.advance(60)
    (there,) = ask(shopper, payment, "disputes")
    intent_id = str(payment.stripe_payment_intent_id)
    found = mirror_dispute(dispute_id=there["id"], payment_intent_id=intent_id, now=clock)
    assert found is not None
    return found


def ask(shopper: Shopper, payment: Payment, path: str) -> list[dict[str, Any]]:
    answer = requests.get(
        f"{shopper.server.url}/v1/{path}",
        auth=("sk_test_tests", ""),
        headers={"Stripe-Account": payment.account_id},
        timeout=10,
    )
    return list(answer.json()["data"])


def answer(dispute: Dispute, clock: datetime, text: str = "", content: bytes = b"", *, submits: bool = True) -> Dispute:
    return answer_dispute(
        dispute_pk=dispute.pk,
        text=text,
        file_name="proof.pdf",
        content=content,
        submits=submits,
        actor="ann@acme.example",
        now=clock,
    )


def test_a_dispute_is_written_and_told_once_with_its_deadline(store: Tenant, shopper: Shopper, clock: datetime) -> None:
    order, payment = buy(store, shopper, [(make_variant(price=1800, stock=5), 1)], clock, card=NOT_RECEIVED)
    dispute = dispute_of(shopper, payment, clock)
    again = mirror_dispute(
        dispute_id=dispute.stripe_dispute_id, payment_intent_id=str(payment.stripe_payment_intent_id), now=clock
    )
    assert (dispute, Dispute.objects.count()) == (again, 1)
    assert (dispute.status, dispute.reason, dispute.amount) == ("needs_response", "product_not_received", 2290)
    assert dispute.due_at is not None
    assert OrderEvent.objects.filter(order=order, type="payment.disputed").count() == 1
    assert [mail_dispute(dispute_pk=dispute.pk, status=dispute.status, now=clock) for _time in range(2)] == [1, 0]
    assert "$22.90" in mail.outbox[-1].subject
    assert "nothing arrived" in mail.outbox[-1].body


def test_what_the_bank_has_taken_is_not_given_back_a_second_time(
    store: Tenant, shopper: Shopper, clock: datetime
) -> None:
    order, payment = buy(store, shopper, [(make_variant(price=1800, stock=5), 1)], clock, card=NOT_RECEIVED)
    dispute = dispute_of(shopper, payment, clock)
    assert get_refundable(order).left == 0
    with pytest.raises(RefundRefused):
        refund_order(order_id=order.pk, asked=asked(order, 1), actor="ann", now=clock)
    answer(dispute, clock, "winning_evidence")
    assert get_refundable(order).left == 2290


def test_a_bank_that_only_asks_leaves_the_money_to_be_given_back(
    store: Tenant, shopper: Shopper, clock: datetime
) -> None:
    order, payment = buy(store, shopper, [(make_variant(price=1800, stock=5), 1)], clock, card=INQUIRY)
    assert dispute_of(shopper, payment, clock).status == "warning_needs_response"
    assert get_refundable(order).left == 2290


@pytest.mark.parametrize(("text", "status"), [("winning_evidence", "won"), ("losing_evidence", "lost")])
def test_an_answer_with_a_file_reaches_the_bank_and_its_decision_is_told(
    store: Tenant, shopper: Shopper, clock: datetime, text: str, status: str
) -> None:
    order, payment = buy(store, shopper, [(make_variant("Mug", price=1800, stock=5), 1)], clock, card=NOT_RECEIVED)
    dispute = dispute_of(shopper, payment, clock)
    kept = answer(dispute, clock, "We sent it.", PDF, submits=False)
    assert kept.status == "needs_response"
    done = answer(dispute, clock, text)
    (there,) = ask(shopper, payment, "disputes")
    assert (done.status, there["status"], there["evidence_details"]["submission_count"]) == (status, status, 1)
    told = there["evidence"]
    assert (told["uncategorized_text"], told["customer_email_address"]) == (text, order.email)
    assert "Mug" in told["product_description"]
    assert told["uncategorized_file"].startswith("file_")
    assert OrderEvent.objects.filter(type=f"payment.dispute_{status}").count() == 1
    with pytest.raises(DisputeClosed):
        answer(dispute, clock, "more")


def test_accepting_a_dispute_ends_it(store: Tenant, shopper: Shopper, clock: datetime) -> None:
    _order, payment = buy(store, shopper, [(make_variant(price=1800, stock=5), 1)], clock, card=NOT_RECEIVED)
    dispute = dispute_of(shopper, payment, clock)
    assert accept_dispute(dispute_pk=dispute.pk, actor="ann", now=clock).status == "lost"


@pytest.mark.parametrize(
    ("text", "content"),
    [("", b""), ("x" * 20_001, b""), ("", b"<html>"), ("", b"%PDF-" + b"0" * LARGEST_FILE), ("", b"MZ\x90")],
)
def test_empty_endless_and_foreign_answers_go_nowhere(
    store: Tenant, shopper: Shopper, clock: datetime, text: str, content: bytes
) -> None:
    _order, payment = buy(store, shopper, [(make_variant(price=1800, stock=5), 1)], clock, card=NOT_RECEIVED)
    dispute = dispute_of(shopper, payment, clock)
    with pytest.raises(EvidenceRefused):
        answer(dispute, clock, text, content)
    (there,) = ask(shopper, payment, "disputes")
    assert there["evidence_details"]["submission_count"] == 0


def test_an_event_of_a_payment_that_is_not_this_stores_writes_nothing(
    store: Tenant, shopper: Shopper, clock: datetime
) -> None:
    event = parse_event(
        '{"id": "evt_1", "type": "charge.dispute.created", "created": 1, "account": "acct_1",'
        ' "data": {"object": {"id": "du_foreign", "object": "dispute", "payment_intent": "pi_foreign"}}}'
    )
    note_connect_event(ConnectEventReceived(tenant=store, event=event))
    assert mirror_dispute(dispute_id="du_foreign", payment_intent_id="pi_foreign", now=clock) is None
    assert not Dispute.objects.exists()
