"""One event of Stripe delivered and handled by several at once has its effect once."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from billing.webhooks.models import WebhookEvent
from billing.webhooks.services import handle_event, store_event
from core.outbox.models import OutboxMessage
from integrations.stripe.events import parse_event
from tenants.models import Tenant
from tests.concurrency.together import run_together
from tests.fixtures.stripe import StripeSandbox


@pytest.fixture
def event_id(committed_store: Tenant) -> Iterator[str]:
    name = f"evt_{committed_store.schema_name}"
    yield name
    for row in WebhookEvent.objects.filter(external_id=name):
        OutboxMessage.objects.filter(task="billing.webhooks.handle", kwargs={"event_id": row.pk}).delete()
        row.delete()


def event(event_id: str, **changes: Any) -> str:
    data = {"object": {"id": "prod_1", "object": "product"}}
    words = {"id": event_id, "object": "event", "type": "product.created", "created": 1_795_000_000, "livemode": False}
    return json.dumps({**words, "data": data, **changes})


def test_one_event_delivered_four_times_at_once_is_kept_once(event_id: str, now: datetime) -> None:
    told = parse_event(event(event_id))
    kept = run_together(lambda: store_event(event=told, now=now), count=4)
    assert [each for each in kept if isinstance(each, Exception)] == []
    assert sum(each is not None for each in kept) == 1
    row = WebhookEvent.objects.get(external_id=event_id)
    assert OutboxMessage.objects.filter(task="billing.webhooks.handle", kwargs={"event_id": row.pk}).count() == 1


def test_one_event_handled_by_two_at_once_ends_once(
    event_id: str, now: datetime, stripe_sandbox: StripeSandbox
) -> None:
    kept = store_event(event=parse_event(event(event_id)), now=now)
    assert kept is not None
    ends = run_together(lambda: handle_event(event_id=kept.pk, now=now), count=2)
    assert set(ends) == {WebhookEvent.IGNORED}
    kept.refresh_from_db()
    assert (kept.state, kept.attempts_count) == (WebhookEvent.IGNORED, 1)


def test_a_failure_beside_a_success_does_not_undo_it(
    event_id: str, now: datetime, stripe_sandbox: StripeSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hold the event; one is done, the other fails later: the event stays done."""
    kept = store_event(event=parse_event(event(event_id)), now=now)
    assert kept is not None

    def fails_after_the_other(row: WebhookEvent, *, now: datetime) -> str:
        monkeypatch.undo()
        assert handle_event(event_id=row.pk, now=now) == WebhookEvent.IGNORED
        raise ConnectionError

    monkeypatch.setattr("billing.webhooks.services._dispatch", fails_after_the_other)
    handle_event(event_id=kept.pk, now=now)
    kept.refresh_from_db()
    assert (kept.state, kept.attempts_count) == (WebhookEvent.IGNORED, 1)
