"""What providers say of mails that have left: heard, checked, and told to the store that sent them."""

import logging
from collections.abc import Callable
from typing import Any

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from core.clock import utc_now
from core.events import publish
from core.tenancy import TenantNotReady, in_schema
from integrations.mail.events import MailReturned
from integrations.mail.providers import PROVIDERS

# The name of the fact that leaves with each mail and comes back with what became of it.
STORE = "store"
# Of the reasons that a provider gives, those for which the next mail would not arrive either.
_FOR_GOOD = frozenset({RejectReason.BOUNCED, RejectReason.INVALID, RejectReason.SPAM})

logger = logging.getLogger(__name__)


class ReturnRefused(Exception):
    """What came in is not from our provider, or is not what it sends."""


def find_listener() -> Callable[[HttpRequest], HttpResponse] | None:
    """Return what hears the provider that carries our mails; None where nobody does, or no secret would prove it."""
    provider = PROVIDERS.get(settings.MAIL_PROVIDER)
    if provider is None or not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        return None
    view: Callable[[HttpRequest], HttpResponse] = import_string(provider.webhook).as_view()
    return view


def hear(request: HttpRequest, listener: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    """Let anymail check and read what came in; `note_event` is called for each thing that it says.

    Raises: ReturnRefused.
    """
    try:
        return listener(request)
    except AnymailWebhookValidationFailure as error:
        raise ReturnRefused("not from our provider") from error
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        raise ReturnRefused("not what our provider sends") from error


def note_event(*, event: AnymailTrackingEvent, **_facts: Any) -> None:
    """Tell a store that mails to an address do not arrive; anything else that a provider says is of no interest here."""
    schema_name = str((event.metadata or {}).get(STORE, ""))
    is_complaint = event.event_type == EventType.COMPLAINED
    is_back = event.event_type in (EventType.BOUNCED, EventType.REJECTED) and event.reject_reason in _FOR_GOOD
    if not event.recipient or not schema_name or not (is_complaint or is_back):
        return
    try:
        with in_schema(schema_name), transaction.atomic():
            tell_returned(
                email=event.recipient, is_complaint=is_complaint, words=event.mta_response or event.description or ""
            )
    except TenantNotReady:
        logger.info("a mail came back to a store that does not work now")


def tell_returned(*, email: str, is_complaint: bool, words: str) -> None:
    """Say in the current store that mails to an address do not arrive."""
    said = " ".join(words.split())[:200]
    publish(MailReturned(email=email.strip().lower(), is_complaint=is_complaint, words=said, now=utc_now()))
