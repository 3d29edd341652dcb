"""Mails that come back: heard from the provider alone, remembered in the store that sent them, and acted on."""

import hashlib
import hmac
import json
from base64 import b64encode
from datetime import datetime
from typing import Any

import pytest
from django.core import mail
from django.test import Client, override_settings

from core.events import publish
from core.tenancy import in_tenant
from integrations.mail.providers import read_mail_url
from integrations.mail.services import send_mail
from storefront.content.models import NewsletterConsent
from storefront.customers.buyers import find_or_create_buyer
from storefront.customers.events import CustomerDataAsked, CustomerErased
from storefront.customers.models import Customer
from storefront.notifications.models import UnreachableAddress
from storefront.orders.services.mailing import mail_confirmation
from tenants.models import Tenant
from tests.storefront.orders.making import make_order

HOOK = "/webhooks/mail/"
PAIR = "postmark:w3bh00k"
POSTMARK = read_mail_url("postmark://k@", webhook_secret=f"old:one,{PAIR}", timeout=5)
MAILGUN = read_mail_url("mailgun://k@mg.example.com?signing_key=s1gn", webhook_secret=PAIR, timeout=5)


def basic(pair: str) -> dict[str, str]:
    return {"authorization": "Basic " + b64encode(pair.encode()).decode()}


def bounce(store: str, **changes: Any) -> dict[str, Any]:
    return {
        "RecordType": "Bounce", "Type": "HardBounce", "ID": 42, "MessageID": "m1", "Email": "Maya@example.com",
        "Description": "The server was unable to deliver your message (ex: unknown user).",
        "Details": "smtp;550 5.1.1 unknown", "BouncedAt": "2026-11-23T09:00:00Z", "Metadata": {"store": store}, **changes,
    }  # fmt: skip


def knock(body: Any, pair: str | None = PAIR, **more: Any) -> int:
    client = Client(headers={"host": "localhost", **(basic(pair) if pair else {}), **more})
    data = body if isinstance(body, str) else json.dumps(body)
    return client.post(HOOK, data, content_type="application/json").status_code


def known(store: Tenant) -> list[tuple[str, str]]:
    with in_tenant(store):
        return list(UnreachableAddress.objects.order_by("pk").values_list("email", "reason"))


@override_settings(**POSTMARK)
def test_a_mail_that_comes_back_is_remembered_in_the_store_that_sent_it_alone(
    acme: Tenant, globex: Tenant, now: datetime
) -> None:
    said = bounce(acme.schema_name)
    assert [knock(said, pair) for pair in (None, "postmark:wrong", "", "x:y")] == [400] * 4
    assert known(acme) == []
    assert [knock(said), knock(said), knock(said, "old:one")] == [200] * 3
    assert (known(acme), known(globex)) == ([("maya@example.com", "bounced")], [])
    with in_tenant(acme):
        buyer = find_or_create_buyer(email="maya@example.com", name="Maya", language="en", country="US", now=now)
        Customer.objects.filter(pk=buyer.pk).update(accepts_marketing=True)
        NewsletterConsent.objects.create(
            email="maya@example.com", consent="given", language="en", source="mail", created_at=now
        )
    complaint = {**said, "RecordType": "SpamComplaint", "Type": "SpamComplaint"}
    assert knock(complaint) == 200 and knock(said) == 200 and knock(complaint) == 200
    with in_tenant(acme):
        said_no = Customer.objects.get(pk=buyer.pk)
        assert (said_no.accepts_marketing, said_no.wants_reminders) == (False, False)
        ledger = buyer.consents.order_by("kind").values_list("kind", "is_given", "place")
        assert list(ledger) == [(kind, False, "complaint") for kind in ("marketing", "reminders")], "once"
        lines = NewsletterConsent.objects.order_by("pk").values_list("consent", "source")
        assert list(lines) == [("given", "mail"), ("taken_back", "complaint")]
    assert known(acme) == [("maya@example.com", "complained")], "a complaint stays one"


