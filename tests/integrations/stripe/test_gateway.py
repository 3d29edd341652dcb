"""The gateway against the sandbox: right account, right key, errors in our words."""

import hashlib
import hmac
import json
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import LazySettings

from core.clock import utc_now
from integrations.stripe import gateway, gateway_accounts, gateway_refunds
from integrations.stripe.client import _client, client, silence
from integrations.stripe.errors import InvalidSignature, StripeFailed, StripeRefused, StripeUnavailable
from integrations.stripe.events import verify_webhook
from integrations.stripe.silence import FAILURES, PAUSE_SECONDS, Silence
from tests.storefront.stripe_sandbox import Shopper, sandbox_server, shopper

__all__ = ["sandbox_server", "shopper"]
SECRET = "whsec_of_the_gateway_tests"
EVENT = {
    "id": "evt_1",
    "object": "event",
    "type": "checkout.session.completed",
    "account": "acct_1",
    "livemode": False,
    "created": 1_795_000_000,
    "data": {"object": {"id": "cs_1", "object": "checkout.session"}},
}


@pytest.fixture
def account(shopper: Shopper) -> gateway_accounts.ConnectedAccount:
    return gateway_accounts.create_account(
        email="owner@example.com", country="US", business_name="Acme", reference="t_1", idempotency_key="account-t_1"
    )


def request_for(account: gateway_accounts.ConnectedAccount, **changes: object) -> gateway.CheckoutRequest:
    request = gateway.CheckoutRequest(
        account_id=account.id,
        idempotency_key="pay-1",
        currency="USD",
        items=[gateway.CheckoutItem("Enamel mug", 1800, 2), gateway.CheckoutItem("Standard delivery", 490, 1)],
        client_reference_id="token",
        metadata={"tenant": "t_1", "order_token": "token"},
        customer_email="maya@example.com",
        success_url="http://acme.localhost:8000/checkout/return/?session_id={CHECKOUT_SESSION_ID}",
        cancel_url="http://acme.localhost:8000/checkout/",
        expires_at=utc_now() + timedelta(minutes=32),
    )
    return replace(request, **changes)  # type: ignore[arg-type]


def sign(payload: bytes, *, secret: str = SECRET, at: float | None = None) -> str:
    moment = int(time.time() if at is None else at)
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + payload, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def test_an_account_is_made_once_for_one_key(account: gateway_accounts.ConnectedAccount) -> None:
    again = gateway_accounts.create_account(
        email="owner@example.com", country="US", business_name="Acme", reference="t_1", idempotency_key="account-t_1"
    )
    assert again.id == account.id
    assert gateway_accounts.retrieve_account(account.id).id == account.id
    link = gateway_accounts.create_account_link(
        account_id=account.id, refresh_url="http://a.localhost/x", return_url="http://a.localhost/y"
    )
    assert link.startswith("http")


def test_an_account_that_was_opened_by_v1_goes_on_working(shopper: Shopper) -> None:
    old = client().v1.accounts.create({"country": "US", "email": "owner@example.com"}).id
    pages = {"refresh_url": "http://a.localhost/x", "return_url": "http://a.localhost/y"}
    for _young_and_old in range(2):
        found = gateway_accounts.retrieve_account(old)
        assert (found.id, found.charges_enabled, found.payouts_enabled) == (old, True, True)
        assert gateway_accounts.create_account_link(account_id=old, **pages).startswith("http")
        shopper.advance(11 * 60)
    asked = [(row["method"], row["path"]) for row in shopper.requests()]
    assert asked.count(("GET", f"/v2/core/accounts/{old}")) == 2
    assert asked.count(("GET", f"/v1/accounts/{old}")) == 1, "only while v2 does not know it"
    with pytest.raises(StripeRefused):
        gateway_accounts.retrieve_account("acct_none")


def test_a_session_is_opened_paid_and_read_back(account: gateway_accounts.ConnectedAccount, shopper: Shopper) -> None:
    opened = gateway.create_checkout_session(request_for(account))
    assert (opened.status, opened.payment_status, opened.amount_total, opened.currency) == (
        "open",
        "unpaid",
        4090,
        "USD",
    )
    assert not opened.is_paid
    shopper.pay(account.id, opened.id)
    paid = gateway.retrieve_checkout_session(account_id=account.id, session_id=opened.id)
    assert paid.is_paid
    assert (paid.amount_captured, paid.method_type, paid.method_label) == (4090, "card", "Visa •4242")
    assert (paid.client_reference_id, paid.metadata["order_token"]) == ("token", "token")
    refund = gateway_refunds.create_refund(
        account_id=account.id,
        payment_intent_id=paid.payment_intent_id,
        amount=90,
        currency="USD",
        idempotency_key="refund-1",
    )
    assert (refund.status, refund.amount) == ("succeeded", 90)


@pytest.mark.parametrize(("currency", "amount"), [("JPY", 4090), ("KWD", 4090), ("CNY", 4090)])
def test_amounts_come_back_in_our_minor_units(
    account: gateway_accounts.ConnectedAccount, currency: str, amount: int
) -> None:
    opened = gateway.create_checkout_session(request_for(account, currency=currency))
    assert (opened.amount_total, opened.currency) == (amount, currency)


def test_the_same_key_is_the_same_session_and_other_contents_are_refused(
    account: gateway_accounts.ConnectedAccount,
) -> None:
    request = request_for(account)
    assert gateway.create_checkout_session(request).id == gateway.create_checkout_session(request).id
    with pytest.raises(StripeRefused):
        gateway.create_checkout_session(replace(request, items=[gateway.CheckoutItem("Cheaper", 1, 1)]))


