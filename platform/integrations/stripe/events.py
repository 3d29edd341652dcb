"""Webhook events: checked before anything is believed, and typed."""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import stripe
from django.utils.translation import gettext_lazy as _

from integrations.stripe.errors import InvalidSignature
from integrations.stripe.heard import ACCOUNT_CHANGED

TOLERANCE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class StripeEvent:
    """What Stripe says happened; `account` is empty for the platform's own, `data` is the event's object as a hint."""

    id: str
    type: str
    account: str
    object_id: str
    object_type: str
    livemode: bool
    created_at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ConnectEventReceived:
    """An event of a store's connected account; the connection stands in that store's schema."""

    tenant: Any
    event: StripeEvent


def verify_webhook(payload: bytes, signature: str, secrets: Iterable[str]) -> StripeEvent:
    """Return the event of a request whose raw body one of the secrets has signed within the last five minutes.

    Several secrets may be valid at once, for rotation. Source: docs.stripe.com/webhooks/signature.
    Raises: InvalidSignature, also for a time in the future and a body that is no event.
    """
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidSignature(_("The request body is not text.")) from error
    if not any(_is_signed(text, signature, secret) for secret in secrets if secret):
        raise InvalidSignature(_("The signature does not match."))
    return parse_event(text)


def parse_event(text: str) -> StripeEvent:
    """Return the event that this JSON describes; for bodies whose signature is checked.

    Raises: InvalidSignature when it is no event.
    """
    try:
        raw = json.loads(text)
        if raw.get("object") == "v2.core.event":
            return _parse_thin(raw)
        found = raw["data"]["object"]
        return StripeEvent(
            id=str(raw["id"]),
            type=str(raw["type"]),
            account=str(raw.get("account") or ""),
            object_id=str(found.get("id") or ""),
            object_type=str(found.get("object") or ""),
            livemode=bool(raw.get("livemode")),
            created_at=datetime.fromtimestamp(int(raw["created"]), tz=UTC),
            data=found,
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise InvalidSignature(_("The request body is not an event.")) from error


def _parse_thin(raw: Mapping[str, Any]) -> StripeEvent:
    related = raw["related_object"]
    of_account = str(raw["type"]).startswith(ACCOUNT_CHANGED) and related["type"] == ACCOUNT_CHANGED
    return StripeEvent(
        id=str(raw["id"]),
        type=str(raw["type"]),
        account=str(related["id"] if of_account else raw.get("context") or ""),
        object_id=str(related["id"]),
        object_type=str(related["type"]),
        livemode=bool(raw.get("livemode")),
        created_at=datetime.fromisoformat(str(raw["created"])),
        data={},
    )


def _is_signed(text: str, signature: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(text, signature, secret, tolerance=TOLERANCE_SECONDS)
    except stripe.SignatureVerificationError:
        return False
    return _signed_at(signature) <= time.time() + TOLERANCE_SECONDS


def _signed_at(signature: str) -> int:
    """Return the header's time; the library refuses old ones only."""
    times = [part[2:] for part in signature.split(",") if part.startswith("t=")]
    return int(times[0]) if len(times) == 1 and times[0].isdigit() else 2**62
