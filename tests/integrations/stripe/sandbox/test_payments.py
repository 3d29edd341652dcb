"""Money in and out: hosted checkouts in payment mode, payment intents, refunds."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import stripe

from integrations.stripe.sandbox import SandboxServer
from tests.integrations.stripe.sandbox.conftest import (
    Answer,
    card_form,
    control,
    error_of,
    event_types,
    fetch,
    open_checkout,
)


def pay(session: stripe.checkout.Session, **form: str) -> Answer:
    assert session.url is not None
    return fetch(session.url, card_form(**form))


def test_a_checkout_is_paid_by_card(client: stripe.StripeClient) -> None:
    session = open_checkout(
        client,
        client_reference_id="order-7",
        metadata={"order": "7"},
        payment_intent_data={"metadata": {"order": "7"}},
        customer_email="maya@example.com",
    )
    assert (session.status, session.payment_status, session.amount_total) == ("open", "unpaid", 1250)
    answer = pay(session)
    assert (answer.status, answer.location) == (303, f"https://shop.example/done?s={session.id}")
    paid = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge", "line_items"]})
    shown = paid.to_dict()
    assert (shown["status"], shown["payment_status"], shown["url"]) == ("complete", "paid", None)
    assert (shown["client_reference_id"], shown["metadata"]) == ("order-7", {"order": "7"})
    assert shown["customer_details"]["email"] == "maya@example.com"
    intent, charge = shown["payment_intent"], shown["payment_intent"]["latest_charge"]
    assert (intent["status"], intent["amount_received"], intent["metadata"]) == ("succeeded", 1250, {"order": "7"})
    assert (charge["paid"], charge["amount_captured"]) == (True, 1250)
    assert charge["payment_method_details"]["card"]["last4"] == "4242"
    assert [line["description"] for line in shown["line_items"]["data"]] == ["Enamel mug"]
    assert event_types(client)[2:] == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]


def test_paying_twice_charges_once(client: stripe.StripeClient) -> None:
    session = open_checkout(client)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: pay(session), range(8)))
    assert {(answer.status, answer.location) for answer in answers} == {
        (303, f"https://shop.example/done?s={session.id}")
    }
    assert len(client.v1.charges.list().data) == 1
    assert event_types(client).count("checkout.session.completed") == 1


@pytest.mark.parametrize(
    ("number", "text", "decline_code"),
    [
        ("4000000000000002", "Your card was declined.", "generic_decline"),
        ("4000000000009995", "Your card has insufficient funds.", "insufficient_funds"),
        ("4000056655665557", "This card number is not valid.", None),
        ("4000000000000010", "this is no test card", "test_mode_live_card"),
    ],
)
def test_a_declined_card_says_so_and_another_one_pays(
    client: stripe.StripeClient, number: str, text: str, decline_code: str | None
) -> None:
    session = open_checkout(client)
    answer = pay(session, number=number)
    assert answer.status == (402 if decline_code else 422)
    assert text in answer.text
    assert 'value="Maya Lind"' in answer.text
    assert number not in answer.text
    if decline_code:
        assert event_types(client)[-2:] == ["charge.failed", "payment_intent.payment_failed"]
        charge = client.v1.charges.list().data[0]
        assert (charge.paid, charge.status, charge.to_dict()["outcome"]["reason"]) == (False, "failed", decline_code)
    assert pay(session).status == 303
    assert len(client.v1.payment_intents.list().data) == 1


def test_wrong_fields_are_named_and_nothing_is_charged(client: stripe.StripeClient) -> None:
    answer = pay(open_checkout(client), email="maya", expiry="13/34", cvc="12")
    assert answer.status == 422
    for text in ("Enter an e-mail address", "Enter the date as MM / YY.", "Enter the 3-digit code."):
        assert text in answer.text
    assert pay(open_checkout(client), expiry="01/20").text.count("in the past") == 1
    assert client.v1.payment_intents.list().data == []


@pytest.mark.parametrize("number", ["4000002500003155", "4000002760003184"])
def test_a_challenge_completed_pays(client: stripe.StripeClient, number: str) -> None:
    session = open_checkout(client)
    step = pay(session, number=number)
    assert step.status == 303
    assert "/intents/pi_" in step.location
    assert "Confirm with your bank" in fetch(step.location).text
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert fetch(step.location, {"action": "complete"}).location == f"https://shop.example/done?s={session.id}"
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert "This step is over" in fetch(step.location, {"action": "complete"}).text
    assert len(client.v1.charges.list().data) == 1


def test_a_challenge_failed_leads_back_to_the_page(client: stripe.StripeClient) -> None:
    session = open_checkout(client)
    step = pay(session, number="4000002760003184")
    back = fetch(step.location, {"action": "fail"})
    assert back.location == session.url
    assert "The bank could not confirm" in fetch(back.location).text
    assert event_types(client)[-1] == "payment_intent.payment_failed"
    assert pay(session).status == 303


@pytest.mark.parametrize(("method", "yes", "no"), [("alipay", "authorize", "fail"), ("wechat_pay", "paid", "cancel")])
def test_wallets_pay_after_a_step_of_their_own(client: stripe.StripeClient, method: str, yes: str, no: str) -> None:
    price = {"currency": "cny", "unit_amount": 12800, "product_data": {"name": "龙井"}}
    session = open_checkout(client, line_items=[{"price_data": price, "quantity": 1}], locale="zh")
    assert session.payment_method_types == ["card", "alipay", "wechat_pay"]
    form = {"email": "maya@example.com", "method": method, "pay": "1"}
    step = fetch(str(session.url), form)
    assert "¥128.00" in fetch(step.location).text
    back = fetch(step.location, {"action": no})
    assert back.location == session.url
    assert "付款未获确认" in fetch(back.location).text
    assert fetch(fetch(str(session.url), form).location, {"action": yes}).location.startswith(
        "https://shop.example/done"
    )
    charge = client.v1.charges.list().data[0].to_dict()
    assert (charge["paid"], charge["payment_method_details"]["type"]) == (True, method)


def test_wallets_are_offered_by_currency_and_never_for_subscriptions(client: stripe.StripeClient) -> None:
    price = {"currency": "brl", "unit_amount": 1250, "product_data": {"name": "Cup"}}
    assert open_checkout(client, line_items=[{"price_data": price, "quantity": 1}]).payment_method_types == ["card"]
    recurring = {
        "currency": "usd",
        "unit_amount": 900,
        "product_data": {"name": "P"},
        "recurring": {"interval": "month"},
    }
    lines = [{"price_data": recurring, "quantity": 1}]
    assert open_checkout(client, mode="subscription", line_items=lines).payment_method_types == ["card"]
    with pytest.raises(stripe.InvalidRequestError):
        open_checkout(client, mode="subscription", line_items=lines, payment_method_types=["alipay"])


def test_an_expired_checkout_takes_no_money(server: SandboxServer, client: stripe.StripeClient) -> None:
    session = open_checkout(client)
    step = pay(session, number="4000002760003184")
    control(server, "POST", "clock", advance=24 * 3600 + 1)
    assert client.v1.checkout.sessions.retrieve(session.id).status == "expired"
    assert event_types(client)[-2:] == ["payment_intent.canceled", "checkout.session.expired"]
    assert "This checkout has expired" in fetch(f"{server.url}/c/pay/{session.id}", card_form()).text
    assert "This step is over" in fetch(step.location, {"action": "complete"}).text
    assert client.v1.charges.list().data == []


def test_a_checkout_can_be_closed_once(client: stripe.StripeClient) -> None:
    session = open_checkout(client)
    assert client.v1.checkout.sessions.expire(session.id).status == "expired"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.expire(session.id)


def test_a_direct_charge_pays_the_application_fee(client: stripe.StripeClient) -> None:
    account = client.v1.accounts.create({"business_profile": {"name": "Acme Outdoor"}}).id
    session = open_checkout(client, account=account, payment_intent_data={"application_fee_amount": 25})
    page = fetch(str(session.url)).text
    assert "Pay Acme Outdoor" in page
    assert pay(session).status == 303
    fee = client.v1.application_fees.list().data[0]
    assert (fee.account, fee.amount) == (account, 25)
    assert event_types(client) == ["application_fee.created"]
    with pytest.raises(stripe.InvalidRequestError):
        open_checkout(client, payment_intent_data={"application_fee_amount": 25})


def confirmed(client: stripe.StripeClient, method: str, **changes: Any) -> stripe.PaymentIntent:
    params: Any = {"amount": 1000, "currency": "usd", "payment_method": method, "confirm": True} | changes
    return client.v1.payment_intents.create(params)


def test_refunds_never_exceed_the_charge(client: stripe.StripeClient) -> None:
    intent = confirmed(client, "pm_card_visa")
    first = client.v1.refunds.create({"payment_intent": intent.id, "amount": 400, "reason": "requested_by_customer"})
    assert (first.status, first.amount, first.charge) == ("succeeded", 400, intent.latest_charge)
    with pytest.raises(stripe.InvalidRequestError, match=r"Refund amount \(\$6\.01\) is greater than unrefunded"):
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 601})
    assert client.v1.refunds.create({"charge": str(intent.latest_charge)}).amount == 600
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create({"payment_intent": intent.id})
    assert caught.value.code == "charge_already_refunded"
    charge = client.v1.charges.retrieve(str(intent.latest_charge), {"expand": ["refunds"]}).to_dict()
    assert (charge["amount_refunded"], charge["refunded"], len(charge["refunds"]["data"])) == (1000, True, 2)
    assert event_types(client)[-2:] == ["refund.created", "charge.refunded"]


def test_parallel_refunds_never_exceed_the_charge(client: stripe.StripeClient) -> None:
    intent = confirmed(client, "pm_card_visa")

    def refund(_: int) -> int:
        try:
            return client.v1.refunds.create({"payment_intent": intent.id, "amount": 300}).amount
        except stripe.InvalidRequestError:
            return 0

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(refund, range(8))) == 900


def test_a_declined_intent_is_a_card_error_that_is_kept(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError) as caught:
        confirmed(client, "pm_card_chargeDeclinedInsufficientFunds")
    assert (caught.value.http_status, caught.value.code) == (402, "card_declined")
    assert error_of(caught.value)["decline_code"] == "insufficient_funds"
    intent = client.v1.payment_intents.list().data[0]
    assert intent.status == "requires_payment_method"
    assert client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"}).status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.cancel(intent.id)


def test_an_intent_that_needs_its_payer_names_the_page(client: stripe.StripeClient) -> None:
    intent = confirmed(client, "pm_card_threeDSecure2Required", return_url="https://shop.example/back")
    url = intent.to_dict()["next_action"]["redirect_to_url"]["url"]
    assert intent.status == "requires_action"
    assert fetch(url, {"action": "complete"}).location == "https://shop.example/back"
    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"
    other = confirmed(client, "pm_card_threeDSecure2Required")
    assert client.v1.payment_intents.cancel(other.id, {"cancellation_reason": "abandoned"}).status == "canceled"


def test_the_balance_is_what_came_less_fees_and_refunds(client: stripe.StripeClient) -> None:
    intent = confirmed(client, "pm_card_visa")
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 200})
    available = client.v1.balance.retrieve().to_dict()["available"]
    assert available == [{"amount": 1000 - 59 - 200, "currency": "usd", "source_types": {"card": 741}}]


def test_a_page_without_an_object_is_404(server: SandboxServer) -> None:
    for path in ("/c/pay/cs_test_nothing", "/i/in_nothing", "/p/session/bps_nothing", "/nothing"):
        assert fetch(server.url + path).status == 404
