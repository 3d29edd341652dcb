"""The guards between what Stripe tells and what the house believes."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.guards.registry import guard


@guard("event-kept-once", "W1", what="An event is kept under its id, once.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from billing.webhooks import services

    keep = services.store_event
    monkeypatch.setattr(
        "billing.webhooks.pages.store_event", lambda *, event, now: keep(event=replace(event, id=uuid4().hex), now=now)
    )


@guard("event-is-a-hint", "W2", what="What an event is about is fetched anew; of the event itself nothing is believed.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a payment for paid because an event says so."""
    from storefront.payments.services import settling

    class Believing:
        def fetch(self, payment: Any) -> Any:
            page = real().fetch(payment)
            return replace(
                page, state="paid", amount=payment.amount, currency=payment.currency, payment_intent_id="pi_told"
            )

    real = settling.provider
    monkeypatch.setattr(settling, "provider", Believing)


@guard("signed-by-stripe", "W3", what="What was not signed with our secret, or long ago, or tomorrow, is refused.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("integrations.stripe.events._is_signed", lambda *_words: True)


@guard("tried-for-days", "W4", what="An event that could not be handled is tried again, for days and ever more seldom.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("billing.webhooks.services.MAX_ATTEMPTS", 1)


@guard("mode-of-the-house", "W5", what="An event of the other mode, test or live, changes nothing.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from billing.webhooks import services

    real = services.settings

    class OfBothModes:
        def __getattr__(self, name: str) -> Any:
            return self if name == "STRIPE_SECRET_KEY" else getattr(real, name)

        def startswith(self, _beginning: Any) -> bool:
            return True

    monkeypatch.setattr(services, "settings", OfBothModes())


@guard(
    "noted-when-done",
    "W6",
    what="An event is noted as handled after it was, so whoever is killed in between does it again.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from billing.webhooks import services
    from billing.webhooks.models import WebhookEvent

    def note_first(*, event_id: int, now: datetime) -> str:
        row = WebhookEvent.objects.get(pk=event_id)
        WebhookEvent.objects.filter(pk=event_id).update(state=WebhookEvent.HANDLED, handled_at=now)
        return services._dispatch(row, now=now)

    monkeypatch.setattr("tests.faults.test_payment_events.handle_event", note_first)


@guard("asked-after", "W7", what="Whatever has been open for two minutes is asked after, event or none.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storefront.payments.services.settling.list_open_payments", lambda *, now: [])