@override_settings(**POSTMARK)
@pytest.mark.parametrize(
    "changes",
    [{"Type": "Transient"}, {"Type": "AutoResponder"}, {"Metadata": {}}, {"Metadata": {"store": "public"}},
     {"Metadata": {"store": "t_00000000000000000000"}}, {"Email": ""}, {"RecordType": "Delivery", "Recipient": "a@b.example"},
     {"Metadata": {"store": ["x"]}}],
)  # fmt: skip
def test_what_says_nothing_for_good_or_is_of_no_store_changes_nothing(acme: Tenant, changes: dict[str, Any]) -> None:
    assert knock({**bounce(acme.schema_name), **changes}) == 200
    assert known(acme) == []


@override_settings(**POSTMARK)
@pytest.mark.parametrize("body", ["", "{", "[]", "null", '{"RecordType": 7}', '"' + "x" * 100_000, "[" * 5000])
def test_what_no_provider_sends_is_refused_and_breaks_nothing(acme: Tenant, body: str) -> None:
    assert knock(body) in (200, 400)
    assert known(acme) == []


def test_without_a_provider_or_a_secret_nobody_listens(acme: Tenant) -> None:
    assert knock(bounce(acme.schema_name)) == 404
    with override_settings(**read_mail_url("postmark://k@", webhook_secret="", timeout=5)):
        assert [knock(bounce(acme.schema_name), pair) for pair in (PAIR, None, ":")] == [404] * 3


@override_settings(**MAILGUN)
def test_a_signature_is_asked_for_where_a_house_signs(acme: Tenant) -> None:
    def signed(key: str) -> dict[str, Any]:
        stamp, token = "1763890000", "t" * 50
        signature = hmac.new(key.encode(), (stamp + token).encode(), hashlib.sha256).hexdigest()
        return {
            "signature": {"timestamp": stamp, "token": token, "signature": signature},
            "event-data": {
                "event": "failed", "severity": "permanent", "reason": "bounce", "recipient": "maya@example.com",
                "timestamp": 1763890000.0, "id": "e1", "message": {"headers": {"message-id": "m"}},
                "delivery-status": {"code": 550, "message": "unknown user", "attempt-no": 1},
                "user-variables": {"store": acme.schema_name},
            },
        }  # fmt: skip

    assert [knock(signed("forged")), knock(signed("s1gn"), "a:b"), known(acme)] == [400, 400, []]
    assert knock(signed("s1gn")) == 200
    assert known(acme) == [("maya@example.com", "bounced")]


def letter(template: str, to: str = "Maya@Example.com") -> bool:
    return send_mail(to=to, subject="Hi", template=template, context={"titles": []}, language="en")


def test_who_cannot_be_reached_gets_no_letters_and_still_what_has_to_be_told(
    acme: Tenant, merchant_client: Client, now: datetime
) -> None:
    with in_tenant(acme):
        order = make_order(now, email="maya@example.com")
        assert letter("reviews/email/invitation") and letter("alerts/email/back")
        row = UnreachableAddress.objects.create(
            email="maya@example.com", reason="bounced", words="550 unknown", seen_at=now
        )
        assert not letter("reviews/email/invitation") and not letter("alerts/email/back")
        assert letter("alerts/email/back", "other@example.com")
        assert mail_confirmation(order_id=order.pk, now=now)
        assert [sent.to for sent in mail.outbox[-2:]] == [["other@example.com"], ["maya@example.com"]]
        question = CustomerDataAsked(customer_id=0, email="maya@example.com")
        publish(question)
        assert question.sections["mails_that_came_back"]["words"] == "550 unknown"
    page = merchant_client.get(f"/dashboard/orders/{order.pk}/").content.decode()
    assert "Mails to this address come back." in page
    listed = merchant_client.get("/dashboard/settings/notifications/").content.decode()
    assert "maya@example.com" in listed and "550 unknown" in listed
    again = f"/dashboard/settings/notifications/addresses/{row.pk}/again/"
    assert merchant_client.post(again).status_code == 302
    with in_tenant(acme):
        assert letter("reviews/email/invitation")
        complaint = UnreachableAddress.objects.create(email="maya@example.com", reason="complained", seen_at=now)
    merchant_client.post(f"/dashboard/settings/notifications/addresses/{complaint.pk}/again/")
    assert known(acme) == [("maya@example.com", "complained")], "only its owner can say otherwise"
    with in_tenant(acme):
        publish(CustomerErased(customer_id=order.customer_id or 0, email="maya@example.com", now=now))
    assert known(acme) == []