def test_a_closed_session_cannot_be_closed_again(account: gateway_accounts.ConnectedAccount) -> None:
    opened = gateway.create_checkout_session(request_for(account))
    assert gateway.expire_checkout_session(account_id=account.id, session_id=opened.id).status == "expired"
    with pytest.raises(StripeRefused):
        gateway.expire_checkout_session(account_id=account.id, session_id=opened.id)


def test_another_accounts_session_is_not_found(account: gateway_accounts.ConnectedAccount) -> None:
    opened = gateway.create_checkout_session(request_for(account))
    other = gateway_accounts.create_account(
        email="b@example.com", country="US", business_name="Globex", reference="t_2", idempotency_key="account-t_2"
    )
    with pytest.raises(StripeRefused):
        gateway.retrieve_checkout_session(account_id=other.id, session_id=opened.id)


@pytest.mark.parametrize(
    ("kind", "error"), [("error_500", StripeFailed), ("error_429", StripeUnavailable), ("reset", StripeUnavailable)]
)
def test_a_broken_service_is_unavailable(
    account: gateway_accounts.ConnectedAccount, shopper: Shopper, kind: str, error: type[Exception]
) -> None:
    shopper.plant(kind=kind, match={"path": "/v1/checkout/sessions"}, times=5)
    with pytest.raises(error):
        gateway.create_checkout_session(request_for(account))


def test_one_hiccup_is_retried_with_the_same_key(account: gateway_accounts.ConnectedAccount, shopper: Shopper) -> None:
    shopper.plant(kind="reset", match={"method": "POST", "path": "/v1/checkout/sessions"}, times=1)
    opened = gateway.create_checkout_session(request_for(account))
    assert [row["id"] for row in shopper.sessions(account.id)] == [opened.id]


def test_nobody_at_the_address_is_unavailable(settings: LazySettings) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(StripeUnavailable):
        gateway_accounts.retrieve_account("acct_1")
    _client.cache_clear()


# ---- webhooks


def test_a_signed_event_is_read() -> None:
    payload = json.dumps(EVENT).encode()
    event = verify_webhook(payload, sign(payload), ["", "whsec_old", SECRET])
    assert (event.id, event.type, event.account) == ("evt_1", "checkout.session.completed", "acct_1")
    assert (event.object_id, event.object_type, event.livemode) == ("cs_1", "checkout.session", False)


@pytest.mark.parametrize("shift", [-301, 301, 10**9])
def test_a_signature_from_another_time_is_refused(shift: int) -> None:
    payload = json.dumps(EVENT).encode()
    with pytest.raises(InvalidSignature):
        verify_webhook(payload, sign(payload, at=time.time() + shift), [SECRET])


def test_a_forged_event_is_refused() -> None:
    payload = json.dumps(EVENT).encode()
    good = sign(payload)
    forgeries = [
        (payload, sign(payload, secret="whsec_other"), [SECRET]),
        (payload.replace(b"acct_1", b"acct_2"), good, [SECRET]),
        (json.dumps(EVENT, indent=1).encode(), good, [SECRET]),
        (payload, "", [SECRET]),
        (payload, "nonsense", [SECRET]),
        (payload, good.replace("v1=", "v0="), [SECRET]),
        (payload, "t=x,v1=y", [SECRET]),
        (payload, f"t=1,{good}", [SECRET]),
        (payload, good, []),
        (payload, good, [""]),
        (b"\xff\xfe", good, [SECRET]),
    ]
    for body, header, secrets in forgeries:
        with pytest.raises(InvalidSignature):
            verify_webhook(body, header, secrets)


@pytest.mark.parametrize(
    "body", [b"{}", b"[]", b"3", b'{"id": 1, "type": "x", "created": "y", "data": {"object": {}}}']
)
def test_a_signed_body_that_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidSignature):
        verify_webhook(body, sign(body), [SECRET])


# ---- silence


def test_an_address_that_stays_silent_is_asked_once_a_pause_and_heard_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("integrations.stripe.silence.time.monotonic", lambda: clock[0])
    heard = Silence()
    for _failure in range(FAILURES - 1):
        heard.note_failure("a")
    assert not heard.is_silent("a"), "a hiccup stops nobody"
    heard.note_failure("a")
    assert (heard.is_silent("a"), heard.is_silent("b")) == (True, False)
    clock[0] += PAUSE_SECONDS
    assert [heard.is_silent("a") for _caller in range(3)] == [False, True, True], (
        "one tries, the others do not wait for it"
    )
    heard.note_answer("a")
    assert not heard.is_silent("a")


def test_while_stripe_does_not_answer_no_thread_waits_for_it(settings: LazySettings, shopper: Shopper) -> None:
    shopper.plant(kind="reset", match={"path": "/v2/core/accounts"}, times=1000)
    for _call in range(FAILURES + 3):
        with pytest.raises(StripeUnavailable):
            gateway_accounts.retrieve_account("acct_1")
    asked = [row for row in shopper.requests() if row["path"].startswith("/v2/core/accounts")]
    assert len(asked) <= 2 * FAILURES, "each call tries twice; after three no call asks"
    shopper.repair()
    silence.note_answer(settings.STRIPE_API_BASE)
    with pytest.raises(StripeRefused):
        gateway_accounts.retrieve_account("acct_1")
