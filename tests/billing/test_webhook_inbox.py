"""Events are believed when signed, kept once, and handled any number of times."""

import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from billing.webhooks.models import WebhookEvent
from billing.webhooks.selectors import list_overdue_events
from billing.webhooks.services import handle_event, store_event
from core.events import subscribe
from core.outbox.models import OutboxMessage
from core.tenancy import current_schema
from integrations.stripe.events import ConnectEventReceived, parse_event
from tenants.models import Tenant
from tenants.services import record_payment_account
from tests.fixtures.stripe import SECRET, StripeSandbox, sign

Deliver = Callable[..., Any]


def make_event(**changes: Any) -> dict[str, Any]:
    event = {
        "id": "evt_test_1",
        "object": "event",
        "type": "account.updated",
        "created": 1_795_000_000,
        "livemode": False,
        "data": {"object": {"id": "acct_1", "object": "account"}},
    }
    return event | changes


@pytest.fixture
def deliver(platform_client: Client, stripe_sandbox: StripeSandbox, acme: Tenant) -> Deliver:
    def send(event: dict[str, Any], **options: Any) -> Any:
        payload = options.pop("payload", None) or json.dumps(event).encode()
        signature = options.pop("signature", None) or sign(payload, **options)
        return platform_client.post(
            "/webhooks/stripe/", payload, content_type="application/json", headers={"stripe-signature": signature}
        )

    return send


def test_a_signed_event_is_kept_and_its_handling_asked_for(deliver: Deliver) -> None:
    assert deliver(make_event()).content == b"stored"
    event = WebhookEvent.objects.get()
    assert (event.external_id, event.type, event.state) == ("evt_test_1", "account.updated", "waiting")
    message = OutboxMessage.objects.get(task="billing.webhooks.handle")
    assert message.kwargs == {"event_id": event.pk}


@pytest.mark.parametrize("event_type", ["product.created", "price.created", "invoice_payment.paid", "v2.core.event"])
def test_what_nothing_is_done_about_is_answered_and_not_kept(deliver: Deliver, event_type: str) -> None:
    answer = deliver(make_event(type=event_type))
    assert (answer.status_code, answer.content) == (200, b"not asked for")
    assert WebhookEvent.objects.count() == 0
    assert OutboxMessage.objects.filter(task="billing.webhooks.handle").count() == 0


@pytest.mark.parametrize(
    "event_type",
    ["checkout.session.expired", "charge.dispute.closed", "customer.subscription.deleted", "v2.core.account.updated"],
)
def test_what_something_is_done_about_is_kept(deliver: Deliver, event_type: str) -> None:
    assert deliver(make_event(type=event_type)).content == b"stored"


@pytest.mark.guard("event-kept-once", found="== 1")
def test_a_repeated_event_is_answered_and_kept_once(deliver: Deliver) -> None:
    answers = [deliver(make_event()).status_code for _ in range(5)]
    assert answers == [200] * 5
    assert WebhookEvent.objects.count() == 1
    assert OutboxMessage.objects.filter(task="billing.webhooks.handle").count() == 1


BODY = json.dumps(make_event()).encode()
NOW = int(time.time())
FORGERIES = {
    "too old": {"at": NOW - 301},
    "in the future": {"at": NOW + 900},
    "no header": {"signature": " "},
    "no time": {"signature": sign(BODY).split(",")[1]},
    "only v0": {"signature": sign(BODY).replace("v1=", "v0=")},
    "empty v1": {"signature": f"t={NOW},v1="},
    "time changed": {"signature": sign(BODY, at=NOW - 5).replace(f"t={NOW - 5}", f"t={NOW}")},
    "another body's": {"signature": sign(b"{}")},
    "one byte changed": {"payload": BODY.replace(b"evt_test_1", b"evt_test_2"), "signature": sign(BODY)},
    "spaces added": {"payload": BODY + b" ", "signature": sign(BODY)},
    "written anew": {"payload": json.dumps(make_event(), indent=1).encode(), "signature": sign(BODY)},
    "keys in another order": {"payload": json.dumps(make_event(), sort_keys=True).encode(), "signature": sign(BODY)},
    "twice in one": {"payload": BODY + BODY, "signature": sign(BODY)},
    "a mark in front": {"payload": b"\xef\xbb\xbf" + BODY, "signature": sign(BODY)},
    "a nought behind": {"payload": BODY + b"\x00", "signature": sign(BODY)},
    "of yesterday": {"at": NOW - 86_400},
    "time twice": {"signature": f"t={NOW},{sign(BODY)}"},
    "no number for a time": {"signature": sign(BODY).replace(f"t={NOW}", "t=now")},
    "a negative time": {"signature": sign(BODY, at=-NOW)},
    "half a second": {"signature": sign(BODY).replace(",", ".5,", 1)},
    "v1 cut short": {"signature": sign(BODY)[:-1]},
    "v1 in capitals": {"signature": sign(BODY).replace("v1=", "V1=")},
    "semicolons": {"signature": sign(BODY).replace(",", ";")},
    "in quotes": {"signature": f'"{sign(BODY)}"'},
    "another's v1 beside v0": {
        "signature": f"{sign(BODY, secret='whsec_other')},{sign(BODY).split(',')[1].replace('v1', 'v0')}"
    },
    "not text": {"payload": b"\xff\xfe"},
    "not an event": {"payload": b'{"id": 1}'},
    "not JSON": {"payload": b"{"},
    "a list": {"payload": b"[]"},
}


@pytest.mark.parametrize("case", FORGERIES)
def test_what_stripe_did_not_sign_is_refused_and_leaves_nothing(deliver: Deliver, case: str) -> None:
    response = deliver(make_event(), **FORGERIES[case])
    assert response.status_code == 400
    assert WebhookEvent.objects.count() == 0
    assert OutboxMessage.objects.filter(task="billing.webhooks.handle").count() == 0


@pytest.mark.guard("signed-by-stripe", found="== 400")
def test_an_event_signed_by_a_stranger_moves_nothing(deliver: Deliver) -> None:
    assert deliver(make_event(), secret="whsec_other").status_code == 400


def test_two_secrets_are_valid_while_they_are_rotated(deliver: Deliver, settings: Any) -> None:
    settings.STRIPE_WEBHOOK_SECRET = f"whsec_new,{SECRET}"
    assert deliver(make_event(id="evt_old"), secret=SECRET).status_code == 200
    assert deliver(make_event(id="evt_new"), secret="whsec_new").status_code == 200


def keep(event: dict[str, Any], now: datetime) -> WebhookEvent:
    kept = store_event(event=parse_event(json.dumps(event)), now=now)
    assert kept is not None
    return kept


@pytest.mark.guard("mode-of-the-house", found="waiting")
def test_an_event_of_live_mode_is_ignored_with_test_keys(
    acme: Tenant, now: datetime, stripe_sandbox: StripeSandbox
) -> None:
    kept = keep(make_event(type="customer.subscription.updated", livemode=True), now)
    assert handle_event(event_id=kept.pk, now=now) == "ignored"


@pytest.mark.guard("own-record-of-accounts", found="globex")
def test_an_account_event_goes_to_its_owner_whatever_it_says_of_itself(
    acme: Tenant, globex: Tenant, now: datetime, stripe_sandbox: StripeSandbox
) -> None:
    record_payment_account(
        tenant_id=acme.pk, provider="stripe", external_id="acct_acme", charges_enabled=True, livemode=False, now=now
    )
    seen: list[tuple[str, str]] = []
    subscribe(ConnectEventReceived, lambda event: seen.append((event.tenant.slug, current_schema())))
    liar = {"id": "x_1", "object": "unknown", "metadata": {"tenant": globex.schema_name}}
    kept = keep(make_event(type="unknown.happened", account="acct_acme", data={"object": liar}), now)
    assert handle_event(event_id=kept.pk, now=now) == "handled"
    assert seen == [("acme", acme.schema_name)]


def test_an_event_of_an_account_we_do_not_know_changes_nothing(
    acme: Tenant, now: datetime, stripe_sandbox: StripeSandbox
) -> None:
    kept = keep(make_event(type="checkout.session.completed", account="acct_stranger"), now)
    assert handle_event(event_id=kept.pk, now=now) == "ignored"


@pytest.mark.guard("tried-for-days", found="failed")
def test_a_failure_waits_longer_each_time_and_is_not_lost(
    acme: Tenant, now: datetime, stripe_sandbox: StripeSandbox
) -> None:
    stripe_sandbox.control("POST", "faults", match={"path": "/v1/subscriptions"}, kind="error_500", times=20)
    event = make_event(type="customer.subscription.updated", data={"object": {"id": "sub_1", "object": "subscription"}})
    kept = keep(event, now)
    assert handle_event(event_id=kept.pk, now=now) == "waiting"
    kept.refresh_from_db()
    assert (kept.attempts_count, kept.due_at) == (1, now + timedelta(seconds=60))
    assert list_overdue_events(now + timedelta(seconds=59)) == []
    assert list_overdue_events(now + timedelta(seconds=60)) == [kept.pk]
    stripe_sandbox.control("DELETE", "faults")
